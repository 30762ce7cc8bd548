"""Reading products: everything that a card, an answer or a product page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Brand, Category, Label, Product, ProductMedia, ProductText, Variant, VariantPrice
from catalog.repositories.product_records import Price


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant; `prices` is {currency: price}."""

    key: int
    variant_id: str
    sku: str | None
    options: Mapping[str, str]
    stock: int
    prices: Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with its variants, in the merchant's order; `titles` and `descriptions` are by language."""

    key: int
    product_id: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    category_slug: str
    brand: str | None
    attributes: Mapping[str, Any]
    rating: float | None
    rating_count: int
    url: str | None
    sponsored: bool
    active: bool
    images: tuple[str, ...]
    variants: tuple[VariantView, ...]

    def title(self, language: str) -> str:
        """Return the title in a language, or in the nearest there is."""
        return in_language(self.titles, language)

    def description(self, language: str) -> str:
        """Return the description in a language, or in the nearest there is."""
        return in_language(self.descriptions, language)

    @property
    def image(self) -> str | None:
        """Return the card's picture."""
        return self.images[0] if self.images else None

    @property
    def in_stock(self) -> bool:
        """Tell whether any variant is in stock."""
        return any(variant.stock > 0 for variant in self.variants)

    def price_range(self, currency: str) -> tuple[int, int] | None:
        """Return the lowest and highest price of the variants in minor units, None without a price."""
        prices = [variant.prices[currency].price_minor for variant in self.variants if currency in variant.prices]
        return (min(prices), max(prices)) if prices else None

    def cheapest(self, currency: str) -> VariantView | None:
        """Return the cheapest variant in stock, or the cheapest at all, or None without a price."""
        priced = [variant for variant in self.variants if currency in variant.prices]
        return min(priced, key=lambda v: (v.stock <= 0, v.prices[currency].price_minor, v.key), default=None)

    def variant(self, variant_id: str) -> VariantView | None:
        """Return the variant with that id."""
        return next((variant for variant in self.variants if variant.variant_id == variant_id), None)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, else in English, else any, else `""`."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def get_product(session: Session, product_id: str) -> ProductView | None:
    """Return the product with that merchant's id."""
    return next(iter(get_products(session, [product_id])), None)


def get_products(session: Session, product_ids: Sequence[str]) -> list[ProductView]:
    """Return products by the merchant's ids, in the order asked; unknown ids are left out."""
    keys = dict(
        session.execute(select(Product.merchant_id, Product.id).where(Product.merchant_id.in_(product_ids))).all()
    )
    return load_products(session, [keys[product_id] for product_id in product_ids if product_id in keys])


def load_products(session: Session, keys: Sequence[int]) -> list[ProductView]:
    """Return products by database keys, in the order asked; five statements however many products."""
    if not keys:
        return []
    rows = session.execute(
        select(
            Product.id,
            Product.merchant_id,
            Product.attributes,
            Product.rating,
            Product.rating_count,
            Product.url,
            Product.sponsored,
            Product.active,
            Category.slug,
            Brand.name,
        )
        .join(Category, Category.id == Product.category_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(Product.id.in_(keys))
    ).all()
    titles: dict[int, dict[str, str]] = {}
    descriptions: dict[int, dict[str, str]] = {}
    for key, language, title, description in session.execute(
        select(ProductText.product_id, ProductText.language, ProductText.title, ProductText.description)
        .where(ProductText.product_id.in_(keys))
        .order_by(ProductText.product_id, ProductText.language)
    ):
        titles.setdefault(key, {})[language] = title
        descriptions.setdefault(key, {})[language] = description
    images: dict[int, list[str]] = {}
    for key, url in session.execute(
        select(ProductMedia.product_id, ProductMedia.url)
        .where(ProductMedia.product_id.in_(keys))
        .order_by(ProductMedia.product_id, ProductMedia.position)
    ):
        images.setdefault(key, []).append(url)
    variants = _variants(session, keys)
    views = {
        row.id: ProductView(
            key=row.id,
            product_id=row.merchant_id,
            titles=titles.get(row.id, {}),
            descriptions=descriptions.get(row.id, {}),
            category_slug=row.slug,
            brand=row.name,
            attributes=row.attributes,
            rating=row.rating,
            rating_count=row.rating_count,
            url=row.url,
            sponsored=row.sponsored,
            active=row.active,
            images=tuple(images.get(row.id, ())),
            variants=tuple(variants.get(row.id, ())),
        )
        for row in rows
    }
    return [views[key] for key in keys if key in views]


def _variants(session: Session, product_keys: Sequence[int]) -> dict[int, list[VariantView]]:
    rows = session.execute(
        select(Variant.product_id, Variant.id, Variant.merchant_id, Variant.sku, Variant.options, Variant.stock)
        .where(Variant.product_id.in_(product_keys))
        .order_by(Variant.product_id, Variant.position, Variant.id)
    ).all()
    prices: dict[int, dict[str, Price]] = {}
    for key, currency, price_minor, compare_at_minor in session.execute(
        select(VariantPrice.variant_id, VariantPrice.currency, VariantPrice.price_minor, VariantPrice.compare_at_minor)
        .join(Variant, Variant.id == VariantPrice.variant_id)
        .where(Variant.product_id.in_(product_keys))
    ):
        prices.setdefault(key, {})[currency] = Price(price_minor, compare_at_minor)
    found: dict[int, list[VariantView]] = {}
    for product_key, key, merchant_id, sku, options, stock in rows:
        view = VariantView(key, merchant_id, sku, options, stock, prices.get(key, {}))
        found.setdefault(product_key, []).append(view)
    return found


def currencies(session: Session) -> tuple[str, ...]:
    """Return the currencies of what is on sale, the most used first: the first is the shop's default."""
    count = func.count()
    rows = session.scalars(
        select(VariantPrice.currency)
        .join(Variant, Variant.id == VariantPrice.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.active)
        .group_by(VariantPrice.currency)
        .order_by(count.desc(), VariantPrice.currency.desc())
    )
    return tuple(rows)


_USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    "color": {"zh": "颜色"},
    "size": {"zh": "规格"},
    "material": {"zh": "材质"},
    "pattern": {"zh": "图案"},
    "tags": {"zh": "标签"},
}
"""What imports call attributes and options by themselves, where the shop gives no name of its own."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of attribute keys, option keys and option values, each {key: {language: name}}."""

    attributes: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Mapping[str, str]]

    def attribute(self, key: str, language: str) -> str:
        """Return what an attribute is called, its key in plain words where nobody has named it."""
        return _name(self.attributes, key, language)

    def option(self, key: str, language: str) -> str:
        """Return what an option is called."""
        return _name(self.options, key, language)

    def value(self, key: str, language: str) -> str:
        """Return what an option value is called."""
        return self.values.get(key, {}).get(language) or key


def _name(names: Mapping[str, Mapping[str, str]], key: str, language: str) -> str:
    return names.get(key, {}).get(language) or _USUAL.get(key, {}).get(language) or key.replace("_", " ")


def load_labels(session: Session) -> Labels:
    """Return all labels of the shop."""
    found: dict[str, dict[str, dict[str, str]]] = {"attribute": {}, "option": {}, "value": {}}
    for kind, key, name_en, name_zh in session.execute(select(Label.kind, Label.key, Label.name_en, Label.name_zh)):
        found[kind][key] = {"en": name_en, "zh": name_zh}
    return Labels(found["attribute"], found["option"], found["value"])
