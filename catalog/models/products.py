"""What the shop sells: the category tree, brands, products, variants and their prices."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base, UtcDateTime, utc_now


class Category(Base):
    """One node of the category tree; `slug` is the public name."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str | None] = mapped_column(String(200))
    picture: Mapped[str | None] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    aliases: Mapped[list["CategoryAlias"]] = relationship(cascade="all, delete-orphan")


class CategoryAlias(Base):
    """Another name that shoppers type for a category."""

    __tablename__ = "category_aliases"

    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    alias: Mapped[str] = mapped_column(String(200), primary_key=True)


class Brand(Base):
    """A brand; `key` is the name in NFKC lower case, so that "SONY" and "Sony" are one."""

    __tablename__ = "brands"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))


class Product(Base):
    """A product; shoppers buy its variants. `merchant_id` is the public id, `content_hash` that of its last import."""

    __tablename__ = "products"
    __table_args__ = (Index("ix_products_category_active", "category_id", "active"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merchant_id: Mapped[str] = mapped_column(String(200), unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brands.id"), index=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rating: Mapped[float | None]
    rating_count: Mapped[int] = mapped_column(default=0)
    url: Mapped[str | None] = mapped_column(Text)
    sponsored: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    content_hash: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    category: Mapped[Category] = relationship()
    brand: Mapped[Brand | None] = relationship()
    texts: Mapped[list["ProductText"]] = relationship(cascade="all, delete-orphan")
    media: Mapped[list["ProductMedia"]] = relationship(cascade="all, delete-orphan", order_by="ProductMedia.position")
    variants: Mapped[list["Variant"]] = relationship(cascade="all, delete-orphan", order_by="Variant.position")


class ProductText(Base):
    """Title and description in one language; `text_hash` says whether the embedding of it is still current."""

    __tablename__ = "product_texts"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    text_hash: Mapped[str] = mapped_column(String(40), default="")


class ProductMedia(Base):
    """A picture; the lowest position is the one on the card."""

    __tablename__ = "product_media"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text)


class Variant(Base):
    """What is put into a cart. `options` is {option key: value}, empty where the product has one variant only."""

    __tablename__ = "variants"
    __table_args__ = (
        Index("ix_variants_product_position", "product_id", "position"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    merchant_id: Mapped[str] = mapped_column(String(200), unique=True)
    sku: Mapped[str | None] = mapped_column(String(200))
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stock: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="variants")
    prices: Mapped[list["VariantPrice"]] = relationship(cascade="all, delete-orphan")


class VariantPrice(Base):
    """The price of a variant in one currency, in minor units; `compare_at_minor` is the price before a reduction."""

    __tablename__ = "variant_prices"
    __table_args__ = (
        Index("ix_variant_prices_currency_price", "currency", "price_minor"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    price_minor: Mapped[int]
    compare_at_minor: Mapped[int | None]


class VariantTerm(Base):
    """A colour, size or material that a variant answers to, in canonical form and with what it is a shade of.

    Written with the variant (`catalog.search.option_terms`), so that hard limits are one indexed look-up.
    """

    __tablename__ = "variant_terms"
    __table_args__ = (Index("ix_variant_terms_kind_term", "kind", "term", "variant_id"),)

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    term: Mapped[str] = mapped_column(String(100), primary_key=True)


class Label(Base):
    """How an attribute key, an option key or an option value is called in each language."""

    __tablename__ = "labels"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
