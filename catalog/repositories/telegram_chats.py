"""Telegram's chats: which conversation goes on in one, and how far it has been told."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError
from catalog.models import Conversation, ConversationStatus, TelegramChat

_WITH_DESK = (ConversationStatus.QUEUED, ConversationStatus.HUMAN)


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat; `customer_id` is the customer who is signed in now, `signed_out` that the conversation is a customer's
    whose time is over, `blocked` that nothing is sent there. `language` is the one chosen in the chat."""

    chat_id: int
    conversation_id: str
    session_id: str
    customer_id: str | None
    customer_until: datetime | None
    language: str | None
    signed_out: bool
    blocked: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """A chat that this process sends to: everything up to `seq` has been sent, and `part` parts of the next message."""

    chat_id: int
    conversation_id: str
    language: str | None
    seq: int
    part: int
    failures: int


def find_chat(session: Session, chat_id: int, *, now: datetime) -> ChatView | None:
    """Return a chat, None for one that has never written.

    A customer stays signed in as long as a person at the desk has the conversation or it waits for one.
    """
    row = session.get(TelegramChat, chat_id)
    return _view(session, row, now) if row else None


def begin_chat(session: Session, chat_id: int, language: str | None, *, now: datetime) -> ChatView:
    """Let a new, anonymous conversation go on in a chat, which is made where it is new."""
    row = session.get(TelegramChat, chat_id)
    if row is None:
        row = TelegramChat(chat_id=chat_id, language=language, created_at=now)
        session.add(row)
    row.conversation_id, row.session_id = f"tg-{secrets.token_urlsafe(18)}", secrets.token_urlsafe(24)
    row.customer_id = row.customer_until = None
    row.delivered_seq = row.delivered_part = 0
    session.flush()
    return _view(session, row, now)


def link_chat(
    session: Session,
    chat_id: int,
    conversation_id: str,
    *,
    customer_id: str | None,
    customer_until: datetime | None,
    language: str | None,
    now: datetime,
) -> ChatView:
    """Let an existing conversation go on in a chat, from what is said next.

    One conversation has one chat: where it went on in another until now, a new one begins there.

    Args:
        session: an open write transaction.
        chat_id: the chat.
        conversation_id: the conversation.
        customer_id: who is signed in, until `customer_until`.
        customer_until: see above.
        language: of a new chat.
        now: the present moment.

    Raises:
        NotFoundError: no such conversation.
    """
    conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        raise NotFoundError(f"no conversation {conversation_id}")
    holder = session.scalar(select(TelegramChat).where(TelegramChat.conversation_id == conversation_id))
    if holder is not None and holder.chat_id != chat_id:
        begin_chat(session, holder.chat_id, holder.language, now=now)
    row = session.get(TelegramChat, chat_id)
    if row is None:
        row = TelegramChat(chat_id=chat_id, language=language, created_at=now)
        session.add(row)
    if row.conversation_id != conversation_id:
        row.conversation_id = conversation_id
        row.delivered_seq, row.delivered_part = conversation.last_seq, 0
    row.session_id = conversation.session_id or secrets.token_urlsafe(24)
    row.customer_id, row.customer_until = customer_id, customer_until
    session.flush()
    return _view(session, row, now)


def move_session(session: Session, conversation_id: str, session_id: str) -> None:
    """Give a conversation to a browser's session; its chat follows.

    Raises:
        NotFoundError: no such conversation.
    """
    conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        raise NotFoundError(f"no conversation {conversation_id}")
    conversation.session_id = session_id
    session.execute(
        update(TelegramChat).where(TelegramChat.conversation_id == conversation_id).values(session_id=session_id)
    )


def is_told(session: Session, chat_id: int) -> bool:
    """Tell whether a chat has got all that was said in its conversation, or cannot get it."""
    row = session.get(TelegramChat, chat_id)
    conversation = session.get(Conversation, row.conversation_id) if row else None
    if row is None or conversation is None or row.blocked_at is not None:
        return True
    return row.delivered_seq >= conversation.last_seq


def choose_language(session: Session, chat_id: int, language: str) -> None:
    """Keep the language that was chosen in a chat."""
    session.execute(update(TelegramChat).where(TelegramChat.chat_id == chat_id).values(language=language))


def mark_blocked(session: Session, chat_id: int, *, since: datetime | None) -> None:
    """Stop sending to a chat that has blocked the bot, or (None) begin again."""
    session.execute(
        update(TelegramChat)
        .where(TelegramChat.chat_id == chat_id)
        .values(blocked_at=since, failures=0, not_before=None)
    )


def chats_to_tell(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Return chats that have something new, nobody sends to, and that may be sent to now; the longest waiting first."""
    return list(
        session.scalars(
            select(TelegramChat.chat_id)
            .join(Conversation, Conversation.id == TelegramChat.conversation_id)
            .where(
                Conversation.last_seq > TelegramChat.delivered_seq,
                TelegramChat.blocked_at.is_(None),
                or_(TelegramChat.not_before.is_(None), TelegramChat.not_before <= now),
                or_(TelegramChat.sending_until.is_(None), TelegramChat.sending_until < now),
            )
            .order_by(Conversation.updated_at)
            .limit(limit)
        )
    )


def start_telling(session: Session, chat_id: int, sender: str, *, now: datetime, lease: timedelta) -> Telling | None:
    """Take a chat to send to it, for as long as the lease; None where another process does, or nothing may be sent."""
    row = session.get(TelegramChat, chat_id, with_for_update=True, populate_existing=True)
    if row is None or row.blocked_at is not None or (row.not_before is not None and row.not_before > now):
        return None
    if row.sending_until is not None and row.sending_until >= now and row.sender != sender:
        return None
    row.sender, row.sending_until = sender, now + lease
    return Telling(chat_id, row.conversation_id, row.language, row.delivered_seq, row.delivered_part, row.failures)


def note_told(session: Session, telling: Telling, sender: str, *, now: datetime, lease: timedelta) -> bool:
    """Move a chat's cursor to where `telling` stands, and prolong the lease.

    False: somebody else sends to it, it is blocked, or another conversation goes on in it; nothing is changed.
    """
    result = session.execute(
        update(TelegramChat)
        .where(
            TelegramChat.chat_id == telling.chat_id,
            TelegramChat.conversation_id == telling.conversation_id,
            TelegramChat.sender == sender,
            TelegramChat.blocked_at.is_(None),
        )
        .values(delivered_seq=telling.seq, delivered_part=telling.part, failures=0, sending_until=now + lease)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def stop_telling(
    session: Session, chat_id: int, sender: str, *, not_before: datetime | None = None, failed: bool = False
) -> None:
    """Give a chat up; with `not_before` nothing is sent to it until then."""
    session.execute(
        update(TelegramChat)
        .where(TelegramChat.chat_id == chat_id, TelegramChat.sender == sender)
        .values(
            sender=None,
            sending_until=None,
            not_before=not_before,
            failures=TelegramChat.failures + (1 if failed else 0),
        )
    )


def _view(session: Session, row: TelegramChat, now: datetime) -> ChatView:
    conversation = session.get(Conversation, row.conversation_id)
    in_time = row.customer_until is not None and row.customer_until > now
    kept = in_time or (conversation is not None and conversation.status in _WITH_DESK)
    customer_id = row.customer_id if kept else None
    return ChatView(
        row.chat_id,
        row.conversation_id,
        row.session_id,
        customer_id,
        row.customer_until,
        row.language,
        conversation is not None and conversation.customer_id not in (None, customer_id),
        row.blocked_at is not None,
    )
