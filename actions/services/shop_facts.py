"""What hardly changes in a shop, read once and held: categories, brands, currencies, labels."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.product_names import NO_NAMES, ProductNames, names_in
from actions.services.brand_names import brand_in, english_brand
from catalog.models import Brand, Category, Product, ProductText
from catalog.repositories.catalog_state import versions
from catalog.repositories.categories import CategoryInfo, list_categories
from catalog.repositories.products import Labels, currencies, load_labels
from catalog.search.segmentation import tokens
from catalog.session import Database

_FRESH_S = 5.0
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LEADING = re.compile(r"[\u3400-\u9fff]{2,4}(?= )")
_PUNCTUATION = re.compile(r"['’.&-]+")
_TITLES_UP_TO = 20_000


@dataclass(frozen=True)
class ShopFacts:
    """The shop at one version of its catalogue.

    `brands` is {normalised name: name} of brands with products; `currencies` the most used first; `sizes` is
    {category slug: active products}. `chinese_brands` is {brand: name} of those that Chinese titles call otherwise.
    `product_names` is what brands and titles have in Latin letters: the Chinese titles', since "Galaxy Watch6" stands
    there so; every title's where the shop has no Chinese ones. `is_chinese`: most of those titles are Chinese.
    """

    version: int
    categories: Mapping[str, CategoryInfo]
    brands: Mapping[str, str]
    currencies: tuple[str, ...]
    labels: Labels
    sizes: Mapping[str, int]
    chinese_brands: Mapping[str, str] = field(default_factory=dict)
    product_names: ProductNames = NO_NAMES
    is_chinese: bool = False

    @cached_property
    def children(self) -> Mapping[str | None, tuple[str, ...]]:
        """Return {slug: slugs right below it}; None holds the roots."""
        found: dict[str | None, list[str]] = {}
        for info in self.categories.values():
            found.setdefault(info.parent_slug, []).append(info.slug)
        return {parent: tuple(slugs) for parent, slugs in found.items()}

    @cached_property
    def brands_as_typed(self) -> Mapping[str, str]:
        """Return {name as it is typed: brand}: "de'longhi", "delonghi" and "de longhi" are one."""
        typed = dict(self.brands)
        for key, brand in self.brands.items():
            for name in (" ".join(tokens(key)), _PUNCTUATION.sub("", key), _PUNCTUATION.sub(" ", key)):
                typed.setdefault(name, brand)
        return typed

    def brand(self, brand: str, language: str) -> str:
        """Return a brand as the language's shoppers call it."""
        known = brand_in(brand, language)
        return self.chinese_brands.get(brand, brand) if known == brand and language == "zh" else known

    def name(self, slug: str, language: str) -> str:
        """Return what a category is called."""
        info = self.categories.get(slug)
        if info is None:
            return slug.replace("-", " ")
        return info.names.get(language) or info.names.get("en") or slug

    def size(self, slug: str) -> int:
        """Return how many products a category and those below it have."""
        return self.sizes.get(slug, 0) + sum(self.size(child) for child in self.children.get(slug, ()))

    def within(self, slug: str, ancestor: str) -> bool:
        """Tell whether a category is another one or lies below it."""
        current: str | None = slug
        while current is not None:
            if current == ancestor:
                return True
            info = self.categories.get(current)
            current = info.parent_slug if info else None
        return False


def read_shop_facts(session: Session) -> ShopFacts:
    """Read the facts."""
    active = select(Product.brand_id).where(Product.active)
    brands = session.execute(select(Brand.key, Brand.name).where(Brand.id.in_(active)))
    sizes = session.execute(
        select(Category.slug, func.count().label("products"))
        .join(Product, Product.category_id == Category.id)
        .where(Product.active)
        .group_by(Category.slug)
    )
    named = {row.key: row.name for row in brands}
    titles = _titles(session)
    return ShopFacts(
        version=versions(session)[0],
        categories={info.slug: info for info in list_categories(session)},
        brands=named,
        currencies=currencies(session),
        labels=load_labels(session),
        sizes={row.slug: row.products for row in sizes},
        chinese_brands=_chinese_brands(session),
        product_names=names_in([*named.values(), *titles]),
        is_chinese=2 * sum(_CHINESE.search(title) is not None for title in titles) > len(titles),
    )


def _titles(session: Session) -> list[str]:
    titles = select(ProductText.title).limit(_TITLES_UP_TO)
    return list(session.scalars(titles.where(ProductText.language == "zh"))) or list(session.scalars(titles))


def _chinese_brands(session: Session) -> dict[str, str]:
    """Return {brand: Chinese name} where all Chinese titles of a brand begin with it: 「拓拓 C1 儿童相机」."""
    rows = session.execute(
        select(Brand.name, ProductText.title)
        .join(Product, Product.brand_id == Brand.id)
        .join(ProductText, ProductText.product_id == Product.id)
        .where(Product.active, ProductText.language == "zh")
        .limit(_TITLES_UP_TO)
    )
    begins: dict[str, set[str]] = {}
    for brand, title in rows:
        match = _LEADING.match(title)
        begins.setdefault(brand, set()).add(match[0] if match else "")
    names = {brand: next(iter(found)) for brand, found in begins.items() if len(found) == 1}
    return {brand: name for brand, name in names.items() if name and english_brand(name) is None}


class ShopFactsCache:
    """Holds the facts; looks at most every few seconds whether the catalogue has changed."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._facts: ShopFacts | None = None
        self._checked = 0.0

    async def get(self) -> ShopFacts:
        """Return the facts.

        Raises:
            catalog.errors.CatalogError: the database does not answer.
        """
        now = self._clock()
        if self._facts is not None and now - self._checked < _FRESH_S:
            return self._facts
        self._checked = now
        if self._facts is None or (await self._db.read(versions))[0] != self._facts.version:
            self._facts = await self._db.read(read_shop_facts)
        return self._facts
