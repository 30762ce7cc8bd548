"""Product descriptions: which products lack one, and storing them apart from an import."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.models import Product, ProductText
from catalog.models.base import utc_now
from catalog.repositories.catalog_state import bump
from catalog.repositories.categories import CategoryPaths, list_categories
from catalog.repositories.product_records import ProductRecord, VariantRecord
from catalog.repositories.product_writer import index_body
from catalog.repositories.products import ProductView
from catalog.search.text_index import ProductEntry, index_products


class UnknownCategoryError(LookupError):
    """No category has this slug."""


def product_ids(session: Session, *, category_slug: str | None = None, missing_in: Sequence[str] = ()) -> list[str]:
    """Return the merchant's ids of the products on sale, in the shop's order.

    Args:
        session: of the catalogue.
        category_slug: only this category and those below it.
        missing_in: only products that have a title in one of these languages and no description in it.

    Raises:
        UnknownCategoryError: no category has the slug.
    """
    statement = select(Product.merchant_id).where(Product.active).order_by(Product.id)
    if category_slug is not None:
        statement = statement.where(Product.category_id.in_(_with_descendants(session, category_slug)))
    if missing_in:
        lacking = select(ProductText.product_id).where(
            ProductText.language.in_(missing_in), ProductText.title != "", ProductText.description == ""
        )
        statement = statement.where(Product.id.in_(lacking))
    return list(session.scalars(statement))


def _with_descendants(session: Session, slug: str) -> list[int]:
    keys: dict[str, int] = {}
    for info in list_categories(session):  # parents come first
        if info.slug == slug or info.parent_slug in keys:
            keys[info.slug] = info.key
    if not keys:
        raise UnknownCategoryError(f"no category {slug!r}")
    return list(keys.values())


def save_descriptions(
    session: Session, products: Mapping[str, ProductView], texts: Mapping[str, Mapping[str, str]]
) -> None:
    """Store descriptions, and make search and the embeddings of them current.

    The product counts as unchanged for the next import: a file whose row is the same leaves the description alone, and
    a changed row brings the file's own.

    Args:
        session: of the catalogue; the caller commits.
        products: {merchant's id: product as it is stored}.
        texts: {merchant's id: {language: description}}; the product has a title in each language.
    """
    if not texts:
        return
    categories = CategoryPaths(session).load()
    entries = []
    for product_id, said in texts.items():
        product = products[product_id]
        for language, description in said.items():
            row = session.get_one(ProductText, (product.key, language))
            row.description = description
            row.text_hash = hashlib.sha1(f"{row.text_hash}:{description}".encode(), usedforsecurity=False).hexdigest()
        entries.append(_entry(replace(product, descriptions={**product.descriptions, **said}), categories))
    session.flush()
    session.execute(
        update(Product).where(Product.id.in_([entry.product_id for entry in entries])).values(updated_at=utc_now())
    )
    index_products(session, entries)
    bump(session, "catalog_version")


def _entry(product: ProductView, categories: CategoryPaths) -> ProductEntry:
    record = ProductRecord(
        product_id=product.product_id,
        titles=product.titles,
        descriptions=product.descriptions,
        attributes=product.attributes,
        variants=tuple(VariantRecord(v.variant_id, v.prices, v.options) for v in product.variants),
    )
    return ProductEntry(
        product_id=product.key,
        title=" , ".join(product.titles.values()),
        brand=product.brand or "",
        category=categories.words(categories.key(product.category_slug, ())),
        body=index_body(record),
    )
