"""Hard limits as SQL; statements are built once for each set of limits, and only their values change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from catalog.models import Product, Variant, VariantPrice, VariantTerm
from catalog.search.option_terms import COLOR, MATERIAL, SIZE, wanted_terms
from catalog.search.query import Limits
from catalog.search.segmentation import normalize
from catalog.search.snapshot import CatalogSnapshot

Values = dict[str, Any]
_PRODUCT, _VARIANT, _PRICE, _TERM = (cast(Table, m.__table__) for m in (Product, Variant, VariantPrice, VariantTerm))


@dataclass(frozen=True, slots=True)
class Eligible:
    """A product that obeys the limits, with the variant to show: the cheapest that obeys them, one in stock if any."""

    key: int
    price_minor: int
    in_stock: bool
    rating: float
    rating_count: int
    variant_id: str
    options: Mapping[str, Any]
    compare_at_minor: int | None


def _many(name: str) -> Any:
    return bindparam(name, expanding=True)


def _answering(kind: str, name: str) -> Select[Any]:
    return select(_TERM.c.variant_id).where(_TERM.c.kind == kind, _TERM.c.term.in_(_many(name)))


def _has_term(kind: str) -> ColumnElement[bool]:
    return _VARIANT.c.id.in_(_answering(kind, kind))


def _has_not(kind: str, name: str) -> ColumnElement[bool]:
    return _VARIANT.c.id.not_in(_answering(kind, name))


_CLAUSES: Final[Mapping[str, ColumnElement[bool]]] = {
    "currency": _PRICE.c.currency == bindparam("currency"),
    "categories": _PRODUCT.c.category_id.in_(_many("categories")),
    "not_categories": _PRODUCT.c.category_id.not_in(_many("not_categories")),
    "brands": _PRODUCT.c.brand_id.in_(_many("brands")),
    "not_brands": _PRODUCT.c.brand_id.is_(None) | _PRODUCT.c.brand_id.not_in(_many("not_brands")),
    "price_min": _PRICE.c.price_minor >= bindparam("price_min"),
    "price_max": _PRICE.c.price_minor <= bindparam("price_max"),
    "stock_above": _VARIANT.c.stock > bindparam("stock_above"),
    "exclude": _PRODUCT.c.merchant_id.not_in(_many("exclude")),
    "among": _PRODUCT.c.merchant_id.in_(_many("among")),
    COLOR: _has_term(COLOR),
    "not_colors": _has_not(COLOR, "not_colors"),
    SIZE: _has_term(SIZE),
    "not_sizes": _has_not(SIZE, "not_sizes"),
    MATERIAL: _has_term(MATERIAL),
    "not_materials": _has_not(MATERIAL, "not_materials"),
    "keys": _PRODUCT.c.id.in_(_many("keys")),
}


def conditions(limits: Limits, currency: str, snapshot: CatalogSnapshot) -> Values:
    """Return the limits as {name of a clause: its value}; a list without an element is obeyed by nothing."""
    found: Values = {"currency": currency}
    for name, slugs in (("categories", limits.categories), ("not_categories", limits.not_categories)):
        if slugs:
            found[name] = sorted({key for slug in slugs for key in snapshot.subtree.get(slug, ())})
    for name, brands in (("brands", limits.brands), ("not_brands", limits.not_brands)):
        if brands:
            found[name] = [snapshot.brands[key][0] for key in map(normalize, brands) if key in snapshot.brands]
    if limits.price_min_minor is not None:
        found["price_min"] = limits.price_min_minor
    if limits.price_max_minor is not None:
        found["price_max"] = limits.price_max_minor
    if limits.in_stock_only:
        found["stock_above"] = 0
    if limits.exclude:
        found["exclude"] = list(limits.exclude)
    if limits.among is not None:
        found["among"] = list(limits.among)
    for name, kind, values in (
        (COLOR, COLOR, limits.colors),
        ("not_colors", COLOR, limits.not_colors),
        (SIZE, SIZE, limits.sizes),
        ("not_sizes", SIZE, limits.not_sizes),
        (MATERIAL, MATERIAL, limits.materials),
        ("not_materials", MATERIAL, limits.not_materials),
    ):
        if values:
            found[name] = sorted({term for value in values for term in wanted_terms(kind, value)})
    return found


def _joined(names: Sequence[str], *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(_PRODUCT)
        .join(_VARIANT, _VARIANT.c.product_id == _PRODUCT.c.id)
        .join(_PRICE, _PRICE.c.variant_id == _VARIANT.c.id)
        .where(_PRODUCT.c.active.is_(True), *(_CLAUSES[name] for name in names))
    )


@lru_cache(maxsize=256)
def _eligible_statement(names: tuple[str, ...]) -> Select[Any]:
    best_first = (_VARIANT.c.stock <= 0, _PRICE.c.price_minor, _VARIANT.c.position, _VARIANT.c.id)
    place = func.row_number().over(partition_by=_PRODUCT.c.id, order_by=best_first).label("place")
    columns = (
        _PRODUCT.c.id,
        _PRICE.c.price_minor,
        _VARIANT.c.stock,
        _PRODUCT.c.rating,
        _PRODUCT.c.rating_count,
        _VARIANT.c.merchant_id.label("variant_id"),
        _VARIANT.c.options,
        _PRICE.c.compare_at_minor,
    )
    ranked = _joined(names, *columns, place).subquery()
    return select(*(column for column in ranked.c if column.name != "place")).where(ranked.c.place == 1)


def eligible_products(session: Session, where: Values, *, keys: Sequence[int] | None = None) -> dict[int, Eligible]:
    """Return the products that obey the conditions, all of them or those among `keys`, in one statement."""
    if keys is not None:
        where = {**where, "keys": list(keys)}
    rows = session.execute(_eligible_statement(tuple(sorted(where))), where)
    return {
        key: Eligible(key, price, stock > 0, rating or 0.0, count, variant_id, options, compare_at)
        for key, price, stock, rating, count, variant_id, options, compare_at in rows
    }


@lru_cache(maxsize=256)
def _first_statement(names: tuple[str, ...]) -> Select[Any]:
    return _joined(names, _PRODUCT.c.id).distinct().limit(bindparam("most"))


def first_eligible(session: Session, where: Values, *, limit: int) -> list[int]:
    """Return the keys of some products that obey the conditions, `limit` at most."""
    return list(session.scalars(_first_statement(tuple(sorted(where))), {**where, "most": limit}))
