"""Writing orders from imports."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.models import Fulfilment, FulfilmentLine, Order, OrderLine, Payment, Refund, Variant
from catalog.models.base import utc_now
from catalog.repositories.orders import OrderView, view_order
from catalog.repositories.product_records import WriteCounts


def save_order(session: Session, view: OrderView, *, without_variant: Collection[str] = ()) -> WriteCounts:
    """Create an order, or replace it where it differs, so that reading it gives `view`.

    One that was placed in a conversation stays the order of that checkout.

    `without_variant` names variants that the shop does not have (any more): their lines stand without one.
    """
    existing = session.scalar(select(Order).where(Order.number == view.number))
    if existing is not None:
        if view_order(existing) == view:
            return WriteCounts(unchanged=1)
        session.expunge(existing)  # its parts go with it by the database's cascade
        session.execute(delete(Order).where(Order.number == view.number))
    wanted = {line.variant_id for line in view.lines} - set(without_variant)
    keys = dict(session.execute(select(Variant.merchant_id, Variant.id).where(Variant.merchant_id.in_(wanted))).all())
    order = Order(
        number=view.number,
        customer_id=view.customer_id,
        conversation_id=existing.conversation_id if existing is not None else None,
        idempotency_key=existing.idempotency_key if existing is not None else None,
        status=view.status,
        currency=view.currency,
        total_minor=view.total_minor,
        recipient=view.recipient,
        email=view.email,
        shipping_address=dict(view.shipping_address),
        placed_at=view.placed_at,
        updated_at=view.placed_at or utc_now(),
        lines=[
            OrderLine(
                position=position,
                variant_id=keys.get(line.variant_id),
                product_merchant_id=line.product_id,
                variant_merchant_id=line.variant_id,
                title=line.title,
                options=dict(line.options),
                quantity=line.quantity,
                price_minor=line.price_minor,
            )
            for position, line in enumerate(view.lines)
        ],
        payments=[
            Payment(
                position=payment.position,
                method=payment.method,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                status=payment.status,
                paid_at=payment.paid_at,
            )
            for payment in view.payments
        ],
        refunds=[
            Refund(
                position=refund.position,
                method=refund.method,
                amount_minor=refund.amount_minor,
                currency=refund.currency,
                status=refund.status,
                reason=refund.reason,
                requested_at=refund.requested_at,
                paid_at=refund.paid_at,
            )
            for refund in view.refunds
        ],
    )
    session.add(order)
    session.flush()  # the lines have their keys now
    order.fulfilments = [
        Fulfilment(
            position=position,
            status=parcel.status,
            carrier=parcel.carrier,
            tracking_numbers=list(parcel.tracking_numbers),
            shipped_at=parcel.shipped_at,
            expected_at=parcel.expected_at,
            delivered_at=parcel.delivered_at,
            lines=[
                FulfilmentLine(order_line_id=order.lines[place].id, quantity=order.lines[place].quantity)
                for place in parcel.lines
            ],
        )
        for position, parcel in enumerate(view.fulfilments)
    ]
    session.flush()
    return WriteCounts(updated=1) if existing else WriteCounts(created=1)
