"""How long shoppers wait for a person: what is said as an estimate, and what supervisors see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from catalog.models import Conversation, ConversationStatus, OwnershipChange

_LATEST: Final = 20
_AT_LEAST: Final = 3
_DAY: Final = timedelta(hours=24)
_QUEUED, _HUMAN = ConversationStatus.QUEUED, ConversationStatus.HUMAN


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The queue now and the last day: seconds, and numbers of conversations."""

    waiting: int
    longest_wait_s: int | None
    median_wait_s: int | None
    takes: int


def recent_waits_s(session: Session, *, now: datetime, limit: int | None = _LATEST) -> list[float]:
    """Return how long those waited whom a person took in the last 24 hours, in seconds, the latest first.

    Counted from the wish for a person to the first take; what comes back from a lease that ran out does not count.
    """
    take, asked = aliased(OwnershipChange), aliased(OwnershipChange)
    since = (
        select(func.max(asked.changed_at))
        .where(
            asked.conversation_id == take.conversation_id,
            asked.version < take.version,
            asked.after == _QUEUED,
            asked.before.in_((ConversationStatus.BOT, ConversationStatus.CLOSED)),
        )
        .correlate(take)
        .scalar_subquery()
    )
    rows = session.execute(
        select(take.changed_at, since.label("since"))
        .where(take.after == _HUMAN, take.before == _QUEUED, take.changed_at >= now - _DAY)
        .order_by(take.changed_at.desc())
        .limit(limit)
    )
    return [(taken - began).total_seconds() for taken, began in rows if began is not None]


def estimated_wait_s(session: Session, *, now: datetime) -> float | None:
    """Return how long a shopper waits at the moment: the median of the last takes, None where there were too few."""
    waits = recent_waits_s(session, now=now)
    return float(median(waits)) if len(waits) >= _AT_LEAST else None


def queue_figures(session: Session, *, now: datetime) -> QueueFigures:
    """Return what supervisors see of the queue."""
    count, oldest = session.execute(
        select(func.count(), func.min(Conversation.waiting_since)).where(Conversation.status == _QUEUED)
    ).one()
    waits = recent_waits_s(session, now=now, limit=None)
    longest = int((now - oldest).total_seconds()) if oldest is not None else None
    return QueueFigures(count, longest, int(median(waits)) if waits else None, len(waits))
