"""Orders with their lines, fulfilments, payments and refunds."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base, UtcDateTime, text_enum, utc_now


class OrderStatus(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    EXCHANGE_REQUESTED = "exchange_requested"
    EXCHANGED = "exchanged"


class FulfilmentStatus(StrEnum):
    """Where a parcel is."""

    PREPARING = "preparing"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    LOST = "lost"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class PaymentStatus(StrEnum):
    """Whether the money has come."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


class RefundStatus(StrEnum):
    """Whether the money has gone back."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


class Order(Base):
    """An order; `number` is what the shopper is told, `shipping_address` a copy taken when it was placed.

    `idempotency_key` makes a second confirmation of the same checkout return the first order.
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_customer_placed", "customer_id", "placed_at"),
        CheckConstraint("total_minor >= 0", name="total_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"))
    conversation_id: Mapped[str | None] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    status: Mapped[OrderStatus] = mapped_column(text_enum(OrderStatus))
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    shipping_address: Mapped[dict[str, Any]] = mapped_column(default=dict)
    placed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    lines: Mapped[list["OrderLine"]] = relationship(cascade="all, delete-orphan", order_by="OrderLine.position")
    fulfilments: Mapped[list["Fulfilment"]] = relationship(cascade="all, delete-orphan", order_by="Fulfilment.position")
    payments: Mapped[list["Payment"]] = relationship(cascade="all, delete-orphan", order_by="Payment.position")
    refunds: Mapped[list["Refund"]] = relationship(cascade="all, delete-orphan", order_by="Refund.position")


class OrderLine(Base):
    """What was ordered, as it was then; the variant may be gone by now."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"), index=True)
    product_merchant_id: Mapped[str] = mapped_column(String(200))
    variant_merchant_id: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quantity: Mapped[int] = mapped_column(default=1)
    price_minor: Mapped[int]


class Fulfilment(Base):
    """A parcel (or what is sent together) with the carrier's tracking numbers."""

    __tablename__ = "fulfilments"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    status: Mapped[FulfilmentStatus] = mapped_column(text_enum(FulfilmentStatus))
    carrier: Mapped[str | None] = mapped_column(String(80))
    tracking_numbers: Mapped[list[str]] = mapped_column(default=list)
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    lines: Mapped[list["FulfilmentLine"]] = relationship(cascade="all, delete-orphan")


class FulfilmentLine(Base):
    """Which order line is in which parcel."""

    __tablename__ = "fulfilment_lines"

    fulfilment_id: Mapped[int] = mapped_column(ForeignKey("fulfilments.id", ondelete="CASCADE"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("order_lines.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    quantity: Mapped[int] = mapped_column(default=1)


class Payment(Base):
    """Money towards an order; `position` counts payments and refunds of an order together, in their order of time."""

    __tablename__ = "payments"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    method: Mapped[str] = mapped_column(String(120))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[PaymentStatus] = mapped_column(text_enum(PaymentStatus))
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Refund(Base):
    """Money back; `method` is where it goes, as in `Payment`."""

    __tablename__ = "refunds"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    method: Mapped[str] = mapped_column(String(120))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[RefundStatus] = mapped_column(text_enum(RefundStatus))
    reason: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
