"""One-time codes that take a conversation from one channel to another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from catalog.models import ChannelLink, LinkTarget


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a code carries over: a conversation, and the customer signed in to it until a moment."""

    conversation_id: str
    customer_id: str | None
    customer_until: datetime | None


def issue_link(session: Session, code_hash: str, target: LinkTarget, link: LinkView, *, expires_at: datetime) -> None:
    """Keep a new code's hash."""
    session.add(
        ChannelLink(
            code_hash=code_hash,
            target=target,
            conversation_id=link.conversation_id,
            customer_id=link.customer_id,
            customer_until=link.customer_until,
            expires_at=expires_at,
        )
    )


def read_link(session: Session, code_hash: str, target: LinkTarget, *, now: datetime) -> LinkView | None:
    """Return what a code would carry over, without using it up; None where it is not valid."""
    row = session.get(ChannelLink, code_hash)
    if row is None or row.target is not target or row.used_at is not None or row.expires_at <= now:
        return None
    return LinkView(row.conversation_id, row.customer_id, row.customer_until)


def use_link(session: Session, code_hash: str, target: LinkTarget, user: str, *, now: datetime) -> LinkView | None:
    """Use a code up and return what it carries over; None where it is unknown, too old, or somebody has used it.

    The same user may repeat it until it expires: a step that was cut off is done again.
    """
    result = session.execute(
        update(ChannelLink)
        .where(
            ChannelLink.code_hash == code_hash,
            ChannelLink.target == target,
            ChannelLink.expires_at > now,
            or_(ChannelLink.used_at.is_(None), ChannelLink.used_by == user),
        )
        .values(used_at=now, used_by=user)
    )
    if not result.rowcount:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        return None
    row = session.scalars(select(ChannelLink).where(ChannelLink.code_hash == code_hash)).one()
    return LinkView(row.conversation_id, row.customer_id, row.customer_until)


def forget_links(session: Session, *, before: datetime) -> None:
    """Delete codes that expired before a moment."""
    session.execute(delete(ChannelLink).where(ChannelLink.expires_at < before))
