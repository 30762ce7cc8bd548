"""Words that name products and brands: typed alone they say nothing of the language that a shopper speaks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from actions.language_words import TALK
from catalog.search.segmentation import normalize

_APOSTROPHE = re.compile("['’]")
_LETTER = "a-zà-öø-ɏ"
_WORD = re.compile(f"[{_LETTER}]+(?:['’-][{_LETTER}]+)*")
_RUN = re.compile(f"[{_LETTER}][{_LETTER}0-9.&'’-]*(?: +[{_LETTER}0-9.&'’-]+)+")


@dataclass(frozen=True, slots=True)
class ProductNames:
    """Names written in Latin letters, in lower case.

    `words` are the single words of all names; `phrases` are names with a word of talk in them ("The North Face").
    """

    words: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()


NO_NAMES = ProductNames()


def words_in(text: str) -> frozenset[str]:
    """Return the words of a text that are written in Latin letters, in lower case, without apostrophes."""
    return frozenset(_APOSTROPHE.sub("", word) for word in _WORD.findall(normalize(text)))


def names_in(texts: Iterable[str]) -> ProductNames:
    """Return what is written in Latin letters in brand names and titles.

    A Chinese title, "三星 Galaxy Watch6 智能手表", has in Latin letters what Chinese shoppers type so themselves.
    """
    words: set[str] = set()
    phrases: set[str] = set()
    for text in texts:
        words |= words_in(text)
        phrases.update(run for run in _RUN.findall(normalize(text)) if not TALK.isdisjoint(run.split()))
    return ProductNames(frozenset(words), frozenset(phrases))
