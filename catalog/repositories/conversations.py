"""Conversations and messages, appended in groups: one transaction for many conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import String, Table, bindparam, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError, NotOwnerError
from catalog.models import Conversation, ConversationStatus, Direction, Message
from catalog.models.base import utc_now
from catalog.repositories.events import hand_over_events

_CONVERSATIONS = cast(Table, Conversation.__table__)
_MESSAGES = cast(Table, Message.__table__)


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation."""

    conversation_id: str
    session_id: str | None
    customer_id: str | None
    channel: str
    language: str | None
    status: ConversationStatus
    last_seq: int


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be kept; `client_message_id` makes a second one of the same id return the first.

    `language`, where given, becomes the conversation's. A message of the bot is kept only while the conversation is the
    bot's, except a `notice` (of the hand-over itself); one of an agent only while that agent has it.
    """

    conversation_id: str
    direction: Direction
    text: str
    payload: Mapping[str, Any] | None = None
    client_message_id: str | None = None
    language: str | None = None
    notice: bool = False
    agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A kept message; `repeated` says that it had been kept before, `status` who has the conversation."""

    conversation_id: str
    seq: int
    direction: Direction
    text: str
    payload: Mapping[str, Any] | None
    client_message_id: str | None
    created_at: datetime
    repeated: bool = False
    status: ConversationStatus = ConversationStatus.BOT


def get_conversation(session: Session, conversation_id: str) -> ConversationView | None:
    """Return a conversation."""
    row = session.get(Conversation, conversation_id)
    return _view(row) if row else None


