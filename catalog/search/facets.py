"""What there is within some limits: for narrowing a search down."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Brand, Category, Product, Variant, VariantTerm
from catalog.search.color_names import is_color
from catalog.search.eligibility import conditions, eligible_products
from catalog.search.option_terms import COLOR
from catalog.search.query import Facets, Limits
from catalog.search.snapshot import CatalogSnapshot

_MOST = 500


def facets(session: Session, snapshot: CatalogSnapshot, limits: Limits, *, currency: str | None = None) -> Facets:
    """Count brands, categories and colours of the products that obey the limits (of the first 500 in a large shop)."""
    chosen = currency or snapshot.default_currency
    eligible = eligible_products(session, conditions(limits, chosen, snapshot))
    keys = sorted(eligible)[:_MOST]
    prices = [row.price_minor for row in eligible.values()]
    if not keys:
        return Facets(0, (), (), (), None, None, chosen)
    brands: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for brand, slug in session.execute(
        select(Brand.name, Category.slug)
        .select_from(Product)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(Product.id.in_(keys))
    ):
        categories[slug] += 1
        if brand:
            brands[brand] += 1
    colors = session.execute(
        select(VariantTerm.term, func.count(Variant.product_id.distinct()))
        .join(Variant, Variant.id == VariantTerm.variant_id)
        .where(Variant.product_id.in_(keys), VariantTerm.kind == COLOR, Variant.stock > 0)
        .group_by(VariantTerm.term)
    )
    counted = Counter({term: count for term, count in colors if is_color(term)})
    return Facets(
        total=len(eligible),
        brands=tuple(brands.most_common()),
        categories=tuple(categories.most_common()),
        colors=tuple(counted.most_common()),
        price_min_minor=min(prices),
        price_max_minor=max(prices),
        currency=chosen,
    )
