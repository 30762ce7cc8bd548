"""Writing products in bulk: upsert by the merchant's id, with texts, variants, prices, terms and the text index."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from catalog.models import Brand, Product, ProductMedia, ProductText, Variant, VariantPrice, VariantTerm
from catalog.models.base import utc_now
from catalog.repositories.catalog_state import bump
from catalog.repositories.categories import CategoryPaths
from catalog.repositories.product_records import ProductRecord, WriteCounts
from catalog.repositories.upsert import insert_rows, upsert
from catalog.search.option_terms import variant_terms
from catalog.search.segmentation import normalize
from catalog.search.text_index import ProductEntry, index_products

Item = TypeVar("Item")

_IN_CHUNK = 500
_PRODUCT_COLUMNS = (
    "category_id", "brand_id", "attributes", "rating", "rating_count", "url", "sponsored", "active",
    "content_hash", "updated_at",
)  # fmt: skip


def _table(model: type[Any]) -> Table:
    return cast(Table, model.__table__)


@dataclass(slots=True)
class ProductWriter:
    """Writes batches of products in one transaction of the caller's.

    A product whose record has not changed since it was last written is left alone: its stock stays what orders have
    made of it. Variants that a changed record no longer names are deleted. A product that is not active has no
    stock, so that no piece of it can be ordered from a cart that holds one. One writer serves one session.
    """

    session: Session
    _categories: CategoryPaths | None = None
    _brands: dict[str, int] = field(default_factory=dict)

    def write(self, records: Sequence[ProductRecord]) -> WriteCounts:
        """Create or change products; ids must be unique within `records`.

        Raises:
            KeyError: a record names an unknown category slug.
            sqlalchemy.exc.IntegrityError: a variant id belongs to two products of the batch.
        """
        known = self._known_hashes([record.product_id for record in records])
        hashes = {record.product_id: record.content_hash() for record in records}
        changed = [record for record in records if known.get(record.product_id) != hashes[record.product_id]]
        if not changed:
            return WriteCounts(unchanged=len(records))
        if self._categories is None:
            self._categories = CategoryPaths(self.session).load()
        keys = self._write_products(changed, hashes)
        replaced = [keys[record.product_id] for record in changed if record.product_id in known]
        self._clear_parts(replaced)
        self._write_texts(changed, keys)
        self._write_variants(changed, keys, replaced)
        self._write_index(changed, keys, replace=bool(replaced))
        bump(self.session, "catalog_version")
        return WriteCounts(len(changed) - len(replaced), len(replaced), len(records) - len(changed))

    def _known_hashes(self, product_ids: Sequence[str]) -> dict[str, str]:
        known: dict[str, str] = {}
        for chunk in _chunks(product_ids):
            rows = self.session.execute(
                select(Product.merchant_id, Product.content_hash).where(Product.merchant_id.in_(chunk))
            )
            known.update(rows.all())
        return known

    def _brand_key(self, name: str | None) -> int | None:
        if not name:
            return None
        if name not in self._brands:
            key = normalize(name)[:200]
            found = self.session.scalar(select(Brand.id).where(Brand.key == key))
            if found is None:
                row = Brand(key=key, name=name[:200])
                self.session.add(row)
                self.session.flush()
                found = row.id
            self._brands[name] = found
        return self._brands[name]

    def _write_products(self, records: Sequence[ProductRecord], hashes: dict[str, str]) -> dict[str, int]:
        assert self._categories is not None
        now = utc_now()
        rows = [
            {
                "merchant_id": record.product_id,
                "category_id": self._categories.key(record.category_slug, record.category_path),
                "brand_id": self._brand_key(record.brand),
                "attributes": dict(record.attributes),
                "rating": record.rating,
                "rating_count": record.rating_count,
                "url": record.url,
                "sponsored": record.sponsored,
                "active": record.active,
                "content_hash": hashes[record.product_id],
                "created_at": now,
                "updated_at": now,
            }
            for record in records
        ]
        written = upsert(
            self.session,
            _table(Product),
            rows,
            key=("merchant_id",),
            update=_PRODUCT_COLUMNS,
            returning=("merchant_id", "id"),
        )
        return dict(written)

    def _clear_parts(self, product_keys: Sequence[int]) -> None:
        for chunk in _chunks(product_keys):
            self.session.execute(delete(ProductText).where(ProductText.product_id.in_(chunk)))
            self.session.execute(delete(ProductMedia).where(ProductMedia.product_id.in_(chunk)))

    def _write_texts(self, records: Sequence[ProductRecord], keys: dict[str, int]) -> None:
        texts = [
            (
                keys[record.product_id],
                language,
                title,
                record.descriptions.get(language, ""),
                record.text_hash(language),
            )
            for record in records
            for language, title in record.titles.items()
        ]
        media = [
            (keys[record.product_id], position, url) for record in records for position, url in enumerate(record.images)
        ]
        columns = ("product_id", "language", "title", "description", "text_hash")
        insert_rows(self.session, ProductText.__table__, columns, texts)
        insert_rows(self.session, ProductMedia.__table__, ("product_id", "position", "url"), media)

    def _write_variants(self, records: Sequence[ProductRecord], keys: dict[str, int], replaced: Sequence[int]) -> None:
        rows = [
            {
                "product_id": keys[record.product_id],
                "merchant_id": variant.variant_id,
                "sku": variant.sku,
                "options": dict(variant.options),
                "stock": variant.stock if record.active else 0,
                "position": position,
            }
            for record in records
            for position, variant in enumerate(record.variants)
        ]
        written = upsert(
            self.session,
            _table(Variant),
            rows,
            key=("merchant_id",),
            update=("product_id", "sku", "options", "stock", "position"),
            returning=("merchant_id", "id"),
        )
        variant_keys: dict[str, int] = dict(written)
        self._clear_variants(replaced, set(variant_keys.values()))
        prices: list[tuple[int, str, int, int | None]] = []
        terms: list[tuple[int, str, str]] = []
        for record in records:
            for variant in record.variants:
                key = variant_keys[variant.variant_id]
                prices.extend(
                    (key, currency, price.price_minor, price.compare_at_minor)
                    for currency, price in variant.prices.items()
                )
                found = variant_terms(variant.options, record.attributes, record.titles.values())
                terms.extend((key, kind, term) for kind, term in found)
        columns = ("variant_id", "currency", "price_minor", "compare_at_minor")
        insert_rows(self.session, VariantPrice.__table__, columns, prices)
        insert_rows(self.session, VariantTerm.__table__, ("variant_id", "kind", "term"), terms)

    def _clear_variants(self, product_keys: Sequence[int], kept: set[int]) -> None:
        """Delete the prices and terms of changed products' variants, and the variants that are gone."""
        for chunk in _chunks(product_keys):
            of_products = select(Variant.id).where(Variant.product_id.in_(chunk))
            self.session.execute(delete(VariantPrice).where(VariantPrice.variant_id.in_(of_products)))
            self.session.execute(delete(VariantTerm).where(VariantTerm.variant_id.in_(of_products)))
            gone = [key for key in self.session.scalars(of_products) if key not in kept]
            for part in _chunks(gone):
                self.session.execute(delete(Variant).where(Variant.id.in_(part)))

    def _write_index(self, records: Sequence[ProductRecord], keys: dict[str, int], *, replace: bool) -> None:
        assert self._categories is not None
        entries = [
            ProductEntry(
                product_id=keys[record.product_id],
                title=" , ".join(record.titles.values()),
                brand=record.brand or "",
                category=self._categories.words(self._categories.key(record.category_slug, record.category_path)),
                body=index_body(record),
            )
            for record in records
        ]
        index_products(self.session, entries, replace=replace)


