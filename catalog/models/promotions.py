"""Discounts and coupon codes."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime, text_enum


class PromotionKind(StrEnum):
    """What a promotion takes off."""

    PERCENT = "percent"
    AMOUNT = "amount"
    FREE_SHIPPING = "free_shipping"


class PromotionScope(StrEnum):
    """What a promotion applies to; `scope_value` names it (category slug, brand name, product's merchant id)."""

    ALL = "all"
    CATEGORY = "category"
    BRAND = "brand"
    PRODUCT = "product"


class Promotion(Base):
    """A coupon code. `amounts_minor` and `minimums_minor` are {currency: minor units}."""

    __tablename__ = "promotions"
    __table_args__ = (CheckConstraint("percent IS NULL OR percent BETWEEN 1 AND 100", name="percent_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PromotionKind] = mapped_column(text_enum(PromotionKind))
    percent: Mapped[int | None]
    amounts_minor: Mapped[Mapping[str, int]] = mapped_column(default=dict)
    minimums_minor: Mapped[Mapping[str, int]] = mapped_column(default=dict)
    scope: Mapped[PromotionScope] = mapped_column(text_enum(PromotionScope), default=PromotionScope.ALL)
    scope_value: Mapped[str | None] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
