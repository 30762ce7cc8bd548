"""Product titles and category names, as the category head is trained from them (JSON, one object a line)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.demo.content import categories, products
from catalog.models import Product
from catalog.repositories.categories import list_categories
from catalog.repositories.product_records import CategoryRecord, ProductRecord
from catalog.repositories.products import load_products

LANGUAGES = ("en", "zh")


def _rows(kinds: Sequence[CategoryRecord], goods: Sequence[ProductRecord]) -> Iterator[dict[str, Any]]:
    filled = {product.category_slug for product in goods}
    for kind in kinds:
        if kind.slug not in filled:
            continue
        for language in LANGUAGES:
            names = [kind.names.get(language), *kind.aliases.get(language, ())]
            yield {
                "kind": "category",
                "category": kind.slug,
                "language": language,
                "names": list(dict.fromkeys(name for name in names if name)),
            }
    for product in goods:
        for language in LANGUAGES:
            if language in product.titles:
                yield {
                    "kind": "product",
                    "category": product.category_slug,
                    "language": language,
                    "title": product.titles[language],
                    "brand": product.brand or "",
                }


def _write(file: Path, rows: Iterator[dict[str, Any]]) -> int:
    lines = [orjson.dumps(row) for row in rows]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\n".join(lines) + b"\n")
    return len(lines)


def export_demo_titles(file: Path) -> int:
    """Write the demo shop's titles from its YAML files, without a database; returns the number of lines."""
    return _write(file, _rows(categories(), products()))


def export_titles(session: Session, file: Path) -> int:
    """Write the titles of the shop in the database; returns the number of lines."""
    kinds = [CategoryRecord(info.slug, info.names, info.parent_slug, info.aliases) for info in list_categories(session)]
    return _write(file, _rows(kinds, list(_products(session))))


def _products(session: Session) -> Iterator[ProductRecord]:
    keys = list(session.scalars(select(Product.id).where(Product.active).order_by(Product.id)))
    for start in range(0, len(keys), 500):
        for product in load_products(session, keys[start : start + 500]):
            yield ProductRecord(
                product_id=product.product_id,
                titles=product.titles,
                variants=(),
                category_slug=product.category_slug,
                brand=product.brand,
            )
