"""Changes of owner by people of the desk, each with the line that tells the shopper, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gateway.reply import TypedReply
from bot.gateway.texts import as_language, say
from catalog.errors import NotFoundError, NotOwnerError
from catalog.models import Agent, Conversation, ConversationStatus, Direction
from catalog.repositories.conversations import NewMessage, StoredMessage, append_messages
from catalog.repositories.ownership import Ownership, assign, close, expire, hand_back, take

LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change: who has the conversation now, and what was said of it; nothing where nothing changed."""

    ownership: Ownership
    told: tuple[StoredMessage, ...]


def take_chat(session: Session, conversation_id: str, agent_id: int, *, now: datetime) -> Changed:
    """Give a waiting conversation to an agent; errors as `ownership.take`."""
    name = _name(session, agent_id)
    return _told(
        session, conversation_id, lambda: take(session, conversation_id, agent_id, now=now, lease=LEASE), "joined", name
    )


def assign_chat(
    session: Session, conversation_id: str, agent_id: int, by: int, *, owner_only: bool, now: datetime
) -> Changed:
    """Give a conversation to an agent; errors as `ownership.assign`, `NotFoundError` for one who is not active too.

    Args:
        owner_only: `by` may do it only while they have the conversation (`NotOwnerError`); a supervisor always may.
    """
    name = _name(session, agent_id)
    row = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if owner_only and row is not None and (row.status is not ConversationStatus.HUMAN or row.agent_id != by):
        raise NotOwnerError(f"conversation {conversation_id} is not with agent {by}")
    notice = "moved" if row is not None and row.status is ConversationStatus.HUMAN else "joined"
    return _told(
        session,
        conversation_id,
        lambda: assign(session, conversation_id, agent_id, by=by, now=now, lease=LEASE),
        notice,
        name,
    )


def hand_back_chat(session: Session, conversation_id: str, agent_id: int, *, now: datetime) -> Changed:
    """Give a conversation back to the assistant; errors as `ownership.hand_back`."""
    name = _name(session, agent_id)
    return _told(session, conversation_id, lambda: hand_back(session, conversation_id, agent_id, now=now), "left", name)


def close_chat(session: Session, conversation_id: str, agent_id: int, *, now: datetime) -> Changed:
    """Close a conversation; errors as `ownership.close`."""
    name = _name(session, agent_id)
    return _told(session, conversation_id, lambda: close(session, conversation_id, agent_id, now=now), "closed", name)


def expire_chats(session: Session, *, now: datetime) -> list[Changed]:
    """Put conversations whose lease has run out back to their place in the queue, and say so."""
    late = (
        select(Conversation.id, Agent.name)
        .outerjoin(Agent, Agent.id == Conversation.agent_id)
        .where(Conversation.status == ConversationStatus.HUMAN, Conversation.lease_until < now)
    )
    names = dict(session.execute(late).all())
    return [
        Changed(owner, tuple(append_messages(session, [_notice(session, owner.conversation_id, "lost", name)])))
        for owner in expire(session, now=now)
        for name in (names.get(owner.conversation_id) or "",)
    ]


def some_expired(session: Session, *, now: datetime) -> bool:
    """Tell whether `expire_chats` would change anything."""
    late = select(Conversation.id).where(
        Conversation.status == ConversationStatus.HUMAN, Conversation.lease_until < now
    )
    return session.scalar(late.limit(1)) is not None


def _told(session: Session, conversation_id: str, change: Callable[[], Ownership], notice: str, name: str) -> Changed:
    row = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    before = row.version if row is not None else None
    owner = change()
    if owner.version == before:
        return Changed(owner, ())
    return Changed(owner, tuple(append_messages(session, [_notice(session, conversation_id, notice, name)])))


def _notice(session: Session, conversation_id: str, notice: str, name: str) -> NewMessage:
    row = session.get(Conversation, conversation_id)
    language = (as_language(row.language) if row is not None else None) or "en"
    text = say("desk_closed_chat" if notice == "closed" else f"desk_{notice}", language).format(name=name)
    payload = {"reply": TypedReply(text=text, language=language).as_json(), "notice": notice}
    return NewMessage(conversation_id, Direction.BOT, text, payload, notice=True)


def _name(session: Session, agent_id: int) -> str:
    agent = session.get(Agent, agent_id)
    if agent is None or not agent.active:
        raise NotFoundError(f"no agent {agent_id}")
    return agent.name
