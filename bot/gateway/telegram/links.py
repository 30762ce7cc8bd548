"""One-time links between the shop's page and Telegram. Who has the code gets the conversation, so only its hash is
kept, it works once and for ten minutes, and it cannot be guessed (144 random bits)."""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.gateway.telegram.chats import Place
from bot.gateway.texts import Language
from catalog.models import LinkTarget
from catalog.repositories.channel_links import LinkView, forget_links, issue_link, read_link, use_link
from catalog.repositories.telegram_chats import ChatView, link_chat, move_session
from catalog.session import Database

LIFE_S = 600
CODE = re.compile(r"[A-Za-z0-9_-]{24}")
_SECRET_BYTES = 18


class Links:
    """Makes and takes codes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, target: LinkTarget, link: LinkView) -> str:
        """Return a new code for a conversation, and for the customer signed in to it."""
        code = secrets.token_urlsafe(_SECRET_BYTES)
        await self._database.run(partial(_issue, code_hash=_hash(code), target=target, link=link))
        return code

    async def issue_to_web(self, place: Place) -> str:
        """Return a new code that takes a chat's conversation to a browser; who is signed in stays it, no longer."""
        customer = place.chat.customer_id
        until = place.chat.customer_until if customer else None
        return await self.issue(LinkTarget.WEB, LinkView(place.conversation_id, customer, until))

    async def to_telegram(self, code: str, chat_id: int, language: Language | None) -> ChatView | None:
        """Take a code in a chat: the conversation goes on there. None where it is not valid."""
        if not CODE.fullmatch(code):
            return None
        return await self._database.run(_to_telegram, _hash(code), chat_id, language)

    async def read_to_web(self, code: str) -> LinkView | None:
        """Return what a code for a browser would carry over, without using it up."""
        if not CODE.fullmatch(code):
            return None
        return await self._database.read(read_link, _hash(code), LinkTarget.WEB, now=datetime.now(UTC))

    async def to_web(self, code: str, session_id: str) -> LinkView | None:
        """Take a code in a browser: the conversation is its session's now. None where it is not valid."""
        if not CODE.fullmatch(code):
            return None
        return await self._database.run(_to_web, _hash(code), session_id)


def _issue(session: Session, *, code_hash: str, target: LinkTarget, link: LinkView) -> None:
    now = datetime.now(UTC)
    forget_links(session, before=now - timedelta(days=1))
    issue_link(session, code_hash, target, link, expires_at=now + timedelta(seconds=LIFE_S))


def _to_telegram(session: Session, code_hash: str, chat_id: int, language: Language | None) -> ChatView | None:
    now = datetime.now(UTC)
    link = use_link(session, code_hash, LinkTarget.TELEGRAM, f"chat:{chat_id}", now=now)
    if link is None:
        return None
    return link_chat(
        session,
        chat_id,
        link.conversation_id,
        customer_id=link.customer_id,
        customer_until=link.customer_until,
        language=language,
        now=now,
    )


def _to_web(session: Session, code_hash: str, session_id: str) -> LinkView | None:
    link = use_link(session, code_hash, LinkTarget.WEB, session_id[:64], now=datetime.now(UTC))
    if link is not None:
        move_session(session, link.conversation_id, session_id)
    return link


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
