"""Carts: one a conversation."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base, UtcDateTime, utc_now
from catalog.models.products import Variant


class Cart(Base):
    """A cart belongs to a conversation, and to a customer once one has signed in. All lines have its currency."""

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    lines: Mapped[list["CartLine"]] = relationship(cascade="all, delete-orphan", order_by="CartLine.id")


class CartLine(Base):
    """A variant and how many of it; the price is looked up when the cart is read."""

    __tablename__ = "cart_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]

    variant: Mapped[Variant] = relationship()
