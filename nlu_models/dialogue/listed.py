"""Sentences that are no whole ones: rows of tables and items of lists, and what has to be told with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from nlu_models.dialogue.clauses import words_of
from nlu_models.dialogue.sentences import Sentence

_DENIES: Final = re.compile(
    r"\b(?:not|never|cannot|without|exclu\w+|except\w*)\b|n['’]t\b|\bno\b(?!\.)|[不没无非]|除外|例外|拒", re.IGNORECASE
)
_INTRODUCES: Final = (":", "：")
_ENDS: Final = tuple(".!?。！？")
_HAN: Final = "\u2e80"
_MOST: Final = 8


def lead_of(sentences: Sequence[Sentence], at: int) -> str:
    """Return what an item of a list is told after, "" where it stands alone: the sentence that introduces the list
    ("These stay sold:"), or its heading where that denies ("What is not covered")."""
    item = sentences[at]
    if not item.item:
        return ""
    start = at
    while start and sentences[start - 1].item and sentences[start - 1].heading == item.heading:
        start -= 1
    if start and introduces(sentences, start - 1):
        return sentences[start - 1].text
    if not _DENIES.search(item.heading) or item.text.endswith(_ENDS):
        return ""
    return item.heading + (_INTRODUCES[1] if item.heading[-1] > _HAN else _INTRODUCES[0])


def introduces(sentences: Sequence[Sentence], at: int) -> bool:
    """Tell whether a sentence says what the items of a list after it are."""
    following = sentences[at + 1 : at + 2]
    listed = bool(following) and following[0].item and following[0].heading == sentences[at].heading
    return listed and not sentences[at].item and sentences[at].text.endswith(_INTRODUCES)


def items_after(sentences: Sequence[Sentence], at: int) -> tuple[int, ...]:
    """Return the items of the list that a sentence introduces."""
    found = []
    for place in range(at + 1, len(sentences)):
        if not sentences[place].item or sentences[place].heading != sentences[at].heading:
            break
        found.append(place)
    return tuple(found)


def rows_meant(sentences: Sequence[Sentence], at: int, question: str, previous: str) -> tuple[int, ...]:
    """Return the rows of a table, of which one was found to answer, that a question means.

    They are those that it names; those that the question before did where it names a column ("and express"); the one
    found where it has a word of its cells; and else all of a short table.
    """
    rows, asked = _table(sentences, at), words_of(question)
    cells = words_of(sentences[at].text)
    if named := _named(sentences, rows, asked):
        return named
    if asked & words_of(sentences[at].row) - cells and (before := _named(sentences, rows, words_of(previous))):
        return before
    return (at,) if asked & cells or len(rows) > _MOST else rows


def _named(sentences: Sequence[Sentence], rows: Sequence[int], words: frozenset[str]) -> tuple[int, ...]:
    """Return the rows whose first cell shares most words with a question, none where none shares any."""
    shared = [len(words & words_of(sentences[row].text.partition(": ")[0])) for row in rows]
    return tuple(row for row, count in zip(rows, shared, strict=True) if 0 < count == max(shared))


def _table(sentences: Sequence[Sentence], at: int) -> tuple[int, ...]:
    first = last = at
    heading = sentences[at].heading
    while first and sentences[first - 1].row and sentences[first - 1].heading == heading:
        first -= 1
    while last + 1 < len(sentences) and sentences[last + 1].row and sentences[last + 1].heading == heading:
        last += 1
    return tuple(range(first, last + 1))
