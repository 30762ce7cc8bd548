"""Finding a product by its name, as one who has seen it names it again: "galaxy watch 6", 「华为手表gt4」."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.repositories.products import in_language
from catalog.search.cards import Card, load_cards
from catalog.search.match_expression import TextTerms, text_terms
from catalog.search.segmentation import is_chinese, segment, tokens
from catalog.search.snapshot import CatalogSnapshot
from catalog.search.stop_words import ENGLISH
from catalog.search.text_search import rank_by_text

_CANDIDATES = 80
_NAMES_REMEMBERED = 2048
_NUMBER_MISSING = 0.6
_NEAR_WORD = 0.8


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A product whose name fits; `score` from 0 to 1, 1 where every word asked for is in the name."""

    key: int
    product_id: str
    titles: Mapping[str, str]
    brand: str | None
    category_slug: str
    score: float

    def title(self, language: str) -> str:
        """Return the title in a language, or in the nearest there is."""
        return in_language(self.titles, language)


def find_by_name(
    session: Session,
    snapshot: CatalogSnapshot,
    name: str,
    *,
    among: Collection[str] | None = None,
    limit: int = 5,
    min_score: float = 0.6,
) -> list[NameMatch]:
    """Return products by name, the best match first, of equal ones the shorter name.

    Args:
        session: a session.
        snapshot: of the current catalogue (`ProductSearch.snapshot`).
        name: the shopper's words.
        among: merchant's product ids to choose from (what was shown before); None for the whole shop.
        limit: at most so many.
        min_score: what scores lower is left out.

    Returns:
        Matches. A word counts by how rare it is in the shop's titles; a number that the name lacks costs much, for
        it tells one model from the next.
    """
    corrected = snapshot.speller.correct(name) or name
    terms = text_terms(corrected, snapshot.chinese_words, snapshot.longest_chinese)
    wanted = list(dict.fromkeys(" ".join(p) for p in terms.strict if " ".join(p) not in ENGLISH))
    wanted = list(dict.fromkeys(part for phrase in wanted for part in _parts(phrase)))
    if not wanted:
        return []
    cards = _candidates(session, snapshot, terms, among)
    weights = {part: _weight(part, snapshot) for part in wanted}
    scored = [
        NameMatch(key, card.product_id, card.titles, card.brand, card.category_slug, _score(weights, _whole_name(card)))
        for key, card in cards.items()
    ]
    fitting = [match for match in scored if match.score >= min_score]
    fitting.sort(key=lambda match: (-round(match.score, 3), min(map(len, match.titles.values())), match.key))
    return fitting[:limit]


def _candidates(
    session: Session, snapshot: CatalogSnapshot, terms: TextTerms, among: Collection[str] | None
) -> dict[int, Card]:
    """Return the products to compare: those named, else those with every word, else those with any."""
    if among is not None:
        if snapshot.cards is not None:
            return {key: card for key, card in snapshot.cards.items() if card.product_id in among}
        keys: Sequence[int] = session.scalars(
            select(Product.id).where(Product.merchant_id.in_(among), Product.active)
        ).all()
    else:
        keys = rank_by_text(session, "product_search", terms, limit=_CANDIDATES, loose=False).keys
        keys = keys or rank_by_text(session, "product_search", terms, limit=_CANDIDATES).keys
    if snapshot.cards is None:
        return load_cards(session, keys)
    return {key: snapshot.cards[key] for key in keys if key in snapshot.cards}


def _whole_name(card: Card) -> str:
    return " ".join((card.brand or "", *card.titles.values()))


def _parts(phrase: str) -> list[str]:
    """Cut a phrase of index tokens: Chinese stays together, letters and numbers are words of their own."""
    pieces = phrase.split()
    if all(is_chinese(piece) for piece in pieces):
        return ["".join(pieces)]
    return pieces


def _weight(part: str, snapshot: CatalogSnapshot) -> float:
    """Return how much a word says: its inverse frequency in titles; categories and brands weigh less than models."""
    frequency = snapshot.speller.words.get(part, 1)
    weight = 1.0 + math.log((snapshot.product_count + 1) / (min(frequency, snapshot.product_count) + 0.5))
    return max(weight, 0.3)


@lru_cache(maxsize=_NAMES_REMEMBERED)
def _words_of(name: str) -> tuple[frozenset[str], str]:
    """Return the Latin words and numbers of a name, and all of it without spaces, for its Chinese."""
    squeezed = segment(name)
    return frozenset(token for word in tokens(squeezed) for token in word.split()), squeezed.replace(" ", "")


def _score(weights: Mapping[str, float], name: str) -> float:
    latin, chinese = _words_of(name)
    reached = 0.0
    number_missing = False
    for part, weight in weights.items():
        if is_chinese(part):
            reached += weight * _chinese_share(part, chinese)
        elif part in latin:
            reached += weight
        elif part.isdigit():
            number_missing = True
        elif len(part) >= 4 and any(OSA.distance(part, word, score_cutoff=1) <= 1 for word in latin):
            reached += weight * _NEAR_WORD
    share = reached / sum(weights.values())
    return share * _NUMBER_MISSING if number_missing else share


def _chinese_share(part: str, chinese: str) -> float:
    """Return the share of a Chinese word's character pairs that are in the name."""
    if part in chinese:
        return 1.0
    pairs = [part[at : at + 2] for at in range(len(part) - 1)]
    return sum(pair in chinese for pair in pairs) / len(pairs) if pairs else 0.0
