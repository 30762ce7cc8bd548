"""Who has a conversation: bot, the queue, a person with a lease, or nobody (closed). Each change is one transaction.

bot -> queued -> human -> bot or closed; closed -> bot when the shopper writes again. A lease that runs out puts the
conversation back to where it stood in the queue. Every change raises the version by one and is written down.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError, NotOwnerError
from catalog.models import Conversation, ConversationStatus, OwnershipChange

_BOT, _QUEUED, _HUMAN, _CLOSED = (
    ConversationStatus.BOT,
    ConversationStatus.QUEUED,
    ConversationStatus.HUMAN,
    ConversationStatus.CLOSED,
)
_NOBODY: Final = {"agent_id": None, "lease_until": None}
_DONE: Final = {**_NOBODY, "waiting_since": None, "handoff_reason": None}


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who has a conversation, and since when the shopper waits for a person or talks to one."""

    conversation_id: str
    status: ConversationStatus
    version: int
    agent_id: int | None
    lease_until: datetime | None
    waiting_since: datetime | None
    reason: str | None


def ownership(session: Session, conversation_id: str) -> Ownership:
    """Return who has a conversation.

    Raises:
        NotFoundError: no such conversation.
    """
    return _as_view(_locked(session, conversation_id))


def peek(session: Session, conversation_id: str) -> Ownership | None:
    """Return who has a conversation, without a lock, for a read transaction; None where there is none."""
    row = session.get(Conversation, conversation_id)
    return _as_view(row) if row else None


def ask_for_person(session: Session, conversation_id: str, *, reason: str, now: datetime) -> Ownership:
    """Put a conversation of the bot into the queue; one that waits or is with a person stays where it is.

    Raises:
        NotFoundError: no such conversation.
    """
    row = _locked(session, conversation_id)
    if row.status in (_QUEUED, _HUMAN):
        return _as_view(row)
    return _move(session, row, _QUEUED, reason, now, waiting_since=now, handoff_reason=reason)


def take(session: Session, conversation_id: str, agent_id: int, *, now: datetime, lease: timedelta) -> Ownership:
    """Give a waiting conversation to an agent for as long as the lease, which `renew` prolongs.

    Raises:
        NotOwnerError: it does not wait (any more).
        NotFoundError: no such conversation.
    """
    row = _locked(session, conversation_id)
    if row.status is _HUMAN and row.agent_id == agent_id:
        return _as_view(row)
    if row.status is not _QUEUED:
        raise NotOwnerError(f"conversation {conversation_id} does not wait for a person")
    return _move(session, row, _HUMAN, "taken", now, by=agent_id, agent_id=agent_id, lease_until=now + lease)


def assign(
    session: Session, conversation_id: str, agent_id: int, *, by: int, now: datetime, lease: timedelta
) -> Ownership:
    """Give a conversation that waits or is with somebody to an agent; `by` is who decides it, an agent or supervisor.

    Raises:
        NotOwnerError: it is the bot's, or closed.
        NotFoundError: no such conversation.
    """
    row = _locked(session, conversation_id)
    if row.status not in (_QUEUED, _HUMAN):
        raise NotOwnerError(f"conversation {conversation_id} is not the desk's")
    if row.status is _HUMAN and row.agent_id == agent_id:
        return _as_view(row)
    return _move(session, row, _HUMAN, "assigned", now, by=by, agent_id=agent_id, lease_until=now + lease)


def hand_back(session: Session, conversation_id: str, agent_id: int, *, now: datetime) -> Ownership:
    """Give a conversation back to the bot.

    Raises:
        NotOwnerError: the agent does not have it.
        NotFoundError: no such conversation.
    """
    row = _held(session, conversation_id, agent_id)
    return _move(session, row, _BOT, "handed_back", now, by=agent_id, **_DONE)


