"""Importing a product file: batches of one transaction each, progress, a summary, a report of bad rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import UnreadableFileError
from catalog.importers import csv_products, google_feed, shopify_products
from catalog.importers.column_check import check_columns
from catalog.importers.csv_products import CsvProducts
from catalog.importers.grouping import Found, Item, read_grouped
from catalog.importers.outcome import ImportOutcome, LocatedProduct, RowError
from catalog.importers.shopify_products import ShopifyProducts
from catalog.importers.text_table import TableRow, column_names, read_table, recognise
from catalog.repositories.product_writer import ProductWriter, withdraw_all_but
from catalog.session import Database

BATCH = 1000

Progress = Callable[[int, int], None]
"""Called with bytes read and bytes in all."""


class ProductFormat(StrEnum):
    """The kinds of product files."""

    CSV = "csv"
    GOOGLE_TSV = "google-tsv"
    GOOGLE_XML = "google-xml"
    SHOPIFY = "shopify"


def read_products(
    path: Path, kind: ProductFormat, *, currency: str = "USD", language: str = "en", progress: Progress | None = None
) -> Iterator[Found]:
    """Yield the products of a file and its bad rows; the file is read as a stream, twice.

    Args:
        path: the file.
        kind: its format.
        currency: of prices that name none.
        language: of titles, where the format does not say.
        progress: told how far the second reading is.

    Raises:
        UnreadableFileError: the file cannot be read at all.
    """
    how = None if kind is ProductFormat.GOOGLE_XML else recognise(path, separator=_separator(kind))
    rename: Callable[[str], str] = csv_products.canonical_name if kind is ProductFormat.CSV else str
    is_google = kind in (ProductFormat.GOOGLE_TSV, ProductFormat.GOOGLE_XML)

    def read(is_watched: bool) -> Iterator[Item]:
        try:
            file = path.open("rb")
        except OSError as error:
            raise UnreadableFileError(f"{path}: {error.strerror}") from error
        with file:
            items = google_feed.read_items(file, path) if how is None else read_table(file, how, rename)
            for item in _watched(items, file, path, progress) if is_watched else items:
                yield google_feed.google_row(item, language) if is_google and isinstance(item, TableRow) else item

    columns = {} if how is None else column_names(path, how, rename)
    if columns:
        _check_columns(path, kind, columns)
    if kind is ProductFormat.SHOPIFY:
        yield from read_grouped(read, shopify_products.group_of, ShopifyProducts(currency, language).build)
        return
    has_groups = how is None or is_google or "group_id" in columns
    products = CsvProducts(currency)
    headers = google_feed.ATTRIBUTES if is_google else columns
    for found in read_grouped(read, products.group_of, products.build, has_groups=has_groups):
        yield found.named(headers) if isinstance(found, RowError) else found


def _check_columns(path: Path, kind: ProductFormat, columns: Mapping[str, str]) -> None:
    """Refuse a file that lacks a column without which no row can be used, instead of refusing every row."""
    wanted: list[tuple[str, ...]]
    if kind is ProductFormat.SHOPIFY:
        wanted = [("Handle",), ("Title",), ("Variant Price",)]
    elif kind is ProductFormat.GOOGLE_TSV:
        columns = {google_feed.attribute_name(column): column for column in columns}
        wanted = [("id",), ("title",), ("price",)]
    else:
        prices = [column for column in columns if csv_products.is_price_in_currency(column)]
        wanted = [("merchant_id",), ("title", "title_zh"), ("price", *prices)]
    check_columns(path, columns, wanted, formats=True)


def _separator(kind: ProductFormat) -> str | None:
    return "\t" if kind is ProductFormat.GOOGLE_TSV else None


def _watched(items: Iterable[Item], file: BinaryIO, path: Path, progress: Progress | None) -> Iterator[Item]:
    total = path.stat().st_size
    for count, item in enumerate(items):
        if progress is not None and count % 200 == 0:
            progress(file.tell(), total)
        yield item
    if progress is not None:
        progress(total, total)


def import_products(database: Database, found: Iterable[Found], *, whole_catalogue: bool = False) -> ImportOutcome:
    """Write what a reader yields, in batches of 1,000 products, each in a transaction of its own.

    Args:
        database: the shop's.
        found: products and bad rows.
        whole_catalogue: take products that were not found off sale; not done where a row was rejected (it may name one
            of them) or where nothing was found.

    Raises:
        UnreadableFileError: from the reader; what was written before stays.
    """
    outcome = ImportOutcome()
    stream = iter(found)
    named: set[str] = set()
    with Session(database.engine) as session:
        writer = ProductWriter(session)
        while batch := list(islice(stream, BATCH)):
            for item in batch:
                if isinstance(item, RowError):
                    outcome.reject(item)
            products = [item for item in batch if isinstance(item, LocatedProduct)]
            if whole_catalogue:
                named.update(product.record.product_id for product in products)
            try:
                with session.begin():
                    outcome.add(writer.write([product.record for product in products]))
                session.expunge_all()
            except (IntegrityError, DataError):
                session.rollback()
                writer = ProductWriter(session)
                _one_by_one(session, products, outcome)
        if named and not outcome.rejected:
            with session.begin():
                outcome.withdrawn = withdraw_all_but(session, named)
    database.analyse()
    return outcome


def _one_by_one(session: Session, products: list[LocatedProduct], outcome: ImportOutcome) -> None:
    """Write a batch that the database refused product by product, to find the one at fault."""
    for product in products:
        try:
            with session.begin():
                outcome.add(ProductWriter(session).write([product.record]))
        except (IntegrityError, DataError) as error:
            outcome.reject(RowError(product.line, "row", f"the database refuses it: {error.orig}"))
