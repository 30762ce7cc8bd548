"""Asking the text index: rows in the order of their text relevance."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from catalog.search.match_expression import TextTerms, fts5_expression, tsquery_expression

IndexName = Literal["product_search", "passage_search"]

_STATEMENTS: dict[tuple[str, IndexName], TextClause] = {
    ("sqlite", "product_search"): text(
        "SELECT rowid FROM product_search WHERE product_search MATCH :query "
        "ORDER BY bm25(product_search, 8.0, 4.0, 5.0, 1.0) LIMIT :count"
    ),
    ("sqlite", "passage_search"): text(
        "SELECT rowid FROM passage_search WHERE passage_search MATCH :query "
        "ORDER BY bm25(passage_search, 3.0, 1.0) LIMIT :count"
    ),
    ("postgresql", "product_search"): text(
        "SELECT product_id FROM product_search, to_tsquery('english', :query) q WHERE document @@ q "
        "ORDER BY ts_rank_cd(document, q, 1) DESC, product_id LIMIT :count"
    ),
    ("postgresql", "passage_search"): text(
        "SELECT passage_id FROM passage_search, to_tsquery('english', :query) q WHERE document @@ q "
        "ORDER BY ts_rank_cd(document, q, 1) DESC, passage_id LIMIT :count"
    ),
}


@dataclass(frozen=True, slots=True)
class TextRanking:
    """Keys of the rows found, best first; the first `full` of them have every word that was asked for."""

    keys: tuple[int, ...]
    full: int


def rank_by_text(
    session: Session, index: IndexName, terms: TextTerms, *, limit: int, loose: bool = True
) -> TextRanking:
    """Return the rows that match best: those with every phrase, then (`loose`) those with any.

    Source:
        BM25 on SQLite (FTS5, title weighted 8, category 5, brand 4), cover density on PostgreSQL.
    """
    if not terms:
        return TextRanking((), 0)
    dialect = session.get_bind().dialect.name
    statement = _STATEMENTS[dialect, index]
    expression = fts5_expression if dialect == "sqlite" else tsquery_expression
    found = session.scalars(statement, {"query": expression(terms.strict, every=True), "count": limit}).all()
    full = tuple(found)
    if not loose or len(full) >= limit or (len(terms.loose) == 1 and terms.loose == terms.strict):
        return TextRanking(full, len(full))
    any_word = session.scalars(statement, {"query": expression(terms.loose, every=False), "count": limit}).all()
    known = set(full)
    return TextRanking(full + tuple(key for key in any_word if key not in known), len(full))
