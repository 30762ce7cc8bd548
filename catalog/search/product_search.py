"""The product search: text and vectors fused, hard limits in SQL."""

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Product, ProductVector
from catalog.repositories.catalog_state import versions
from catalog.search.cards import load_cards
from catalog.search.eligibility import Eligible, Values, conditions, eligible_products, first_eligible
from catalog.search.fusion import reciprocal_rank_fusion
from catalog.search.hits import Ranked, make_hits
from catalog.search.match_expression import text_terms
from catalog.search.query import Limits, SearchQuery, SearchResult, SortOrder
from catalog.search.snapshot import CatalogSnapshot, load_snapshot
from catalog.search.text_search import TextRanking, rank_by_text
from catalog.search.vector_index import EXACT_UP_TO, VectorIndex, build_vector_index

_LARGE_CANDIDATES = 400
_TEXT_LIMIT = 2000
_TEXT_WEIGHT = 1.2
_VECTOR_WEIGHT = 1.0
_NEAR = 0.035
_NEAREST = 200
_REBUILD_FACTOR = 20


class ProductSearch:
    """Searches one shop; keeps the category tree, the vocabulary and the vectors of the current catalogue in memory.

    One lives in a process; its methods take a session and may be called from several threads.
    """

    def __init__(self, *, exact_up_to: int = EXACT_UP_TO) -> None:
        self._exact_up_to = exact_up_to
        self._lock = Lock()
        self._snapshot: CatalogSnapshot | None = None
        self._vectors: VectorIndex | None = None
        self._vectors_version = -1
        self._vectors_due = 0.0

    def snapshot(self, session: Session) -> CatalogSnapshot:
        """Return what is known of the current version of the catalogue (one short statement where it is cached)."""
        return self._refreshed(session)[0]

    def _refreshed(self, session: Session) -> tuple[CatalogSnapshot, VectorIndex]:
        catalog_version, vectors_version, _ = versions(session)
        with self._lock:
            if self._snapshot is None or self._snapshot.version != catalog_version:
                self._snapshot = load_snapshot(session, catalog_version)
                self._vectors_version = -1
            if self._vectors is None or (
                self._vectors_version != vectors_version and time.monotonic() >= self._vectors_due
            ):
                started = time.monotonic()
                rows = session.execute(
                    select(ProductVector.product_id, ProductVector.vector)
                    .join(Product, Product.id == ProductVector.product_id)
                    .where(Product.active)
                )
                self._vectors = build_vector_index(rows.all(), exact_up_to=self._exact_up_to)
                self._vectors_version = vectors_version
                ended = time.monotonic()
                self._vectors_due = ended + _REBUILD_FACTOR * (ended - started)
            return self._snapshot, self._vectors

    def search(self, session: Session, query: SearchQuery) -> SearchResult:
        """Return the products that obey the limits, in the order asked for.

        Without a category limit a product must match the text or be near the vector; with one, every product of the
        category is a hit and text and vector only order them.
        """
        snapshot, vectors = self._refreshed(session)
        currency = query.currency or snapshot.default_currency
        where = conditions(query.limits, currency, snapshot)
        corrected = snapshot.speller.correct(query.text) if query.text else None
        text = corrected or query.text
        eligible: Mapping[int, Eligible]
        if _asks(query) and not _is_limited(query.limits):
            ranked = _rank(session, text, query, snapshot, vectors, None)
            eligible = eligible_products(session, where, keys=_matched(ranked))
        elif snapshot.product_count <= self._exact_up_to:
            eligible = eligible_products(session, where)
            ranked = _rank(session, text, query, snapshot, vectors, eligible.keys())
        else:
            ranked = _rank(session, text, query, snapshot, vectors, None)
            eligible = _eligible_of_many(session, where, ranked)
        ordered = _order(eligible, ranked, query)
        wanted = ordered[query.offset : query.offset + query.limit]
        cards = snapshot.cards if snapshot.cards is not None else load_cards(session, wanted)
        hits = make_hits(wanted, eligible, ranked, cards, currency=currency)
        return SearchResult(tuple(hits), len(ordered), currency, corrected)

    def nearest_above(self, session: Session, query: SearchQuery, *, limit: int = 3) -> SearchResult:
        """Return the cheapest products just above the query's highest price, its other limits kept.

        Raises:
            ValueError: the query has no highest price.
        """
        highest = query.limits.price_max_minor
        if highest is None:
            raise ValueError("the query has no highest price")
        limits = replace(query.limits, price_min_minor=highest + 1, price_max_minor=None)
        return self.search(
            session, replace(query, limits=limits, sort=SortOrder.PRICE_ASCENDING, limit=limit, offset=0)
        )


