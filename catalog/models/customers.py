"""Who buys: customers, their addresses and payment methods."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base, UtcDateTime, text_enum, utc_now


class PaymentKind(StrEnum):
    """How a customer pays."""

    CREDIT_CARD = "credit_card"
    GIFT_CARD = "gift_card"
    PAYPAL = "paypal"
    ALIPAY = "alipay"
    WECHAT_PAY = "wechat_pay"
    BANK_TRANSFER = "bank_transfer"
    CASH_ON_DELIVERY = "cash_on_delivery"
    OTHER = "other"


class Customer(Base):
    """A customer; `id` is the merchant's own id of that person."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    first_name: Mapped[str] = mapped_column(String(120))
    last_name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    addresses: Mapped[list["Address"]] = relationship(cascade="all, delete-orphan", order_by="Address.position")
    payment_methods: Mapped[list["PaymentMethod"]] = relationship(
        cascade="all, delete-orphan", order_by="PaymentMethod.position"
    )


class Address(Base):
    """A postal address; position 0 is the default one."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("customer_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    recipient: Mapped[str | None] = mapped_column(String(200))
    line1: Mapped[str] = mapped_column(String(300))
    line2: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str] = mapped_column(String(120))
    state: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(120))
    postal_code: Mapped[str] = mapped_column(String(20))


class PaymentMethod(Base):
    """A way to pay that a customer has kept; never a whole card number."""

    __tablename__ = "payment_methods"
    __table_args__ = (UniqueConstraint("customer_id", "merchant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    merchant_id: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[PaymentKind] = mapped_column(text_enum(PaymentKind))
    brand: Mapped[str | None] = mapped_column(String(60))
    last_four: Mapped[str | None] = mapped_column(String(4))
    balance_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
