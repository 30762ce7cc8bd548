"""Behaviour and items, as the ranker is trained from them: `events.jsonl` and `items.jsonl` in one folder."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import BehaviourEvent, Product
from catalog.repositories.products import in_language, load_products

_VISIT_ENDS_AFTER: Final = timedelta(minutes=30)


def export_events(session: Session, folder: Path, *, currency: str = "USD") -> tuple[int, int]:
    """Write all events, oldest first, and all products that have a price in the currency.

    Returns:
        The number of events and of items.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "items.jsonl").open("wb") as file:
        items = _dump(file, _items(session, currency))
    with (folder / "events.jsonl").open("wb") as file:
        events = _dump(file, _events(session))
    return events, items


def _dump(file: Any, rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    for row in rows:
        file.write(orjson.dumps(row) + b"\n")
        count += 1
    return count


def _events(session: Session) -> Iterator[dict[str, Any]]:
    query = (
        select(
            BehaviourEvent.shopper_id,
            Product.merchant_id,
            BehaviourEvent.kind,
            BehaviourEvent.ts,
            BehaviourEvent.rank,
            BehaviourEvent.propensity,
            BehaviourEvent.session_id,
            BehaviourEvent.synthetic,
        )
        .join(Product, Product.id == BehaviourEvent.product_id)
        .order_by(BehaviourEvent.ts, BehaviourEvent.id)
    )
    visits: dict[str, tuple[datetime, int]] = {}
    for row in session.execute(query).yield_per(5000):
        yield {
            "shopper": row.shopper_id,
            "product_id": row.merchant_id,
            "kind": str(row.kind),
            "ts": row.ts.isoformat(),
            "rank": row.rank,
            "propensity": row.propensity,
            "session": row.session_id if row.synthetic else _visit(visits, row.session_id, row.ts),
            "synthetic": row.synthetic,
        }


def _visit(visits: dict[str, tuple[datetime, int]], session_id: str | None, ts: datetime) -> str | None:
    """Return the visit within a browser session, which lasts for months: half an hour without an event ends one."""
    if session_id is None:
        return None
    last, number = visits.get(session_id, (ts, 1))
    number += ts - last > _VISIT_ENDS_AFTER
    visits[session_id] = (ts, number)
    return f"{session_id}.{number}"


def _items(session: Session, currency: str) -> Iterator[dict[str, Any]]:
    keys = list(session.scalars(select(Product.id).where(Product.active).order_by(Product.id)))
    for start in range(0, len(keys), 500):
        for product in load_products(session, keys[start : start + 500]):
            prices = product.price_range(currency)
            if prices is None:
                continue
            yield {
                "product_id": product.product_id,
                "category": product.category_slug,
                "brand": product.brand or "",
                "price_minor": prices[0],
                "currency": currency,
                "rating": product.rating,
                "rating_count": product.rating_count,
                "title": in_language(product.titles, "en"),
            }
