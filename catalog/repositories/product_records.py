"""A product as it is written: what importers read and the demo shop builds."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """A price in minor units; `compare_at_minor` is the price before a reduction."""

    price_minor: int
    compare_at_minor: int | None = None


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """A variant to be written. `prices` is {currency: price}."""

    variant_id: str
    prices: Mapping[str, Price]
    options: Mapping[str, str] = field(default_factory=dict)
    stock: int = 0
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product to be written.

    Attributes:
        product_id: the merchant's id.
        titles, descriptions: {language: text}; at least one title.
        category: a slug (`category_slug`), or the names from the root down (`category_path`); created where new.
        attributes: {key: plain value, or {language: value}}.
        images: addresses, the card's first.
    """

    product_id: str
    titles: Mapping[str, str]
    variants: tuple[VariantRecord, ...]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    category_slug: str | None = None
    category_path: tuple[str, ...] = ()
    brand: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    url: str | None = None
    rating: float | None = None
    rating_count: int = 0
    sponsored: bool = False
    active: bool = True

    def content_hash(self) -> str:
        """Return a hash of everything in the record; equal records need no writing."""
        content = (
            self.product_id,
            sorted(self.titles.items()),
            sorted(self.descriptions.items()),
            self.category_slug,
            self.category_path,
            self.brand,
            sorted(self.attributes.items()),
            self.images,
            self.url,
            self.rating,
            self.rating_count,
            self.sponsored,
            self.active,
            [(v.variant_id, sorted(v.options.items()), v.stock, v.sku, _prices(v.prices)) for v in self.variants],
        )
        return hashlib.sha1(json.dumps(content, ensure_ascii=False).encode(), usedforsecurity=False).hexdigest()

    def text_hash(self, language: str) -> str:
        """Return a hash of the text that is embedded for a language."""
        content = (
            self.titles[language],
            self.descriptions.get(language, ""),
            self.brand,
            self.category_slug,
            self.category_path,
        )
        return hashlib.sha1(repr(content).encode(), usedforsecurity=False).hexdigest()


def _prices(prices: Mapping[str, Price]) -> list[tuple[str, int, int | None]]:
    return sorted((currency, price.price_minor, price.compare_at_minor) for currency, price in prices.items())


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A category to be written; `aliases` is {language: names that shoppers type}."""

    slug: str
    names: Mapping[str, str]
    parent_slug: str | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class WriteCounts:
    """What a write changed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "WriteCounts") -> "WriteCounts":
        """Add up."""
        return WriteCounts(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)
