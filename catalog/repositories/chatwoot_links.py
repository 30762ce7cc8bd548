"""Chatwoot's links: which conversations have to be carried there, by whom, and how far that has got."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from catalog.models import Agent, ChatwootLink, Conversation, ConversationStatus, Message, Role

_WITH_DESK: Final = (ConversationStatus.QUEUED, ConversationStatus.HUMAN)
_MAY_CHANGE: Final = frozenset(
    {"contact_id", "chatwoot_id", "is_open", "opened_for", "sent_seq", "seen_message_id", "checked_at"}
)
_NO_PASSWORD: Final = "!"  # noqa: S105  (no hash, so that none fits)
_NAME_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Work:
    """A conversation that one process carries to Chatwoot: how it stands here, and what is there already.

    `dropped` says that a process died while it carried it.
    """

    conversation_id: str
    status: ConversationStatus
    version: int
    reason: str | None
    waiting_since: datetime | None
    channel: str
    language: str | None
    customer_id: str | None
    contact_id: int | None
    chatwoot_id: int | None
    is_open: bool
    opened_for: datetime | None
    sent_seq: int
    seen_message_id: int
    checked_at: datetime | None
    failures: int
    dropped: bool

    @property
    def with_desk(self) -> bool:
        """Tell whether it waits for a person or is with one."""
        return self.status in _WITH_DESK

    @property
    def is_open_now(self) -> bool:
        """Tell whether it was opened there for this visit to the desk, not only for one that is over."""
        return self.is_open and self.opened_for == self.waiting_since


def links_due(session: Session, *, now: datetime, stale: datetime, limit: int) -> list[str]:
    """Return conversations with something to do: to be opened, told of, asked about since `stale`, or finished."""
    free = and_(_past(ChatwootLink.not_before, now), _past(ChatwootLink.worker_until, now))
    waiting = (
        select(Conversation.id)
        .outerjoin(ChatwootLink, ChatwootLink.conversation_id == Conversation.id)
        .where(
            Conversation.status.in_(_WITH_DESK),
            or_(
                ChatwootLink.conversation_id.is_(None),
                and_(
                    free,
                    or_(
                        ChatwootLink.is_open.is_(False),
                        ChatwootLink.sent_seq < Conversation.last_seq,
                        ChatwootLink.checked_at < stale,
                    ),
                ),
            ),
        )
        .order_by(Conversation.waiting_since, Conversation.id)
        .limit(limit)
    )
    over = (
        select(ChatwootLink.conversation_id)
        .join(Conversation, Conversation.id == ChatwootLink.conversation_id)
        .where(ChatwootLink.is_open, Conversation.status.not_in(_WITH_DESK), free)
        .order_by(ChatwootLink.conversation_id)
        .limit(limit)
    )
    return list(dict.fromkeys([*session.scalars(waiting), *session.scalars(over)]))[:limit]


def claim_link(session: Session, conversation_id: str, worker: str, *, now: datetime, lease: timedelta) -> Work | None:
    """Take a conversation to carry it, for as long as the lease; None where another process does, or not yet."""
    conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        return None
    row = session.get(ChatwootLink, conversation_id, populate_existing=True)
    if row is None:
        row = ChatwootLink(conversation_id=conversation_id, is_open=False, sent_seq=0)
        row.seen_message_id = row.told_version = row.failures = 0
        session.add(row)
    elif (row.not_before and row.not_before > now) or (row.worker_until and row.worker_until >= now):
        return None
    dropped = row.worker is not None
    row.worker, row.worker_until = worker, now + lease
    session.flush()
    return Work(
        conversation_id,
        conversation.status,
        conversation.version,
        conversation.handoff_reason,
        conversation.waiting_since,
        conversation.channel,
        conversation.language,
        conversation.customer_id,
        row.contact_id,
        row.chatwoot_id,
        row.is_open,
        row.opened_for,
        row.sent_seq,
        row.seen_message_id,
        row.checked_at,
        row.failures,
        dropped,
    )


def note_link(
    session: Session, conversation_id: str, worker: str, *, now: datetime, lease: timedelta, **changes: Any
) -> bool:
    """Note how far it has got and prolong the lease; False where the conversation is not this process's now.

    Raises:
        ValueError: another column is named.
    """
    if not changes.keys() <= _MAY_CHANGE:
        raise ValueError(f"cannot change {sorted(changes)}")
    row = session.get(ChatwootLink, conversation_id, with_for_update=True, populate_existing=True)
    if row is None or row.worker != worker:
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    row.worker_until = now + lease
    return True


def release_link(
    session: Session, conversation_id: str, worker: str, *, not_before: datetime | None, failures: int
) -> None:
    """Give a conversation free; it is not taken up again before a moment."""
    row = session.get(ChatwootLink, conversation_id, with_for_update=True, populate_existing=True)
    if row is not None and row.worker == worker:
        row.worker = row.worker_until = None
        row.not_before, row.failures = not_before, failures


def conversation_of(session: Session, chatwoot_id: int) -> str | None:
    """Return the conversation that has a number in Chatwoot."""
    return session.scalar(select(ChatwootLink.conversation_id).where(ChatwootLink.chatwoot_id == chatwoot_id))


def once_told(session: Session, conversation_id: str, version: int) -> bool:
    """Note that the shopper is told of trouble; False where that was said for this version, or there is no link."""
    row = session.get(ChatwootLink, conversation_id, with_for_update=True, populate_existing=True)
    if row is None or row.told_version == version:
        return False
    row.told_version = version
    return True


def kept_ids(session: Session, conversation_id: str, client_message_ids: Collection[str]) -> set[str]:
    """Return which of these message ids are kept already."""
    found = select(Message.client_message_id).where(
        Message.conversation_id == conversation_id, Message.client_message_id.in_(client_message_ids)
    )
    return {key for key in session.scalars(found) if key is not None}


def outside_agent(session: Session, login: str, name: str) -> Agent:
    """Return the account of somebody who works in another desk; made or renamed where needed, and without a password.

    Such an account cannot sign in here.
    """
    name = "".join(c for c in " ".join(name.split()) if c.isprintable())[:_NAME_LENGTH] or login
    row = session.scalar(select(Agent).where(Agent.login == login))
    if row is None:
        row = Agent(login=login, name=name, role=Role.AGENT, password_hash=_NO_PASSWORD, active=True, away=False)
        row.credential_version = 1
        session.add(row)
    row.name = name
    session.flush()
    return row


def _past(moment: Any, now: datetime) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment < now)