def _rank(
    session: Session,
    text: str,
    query: SearchQuery,
    snapshot: CatalogSnapshot,
    vectors: VectorIndex,
    among: Collection[int] | None,
) -> Ranked:
    """Rank all products by text and vector, or those `among` the given ones."""
    terms = text_terms(text, snapshot.chinese_words, snapshot.longest_chinese)
    ranking = rank_by_text(session, "product_search", terms, limit=_TEXT_LIMIT)
    if among is not None:
        full = [key for key in ranking.keys[: ranking.full] if key in among]
        rest = [key for key in ranking.keys[ranking.full :] if key in among]
        ranking = TextRanking((*full, *rest), len(full))
    near: list[tuple[int, float]] = []
    if query.vector is not None:
        near = (
            vectors.among(query.vector, among)
            if among is not None and vectors.exact
            else vectors.nearest(query.vector, limit=_NEAREST if vectors.exact else _LARGE_CANDIDATES)
        )
    scores = reciprocal_rank_fusion(((ranking.keys, _TEXT_WEIGHT), ([key for key, _ in near], _VECTOR_WEIGHT)))
    return Ranked(scores, ranking, dict(near))


def _eligible_of_many(session: Session, where: Values, ranked: Ranked) -> dict[int, Eligible]:
    """In a large shop, check the best candidates only, or the first that obey the limits where nothing ranks."""
    best = sorted(ranked.scores, key=lambda key: -ranked.scores[key])[: _LARGE_CANDIDATES * 2]
    found = eligible_products(session, where, keys=best) if best else {}
    if found:
        return found
    first = first_eligible(session, where, limit=_LARGE_CANDIDATES * 5)
    return eligible_products(session, where, keys=first)


def _asks(query: SearchQuery) -> bool:
    return bool(query.text.strip()) or query.vector is not None


def _is_limited(limits: Limits) -> bool:
    return bool(limits.categories or limits.among is not None)


def _order(eligible: Mapping[int, Eligible], ranked: Ranked, query: SearchQuery) -> list[int]:
    scores = ranked.scores
    full = frozenset(ranked.text.keys[: ranked.text.full])
    orders: dict[SortOrder, Any] = {
        SortOrder.RELEVANCE: lambda row: (
            not row.in_stock,
            row.key not in full,
            -scores.get(row.key, 0.0),
            -row.rating * min(row.rating_count, 1000),
            row.key,
        ),
        SortOrder.PRICE_ASCENDING: lambda row: (not row.in_stock, row.price_minor, -row.rating, row.key),
        SortOrder.PRICE_DESCENDING: lambda row: (not row.in_stock, -row.price_minor, -row.rating, row.key),
        SortOrder.RATING: lambda row: (not row.in_stock, -row.rating, -row.rating_count, row.key),
    }
    return [row.key for row in sorted(eligible.values(), key=orders[query.sort])]


def _matched(ranked: Ranked) -> list[int]:
    """Return what counts as found without a category: full text matches, else partial ones and near vectors.

    Embeddings of this model lie close together, so "near" is relative: within 0.035 of the nearest product. At most
    400 are kept, the best.
    """
    if ranked.text.full:
        found = set(ranked.text.keys[: ranked.text.full])
    else:
        nearest = max(ranked.similarities.values(), default=0.0)
        near = {key for key, similarity in ranked.similarities.items() if similarity >= nearest - _NEAR}
        found = near | set(ranked.text.keys)
    return sorted(found, key=lambda key: -ranked.scores.get(key, 0.0))[:_LARGE_CANDIDATES]