def close(session: Session, conversation_id: str, agent_id: int, *, now: datetime) -> Ownership:
    """Close a conversation; raises as `hand_back`."""
    row = _held(session, conversation_id, agent_id)
    return _move(session, row, _CLOSED, "closed", now, by=agent_id, **_DONE)


def stop_waiting(session: Session, conversation_id: str, *, now: datetime) -> Ownership:
    """Take a conversation out of the queue, back to the bot; one that does not wait stays where it is.

    Raises:
        NotFoundError: no such conversation.
    """
    row = _locked(session, conversation_id)
    return _as_view(row) if row.status is not _QUEUED else _move(session, row, _BOT, "stopped_waiting", now, **_DONE)


def reopen(session: Session, conversation_id: str, *, now: datetime) -> Ownership:
    """Give a closed conversation to the bot; another stays where it is.

    Raises:
        NotFoundError: no such conversation.
    """
    row = _locked(session, conversation_id)
    return _as_view(row) if row.status is not _CLOSED else _move(session, row, _BOT, "reopened", now)


def renew(session: Session, agent_id: int, *, now: datetime, lease: timedelta) -> int:
    """Prolong all leases of an agent that have not run out; returns how many."""
    result = session.execute(
        update(Conversation)
        .where(Conversation.status == _HUMAN, Conversation.agent_id == agent_id, Conversation.lease_until >= now)
        .values(lease_until=now + lease)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def expire(session: Session, *, now: datetime) -> list[Ownership]:
    """Put conversations whose lease has run out back to their place in the queue."""
    late = session.scalars(
        select(Conversation)
        .where(Conversation.status == _HUMAN, Conversation.lease_until < now)
        .order_by(Conversation.id)
        .with_for_update()
    )
    return [_move(session, row, _QUEUED, "lease_ran_out", now, by=row.agent_id, **_NOBODY) for row in late.all()]


def place_in_queue(session: Session, conversation_id: str) -> int | None:
    """Return a conversation's place, 1 for the next; None where it does not wait."""
    row = session.get(Conversation, conversation_id)
    if row is None or row.status is not _QUEUED or row.waiting_since is None:
        return None
    ahead = select(func.count()).where(
        Conversation.status == _QUEUED,
        (Conversation.waiting_since < row.waiting_since)
        | ((Conversation.waiting_since == row.waiting_since) & (Conversation.id < row.id)),
    )
    return int(session.scalar(ahead) or 0) + 1


def of_desk(session: Session, statuses: Collection[ConversationStatus] = (_QUEUED, _HUMAN)) -> list[Ownership]:
    """Return the conversations that wait for a person or are with one, the longest waiting first."""
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.status.in_(statuses))
        .order_by(Conversation.waiting_since, Conversation.id)
    )
    return [_as_view(row) for row in rows]


def _locked(session: Session, conversation_id: str) -> Conversation:
    row = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError(f"no conversation {conversation_id}")
    return row


def _held(session: Session, conversation_id: str, agent_id: int) -> Conversation:
    row = _locked(session, conversation_id)
    if row.status is not _HUMAN or row.agent_id != agent_id:
        raise NotOwnerError(f"conversation {conversation_id} is not with agent {agent_id}")
    return row


def _move(
    session: Session,
    row: Conversation,
    after: ConversationStatus,
    reason: str,
    now: datetime,
    *,
    by: int | None = None,
    **changes: Any,
) -> Ownership:
    before = row.status
    row.status = after
    row.version += 1
    for name, value in changes.items():
        setattr(row, name, value)
    change = OwnershipChange(
        conversation_id=row.id,
        version=row.version,
        before=before,
        after=after,
        agent_id=by,
        reason=reason,
        changed_at=now,
    )
    session.add(change)
    session.flush()
    return _as_view(row)


def _as_view(row: Conversation) -> Ownership:
    return Ownership(
        row.id, row.status, row.version, row.agent_id, row.lease_until, row.waiting_since, row.handoff_reason
    )
