"""Synthetic shoppers: a documented, seeded model of what they look at and buy (docs/simulator.md).

Source:
    Position bias as examination, Craswell et al. 2008, "An experimental comparison of click position-bias models";
    choice by utility with noise, McFadden 1974.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.models import EventKind

Float = NDArray[np.float64]
DIMENSIONS: Final = 12
PAGE: Final = 10
EXAMINATION_POWER: Final = 0.6


@dataclass(frozen=True, slots=True)
class Item:
    """What the simulator knows of a product: the same facts that a shopper sees."""

    product_id: str
    category: str
    brand: str
    price_minor: int
    rating: float


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """The size of a simulation and its seed."""

    sessions: int = 6500
    anonymous_shoppers: int = 900
    days: int = 150
    seed: int = 5


@dataclass(frozen=True, slots=True)
class SyntheticEvent:
    """One event; `propensity` is the probability that the place on the page was looked at, of impressions only."""

    kind: EventKind
    shopper_id: str
    session_id: str
    product_id: str
    ts: datetime
    rank: int | None = None
    propensity: float | None = None


def examination(ranks: Float) -> Float:
    """Return the probability that a shopper looks at a rank, counted from 1: `rank ** -0.6`."""
    return np.asarray(ranks**-EXAMINATION_POWER, np.float64)


def _sigmoid(x: Float) -> Float:
    return np.asarray(1 / (1 + np.exp(-x)), np.float64)


class Shop:
    """The products as latent vectors: kind, brand and price level, so that tastes carry over to new products."""

    def __init__(self, items: Sequence[Item], random_: np.random.Generator) -> None:
        self.items = list(items)
        self.kinds = sorted({item.category for item in items})
        brands = sorted({item.brand for item in items})
        kind_vectors = random_.normal(size=(len(self.kinds), DIMENSIONS))
        brand_vectors = random_.normal(size=(len(brands), DIMENSIONS))
        self.kind_of = np.array([self.kinds.index(item.category) for item in items])
        brand_of = np.array([brands.index(item.brand) for item in items])
        noise = random_.normal(size=(len(items), DIMENSIONS))
        self.vectors: Float = 0.8 * kind_vectors[self.kind_of] + 0.6 * brand_vectors[brand_of] + 0.25 * noise
        prices = np.log(np.array([item.price_minor for item in items], np.float64))
        self.price_level = np.zeros(len(items))
        for kind in range(len(self.kinds)):
            rows = self.kind_of == kind
            spread = prices[rows].std() or 1.0
            self.price_level[rows] = (prices[rows] - prices[rows].mean()) / spread
        self.quality: Float = (np.array([item.rating for item in items]) - 4.3) * 2.0
        self.popularity: Float = random_.gumbel(size=len(items)) + self.quality

    def page(self, kind: int, random_: np.random.Generator) -> NDArray[np.int64]:
        """Return the products of one page, best first by a noisy popularity: the policy that the log comes from."""
        own = np.flatnonzero(self.kind_of == kind)
        others = random_.choice(len(self.items), size=3, replace=False)
        candidates = np.unique(np.concatenate([own, others]))
        scores = 0.5 * self.popularity[candidates] + random_.gumbel(size=len(candidates))
        scores[self.kind_of[candidates] != kind] -= 2.0
        return np.asarray(candidates[np.argsort(-scores)][:PAGE], np.int64)


class Shopper:
    """Latent tastes, how much a high price puts off, and which kinds of goods are looked for."""

    def __init__(self, shopper_id: str, shop: Shop, random_: np.random.Generator) -> None:
        self.shopper_id = shopper_id
        liked = random_.choice(len(shop.items), size=3)
        self.taste: Float = shop.vectors[liked].mean(0) + 0.3 * random_.normal(size=DIMENSIONS)
        self.drift: Float = 0.4 * random_.normal(size=DIMENSIONS)
        self.price_sensitivity = random_.gamma(2.0, 0.5)
        interest = shop.vectors @ self.taste / DIMENSIONS
        by_kind = np.array([interest[shop.kind_of == kind].mean() for kind in range(len(shop.kinds))])
        weights = np.exp(3.0 * by_kind)
        self.kinds: Float = weights / weights.sum()

    def utility(self, shop: Shop, rows: NDArray[np.int64], when: float) -> Float:
        """Return how much each product is liked at a time from 0 (the first day) to 1 (the last)."""
        taste = self.taste + when * self.drift
        liking = shop.vectors[rows] @ taste / np.sqrt(DIMENSIONS)
        price = self.price_sensitivity * shop.price_level[rows]
        return np.asarray(1.1 * liking + 0.6 * shop.quality[rows] - 0.7 * price, np.float64)


def simulate(
    items: Sequence[Item], customers: Sequence[str], anchor: datetime, settings: SimulatorSettings
) -> Iterator[SyntheticEvent]:
    """Yield the events of all sessions, oldest session first.

    Args:
        items: the catalogue.
        customers: ids of shoppers with an account; as many anonymous ones as `settings` says join them.
        anchor: the end of the last day; all times lie before it.
        settings: size and seed; equal settings, items and customers give equal events up to the anchor.
    """
    random_ = np.random.default_rng(settings.seed)
    shop = Shop(items, random_)
    names = [*customers, *(f"sim-{n:04d}" for n in range(settings.anonymous_shoppers))]
    shoppers = [Shopper(name, shop, random_) for name in names]
    activity = random_.gamma(1.2, 1.0, size=len(shoppers))
    who = random_.choice(len(shoppers), size=settings.sessions, p=activity / activity.sum())
    moments = np.sort(random_.random(settings.sessions))
    start = anchor - timedelta(days=settings.days)
    for number, (index, moment) in enumerate(zip(who, moments, strict=True)):
        began = start + timedelta(days=settings.days * float(moment))
        yield from _session(shoppers[index], shop, float(moment), began, f"sim-{number:06d}", random_)


def _session(shopper: Shopper, shop: Shop, when: float, began: datetime, session_id: str,
             random_: np.random.Generator) -> Iterator[SyntheticEvent]:  # fmt: skip
    rows = shop.page(int(random_.choice(len(shop.kinds), p=shopper.kinds)), random_)
    ranks = np.arange(1, len(rows) + 1, dtype=np.float64)
    looked = examination(ranks)
    utility = shopper.utility(shop, rows, when)
    clicked = random_.random(len(rows)) < looked * _sigmoid(utility - 0.8)
    added = clicked & (random_.random(len(rows)) < _sigmoid(1.2 * utility - 0.6))
    bought = added & (random_.random(len(rows)) < _sigmoid(utility + 0.2))
    for place, row in enumerate(rows):
        product_id = shop.items[row].product_id
        ts = began + timedelta(seconds=5 * place)
        shown = SyntheticEvent(EventKind.IMPRESSION, shopper.shopper_id, session_id, product_id, ts, place + 1,
                               round(float(looked[place]), 4))  # fmt: skip
        yield shown
        steps = ((clicked, EventKind.CLICK, 60), (clicked, EventKind.VIEW, 62), (added, EventKind.ADD_TO_CART, 150),
                 (bought, EventKind.PURCHASE, 400))  # fmt: skip
        for happened, kind, later in steps:
            if happened[place]:
                yield SyntheticEvent(
                    kind, shopper.shopper_id, session_id, product_id, ts + timedelta(seconds=later), place + 1
                )
