"""What shoppers do: the events that the ranker learns from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime, text_enum


class EventKind(StrEnum):
    """What happened to a product."""

    IMPRESSION = "impression"
    VIEW = "view"
    CLICK = "click"
    ADD_TO_CART = "add_to_cart"
    PURCHASE = "purchase"


class BehaviourEvent(Base):
    """One thing that a shopper saw or did.

    `shopper_id` is the customer's id, or the conversation's where nobody is signed in; before any conversation it is
    the browser session's, and moves on with it (`hand_over_events`). `session_id` is the browser session, or the
    conversation where there is none: the same in all events of a shopper. `rank` is the place in the list, from 1;
    `propensity` the probability with which the product was shown there. `synthetic` marks the simulator.
    """

    __tablename__ = "behaviour_events"
    __table_args__ = (
        Index("ix_behaviour_events_shopper_ts", "shopper_id", "ts"),
        Index("ix_behaviour_events_product_kind", "product_id", "kind"),
        Index("ix_behaviour_events_ts", "ts"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    kind: Mapped[EventKind] = mapped_column(text_enum(EventKind))
    shopper_id: Mapped[str] = mapped_column(String(120))
    session_id: Mapped[str | None] = mapped_column(String(64))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    ts: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int | None]
    propensity: Mapped[float | None]
    quantity: Mapped[int | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
