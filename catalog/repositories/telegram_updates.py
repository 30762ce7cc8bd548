"""Telegram's updates: kept once, worked on once, in the order of their numbers within a lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from catalog.models import TelegramUpdate

_UPDATES = cast(Table, TelegramUpdate.__table__)


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update as it came in; those of one `lane` keep their order."""

    update_id: int
    lane: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClaimedUpdate:
    """An update that a process works on; `attempts` counts this one."""

    update_id: int
    lane: str
    payload: Mapping[str, Any]
    attempts: int


def store_updates(session: Session, updates: Sequence[NewUpdate], *, now: datetime) -> int:
    """Keep updates; one whose number is known already is left as it is. Returns how many are new."""
    if not updates:
        return 0
    rows = [
        {
            "update_id": u.update_id,
            "lane": u.lane,
            "payload": dict(u.payload),
            "attempts": 0,
            "received_at": now,
        }
        for u in updates
    ]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(_UPDATES).values(rows).on_conflict_do_nothing(index_elements=["update_id"])
    return len(session.execute(statement.returning(_UPDATES.c.update_id)).all())


def claim_updates(
    session: Session, worker: str, *, now: datetime, lease: timedelta, limit: int, lane: str | None = None
) -> list[ClaimedUpdate]:
    """Take the first unfinished update of each lane, where no process has it; of one `lane` where it is named.

    An update stays the first of its lane until it is finished, so nobody works on two of a lane at once. One whose
    process has died is taken when its lease has run out.
    """
    other = aliased(TelegramUpdate)
    earlier = select(other.update_id).where(
        other.lane == TelegramUpdate.lane, other.done_at.is_(None), other.update_id < TelegramUpdate.update_id
    )
    free = or_(TelegramUpdate.claimed_until.is_(None), TelegramUpdate.claimed_until < now)
    heads = select(TelegramUpdate.update_id).where(TelegramUpdate.done_at.is_(None), free, ~earlier.exists())
    if lane is not None:
        heads = heads.where(TelegramUpdate.lane == lane)
    wanted = session.scalars(heads.order_by(TelegramUpdate.update_id).limit(limit)).all()
    taken = session.execute(
        update(TelegramUpdate)
        .where(TelegramUpdate.update_id.in_(wanted), TelegramUpdate.done_at.is_(None), free)
        .values(claimed_by=worker, claimed_until=now + lease, attempts=TelegramUpdate.attempts + 1)
        .returning(TelegramUpdate.update_id, TelegramUpdate.lane, TelegramUpdate.payload, TelegramUpdate.attempts),
        execution_options={"synchronize_session": False},
    )
    return sorted((ClaimedUpdate(*row) for row in taken), key=lambda claimed: claimed.update_id)


def finish_update(session: Session, update_id: int, *, now: datetime) -> None:
    """Note that an update is done; its content is forgotten, its number kept."""
    session.execute(
        update(TelegramUpdate)
        .where(TelegramUpdate.update_id == update_id)
        .values(done_at=now, payload={}, claimed_by=None, claimed_until=None)
    )


def put_back_update(session: Session, update_id: int, worker: str, *, until: datetime, counted: bool = True) -> None:
    """Let an update be taken again after a moment; those behind it in its lane wait with it.

    `counted` says whether it has been tried, or only has to wait for something.
    """
    session.execute(
        update(TelegramUpdate)
        .where(TelegramUpdate.update_id == update_id, TelegramUpdate.claimed_by == worker)
        .values(claimed_by=None, claimed_until=until, attempts=TelegramUpdate.attempts - (0 if counted else 1))
    )


def renew_claims(session: Session, worker: str, *, now: datetime, lease: timedelta) -> None:
    """Prolong what was claimed under a name."""
    session.execute(
        update(TelegramUpdate)
        .where(TelegramUpdate.claimed_by == worker, TelegramUpdate.done_at.is_(None))
        .values(claimed_until=now + lease)
    )


def forget_updates(session: Session, *, before: datetime) -> None:
    """Delete finished updates of long ago; Telegram repeats one for a day at most."""
    session.execute(delete(TelegramUpdate).where(TelegramUpdate.done_at < before))
