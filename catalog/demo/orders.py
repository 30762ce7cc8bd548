"""Synthetic orders in every state, with parcels, payments and refunds that add up."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from catalog.models import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)

ORDERS: Final = 1600
ORDERS_SEED: Final = 23
_SHARES: Final = {
    OrderStatus.DELIVERED: 0.60,
    OrderStatus.SHIPPED: 0.11,
    OrderStatus.PROCESSED: 0.07,
    OrderStatus.PENDING: 0.06,
    OrderStatus.CANCELLED: 0.05,
    OrderStatus.RETURNED: 0.05,
    OrderStatus.RETURN_REQUESTED: 0.03,
    OrderStatus.EXCHANGED: 0.02,
    OrderStatus.EXCHANGE_REQUESTED: 0.01,
}
_SENT: Final = frozenset(_SHARES) - {OrderStatus.PROCESSED, OrderStatus.PENDING, OrderStatus.CANCELLED}
_AGES: Final = {OrderStatus.SHIPPED: (2, 6), OrderStatus.PROCESSED: (1, 2), OrderStatus.PENDING: (0, 1)}
_REFUNDED: Final = {OrderStatus.RETURNED: RefundStatus.PAID, OrderStatus.CANCELLED: RefundStatus.PAID,
                    OrderStatus.RETURN_REQUESTED: RefundStatus.REQUESTED}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sellable:
    """A variant that orders are made of; prices and titles by currency and language."""

    key: int
    product_id: str
    variant_id: str
    titles: Mapping[str, str]
    options: Mapping[str, str]
    prices: Mapping[str, int]


def write_orders(
    session: Session, people: Sequence[Mapping[str, Any]], goods: Sequence[Sellable], anchor: datetime
) -> int:
    """Write `ORDERS` orders placed before `anchor`; named customers get several of different states first."""
    random_ = random.Random(ORDERS_SEED)
    plan = [
        (person, status)
        for person in people[:4]
        for status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.PROCESSED)
    ]
    statuses, shares = list(_SHARES), list(_SHARES.values())
    while len(plan) < ORDERS:
        plan.append((random_.choice(people), random_.choices(statuses, shares)[0]))
    orders = [_order(10_000_000 + n, person, status, goods, anchor, random_) for n, (person, status) in enumerate(plan)]
    session.add_all(orders)
    session.flush()
    session.add_all(_parcel_lines(orders))
    return len(orders)


def _order(number: int, person: Mapping[str, Any], status: OrderStatus, goods: Sequence[Sellable], anchor: datetime,
           random_: random.Random) -> Order:  # fmt: skip
    currency = "CNY" if person["language"] == "zh" else "USD"
    chosen = random_.sample(goods, random_.choices((1, 2, 3), (0.6, 0.3, 0.1))[0])
    low, high = _AGES.get(status, (8, 200))
    placed = anchor - timedelta(days=random_.uniform(low, high))
    lines = [_line(n, good, person["language"], currency, random_) for n, good in enumerate(chosen)]
    total = sum(line.quantity * line.price_minor for line in lines)
    order = Order(
        number=f"W{number + random_.randint(0, 3) * 4000}",
        customer_id=person["id"],
        status=status,
        currency=currency,
        total_minor=total,
        recipient=person["address"]["recipient"],
        email=person["email"],
        shipping_address=dict(person["address"]),
        placed_at=placed,
        updated_at=placed,
        lines=lines,
    )
    method = str(person["payment_kind"])
    paid = PaymentStatus.PENDING if status is OrderStatus.PENDING else PaymentStatus.PAID
    order.payments = [
        Payment(
            position=0,
            method=method,
            amount_minor=total,
            currency=currency,
            status=paid,
            paid_at=placed if paid is PaymentStatus.PAID else None,
        )
    ]
    if status in _REFUNDED:
        refund, when = _REFUNDED[status], placed + timedelta(days=7)
        order.refunds = [
            Refund(
                position=0,
                method=method,
                amount_minor=total,
                currency=currency,
                status=refund,
                requested_at=when,
                paid_at=when + timedelta(days=3) if refund is RefundStatus.PAID else None,
            )
        ]
    if status in _SENT:
        order.fulfilments = [_parcel(status, placed, person["language"], random_)]
    return order


def _line(position: int, good: Sellable, language: str, currency: str, random_: random.Random) -> OrderLine:
    return OrderLine(
        position=position,
        variant_id=good.key,
        product_merchant_id=good.product_id,
        variant_merchant_id=good.variant_id,
        title=good.titles[language],
        options=dict(good.options),
        quantity=random_.choices((1, 2, 3), (0.85, 0.12, 0.03))[0],
        price_minor=good.prices[currency],
    )


def _parcel(status: OrderStatus, placed: datetime, language: str, random_: random.Random) -> Fulfilment:
    shipped = placed + timedelta(hours=random_.uniform(4, 30))
    moving = random_.choice(
        (FulfilmentStatus.IN_TRANSIT, FulfilmentStatus.IN_TRANSIT, FulfilmentStatus.OUT_FOR_DELIVERY)
    )
    on_the_way = status is OrderStatus.SHIPPED
    back = status in (OrderStatus.RETURNED,)
    return Fulfilment(
        position=0,
        status=moving if on_the_way else FulfilmentStatus.RETURNED if back else FulfilmentStatus.DELIVERED,
        carrier=random_.choice(("顺丰", "中通", "邮政") if language == "zh" else ("DHL", "USPS")),
        tracking_numbers=[f"{random_.choice(('SF', 'LG', 'ZT'))}{random_.randint(10**11, 10**12 - 1)}"],
        shipped_at=shipped,
        expected_at=shipped + timedelta(days=4),
        delivered_at=None if on_the_way else shipped + timedelta(days=random_.uniform(1, 5)),
    )


def _parcel_lines(orders: Sequence[Order]) -> list[FulfilmentLine]:
    return [
        FulfilmentLine(fulfilment_id=parcel.id, order_line_id=line.id, quantity=line.quantity)
        for order in orders
        for parcel in order.fulfilments
        for line in order.lines
    ]
