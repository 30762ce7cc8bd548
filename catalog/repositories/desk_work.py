"""What the desk reads of conversations, and what it writes beside them: lists, notes, reading marks."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError
from catalog.models import (
    Agent,
    Conversation,
    ConversationStatus,
    Customer,
    DeskNote,
    DeskRead,
    Direction,
    Message,
    OwnershipChange,
)
from catalog.repositories.customers import customer_name
from catalog.repositories.ownership import place_in_queue

MOST_WAITING: Final = 500
_LOOKED_BACK: Final = 12
_SAID: Final = 3
_WITH_DESK: Final = (ConversationStatus.QUEUED, ConversationStatus.HUMAN)


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The newest message of a conversation."""

    seq: int
    direction: Direction
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class DeskItem:
    """A conversation as a row of the desk's lists; `place` is only counted in a whole list and for one of the queue."""

    conversation_id: str
    status: ConversationStatus
    version: int
    channel: str
    language: str | None
    reason: str | None
    waiting_since: datetime | None
    lease_until: datetime | None
    agent_id: int | None
    agent_name: str | None
    customer_id: str | None
    customer_name: str | None
    last: LastMessage | None
    unread: int
    said: tuple[str, ...]
    place: int | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    """An internal note."""

    note_id: int
    agent_id: int | None
    agent_name: str
    text: str
    created_at: datetime


def desk_items(session: Session) -> list[DeskItem]:
    """Return the conversations that are with a person and those that wait for one, the longest waiting first; of the
    waiting at most 500, so that a flood of them does not drown the consoles."""
    first = (
        select(Conversation.id)
        .where(Conversation.status == ConversationStatus.QUEUED)
        .order_by(Conversation.waiting_since, Conversation.id)
        .limit(MOST_WAITING)
    )
    found = _items(session, or_(Conversation.status == ConversationStatus.HUMAN, Conversation.id.in_(first)))
    queued = [item for item in found if item.status is ConversationStatus.QUEUED]
    places = {item.conversation_id: place for place, item in enumerate(queued, 1)}
    return [_placed(item, places.get(item.conversation_id)) for item in found]


def desk_item(session: Session, conversation_id: str) -> DeskItem:
    """Return one conversation, whoever has it.

    Raises:
        NotFoundError: no such conversation.
    """
    found = _items(session, Conversation.id == conversation_id)
    if not found:
        raise NotFoundError(f"no conversation {conversation_id}")
    return _placed(found[0], place_in_queue(session, conversation_id))


def desk_versions(session: Session) -> dict[str, int]:
    """Return the version of every conversation that waits for a person or is with one."""
    rows = session.execute(select(Conversation.id, Conversation.version).where(Conversation.status.in_(_WITH_DESK)))
    return dict(rows.all())


def desk_places(session: Session) -> dict[str, int]:
    """Return the place of every conversation of the queue, 1 for the next."""
    rows = session.scalars(
        select(Conversation.id)
        .where(Conversation.status == ConversationStatus.QUEUED)
        .order_by(Conversation.waiting_since, Conversation.id)
    )
    return {key: place for place, key in enumerate(rows, 1)}


def has_had(session: Session, conversation_id: str, agent_id: int) -> bool:
    """Tell whether an agent has ever had a conversation."""
    change = select(OwnershipChange.id).where(
        OwnershipChange.conversation_id == conversation_id, OwnershipChange.agent_id == agent_id
    )
    return session.scalar(change.limit(1)) is not None


def mark_read(session: Session, conversation_id: str, seq: int) -> int:
    """Note that everything up to `seq` was read; returns how many of the shopper's messages are unread.

    Raises:
        NotFoundError: no such conversation.
    """
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFoundError(f"no conversation {conversation_id}")
    row = session.get(DeskRead, conversation_id)
    seq = min(seq, conversation.last_seq)
    if row is None:
        session.add(DeskRead(conversation_id=conversation_id, seq=seq))
    else:
        row.seq = max(row.seq, seq)
    session.flush()
    return _unread(session, Conversation.id == conversation_id).get(conversation_id, 0)