def deactivate_products(session: Session, product_ids: Iterable[str]) -> None:
    """Take products off sale without deleting them: out of every search, and no piece is left for a cart that has one.

    The next import that names them brings them back as its records are.
    """
    chunks = list(_chunks(product_ids))
    for chunk in chunks:
        chosen = select(Product.id).where(Product.merchant_id.in_(chunk))
        session.execute(update(Variant).where(Variant.product_id.in_(chosen)).values(stock=0))
        session.execute(update(Product).where(Product.merchant_id.in_(chunk)).values(active=False, content_hash=""))
    if chunks:
        bump(session, "catalog_version")


def withdraw_all_but(session: Session, product_ids: Collection[str]) -> int:
    """Take every product off sale that is not among these ids; returns how many were on sale before."""
    on_sale = session.scalars(select(Product.merchant_id).where(Product.active))
    gone = [product_id for product_id in on_sale if product_id not in product_ids]
    deactivate_products(session, gone)
    return len(gone)


def index_body(record: ProductRecord) -> str:
    """Return what is indexed of a product besides title, brand and category: descriptions, attributes and options."""
    parts = list(record.descriptions.values())
    for name, value in record.attributes.items():
        values = value.values() if isinstance(value, dict) else (value,)
        if value is not False:
            parts.append(name.replace("_", " "))
        parts.extend(str(part) for part in values if not isinstance(part, bool))
    options = {str(value) for variant in record.variants for value in variant.options.values()}
    parts.extend(sorted(options))
    return " , ".join(parts)


def _chunks(items: Iterable[Item]) -> Iterable[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _IN_CHUNK)):
        yield chunk
