"""Hard limits as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.orm import Session

from catalog.models import Product, Variant, VariantPrice, VariantTerm
from catalog.search.option_terms import COLOR, MATERIAL, SIZE, wanted_terms
from catalog.search.query import Limits
from catalog.search.segmentation import normalize
from catalog.search.snapshot import CatalogSnapshot


@dataclass(frozen=True, slots=True)
class Eligible:
    """A product that obeys the limits: its lowest price among the variants that do (in stock first)."""

    key: int
    price_minor: int
    in_stock: bool
    rating: float
    rating_count: int


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
    """Return the products that obey the conditions, all of them or those among `keys`."""
    stocked = func.min(case((Variant.stock > 0, VariantPrice.price_minor)))
    query = (
        _joined(Product.id, func.min(VariantPrice.price_minor), stocked, Product.rating, Product.rating_count)
        .where(*where)
        .group_by(Product.id)
    )
    if keys is not None:
        query = query.where(Product.id.in_(keys))
    return {
        key: Eligible(key, in_stock if in_stock is not None else price, in_stock is not None, rating or 0.0, count)
        for key, price, in_stock, rating, count in session.execute(query)
    }


def eligible_keys(where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Return a subquery of the keys of the products that obey the conditions."""
    return _joined(Product.id).where(*where).distinct()


def best_variants(session: Session, where: Sequence[ColumnElement[bool]], keys: Sequence[int]) -> dict[int, Any]:
    """Return for each product the row of its cheapest variant that obeys the conditions, one in stock if any."""
    query = _joined(
        Product.id,
        Variant.merchant_id.label("variant_id"),
        Variant.options,
        Variant.stock,
        VariantPrice.price_minor,
        VariantPrice.compare_at_minor,
    ).where(*where, Product.id.in_(keys))
    query = query.order_by(Product.id, (Variant.stock <= 0), VariantPrice.price_minor, Variant.position, Variant.id)
    found: dict[int, Any] = {}
    for row in session.execute(query):
        found.setdefault(row.id, row)
    return found
