"""Clauses of a sentence and the words that matter in them: which part of a source a reply tells, and which value goes
with which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Final

from nlu_models.dialogue.wording import SYMBOLS

_BREAK: Final = re.compile(
    r"[,;:.!?，；：。！？、()（）—–]|\s(?:and|or|but|while|otherwise)\s|或者?|而|但是?|否则|不过"
)
_WORD: Final = re.compile(r"[a-z]+(?:['’-][a-z]+)*|[\u3400-\u9fff]+", re.IGNORECASE)
_STEM: Final = 5
_PLAIN: Final = frozenset({
    "a", "an", "the", "to", "of", "in", "on", "at", "by", "for", "from", "with", "as", "is", "are", "be", "been",
    "was", "were", "it", "its", "it's", "this", "that", "these", "those", "you", "your", "we", "our", "us", "i",
    "i'll", "we'll", "you'll", "do", "does", "did", "have", "has", "had", "will", "would", "can", "could", "may",
    "might", "must", "shall", "should", "if", "when", "then", "than", "so", "too", "not", "no", "never", "only",
    "just", "all", "any", "each", "every", "them", "they", "there", "here", "more", "most", "very", "also", "about",
    "into", "out", "up",
})  # fmt: skip
_PLAIN_HAN: Final = frozenset("的了是在就都也和与及或有我们您你可以能会要把被给从到对为这那个吗呢啊哦不没无未只")


def clauses(text: str) -> list[str]:
    """Cut a text at its commas, stops and conjunctions."""
    return [part.strip() for part in _BREAK.split(text) if part and part.strip()]


@lru_cache(maxsize=4096)
def ordered_words(text: str) -> tuple[str, ...]:
    """Return the words that carry meaning, in order: English ones by their beginnings, Chinese ones as pairs of
    characters."""
    found: list[str] = []
    for match in _WORD.finditer(text.casefold()):
        word = match[0]
        if word[0] >= "\u3400":
            kept = [character for character in word if character not in _PLAIN_HAN]
            found += ["".join(pair) for pair in pairwise(kept)] if len(kept) > 1 else kept
        elif word not in _PLAIN:
            found.append(word.replace("’", "'").removesuffix("'s")[:_STEM])
    return tuple(found)


def words_of(text: str) -> frozenset[str]:
    """Return `ordered_words` as a set."""
    return frozenset(ordered_words(text))


def told_part(reply: str, source: str) -> str:
    """Return the clauses of a source that share a word or a value with a reply."""
    said = words_of(reply)
    parts = [
        part for part in clauses(source) if words_of(part) & said or any(s in part and s in reply for s in SYMBOLS)
    ]
    return ", ".join(parts)


def misplaced(reply: str, source: str) -> bool:
    """Tell whether a value in a reply stands with words that go with another one of the source.

    "Sellers ★, buyers ●" may be told as "Sellers pay ★", not as "Sellers pay ●".
    """
    beside = {symbol: frozenset(_beside(symbol, source)) for symbol in SYMBOLS if symbol in source}
    for symbol, own in beside.items():
        if symbol not in reply:
            continue
        said = _beside(symbol, reply)
        for other, theirs in beside.items():
            if other == symbol or (other in reply and _beside(other, reply) == said):
                continue
            if _goes_with(said, theirs - own, own - theirs):
                return True
    return _turned(reply, source)


def _goes_with(said: Sequence[str], one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether words are more of one kind than of another; where they are as many of both, the first decides."""
    ones, others = sum(word in one for word in said), sum(word in other for word in said)
    if ones != others or not ones:
        return ones > others
    return next(word in one for word in said if word in one or word in other)


def _turned(reply: str, source: str) -> bool:
    """Tell whether two values that stand in one clause of both change places."""
    for part in clauses(source):
        order = [character for character in part if character in SYMBOLS]
        for said in clauses(reply):
            told = [character for character in said if character in order]
            if len(told) > 1 and told != [character for character in order if character in told]:
                return True
    return False


def _beside(symbol: str, text: str) -> tuple[str, ...]:
    """Return the words of the clause that a symbol stands in and of those without a value that follow it; of the one
    before where there are none."""
    parts = clauses(text)
    for at, part in enumerate(parts):
        if symbol in part:
            after = takewhile(lambda other: not any(s in other for s in SYMBOLS), parts[at + 1 :])
            return ordered_words(" ".join((part, *after))) or (ordered_words(parts[at - 1]) if at else ())
    return ()


def carried(reply: str, source: str) -> float:
    """Return the share of a reply's words that the source has."""
    said = words_of(reply)
    return len(said & words_of(source)) / len(said) if said else 1.0
