"""Fills an empty shop with the demo shop: content, people, orders and behaviour."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalog.demo.content import HERE, categories, labels, products, read_yaml
from catalog.demo.orders import Sellable, write_orders
from catalog.demo.people import make_customers, write_customers
from catalog.demo.simulator import Item, SimulatorSettings, simulate
from catalog.knowledge.import_folder import import_policies
from catalog.migrations import upgrade
from catalog.models import Label, Product, Promotion, PromotionKind, PromotionScope, Variant
from catalog.repositories.categories import save_categories
from catalog.repositories.events import NewEvent, append_events
from catalog.repositories.product_records import ProductRecord
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database

BATCH: Final = 5000
logger = logging.getLogger(__name__)


def midnight() -> datetime:
    """Return the beginning of today in UTC: the day that all synthetic times are counted back from."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def build_demo_shop(database: Database, *, anchor: datetime | None = None) -> bool:
    """Apply the migrations, and fill the shop where it has no product yet; False where it has some.

    Everything is one transaction: a build that was cut off leaves an empty shop, not half of one.
    """
    upgrade(database)
    day = anchor or midnight()
    with database.session() as session:
        if session.scalar(select(Product.id).limit(1)) is not None:
            return False
        started = time.monotonic()
        records = products()
        save_categories(session, categories())
        ProductWriter(session).write(records)
        session.execute(insert(Label), [_label(record) for record in labels()])
        _write_promotions(session, day)
        logger.info("%d products in %.1f s", len(records), time.monotonic() - started)
        import_policies(session, HERE / "policies")
        people = make_customers()
        write_customers(session, people)
        count = write_orders(session, people, _sellables(session, records), day)
        logger.info("policies, %d customers and %d orders after %.1f s", len(people), count, time.monotonic() - started)
        events = _write_events(session, records, [person["id"] for person in people], day)
        logger.info("%d synthetic events after %.1f s", events, time.monotonic() - started)
    return True


def _label(record: Any) -> dict[str, str]:
    return {"kind": record.kind, "key": record.key, "name_en": record.name_en, "name_zh": record.name_zh}


def _write_promotions(session: Session, day: datetime) -> None:
    for row in read_yaml(HERE / "promotions.yml"):
        session.add(
            Promotion(
                code=row["code"],
                title_en=row["title"]["en"],
                title_zh=row["title"]["zh"],
                kind=PromotionKind(row["kind"]),
                percent=row.get("percent"),
                amounts_minor=row.get("amounts", {}),
                minimums_minor=row.get("minimums", {}),
                scope=PromotionScope(row.get("scope", "all")),
                scope_value=row.get("scope_value"),
                starts_at=day + timedelta(days=row["starts_in_days"]),
                ends_at=day + timedelta(days=row["ends_in_days"]),
            )
        )


def _sellables(session: Session, records: Sequence[ProductRecord]) -> list[Sellable]:
    keys = {row[0]: row[1] for row in session.execute(select(Variant.merchant_id, Variant.id))}
    return [
        Sellable(
            key=keys[variant.variant_id],
            product_id=record.product_id,
            variant_id=variant.variant_id,
            titles=record.titles,
            options=variant.options,
            prices={currency: price.price_minor for currency, price in variant.prices.items()},
        )
        for record in records
        for variant in record.variants
    ]


def _write_events(session: Session, records: Sequence[ProductRecord], customers: Sequence[str], day: datetime) -> int:
    items = [
        Item(
            product_id=record.product_id,
            category=record.category_slug or "",
            brand=record.brand or "",
            price_minor=record.variants[0].prices["USD"].price_minor,
            rating=record.rating or 4.0,
        )
        for record in records
    ]
    batch: list[NewEvent] = []
    written = 0
    for event in simulate(items, customers, day, SimulatorSettings()):
        batch.append(
            NewEvent(
                kind=event.kind,
                shopper_id=event.shopper_id,
                product_id=event.product_id,
                channel="simulator",
                ts=event.ts,
                rank=event.rank,
                propensity=event.propensity,
                session_id=event.session_id,
                synthetic=True,
            )
        )
        if len(batch) == BATCH:
            written += append_events(session, batch)
            batch.clear()
    return written + append_events(session, batch)
