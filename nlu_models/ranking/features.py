"""Features of products, of shoppers' histories and of both together; the only place where they are made.

Training and serving call the same functions. Everything is relative to the shop (price level within the category,
rating count as a place among the shop's products), so that weights trained on one shop mean something in another.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Int64 = npt.NDArray[np.int64]

KINDS: Final = ("view", "click", "add_to_cart", "purchase")
EMBEDDING: Final = 384
CATEGORY_BUCKETS: Final = 1024
BRAND_BUCKETS: Final = 2048
HISTORY: Final = 50
"""Events of a shopper that are looked at, the latest."""
NUMBERS: Final = ("price_level", "price_level_squared", "rating", "popularity")
CROSS: Final = (
    "price_gap", "brand_liked", "category_liked", "nearest_liked", "mean_liked", "bought_before", "touched_before",
    "evidence", "cold",
)  # fmt: skip

_KIND_WEIGHT: Final = np.array([0.5, 0.5, 2.0, 3.0], np.float32)
_HALF_LIFE_DAYS: Final = 60.0
_PRIOR_RATINGS: Final = 20.0
_TYPICAL_RATING: Final = 4.2
_NO_ITEM: Final = -1


def bucket(name: str | None, buckets: int) -> int:
    """Return a stable bucket from 1 on for a name, 0 for none; equal names in any case and shop share one."""
    if not name or not name.strip():
        return 0
    return 1 + zlib.crc32(name.strip().casefold().encode()) % (buckets - 1)


@dataclass(frozen=True, slots=True)
class ItemTable:
    """N products as arrays.

    Attributes:
        ids: product ids.
        rows: the row of each id.
        text: `(N, 384)` float16, text embeddings minus their mean, L2-normalised; zeros where there is none.
        category, brand: `(N,)` buckets, 0 where unknown.
        numbers: `(N, len(NUMBERS))` float32.
    """

    ids: tuple[str, ...]
    rows: Mapping[str, int]
    text: npt.NDArray[np.float16]
    category: Int64
    brand: Int64
    numbers: Float32

    @property
    def price_level(self) -> Float32:
        """Standardised log price within the category, `(N,)`, between -3 and 3."""
        return np.asarray(self.numbers[:, 0], np.float32)


@dataclass(frozen=True, slots=True)
class History:
    """The latest events of B shoppers, each `(B, K)`; unused places have row -1."""

    rows: Int64
    kinds: Int64
    age_days: Float32


def build_table(items: Sequence[Mapping[str, Any]]) -> ItemTable:
    """Build the table from items as `PUT /rank/items` takes them.

    Args:
        items: each with `product_id` and, as far as known, `category`, `brand`, `price_minor` (all of one currency),
            `rating` (1 to 5), `rating_count`, `embedding` (`(384,)` float).

    Raises:
        ValueError: an id appears twice, or an embedding has another width.
    """
    ids = tuple(str(item["product_id"]) for item in items)
    rows = {product_id: row for row, product_id in enumerate(ids)}
    if len(rows) != len(ids):
        raise ValueError("a product id appears twice")
    category = np.array([bucket(item.get("category"), CATEGORY_BUCKETS) for item in items], np.int64)
    return ItemTable(
        ids=ids,
        rows=rows,
        text=_centred([item.get("embedding") for item in items]),
        category=category,
        brand=np.array([bucket(item.get("brand"), BRAND_BUCKETS) for item in items], np.int64),
        numbers=_numbers(items, category),
    )


def _centred(embeddings: Sequence[Any]) -> npt.NDArray[np.float16]:
    """Embeddings of one shop lie in a narrow cone: only what sets a product apart from the mean is kept."""
    text = np.zeros((len(embeddings), EMBEDDING), np.float32)
    known = np.array([embedding is not None for embedding in embeddings], np.bool_)
    for row in np.flatnonzero(known).tolist():
        found = np.asarray(embeddings[row], np.float32)
        if found.shape != (EMBEDDING,):
            raise ValueError(f"an embedding has the shape {found.shape}, not ({EMBEDDING},)")
        text[row] = found
    if known.sum() > 1:
        text[known] -= text[known].mean(0)
    norms = np.linalg.norm(text, axis=1, keepdims=True)
    return np.asarray(np.divide(text, norms, out=np.zeros_like(text), where=norms > 1e-6), np.float16)


def _numbers(items: Sequence[Mapping[str, Any]], category: Int64) -> Float32:
    price = np.array([item.get("price_minor") or 0 for item in items], np.float64)
    count = np.array([item.get("rating_count") or 0 for item in items], np.float64)
    counted = np.array([item.get("rating_count") is not None for item in items], np.bool_)
    rating = np.array([item.get("rating") or _TYPICAL_RATING for item in items], np.float64)
    # A rating counts as much as its votes: the mean of these and of 20 typical ones. Unknown counts pass as 50.
    votes = np.where(count > 0, count, 50.0)
    shrunk = (rating * votes + _TYPICAL_RATING * _PRIOR_RATINGS) / (votes + _PRIOR_RATINGS)
    level = _price_levels(price, category)
    numbers = [level, level**2 / 3, np.clip((shrunk - _TYPICAL_RATING) / 0.4, -3, 3), _places(count) * counted]
    return np.stack(numbers, axis=1).astype(np.float32) if items else np.zeros((0, len(NUMBERS)), np.float32)


def _price_levels(price: npt.NDArray[np.float64], category: Int64) -> npt.NDArray[np.float64]:
    level = np.zeros(len(price))
    order = np.argsort(category, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(category[order])) + 1):
        priced = rows[price[rows] > 0]
        if len(priced) > 1:
            logs = np.log(price[priced])
            level[priced] = (logs - logs.mean()) / max(float(logs.std()), 0.1)
    return np.clip(level, -3, 3)


def _places(count: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The place by rating count among the shop's products, from -1 to 1; equal counts share a place."""
    if len(count) < 2:
        return np.zeros(len(count))
    ordered = np.sort(count)
    middle = (np.searchsorted(ordered, count, "left") + np.searchsorted(ordered, count, "right") - 1) / 2
    return np.asarray(2 * middle / (len(count) - 1) - 1, np.float64)


