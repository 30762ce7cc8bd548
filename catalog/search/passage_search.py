"""Finding the passage of a policy that answers a question."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import KnowledgeDocument, KnowledgePassage, PassageVector
from catalog.repositories.catalog_state import versions
from catalog.search.fusion import reciprocal_rank_fusion
from catalog.search.match_expression import text_terms
from catalog.search.segmentation import is_chinese, tokens
from catalog.search.text_search import rank_by_text
from catalog.search.vector_index import VectorIndex, build_vector_index

_TEXT_LIMIT = 300


@dataclass(frozen=True, slots=True, eq=False)
class PassageQuery:
    """A question to the shop's policies.

    Attributes:
        text: the shopper's words.
        vector: `(384,)` float32, L2-normalised, or None.
        language: the language wanted; another one only where there is nothing in it.
        topics: the documents' topics to look in; empty for all.
        limit: at most so many passages.
    """

    text: str
    language: str
    vector: NDArray[np.float32] | None = None
    topics: tuple[str, ...] = ()
    limit: int = 3


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage with where it stands; `similarity` is the cosine with the question, or None.

    `handoff`: its document wants a person for what it answers.
    """

    key: int
    slug: str
    topic: str
    language: str
    title: str
    version: str
    effective: date
    section: str
    position: int
    text: str
    handoff: bool = False
    score: float = 0.0
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class _Knowledge:
    versions: tuple[int, int]
    passages: Mapping[int, PassageHit]
    vectors: VectorIndex
    chinese_words: Collection[str] = field(default_factory=frozenset)


class PassageSearch:
    """Searches the current versions of the shop's policies; keeps them and their vectors in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._knowledge: _Knowledge | None = None

    def _current(self, session: Session) -> _Knowledge:
        _, vectors_version, knowledge_version = versions(session)
        stamp = (vectors_version, knowledge_version)
        with self._lock:
            if self._knowledge is None or self._knowledge.versions != stamp:
                self._knowledge = _load(session, stamp)
            return self._knowledge

    def search(self, session: Session, query: PassageQuery) -> list[PassageHit]:
        """Return the passages that answer best, the best first; empty where no document has one of the topics."""
        knowledge = self._current(session)
        wanted = self._wanted(knowledge, query)
        if not wanted:
            return []
        terms = text_terms(query.text, knowledge.chinese_words, 8)
        ranking = rank_by_text(session, "passage_search", terms, limit=_TEXT_LIMIT)
        similarities: dict[int, float] = {}
        if query.vector is not None:
            similarities = dict(knowledge.vectors.nearest(query.vector, limit=max(len(knowledge.passages), 1)))
        scores = reciprocal_rank_fusion(
            (
                ([key for key in ranking.keys if key in wanted], 0.7),
                ([key for key in similarities if key in wanted], 1.0),
            )
        )
        ordered = sorted(wanted, key=lambda key: (-scores.get(key, 0.0), wanted[key].position, key))
        return [
            replace(wanted[key], score=scores.get(key, 0.0), similarity=similarities.get(key))
            for key in ordered[: query.limit]
        ]

    def passages(self, session: Session, *, topic: str, language: str) -> list[PassageHit]:
        """Return the passages of a topic in the document's order, in the language or, where it has none, another."""
        query = PassageQuery("", language, topics=(topic,))
        wanted = self._wanted(self._current(session), query).values()
        return sorted(wanted, key=lambda passage: (passage.slug, passage.position))

    @staticmethod
    def _wanted(knowledge: _Knowledge, query: PassageQuery) -> dict[int, PassageHit]:
        of_topic = {
            key: passage
            for key, passage in knowledge.passages.items()
            if not query.topics or passage.topic in query.topics
        }
        in_language = {key: passage for key, passage in of_topic.items() if passage.language == query.language}
        return in_language or of_topic


def _load(session: Session, stamp: tuple[int, int]) -> _Knowledge:
    rows = session.execute(
        select(KnowledgePassage, KnowledgeDocument)
        .join(KnowledgeDocument, KnowledgeDocument.id == KnowledgePassage.document_id)
        .where(KnowledgeDocument.current)
    )
    passages = {
        passage.id: PassageHit(
            passage.id,
            document.slug,
            document.topic,
            document.language,
            document.title,
            document.version,
            document.effective,
            passage.section,
            passage.position,
            passage.text,
            document.handoff,
        )
        for passage, document in rows
    }
    vectors = session.execute(
        select(PassageVector.passage_id, PassageVector.vector).where(PassageVector.passage_id.in_(passages))
    )
    words = {
        token
        for passage in passages.values()
        for token in tokens(f"{passage.title} {passage.section}")
        if is_chinese(token) and 2 <= len(token) <= 8
    }
    return _Knowledge(stamp, passages, build_vector_index(vectors.all()), frozenset(words))
