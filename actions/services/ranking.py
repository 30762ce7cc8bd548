"""The order of candidates: relevance, and the probability that this shopper buys.

The ranker may fail or know nothing; then the order of relevance stays.
"""

import base64
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.services.models_port import Models, ModelsError, UnknownItemsError
from catalog.errors import CatalogError
from catalog.models import Brand, Category, Product, Variant, VariantPrice
from catalog.models.base import utc_now
from catalog.repositories.catalog_state import versions
from catalog.repositories.events import ShopperEvent, shopper_history
from catalog.repositories.products import currencies
from catalog.repositories.vectors import product_embeddings
from catalog.session import Database

logger = logging.getLogger(__name__)
_HISTORY = 50
_FEWEST = 2
_FUSION_CONSTANT = 20
_REST_AFTER_FAILURE_S = 10.0
_DAY_S = 86_400


class Ranking:
    """Orders candidates for a shopper; keeps the ranker's product table current.

    Args:
        db: the shop.
        models: the model server.
        clock: seconds, monotonic.
    """

    def __init__(self, db: Database, models: Models, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._models = models
        self._clock = clock
        self._version: str | None = None
        self._resting_until = 0.0

    async def order(self, shopper_id: str, candidates: Sequence[str], *, relevance_matters: bool) -> list[str] | None:
        """Return the candidates in the order to show, None where the ranker knows nothing of this shopper.

        Args:
            shopper_id: the customer's id, or the conversation's.
            candidates: product ids, the most relevant first.
            relevance_matters: False where all candidates fit the wish equally (a kind with limits): the ranker alone
                decides. True fuses both orders (reciprocal rank fusion).

        Source:
            Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank
            learning methods" (the fusion).
        """
        ids = list(candidates)
        if len(ids) < _FEWEST or self._version is None or self._clock() < self._resting_until:
            return None
        try:
            events = await self._db.read(shopper_history, shopper_id, limit=_HISTORY)
            if not events:
                return None
            probabilities = await self._models.rank(self._version, _history(events), ids)
        except UnknownItemsError:
            self._version = None
            return None
        except (ModelsError, CatalogError) as error:
            self._resting_until = self._clock() + _REST_AFTER_FAILURE_S
            logger.warning("ranking rests for %.0f s: %s", _REST_AFTER_FAILURE_S, error)
            return None
        return fuse(ids, probabilities, relevance_matters=relevance_matters)

    async def refresh(self) -> None:
        """Give the ranker the current product table where it has changed, or where the ranker has lost it.

        Raises:
            ModelsError: the ranker cannot be asked; the order of relevance serves until the next try.
        """
        version = await self._db.read(_table_version)
        if version != self._version:
            await self._models.put_items(version, await self._db.read(ranking_items))
            self._version = version


def fuse(ids: Sequence[str], probabilities: Sequence[float], *, relevance_matters: bool) -> list[str]:
    """Return ids by probability, or by both ranks fused; equal ones keep their order."""
    by_probability = sorted(range(len(ids)), key=lambda i: -probabilities[i])
    if not relevance_matters:
        return [ids[i] for i in by_probability]
    place = {i: rank for rank, i in enumerate(by_probability)}
    return [
        ids[i]
        for i in sorted(
            range(len(ids)), key=lambda i: -(2 / (_FUSION_CONSTANT + i) + 1 / (_FUSION_CONSTANT + place[i]))
        )
    ]


def _history(events: Sequence[ShopperEvent]) -> list[dict[str, Any]]:
    now = utc_now()
    return [
        {
            "product_id": event.product_id,
            "kind": event.kind.value,
            "age_days": max(0.0, (now - event.ts).total_seconds() / _DAY_S),
        }
        for event in events
    ]


def _table_version(session: Session) -> str:
    catalog_version, vectors_version, _ = versions(session)
    return f"{catalog_version}.{vectors_version}"


def ranking_items(session: Session) -> list[dict[str, Any]]:
    """Return the ranker's product table: one row an active product, its lowest price in the shop's default currency."""
    default = next(iter(currencies(session)), None)
    lowest = (
        select(Variant.product_id, func.min(VariantPrice.price_minor).label("price_minor"))
        .join(VariantPrice, VariantPrice.variant_id == Variant.id)
        .where(VariantPrice.currency == default)
        .group_by(Variant.product_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Product.merchant_id, Category.slug, Brand.name, lowest.c.price_minor, Product.rating, Product.rating_count
        )
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .outerjoin(lowest, lowest.c.product_id == Product.id)
        .where(Product.active)
    )
    embeddings = product_embeddings(session)
    return [
        {
            "product_id": product_id,
            "category": category,
            "brand": brand,
            "price_minor": price_minor,
            "rating": rating,
            "rating_count": rating_count,
            "embedding": base64.b64encode(embeddings[product_id]).decode() if product_id in embeddings else None,
        }
        for product_id, category, brand, price_minor, rating, rating_count in rows
    ]
