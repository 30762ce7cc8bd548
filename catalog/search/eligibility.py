"""Hard limits as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from catalog.models import Product, Variant, VariantPrice, VariantTerm
from catalog.search.option_terms import COLOR, MATERIAL, SIZE, wanted_terms
from catalog.search.query import Limits
from catalog.search.segmentation import normalize
from catalog.search.snapshot import CatalogSnapshot


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


def conditions(limits: Limits, currency: str, snapshot: CatalogSnapshot) -> list[ColumnElement[bool]]:
    """Return the limits as conditions on `Product`, `Variant` and `VariantPrice`."""
    found: list[ColumnElement[bool]] = [Product.active.is_(True), VariantPrice.currency == currency]
    if limits.categories:
        keys = sorted({key for slug in limits.categories for key in snapshot.subtree.get(slug, ())})
        found.append(Product.category_id.in_(keys) if keys else false())
    if limits.brands:
        brand_keys = [snapshot.brands[name][0] for name in map(normalize, limits.brands) if name in snapshot.brands]
        found.append(Product.brand_id.in_(brand_keys) if brand_keys else false())
    if limits.price_min_minor is not None:
        found.append(VariantPrice.price_minor >= limits.price_min_minor)
    if limits.price_max_minor is not None:
        found.append(VariantPrice.price_minor <= limits.price_max_minor)
    if limits.in_stock_only:
        found.append(Variant.stock > 0)
    if limits.exclude:
        found.append(Product.merchant_id.not_in(limits.exclude))
    if limits.among is not None:
        found.append(Product.merchant_id.in_(limits.among))
    for kind, values in ((COLOR, limits.colors), (SIZE, limits.sizes), (MATERIAL, limits.materials)):
        if values:
            terms = sorted({term for value in values for term in wanted_terms(kind, value)})
            answering = select(VariantTerm.variant_id).where(VariantTerm.kind == kind, VariantTerm.term.in_(terms))
            found.append(Variant.id.in_(answering))
    return found


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Product)
        .join(Variant, Variant.product_id == Product.id)
        .join(VariantPrice, VariantPrice.variant_id == Variant.id)
    )


def eligible_products(
    session: Session, where: Sequence[ColumnElement[bool]], *, keys: Sequence[int] | None = None
) -> dict[int, Eligible]:
    """Return the products that obey the conditions, all of them or those among `keys`, in one statement."""
    best_first = (Variant.stock <= 0, VariantPrice.price_minor, Variant.position, Variant.id)
    place = func.row_number().over(partition_by=Product.id, order_by=best_first).label("place")
    columns = (
        Product.id,
        VariantPrice.price_minor,
        Variant.stock,
        Product.rating,
        Product.rating_count,
        Variant.merchant_id.label("variant_id"),
        Variant.options,
        VariantPrice.compare_at_minor,
    )
    inner = _joined(*columns, place).where(*where)
    if keys is not None:
        inner = inner.where(Product.id.in_(keys))
    ranked = inner.subquery()
    rows = session.execute(
        select(*(column for column in ranked.c if column.name != "place")).where(ranked.c.place == 1)
    )
    return {
        key: Eligible(key, price, stock > 0, rating or 0.0, count, variant_id, options, compare_at)
        for key, price, stock, rating, count, variant_id, options, compare_at in rows
    }


def eligible_keys(where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Return a subquery of the keys of the products that obey the conditions."""
    return _joined(Product.id).where(*where).distinct()
