"""The text index: FTS5 on SQLite, tsvector with GIN on PostgreSQL. Written in bulk by the repositories.

Both engines index the same segmented text (`catalog.search.segmentation`): Chinese characters and the letters and
digits of names like "GT4" stand alone and are matched as phrases, Latin words go through the engine's stemmer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.search.segmentation import segment

INDEX_TABLES = ("product_search", "passage_search")

_INSERT_PRODUCT = {
    "sqlite": "INSERT INTO product_search (rowid, title, brand, category, body) VALUES (?, ?, ?, ?, ?)",
    "postgresql": "INSERT INTO product_search (product_id, document) VALUES (%s, "
    "setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'B') || "
    "setweight(to_tsvector('english', %s), 'B') || setweight(to_tsvector('english', %s), 'D')) "
    "ON CONFLICT (product_id) DO UPDATE SET document = excluded.document",
}
_INSERT_PASSAGE = {
    "sqlite": "INSERT INTO passage_search (rowid, title, body) VALUES (?, ?, ?)",
    "postgresql": "INSERT INTO passage_search (passage_id, document) VALUES (%s, "
    "setweight(to_tsvector('english', %s), 'A') || setweight(to_tsvector('english', %s), 'D')) "
    "ON CONFLICT (passage_id) DO UPDATE SET document = excluded.document",
}


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """What is indexed of a product: all languages of each field joined by spaces."""

    product_id: int
    title: str
    brand: str
    category: str
    body: str


@dataclass(frozen=True, slots=True)
class PassageEntry:
    """What is indexed of a passage; `title` is the document's title and the section's heading."""

    passage_id: int
    title: str
    body: str


def index_products(session: Session, entries: Sequence[ProductEntry], *, replace: bool = True) -> None:
    """Write products into the index; `replace=False` says that none of them is in it yet (faster)."""
    dialect = session.get_bind().dialect.name
    if replace and dialect == "sqlite":
        remove_products(session, [entry.product_id for entry in entries])
    rows = [
        (entry.product_id, segment(entry.title), segment(entry.brand), segment(entry.category), segment(entry.body))
        for entry in entries
    ]
    if rows:
        session.connection().exec_driver_sql(_INSERT_PRODUCT[dialect], rows)


def remove_products(session: Session, product_ids: Sequence[int]) -> None:
    """Take products out of the index."""
    column = "rowid" if session.get_bind().dialect.name == "sqlite" else "product_id"
    if product_ids:
        statement = text(f"DELETE FROM product_search WHERE {column} = :id")  # noqa: S608  # fixed names
        session.execute(statement, [{"id": product_id} for product_id in product_ids])


def index_passages(session: Session, entries: Sequence[PassageEntry]) -> None:
    """Write new passages into the index (passages never change: a changed document has new ones)."""
    rows = [(entry.passage_id, segment(entry.title), segment(entry.body)) for entry in entries]
    if rows:
        session.connection().exec_driver_sql(_INSERT_PASSAGE[session.get_bind().dialect.name], rows)
