"""The written part of the demo shop: categories, products, labels and promotions from YAML files."""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from catalog.repositories.product_records import CategoryRecord, Price, ProductRecord, VariantRecord

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("en", "zh")
MOST_VARIANTS: Final = 40
STOCK_SEED: Final = 2026


class DemoContentError(ValueError):
    """A content file breaks its format; the text names file and product."""


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """The name of an attribute key, an option key or an option value."""

    kind: str
    key: str
    name_en: str
    name_zh: str


def read_yaml(path: Path) -> Any:
    """Read a YAML file of the demo shop."""
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.yml"))


def _departments() -> Iterator[Mapping[str, Any]]:
    for path in _files("categories"):
        content = read_yaml(path)
        yield from content if isinstance(content, list) else [content]


def categories() -> list[CategoryRecord]:
    """Return all categories, departments before their leaves."""
    records = []
    for department in _departments():
        records.append(CategoryRecord(department["slug"], department["name"]))
        records.extend(
            CategoryRecord(
                leaf["slug"],
                leaf["name"],
                parent_slug=department["slug"],
                aliases={language: tuple(map(str, leaf["aliases"][language])) for language in LANGUAGES},
                picture=leaf["picture"],
            )
            for leaf in department["children"]
        )
    return records


def labels() -> list[LabelRecord]:
    """Return the names of attributes, options and option values, each key once."""
    found: dict[tuple[str, str], LabelRecord] = {}
    for path in _files("labels"):
        content = read_yaml(path)
        for section, kind in (("attributes", "attribute"), ("options", "option"), ("values", "value")):
            for key, names in (content.get(section) or {}).items():
                found.setdefault((kind, str(key)), LabelRecord(kind, str(key), str(names["en"]), str(names["zh"])))
    return list(found.values())


def products() -> list[ProductRecord]:
    """Return all products of the YAML files; stock is drawn from a fixed seed, with gaps.

    Raises:
        DemoContentError: a product lacks a field.
    """
    pictures = {record.slug: record.picture for record in categories()}
    records = []
    for path in _files("products"):
        content = read_yaml(path)
        for row in content["products"]:
            try:
                records.append(_product(row, content["category"], pictures[content["category"]]))
            except (KeyError, TypeError) as error:
                raise DemoContentError(f"{path.name}: {row.get('id')}: {error!r}") from error
    return records


def _product(row: Mapping[str, Any], category: str, picture: str | None) -> ProductRecord:
    random_ = random.Random(f"{STOCK_SEED}:{row['id']}")
    return ProductRecord(
        product_id=row["id"],
        titles={language: row["title"][language] for language in LANGUAGES},
        descriptions={language: " ".join(row["description"][language].split()) for language in LANGUAGES},
        category_slug=category,
        brand=row["brand"],
        attributes=row.get("attributes") or {},
        images=(f"/images/{picture}.svg",),
        url=f"/products/{row['id']}",
        rating=float(row["rating"]),
        rating_count=int(row["rating_count"]),
        sponsored=random_.random() < 0.02,
        variants=tuple(_variants(row, random_)),
    )


def _variants(row: Mapping[str, Any], random_: random.Random) -> Iterator[VariantRecord]:
    options: Mapping[str, list[Any]] = row.get("options") or {}
    surcharges = {str(key): Decimal(str(value)) for key, value in (row.get("surcharge_usd") or {}).items()}
    sold_out = row.get("out_of_stock") or []
    usd, cny = (Decimal(str(row["price"][currency])) for currency in ("USD", "CNY"))
    combinations = list(itertools.product(*options.values()))[:MOST_VARIANTS]
    for number, values in enumerate(combinations, 1):
        names = [str(value) for value in values]
        extra = sum((surcharges.get(name, Decimal(0)) for name in names), Decimal(0))
        gone = sold_out is True or "/".join(names) in {str(name) for name in sold_out}
        stock = random_.choice((2, 3, 5, 8, 12, 20, 35, 60))
        if not gone and len(combinations) > 3 and random_.random() < 0.06:
            gone = True
        yield VariantRecord(
            variant_id=f"{row['id']}-{number}" if options else row["id"],
            prices={
                "USD": Price(int((usd + extra) * 100)),
                "CNY": Price(int((cny + (extra * cny / usd).quantize(Decimal(1))) * 100)),
            },
            options=dict(zip(options, names, strict=True)),
            stock=0 if gone else stock,
        )
