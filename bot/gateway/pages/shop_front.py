"""What the demo shop's pages show, read from the catalogue."""

from collections.abc import Sequence
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.gateway.errors import NotFoundError
from bot.gateway.pages.formats import price_text, value_text
from bot.gateway.presentation import usual_currency
from bot.gateway.texts import Language
from catalog.models import Category, Product
from catalog.repositories.catalog_state import versions
from catalog.repositories.categories import CategoryInfo
from catalog.repositories.products import (
    ProductView,
    get_product,
    in_language,
    load_labels,
    load_products,
)
from catalog.search.match_expression import text_terms
from catalog.search.snapshot import CatalogSnapshot, load_snapshot
from catalog.search.text_search import rank_by_text

PAGE_SIZE = 24
_SEARCH_LIMIT = 480
_RELATED = 4
_MAX_PAGE = 100_000
View = dict[str, Any]


class ShopFront:
    """Reads pages; keeps the category tree of the catalogue's current version. Its methods run in database threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshot: CatalogSnapshot | None = None

    def list_page(self, session: Session, language: Language, category: str | None, query: str, page: int) -> View:
        """Return one page of products, of a category and all below it, or of those that a text finds.

        Raises:
            NotFoundError: no such category, or no such page.
        """
        snapshot = self._current(session)
        chosen = snapshot.categories.get(category) if category else None
        if (category and chosen is None) or not 1 <= page <= _MAX_PAGE:
            raise NotFoundError("no such category or page")
        first = (page - 1) * PAGE_SIZE
        if query:
            found = self._search(session, snapshot, query, chosen)
            total, keys = len(found), list(found[first : first + PAGE_SIZE])
        else:
            rows = _products_of(snapshot, chosen)
            total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
            ordered = rows.order_by(Product.rating_count.desc(), Product.id)
            keys = list(session.scalars(ordered.offset(first).limit(PAGE_SIZE)))
        last = max(1, -(-total // PAGE_SIZE))
        if page > last:
            raise NotFoundError("no such page")
        address = _ListAddress(language, category, query)
        return {
            "category": _named(chosen, language) if chosen else None,
            "query": query,
            "total": total,
            "first_rank": first + 1,
            "products": [tile_view(p, language, snapshot.currencies) for p in load_products(session, keys)],
            "departments": _departments(snapshot, chosen, language),
            "pages": [
                {"number": n, "url": address.page(n) if n else None, "current": n == page} for n in _numbers(page, last)
            ],
            "previous_url": address.page(page - 1) if page > 1 else None,
            "next_url": address.page(page + 1) if page < last else None,
        }

    def product_page(self, session: Session, language: Language, product_id: str) -> View:
        """Return one product with everything that its page shows.

        Raises:
            NotFoundError: no such product, or it is not sold any more.
        """
        snapshot = self._current(session)
        product = get_product(session, product_id)
        if product is None or not product.active:
            raise NotFoundError("no such product")
        category = snapshot.categories[product.category_slug]
        siblings = session.scalars(
            _products_of(snapshot, category)
            .where(Product.id != product.key)
            .order_by(Product.rating_count.desc(), Product.id)
            .limit(_RELATED)
        ).all()
        labels = load_labels(session)
        attributes = [
            {"name": labels.attribute(key, language), "value": value_text(value, language)}
            for key, value in product.attributes.items()
        ]
        options = [
            {
                "key": key,
                "name": labels.option(key, language),
                "values": [{"key": value, "name": labels.value(value, language)} for value in values],
            }
            for key, values in _options(product).items()
        ]
        view = tile_view(product, language, snapshot.currencies) | {
            "description": product.description(language),
            "attributes": attributes,
            "options": options,
            "variants": _variants(product, language, snapshot.currencies),
        }
        return {
            "category": _named(category, language) | {"url": _category_url(category.slug, language)},
            "query": "",
            "departments": _departments(snapshot, category, language),
            "product": view,
            "related": [tile_view(p, language, snapshot.currencies) for p in load_products(session, siblings)],
        }

    def find(self, session: Session, query: str, *, limit: int) -> list[ProductView]:
        """Return the products that a text finds, the best first; for an empty one those rated by most people."""
        snapshot = self._current(session)
        if query:
            return load_products(session, self._search(session, snapshot, query, None)[:limit])
        rows = _products_of(snapshot, None).order_by(Product.rating_count.desc(), Product.id).limit(limit)
        return load_products(session, list(session.scalars(rows)))

    def _current(self, session: Session) -> CatalogSnapshot:
        version = versions(session)[0]
        with self._lock:
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = load_snapshot(session, version)
            return self._snapshot

    def _search(
        self, session: Session, snapshot: CatalogSnapshot, query: str, category: CategoryInfo | None
    ) -> list[int]:
        text = snapshot.speller.correct(query) or query
        terms = text_terms(text, snapshot.chinese_words, snapshot.longest_chinese)
        ranking = rank_by_text(session, "product_search", terms, limit=_SEARCH_LIMIT)
        wanted = ranking.keys[: ranking.full] or ranking.keys
        sold = set(session.scalars(_products_of(snapshot, category).where(Product.id.in_(wanted))))
        return [key for key in wanted if key in sold]


class _ListAddress:
    """Addresses of the pages of one list."""

    def __init__(self, language: Language, category: str | None, query: str) -> None:
        self._values = {"lang": language, "category": category or "", "q": query}

    def page(self, number: int) -> str:
        """Return the address of a page, relative to the shop."""
        values = {key: value for key, value in self._values.items() if value}
        return "/?" + urlencode(values | ({"page": str(number)} if number > 1 else {}))


def tile_view(product: ProductView, language: Language, currencies: Sequence[str]) -> View:
    """Return a product as a tile of the grid shows it, every text formatted for the language."""
    currency = usual_currency(language, currencies)
    if not any(currency in variant.prices for variant in product.variants):
        currency = next((c for v in product.variants for c in v.prices), currency)
    shown, prices = product.cheapest(currency), product.price_range(currency)
    price = shown.prices[currency] if shown else None
    before = price.compare_at_minor if price else None
    return {
        "product_id": product.product_id,
        "url": f"/products/{quote(product.product_id, safe='')}?lang={language}",
        "title": product.title(language),
        "brand": product.brand,
        "price": price_text(price.price_minor, currency, language) if price else "",
        "price_from": bool(prices and prices[0] != prices[1]),
        "compare_at": price_text(before, currency, language) if before else None,
        "rating": product.rating,
        "rating_count": product.rating_count,
        "image_url": product.image,
        "in_stock": product.in_stock,
        "sponsored": product.sponsored,
    }


def _products_of(snapshot: CatalogSnapshot, category: CategoryInfo | None) -> Select[int]:
    rows = select(Product.id).join(Category, Category.id == Product.category_id).where(Product.active)
    return rows.where(Product.category_id.in_(snapshot.subtree[category.slug])) if category else rows


def _named(category: CategoryInfo, language: Language) -> dict[str, str]:
    return {"slug": category.slug, "name": in_language(category.names, language)}


def _category_url(slug: str, language: Language) -> str:
    return "/?" + urlencode({"lang": language, "category": slug})


def _departments(snapshot: CatalogSnapshot, current: CategoryInfo | None, language: Language) -> list[View]:
    """Return the roots of the tree that sell something, each with such leaves; the one that is looked at is marked."""
    departments: dict[str, View] = {}
    roots: dict[str, str] = {}
    for info in snapshot.categories.values():
        if info.slug not in snapshot.selling:
            continue
        root = roots[info.slug] = roots[info.parent_slug] if info.parent_slug else info.slug
        view = _named(info, language) | {
            "url": _category_url(info.slug, language),
            "current": current is not None and current.slug == info.slug,
        }
        if root == info.slug:
            departments[root] = view | {"categories": []}
            continue
        departments[root]["categories"].append(view)
        departments[root]["current"] = departments[root]["current"] or view["current"]
    return list(departments.values())


def _options(product: ProductView) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for variant in product.variants:
        for key, value in variant.options.items():
            found.setdefault(key, {})[value] = None
    return {key: list(values) for key, values in found.items()}


def _variants(product: ProductView, language: Language, currencies: Sequence[str]) -> list[View]:
    currency = usual_currency(language, currencies)
    return [
        {
            "variant_id": variant.variant_id,
            "options": dict(variant.options),
            "price": price_text(variant.prices[currency].price_minor, currency, language)
            if currency in variant.prices
            else "",
            "in_stock": variant.stock > 0,
        }
        for variant in product.variants
    ]


def _numbers(page: int, last: int) -> list[int | None]:
    """Return page numbers with None for gaps: `1 … 4 5 6 … 25`."""
    shown = sorted({1, last, *range(max(1, page - 1), min(last, page + 1) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
