"""From database keys to hits: what a card shows, in four statements."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from catalog.models import Brand, Category, Product, ProductMedia, ProductText, Variant
from catalog.search.eligibility import best_variants
from catalog.search.query import ProductHit
from catalog.search.text_search import TextRanking


def load_hits(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    keys: Sequence[int],
    scores: Mapping[int, float],
    ranking: TextRanking,
    similarities: Mapping[int, float],
    *,
    currency: str,
) -> list[ProductHit]:
    """Return the hits of these products, in their order; `where` are the limits that the variant shown obeys,
    its currency among them."""
    if not keys:
        return []
    variants = best_variants(session, where, keys)
    titles: dict[int, dict[str, str]] = {}
    texts = select(ProductText.product_id, ProductText.language, ProductText.title)
    for key, language, title in session.execute(texts.where(ProductText.product_id.in_(keys))):
        titles.setdefault(key, {})[language] = title
    counts = select(func.count()).select_from(Variant).where(Variant.product_id == Product.id).scalar_subquery()
    rows = session.execute(
        select(
            Product.id,
            Product.merchant_id,
            Product.rating,
            Product.rating_count,
            Product.url,
            Product.sponsored,
            Category.slug,
            Brand.name,
            ProductMedia.url.label("image"),
            counts.label("variant_count"),
        )
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .outerjoin(ProductMedia, (ProductMedia.product_id == Product.id) & (ProductMedia.position == 0))
        .where(Product.id.in_(keys))
    )
    found = {row.id: row for row in rows}
    full = frozenset(ranking.keys[: ranking.full])
    partial = frozenset(ranking.keys)
    return [
        ProductHit(
            key=key,
            product_id=found[key].merchant_id,
            titles=titles.get(key, {}),
            brand=found[key].name,
            category_slug=found[key].slug,
            variant_id=variants[key].variant_id,
            variant_count=found[key].variant_count,
            options=variants[key].options,
            price_minor=variants[key].price_minor,
            compare_at_minor=variants[key].compare_at_minor,
            currency=currency,
            rating=found[key].rating,
            rating_count=found[key].rating_count,
            in_stock=variants[key].stock > 0,
            image=found[key].image,
            url=found[key].url,
            sponsored=found[key].sponsored,
            score=scores.get(key, 0.0),
            text_match="full" if key in full else "partial" if key in partial else None,
            similarity=similarities.get(key),
        )
        for key in keys
        if key in variants and key in found
    ]