def build_history(table: ItemTable, events: Sequence[Sequence[Mapping[str, Any]]]) -> History:
    """Turn each shopper's events into arrays.

    Args:
        table: the products; events on others are left out.
        events: per shopper `{"product_id", "kind", "age_days"}` in any order; the `HISTORY` youngest are kept.
            Impressions say little of taste and crowd out the rest: they are left out.
    """
    rows = np.full((len(events), HISTORY), _NO_ITEM, np.int64)
    kinds = np.zeros((len(events), HISTORY), np.int64)
    ages = np.zeros((len(events), HISTORY), np.float32)
    for number, own in enumerate(events):
        known = [event for event in own if event["product_id"] in table.rows and event["kind"] in KINDS]
        latest = sorted(known, key=lambda event: float(event["age_days"]))[:HISTORY]
        for place, event in enumerate(latest):
            rows[number, place] = table.rows[event["product_id"]]
            kinds[number, place] = KINDS.index(event["kind"])
            ages[number, place] = event["age_days"]
    return History(rows, kinds, ages)


def cross_features(table: ItemTable, history: History, shopper: Int64, candidates: Int64) -> Float32:
    """Compare each candidate with what its shopper did.

    Args:
        table: the products.
        history: of B shoppers.
        shopper: `(P,)` which of the B shoppers each pair is about.
        candidates: `(P,)` rows of the table, -1 for a product that it lacks.

    Returns:
        `(P, len(CROSS))` float32; without history all 0 but `cold`.
    """
    rows, kinds = history.rows[shopper], history.kinds[shopper]  # (P, K)
    used = rows >= 0
    liked = _KIND_WEIGHT[kinds] * np.exp2(-history.age_days[shopper] / _HALF_LIFE_DAYS) * used
    product = candidates[:, None]
    same = (rows == product) & used
    alike = _cosines(table, shopper, rows, candidates)
    warm = used.any(1)
    columns = [
        np.where(warm & (candidates >= 0), _level(table, candidates) - _mean(_level(table, rows), liked), 0.0),
        np.log1p((liked * _matches(table.brand, rows, product)).sum(1)),
        np.log1p((liked * _matches(table.category, rows, product)).sum(1)),
        np.where(used, alike, 0.0).max(1, initial=0.0),
        _mean(alike, liked),
        np.log1p((same & (kinds == KINDS.index("purchase"))).sum(1)),
        np.log1p(same.sum(1)),
        np.log1p(liked.sum(1)),
        ~warm,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def cold_cross_features(pairs: int) -> Float32:
    """Return what `cross_features` gives for shoppers without history."""
    found = np.zeros((pairs, len(CROSS)), np.float32)
    found[:, CROSS.index("cold")] = 1
    return found


def _level(table: ItemTable, rows: Int64) -> Float32:
    levels = table.price_level
    return levels[rows] * (rows >= 0) if len(levels) else np.zeros(rows.shape, np.float32)


def _matches(buckets: Int64, rows: Int64, product: Int64) -> npt.NDArray[np.bool_]:
    if not len(buckets):
        return np.zeros(rows.shape, np.bool_)
    own = buckets[product]
    return np.asarray((buckets[rows] == own) & (own > 0) & (product >= 0), np.bool_)


def _mean(values: npt.NDArray[Any], weights: npt.NDArray[Any]) -> npt.NDArray[Any]:
    total = weights.sum(1)
    return np.asarray((values * weights).sum(1) / np.where(total > 0, total, 1.0))


def _cosines(table: ItemTable, shopper: Int64, rows: Int64, candidates: Int64) -> Float32:
    if not len(table.ids):
        return np.zeros(rows.shape, np.float32)
    cosines = np.empty(rows.shape, np.float32)
    for number in np.unique(shopper):
        pairs = np.flatnonzero(shopper == number)
        mine = table.text[rows[pairs[0]]].astype(np.float32)  # (K, D)
        cosines[pairs] = table.text[candidates[pairs]].astype(np.float32) @ mine.T
    cosines *= (rows >= 0) & (candidates[:, None] >= 0)
    return cosines