def open_conversation(
    session: Session,
    conversation_id: str,
    *,
    channel: str,
    session_id: str | None = None,
    customer_id: str | None = None,
    language: str | None = None,
) -> ConversationView:
    """Return a conversation, made where it does not exist; an existing one is not changed.

    What the session's shopper did on the pages before it counts for the new one's shopper.
    """
    row = session.get(Conversation, conversation_id)
    if row is None:
        row = Conversation(
            id=conversation_id,
            session_id=session_id,
            customer_id=customer_id,
            channel=channel,
            language=language,
            status=ConversationStatus.BOT,
            last_seq=0,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:  # made by another transaction meanwhile
            return _view(session.get_one(Conversation, conversation_id))
        if session_id is not None:
            hand_over_events(session, session_id, customer_id or conversation_id)
    return _view(row)


def change_conversation(session: Session, conversation_id: str, **changes: Any) -> ConversationView:
    """Set `customer_id`, `language`, `status` or `session_id` of a conversation.

    What was done in it before counts for a customer who becomes its owner.

    Raises:
        NotFoundError: no such conversation.
        ValueError: another column is named.
    """
    if not changes.keys() <= {"customer_id", "language", "status", "session_id"}:
        raise ValueError(f"cannot change {sorted(changes)}")
    row = session.get(Conversation, conversation_id)
    if row is None:
        raise NotFoundError(f"no conversation {conversation_id}")
    customer = changes.get("customer_id")
    if customer is not None and row.customer_id is None:
        hand_over_events(session, conversation_id, customer)
    for name, value in changes.items():
        setattr(row, name, value)
    row.updated_at = utc_now()
    session.flush()
    return _view(row)


def append_messages(session: Session, messages: Sequence[NewMessage]) -> list[StoredMessage]:
    """Keep messages of any conversations in their order, numbered without gaps; at most five statements.

    Raises:
        NotFoundError: a conversation does not exist.
        NotOwnerError: bot or agent may not speak in a conversation any more.
    """
    owners = _lock(session, {message.conversation_id for message in messages})
    sequences = {key: owner.last_seq for key, owner in owners.items()}
    known = {key: replace(kept, status=owners[key[0]].status) for key, kept in _already_kept(session, messages).items()}
    now = utc_now()
    for message in messages:
        owners[message.conversation_id].check(message, now)
    stored: list[StoredMessage] = []
    fresh: list[StoredMessage] = []
    for message in messages:
        identity = (message.conversation_id, message.client_message_id or "")
        if message.client_message_id and identity in known:
            stored.append(known[identity])
            continue
        sequences[message.conversation_id] += 1
        kept = StoredMessage(
            conversation_id=message.conversation_id,
            seq=sequences[message.conversation_id],
            direction=message.direction,
            text=message.text,
            payload=message.payload,
            client_message_id=message.client_message_id,
            created_at=now,
            status=owners[message.conversation_id].status,
        )
        stored.append(kept)
        fresh.append(kept)
        if message.client_message_id:
            known[identity] = replace(kept, repeated=True)
    _write(session, fresh, sequences, {m.conversation_id: m.language for m in messages if m.language})
    return stored


_LOCK = (
    select(
        _CONVERSATIONS.c.id,
        _CONVERSATIONS.c.last_seq,
        _CONVERSATIONS.c.status,
        _CONVERSATIONS.c.agent_id,
        _CONVERSATIONS.c.lease_until,
    )
    .where(_CONVERSATIONS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_CONVERSATIONS.c.id)
    .with_for_update()
)
_INSERT = insert(_MESSAGES)
_UPDATE = (
    update(_CONVERSATIONS)
    .where(_CONVERSATIONS.c.id == bindparam("wanted"))
    .values(
        last_seq=bindparam("seq"),
        updated_at=bindparam("now"),
        language=func.coalesce(bindparam("spoken", type_=String), _CONVERSATIONS.c.language),
    )
)


class _Owner(NamedTuple):
    conversation_id: str
    last_seq: int
    status: ConversationStatus
    agent_id: int | None
    lease_until: datetime | None

    def check(self, message: NewMessage, now: datetime) -> None:
        """Raise where the message's author does not have the conversation."""
        if message.direction is Direction.BOT and not message.notice:
            allowed = self.status is ConversationStatus.BOT
        elif message.direction is Direction.AGENT:
            held = self.status is ConversationStatus.HUMAN and self.agent_id == message.agent_id
            allowed = held and self.lease_until is not None and self.lease_until >= now
        else:
            allowed = True
        if not allowed:
            raise NotOwnerError(
                f"conversation {self.conversation_id} is {self.status}: {message.direction} may not speak"
            )


def _lock(session: Session, conversation_ids: set[str]) -> dict[str, _Owner]:
    rows = session.execute(_LOCK, {"ids": sorted(conversation_ids)}).all()
    owners = {row[0]: _Owner(*row) for row in rows}
    missing = conversation_ids - owners.keys()
    if missing:
        raise NotFoundError(f"no conversation {min(missing)}")
    return owners


def _already_kept(session: Session, messages: Sequence[NewMessage]) -> dict[tuple[str, str], StoredMessage]:
    wanted = [(m.conversation_id, m.client_message_id) for m in messages if m.client_message_id]
    if not wanted:
        return {}
    rows = session.scalars(
        select(Message).where(tuple_(Message.conversation_id, Message.client_message_id).in_(wanted))
    )
    return {(row.conversation_id, row.client_message_id or ""): replace(_stored(row), repeated=True) for row in rows}


def _write(
    session: Session,
    fresh: Sequence[StoredMessage],
    sequences: Mapping[str, int],
    languages: Mapping[str, str],
) -> None:
    if not fresh:
        return
    rows = [
        {
            "conversation_id": kept.conversation_id,
            "seq": kept.seq,
            "direction": kept.direction,
            "text": kept.text,
            "payload": kept.payload,
            "client_message_id": kept.client_message_id,
            "created_at": kept.created_at,
        }
        for kept in fresh
    ]
    session.execute(_INSERT, rows)
    now = fresh[0].created_at
    session.execute(
        _UPDATE,
        [
            {"wanted": key, "seq": sequences[key], "now": now, "spoken": languages.get(key)}
            for key in sorted({kept.conversation_id for kept in fresh})
        ],
    )


def message_history(
    session: Session,
    conversation_id: str,
    *,
    after_seq: int = 0,
    before_seq: int | None = None,
    limit: int = 100,
    newest: bool = True,
) -> list[StoredMessage]:
    """Return messages after a sequence number, in their order.

    Args:
        session: a session.
        conversation_id: the conversation.
        after_seq: only messages with a higher number.
        before_seq: only messages with a lower number.
        limit: at most so many.
        newest: where there are more than `limit`, keep the newest ones (else the oldest).
    """
    query = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after_seq).limit(limit)
    if before_seq is not None:
        query = query.where(Message.seq < before_seq)
    rows = list(session.scalars(query.order_by(Message.seq.desc() if newest else Message.seq)))
    return [_stored(row) for row in (reversed(rows) if newest else rows)]


def find_message(session: Session, conversation_id: str, client_message_id: str | None) -> StoredMessage | None:
    """Return the message that was kept under an author's own id, None where there is none."""
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.client_message_id == client_message_id
    )
    row = session.scalar(query) if client_message_id else None
    return _stored(row) if row else None


def _stored(row: Message) -> StoredMessage:
    return StoredMessage(
        conversation_id=row.conversation_id,
        seq=row.seq,
        direction=row.direction,
        text=row.text,
        payload=row.payload,
        client_message_id=row.client_message_id,
        created_at=row.created_at,
    )


def _view(row: Conversation) -> ConversationView:
    return ConversationView(
        row.id, row.session_id, row.customer_id, row.channel, row.language, row.status, row.last_seq
    )
