"""Behaviour events: appended in bulk, handed over with a conversation, read as a shopper's history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from catalog.models import BehaviourEvent, Conversation, EventKind, OrderLine, Product
from catalog.models.base import utc_now

_IN_CHUNK = 500
_SESSION_LENGTH = 64
_CHANNEL_UNKNOWN = "api"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be kept; see `catalog.models.events.BehaviourEvent`.

    Attributes:
        channel: where it happened; None takes the conversation's.
        session_id: the browser session; None takes the conversation's, which has its own id for one where it has none.
        conversation_id: the conversation that it happened in.
    """

    kind: EventKind
    shopper_id: str
    product_id: str
    channel: str | None
    ts: datetime = field(default_factory=utc_now)
    rank: int | None = None
    propensity: float | None = None
    quantity: int | None = None
    session_id: str | None = None
    conversation_id: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ShopperEvent:
    """An event of a shopper's history."""

    product_id: str
    kind: EventKind
    ts: datetime


def append_events(session: Session, events: Sequence[NewEvent]) -> int:
    """Write events in bulk; those of unknown products are left out. Returns how many were written."""
    wanted = sorted({event.product_id for event in events})
    keys: dict[str, int] = {}
    for start in range(0, len(wanted), _IN_CHUNK):
        chunk = wanted[start : start + _IN_CHUNK]
        rows = session.execute(select(Product.merchant_id, Product.id).where(Product.merchant_id.in_(chunk)))
        keys.update(rows.all())
    places = _places(session, {event.conversation_id for event in events if event.conversation_id})
    values = [
        {
            "kind": event.kind,
            "shopper_id": event.shopper_id,
            "session_id": event.session_id or places[event.conversation_id].session_id,
            "product_id": keys[event.product_id],
            "ts": event.ts,
            "channel": event.channel or places[event.conversation_id].channel,
            "rank": event.rank,
            "propensity": event.propensity,
            "quantity": event.quantity,
            "synthetic": event.synthetic,
        }
        for event in events
        if event.product_id in keys
    ]
    if values:
        session.execute(insert(cast(Table, BehaviourEvent.__table__)), values)
    return len(values)


def append_deeds(
    session: Session,
    kind: EventKind,
    conversation_id: str,
    customer_id: str | None,
    quantities: Sequence[tuple[str, int]],
) -> None:
    """Write what a conversation did to products: one event for each `(product_id, quantity)`."""
    append_events(
        session,
        [
            NewEvent(
                kind,
                customer_id or conversation_id,
                product_id,
                channel=None,
                quantity=quantity,
                conversation_id=conversation_id,
            )
            for product_id, quantity in quantities
        ],
    )


def hand_over_events(session: Session, earlier: str, shopper_id: str) -> None:
    """Count the events of `earlier` (a browser session, or a conversation) for who it turned out to be."""
    session.execute(update(BehaviourEvent).where(BehaviourEvent.shopper_id == earlier).values(shopper_id=shopper_id))


class _Place(NamedTuple):
    session_id: str | None
    channel: str


def _places(session: Session, conversation_ids: set[str]) -> dict[str | None, _Place]:
    places: dict[str | None, _Place] = {None: _Place(None, _CHANNEL_UNKNOWN)}
    places.update({each: _Place(each[:_SESSION_LENGTH], _CHANNEL_UNKNOWN) for each in conversation_ids})
    wanted = sorted(conversation_ids)
    for start in range(0, len(wanted), _IN_CHUNK):
        chunk = wanted[start : start + _IN_CHUNK]
        rows = select(Conversation.id, Conversation.session_id, Conversation.channel).where(Conversation.id.in_(chunk))
        places.update({each: _Place(own or each, channel) for each, own, channel in session.execute(rows)})
    return places


_EVENT, _PRODUCT = (cast(Table, model.__table__).c for model in (BehaviourEvent, Product))
_HISTORY = (
    select(_PRODUCT.merchant_id, _EVENT.kind, _EVENT.ts)
    .join(BehaviourEvent.__table__, _PRODUCT.id == _EVENT.product_id)
    .where(_EVENT.shopper_id == bindparam("shopper"))
    .order_by(_EVENT.ts.desc(), _EVENT.id.desc())
    .limit(bindparam("most"))
)
_HISTORY_OF_DEEDS = _HISTORY.where(_EVENT.kind != EventKind.IMPRESSION)


def shopper_history(
    session: Session, shopper_id: str, *, limit: int = 50, with_impressions: bool = False
) -> list[ShopperEvent]:
    """Return a shopper's latest events, the newest first."""
    query = _HISTORY if with_impressions else _HISTORY_OF_DEEDS
    rows = session.execute(query, {"shopper": shopper_id, "most": limit})
    return [ShopperEvent(product_id, kind, ts) for product_id, kind, ts in rows]


def popular_products(session: Session, *, since: datetime | None = None, limit: int = 50) -> list[tuple[str, int]]:
    """Return `(product_id, purchases)` of active products, the most bought first."""
    count = func.count()
    query = (
        select(Product.merchant_id, count)
        .select_from(BehaviourEvent)
        .join(Product, Product.id == BehaviourEvent.product_id)
        .where(BehaviourEvent.kind == EventKind.PURCHASE, Product.active)
        .group_by(Product.merchant_id)
        .order_by(count.desc(), Product.merchant_id)
        .limit(limit)
    )
    if since is not None:
        query = query.where(BehaviourEvent.ts >= since)
    return list(session.execute(query))


def bought_together(session: Session, product_ids: Sequence[str], *, limit: int = 50) -> list[tuple[str, int]]:
    """Return `(product_id, orders)` of what stands in the same orders as these products, the most frequent first."""
    other = aliased(OrderLine)
    count = func.count(func.distinct(other.order_id))
    rows = session.execute(
        select(other.product_merchant_id, count)
        .join(OrderLine, OrderLine.order_id == other.order_id)
        .where(OrderLine.product_merchant_id.in_(product_ids), other.product_merchant_id.not_in(product_ids))
        .group_by(other.product_merchant_id)
        .order_by(count.desc(), other.product_merchant_id)
        .limit(limit)
    )
    return list(rows)
