"""Placing an order from a cart: one transaction, stock taken, safe to confirm twice."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from catalog.errors import CatalogError, NotFoundError, OutOfStockError
from catalog.models import EventKind, Order, OrderLine, OrderStatus, Payment, PaymentStatus, Variant
from catalog.models.base import utc_now
from catalog.repositories.carts import CartView, clear_cart, get_cart
from catalog.repositories.customers import AddressView
from catalog.repositories.events import append_deeds
from catalog.repositories.orders import ORDER_PARTS, OrderView, view_order


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a checkout has gathered.

    Attributes:
        idempotency_key: the same for every confirmation of one checkout.
        payment_method: how it is paid, in the words that the order keeps.
        language: which titles the order's lines keep.
        expected_total_minor: what the shopper agreed to; None skips the check.
    """

    conversation_id: str
    idempotency_key: str
    recipient: str
    email: str
    address: AddressView
    payment_method: str
    language: str
    customer_id: str | None = None
    expected_total_minor: int | None = None


class TotalChangedError(CatalogError):
    """The cart costs something else than the shopper agreed to."""


def place_order(session: Session, request: OrderRequest) -> OrderView:
    """Turn the conversation's cart into a pending order, take the stock, and empty the cart.

    Each line's purchase is written as an event in the same transaction, for the ranker. A second call with the same
    `idempotency_key` returns the first order and changes nothing.

    Raises:
        NotFoundError: the cart is empty.
        OutOfStockError: a variant has vanished meanwhile; nothing is changed once the transaction is rolled back.
        TotalChangedError: the total is not the expected one any more.
    """
    earlier = _by_key(session, request.idempotency_key)
    if earlier is not None:
        return earlier
    cart = get_cart(session, request.conversation_id)
    if cart is None or not cart.lines:
        raise NotFoundError("the cart is empty")
    if request.expected_total_minor not in (None, cart.total_minor):
        raise TotalChangedError(f"the cart now costs {cart.total_minor} {cart.currency}")
    variant_keys = _take_stock(session, cart)
    now = utc_now()
    order = Order(
        number=_new_number(session),
        customer_id=request.customer_id,
        conversation_id=request.conversation_id,
        idempotency_key=request.idempotency_key,
        status=OrderStatus.PENDING,
        currency=cart.currency,
        total_minor=cart.total_minor,
        recipient=request.recipient,
        email=request.email,
        shipping_address=asdict(request.address),
        placed_at=now,
        updated_at=now,
        lines=[
            OrderLine(
                position=position,
                variant_id=variant_keys[line.variant_id],
                product_merchant_id=line.product_id,
                variant_merchant_id=line.variant_id,
                title=line.title(request.language),
                options=dict(line.options),
                quantity=line.quantity,
                price_minor=line.price_minor,
            )
            for position, line in enumerate(cart.lines)
        ],
        fulfilments=[],
        payments=[
            Payment(
                position=0,
                method=request.payment_method,
                amount_minor=cart.total_minor,
                currency=cart.currency,
                status=PaymentStatus.PENDING,
            )
        ],
        refunds=[],
    )
    session.add(order)
    clear_cart(session, request.conversation_id)
    session.flush()
    bought = [(line.product_id, line.quantity) for line in cart.lines]
    append_deeds(session, EventKind.PURCHASE, request.conversation_id, request.customer_id, bought)
    return view_order(order)


def _by_key(session: Session, idempotency_key: str) -> OrderView | None:
    row = session.scalar(select(Order).where(Order.idempotency_key == idempotency_key).options(*ORDER_PARTS))
    return view_order(row) if row else None


def _take_stock(session: Session, cart: CartView) -> Mapping[str, int]:
    """Lower the stock of every line's variant; the condition in the statement is what makes two buyers safe."""
    keys: dict[str, int] = {}
    for line in sorted(cart.lines, key=lambda each: each.variant_id):
        taken = cast(
            "CursorResult[tuple[()]]",
            session.execute(
                update(Variant)
                .where(Variant.merchant_id == line.variant_id, Variant.stock >= line.quantity)
                .values(stock=Variant.stock - line.quantity)
                .execution_options(synchronize_session=False)
            ),
        )
        row = session.execute(select(Variant.id, Variant.stock).where(Variant.merchant_id == line.variant_id)).one()
        if taken.rowcount != 1:
            raise OutOfStockError(line.variant_id, row.stock)
        keys[line.variant_id] = row.id
    return keys


def _new_number(session: Session) -> str:
    while True:
        number = f"W{secrets.randbelow(9_000_000) + 1_000_000}"
        if session.scalar(select(Order.id).where(Order.number.in_((number, f"#{number}")))) is None:
            return number