def add_note(session: Session, conversation_id: str, agent_id: int, text: str, *, now: datetime) -> NoteView:
    """Keep an internal note.

    Raises:
        NotFoundError: no such conversation.
    """
    if session.get(Conversation, conversation_id) is None:
        raise NotFoundError(f"no conversation {conversation_id}")
    row = DeskNote(conversation_id=conversation_id, agent_id=agent_id, text=text, created_at=now)
    session.add(row)
    session.flush()
    agent = session.get(Agent, agent_id)
    return NoteView(row.id, agent_id, agent.name if agent else "", text, now)


def list_notes(session: Session, conversation_id: str) -> list[NoteView]:
    """Return the notes of a conversation, oldest first."""
    rows = session.execute(
        select(DeskNote, Agent.name)
        .outerjoin(Agent, Agent.id == DeskNote.agent_id)
        .where(DeskNote.conversation_id == conversation_id)
        .order_by(DeskNote.id)
    )
    return [NoteView(note.id, note.agent_id, name or "", note.text, note.created_at) for note, name in rows]


def _items(session: Session, wanted: ColumnElement[bool]) -> list[DeskItem]:
    rows = session.execute(
        select(Conversation, Agent.name, Customer, Message.direction, Message.text, Message.created_at)
        .outerjoin(Agent, Agent.id == Conversation.agent_id)
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Message, and_(Message.conversation_id == Conversation.id, Message.seq == Conversation.last_seq))
        .where(wanted)
        .order_by(Conversation.waiting_since, Conversation.id)
    ).all()
    unread, said = _unread(session, wanted), _said(session, wanted)
    return [
        DeskItem(
            conversation_id=row.id,
            status=row.status,
            version=row.version,
            channel=row.channel,
            language=row.language,
            reason=row.handoff_reason,
            waiting_since=row.waiting_since,
            lease_until=row.lease_until,
            agent_id=row.agent_id,
            agent_name=agent_name,
            customer_id=row.customer_id,
            customer_name=customer_name(customer.first_name, customer.last_name) if customer is not None else None,
            last=LastMessage(row.last_seq, direction, text, sent_at) if direction is not None else None,
            unread=unread.get(row.id, 0),
            said=tuple(said.get(row.id, ())),
        )
        for row, agent_name, customer, direction, text, sent_at in rows
    ]


def _unread(session: Session, wanted: ColumnElement[bool]) -> dict[str, int]:
    """Count the shopper's messages after the mark and after what an agent said last."""
    answered = (
        select(func.max(Message.seq))
        .where(Message.conversation_id == Conversation.id, Message.direction == Direction.AGENT)
        .correlate(Conversation)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Message.conversation_id, func.count())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(DeskRead, DeskRead.conversation_id == Conversation.id)
        .where(
            wanted,
            Message.direction == Direction.SHOPPER,
            Message.seq > func.coalesce(DeskRead.seq, 0),
            Message.seq > func.coalesce(answered, 0),
            Message.created_at >= func.coalesce(Conversation.waiting_since, Conversation.created_at),
        )
        .group_by(Message.conversation_id)
    )
    return dict(rows.all())


def _said(session: Session, wanted: ColumnElement[bool]) -> dict[str, list[str]]:
    """Return the shopper's last sentences."""
    rows = session.execute(
        select(Message.conversation_id, Message.text)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(wanted, Message.direction == Direction.SHOPPER, Message.seq > Conversation.last_seq - _LOOKED_BACK)
        .order_by(Message.conversation_id, Message.seq)
    )
    said: dict[str, list[str]] = {}
    for key, text in rows:
        said.setdefault(key, []).append(text)
    return {key: texts[-_SAID:] for key, texts in said.items()}


def _placed(item: DeskItem, place: int | None) -> DeskItem:
    return item if place is None else replace(item, place=place)
