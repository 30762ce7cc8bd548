"""Coupons and discounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.models import Promotion, PromotionKind, PromotionScope
from catalog.models.base import utc_now


@dataclass(frozen=True, slots=True)
class PromotionView:
    """A promotion; `amounts_minor` and `minimums_minor` are {currency: minor units}."""

    code: str
    titles: Mapping[str, str]
    kind: PromotionKind
    percent: int | None
    amounts_minor: Mapping[str, int]
    minimums_minor: Mapping[str, int]
    scope: PromotionScope
    scope_value: str | None
    starts_at: datetime
    ends_at: datetime | None


def current_promotions(session: Session, now: datetime | None = None) -> list[PromotionView]:
    """Return the promotions that hold now, those that end soonest first."""
    moment = now or utc_now()
    rows = session.scalars(
        select(Promotion)
        .where(Promotion.starts_at <= moment, or_(Promotion.ends_at.is_(None), Promotion.ends_at > moment))
        .order_by(Promotion.ends_at.is_(None), Promotion.ends_at, Promotion.code)
    )
    return [
        PromotionView(
            code=row.code,
            titles={"en": row.title_en, "zh": row.title_zh},
            kind=row.kind,
            percent=row.percent,
            amounts_minor=row.amounts_minor,
            minimums_minor=row.minimums_minor,
            scope=row.scope,
            scope_value=row.scope_value,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in rows
    ]
