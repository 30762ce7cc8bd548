"""What is asked of the product search, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from catalog.repositories.products import in_language


class SortOrder(StrEnum):
    """How hits are ordered; what is in stock always comes first."""

    RELEVANCE = "relevance"
    PRICE_ASCENDING = "price_ascending"
    PRICE_DESCENDING = "price_descending"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits: a hit obeys all of them, in one and the same variant.

    Attributes:
        categories: slugs; what lies below them counts too. Any of them.
        not_categories: likewise, none of them.
        brands: names, as the shopper writes them. Any of them.
        not_brands: likewise, none of them.
        colors, sizes, materials: the shopper's words in any language. Any of them.
        not_colors, not_sizes, not_materials: likewise, none of them.
        price_min_minor, price_max_minor: inclusive, in the query's currency.
        in_stock_only: only variants in stock.
        exclude: merchant's product ids that are not wanted.
        among: merchant's product ids, the only ones wanted; None for all.
    """

    categories: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    not_sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    not_materials: tuple[str, ...] = ()
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    in_stock_only: bool = False
    exclude: tuple[str, ...] = ()
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SearchQuery:
    """A search.

    Attributes:
        text: what the product is, in the shopper's words without limits ("smartwatch"); may be empty.
        vector: `(384,)` float32, L2-normalised embedding of the message, or None.
        limits: hard limits.
        currency: of prices and price limits; None for the shop's most used one.
        sort: the order.
        limit, offset: which part of the list.
    """

    text: str = ""
    vector: NDArray[np.float32] | None = None
    limits: Limits = field(default_factory=Limits)
    currency: str | None = None
    sort: SortOrder = SortOrder.RELEVANCE
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that was found, with its cheapest variant that obeys the limits (one in stock if there is any).

    Attributes:
        key: database key.
        product_id: the merchant's id.
        variant_id: the merchant's id of that variant.
        variant_count: how many variants the product has in all.
        options: that variant's options.
        price_minor, compare_at_minor, currency: that variant's price.
        in_stock: whether that variant is in stock.
        score: fused relevance; comparable within one search only.
        text_match: "full" (every word found), "partial" (some), or None (found by its meaning or its category only).
        similarity: cosine of query and product, or None.
    """

    key: int
    product_id: str
    titles: Mapping[str, str]
    brand: str | None
    category_slug: str
    variant_id: str
    variant_count: int
    options: Mapping[str, str]
    price_minor: int
    compare_at_minor: int | None
    currency: str
    rating: float | None
    rating_count: int
    in_stock: bool
    image: str | None
    url: str | None
    sponsored: bool
    score: float
    text_match: str | None
    similarity: float | None

    def title(self, language: str) -> str:
        """Return the title in a language, or in the nearest there is."""
        return in_language(self.titles, language)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The part of the list that was asked for.

    Attributes:
        hits: in the order asked for.
        total: how many there are in all.
        currency: of all prices.
        corrected: the text that was searched instead, where typing errors were mended.
    """

    hits: tuple[ProductHit, ...]
    total: int
    currency: str
    corrected: str | None = None
