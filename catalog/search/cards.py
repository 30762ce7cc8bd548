"""What a card shows of a product, apart from its variant: kept in memory in a shop of ordinary size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Brand, Category, Product, ProductMedia, ProductText, Variant


@dataclass(frozen=True, slots=True)
class Card:
    """A product as `ProductHit` shows it."""

    product_id: str
    titles: Mapping[str, str]
    brand: str | None
    category_slug: str
    rating: float | None
    rating_count: int
    image: str | None
    url: str | None
    sponsored: bool
    variant_count: int


def load_cards(session: Session, keys: Sequence[int] | None) -> dict[int, Card]:
    """Return the cards of these products, or of all active ones, in two statements."""
    texts = select(ProductText.product_id, ProductText.language, ProductText.title)
    counts = select(func.count()).select_from(Variant).where(Variant.product_id == Product.id).scalar_subquery()
    products = (
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
    )
    if keys is None:
        products = products.where(Product.active)
    else:
        texts = texts.where(ProductText.product_id.in_(keys))
        products = products.where(Product.id.in_(keys))
    titles: dict[int, dict[str, str]] = {}
    for key, language, title in session.execute(texts):
        titles.setdefault(key, {})[language] = title
    return {
        row.id: Card(
            row.merchant_id,
            titles.get(row.id, {}),
            row.name,
            row.slug,
            row.rating,
            row.rating_count,
            row.image,
            row.url,
            row.sponsored,
            row.variant_count,
        )
        for row in session.execute(products)
    }
