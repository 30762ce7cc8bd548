"""Typing errors: words that this shop does not know are corrected to words that it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.search.segmentation import is_chinese, tokens
from catalog.search.stop_words import ENGLISH

_SHORTEST = 4
_TWO_ERRORS_FROM = 7


@dataclass(frozen=True, slots=True)
class Speller:
    """Corrects Latin words against the shop's vocabulary.

    Attributes:
        words: {word: how often it occurs}: brands, category names and aliases, words of titles. What is corrected to.
        known: further words that are not errors (descriptions); nothing is corrected to them.
    """

    words: Mapping[str, int]
    known: frozenset[str] = frozenset()
    _by_length: dict[int, list[str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the candidates by length: only near lengths are compared."""
        for word in self.words:
            if len(word) >= _SHORTEST and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def correct(self, text: str) -> str | None:
        """Return the query with its unknown words corrected, or None where there is nothing to correct."""
        words = tokens(text)
        corrected = [self._correct_word(word) for word in words]
        return " ".join(corrected) if corrected != words else None

    def _is_known(self, word: str) -> bool:
        stems = {word, word.removesuffix("s"), word.removesuffix("es"), word + "s"}
        return any(stem in self.words or stem in self.known or stem in ENGLISH for stem in stems)

    def _correct_word(self, word: str) -> str:
        if len(word) < _SHORTEST or is_chinese(word) or not word.isalpha() or self._is_known(word):
            return word
        errors = 2 if len(word) >= _TWO_ERRORS_FROM else 1
        candidates = [
            candidate
            for length in range(len(word) - errors, len(word) + errors + 1)
            for candidate in self._by_length.get(length, ())
        ]
        found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=errors, limit=20)
        near = [(int(distance), candidate) for candidate, distance, _ in found if self._plausible(word, candidate)]
        if not near:
            return word
        return min(near, key=lambda pair: (pair[0], pair[1][0] != word[0], -self.words[pair[1]], pair[1]))[1]

    @staticmethod
    def _plausible(word: str, candidate: str) -> bool:
        """Refuse what begins and ends differently, and of short words all but swapped letters: song is no Sony."""
        if len(word) <= _SHORTEST:
            return sorted(word) == sorted(candidate)
        return candidate[0] == word[0] or (candidate[1:3] == word[1:3] and candidate[-1] == word[-1])
