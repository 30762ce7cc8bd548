"""Reading orders: only the verified customer's own. An order of somebody else is as good as none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from catalog.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
)
from catalog.order_numbers import match_order_number


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """What was ordered, at the price of then."""

    product_id: str
    variant_id: str
    title: str
    options: Mapping[str, str]
    quantity: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class FulfilmentView:
    """A parcel; `lines` are the places (from 0) of its lines in the order."""

    status: FulfilmentStatus
    carrier: str | None
    tracking_numbers: tuple[str, ...]
    shipped_at: datetime | None
    expected_at: datetime | None
    delivered_at: datetime | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Money towards the order."""

    position: int
    method: str
    amount_minor: int
    currency: str
    status: PaymentStatus
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money back."""

    position: int
    method: str
    amount_minor: int
    currency: str
    status: RefundStatus
    reason: str | None
    requested_at: datetime | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with all that belongs to it."""

    number: str
    customer_id: str | None
    status: OrderStatus
    currency: str
    total_minor: int
    recipient: str
    email: str
    shipping_address: Mapping[str, Any]
    placed_at: datetime | None
    lines: tuple[OrderLineView, ...]
    fulfilments: tuple[FulfilmentView, ...]
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]


ORDER_PARTS = (
    selectinload(Order.lines),
    selectinload(Order.fulfilments).selectinload(Fulfilment.lines),
    selectinload(Order.payments),
    selectinload(Order.refunds),
)


def list_order_numbers(session: Session, customer_id: str) -> list[str]:
    """Return the numbers of all orders of a customer, in no order."""
    return list(session.scalars(select(Order.number).where(Order.customer_id == customer_id)))


def get_order(session: Session, customer_id: str, number: str) -> OrderView | None:
    """Return the customer's order with that number (`match_order_number`), None if there is none of theirs."""
    own = match_order_number(number, list_order_numbers(session, customer_id))
    if own is None:
        return None
    row = session.scalar(
        select(Order).where(Order.customer_id == customer_id, Order.number == own).options(*ORDER_PARTS)
    )
    return view_order(row) if row else None


def list_orders(session: Session, customer_id: str, *, limit: int = 5) -> list[OrderView]:
    """Return the customer's latest orders, the newest first."""
    rows = session.scalars(
        select(Order)
        .where(Order.customer_id == customer_id)
        .options(*ORDER_PARTS)
        .order_by(Order.placed_at.is_(None), Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
    )
    return [view_order(row) for row in rows]


def view_order(row: Order) -> OrderView:
    """Turn a row with its parts into a view."""
    places = {line.id: place for place, line in enumerate(row.lines)}
    return OrderView(
        number=row.number,
        customer_id=row.customer_id,
        status=row.status,
        currency=row.currency,
        total_minor=row.total_minor,
        recipient=row.recipient,
        email=row.email,
        shipping_address=row.shipping_address,
        placed_at=row.placed_at,
        lines=tuple(
            OrderLineView(
                product_id=line.product_merchant_id,
                variant_id=line.variant_merchant_id,
                title=line.title,
                options=line.options,
                quantity=line.quantity,
                price_minor=line.price_minor,
            )
            for line in row.lines
        ),
        fulfilments=tuple(
            FulfilmentView(
                status=parcel.status,
                carrier=parcel.carrier,
                tracking_numbers=tuple(parcel.tracking_numbers),
                shipped_at=parcel.shipped_at,
                expected_at=parcel.expected_at,
                delivered_at=parcel.delivered_at,
                lines=tuple(sorted(places[line.order_line_id] for line in parcel.lines)),
            )
            for parcel in row.fulfilments
        ),
        payments=tuple(
            PaymentView(p.position, p.method, p.amount_minor, p.currency, p.status, p.paid_at) for p in row.payments
        ),
        refunds=tuple(
            RefundView(r.position, r.method, r.amount_minor, r.currency, r.status, r.reason, r.requested_at, r.paid_at)
            for r in row.refunds
        ),
    )


def orders_of_conversation(session: Session, conversation_id: str) -> int:
    """Return how many orders were placed in a conversation."""
    placed = select(func.count()).select_from(Order).where(Order.conversation_id == conversation_id)
    return int(session.scalar(placed) or 0)
