"""Which places of a list a message names: "the second one", "the first two", 「倒数第二个」, "2"."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from rapidfuzz.distance import OSA

from actions.turn import Entity, Turn

Listed = TypeVar("Listed")
Span = tuple[int, int]
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_NUMBERS = {
    **{word: n for n, word in enumerate(("one", "two", "three", "four", "five", "six"), start=1)},
    **{word: n for n, word in enumerate(_ORDINALS, start=1)},
    **{word: n for n, word in enumerate(("1st", "2nd", "3rd", "4th", "5th", "6th"), start=1)},
    **{word: n for n, word in enumerate("一二三四五六七八", start=1)},
    "两": 2,
    "couple": 2,
}
_ALONE = re.compile(
    r"\W*(?:(?P<figure>\d{1,2})\s*号?|第\s*(?P<zh>\d{1,2}|[一二三四五六七八])\s*[个款件]?)[\s.)!?。,、\ufe0f\u20e3]*"
)
_OWN_WORDS = frozenset(("fifty", "sixty", "seconds"))  # one letter from an ordinal, and no misspelling
_NO_PLACE = re.compile(r"[-+*/$€£¥%<>=~]")
_FROM_END = re.compile(
    r"""\b(?P<en>second|third|fourth|2nd|3rd|4th)[\s-]+(?:one[\s-]+)?(?:(?:to|from)[\s-]+)?(?:the[\s-]+)?
        (?:last|end|bottom)\b
    | \b(?:penultimate|last[\s-]+but[\s-]+one)\b
    | 倒数第\s*(?P<zh>[一二两三四五六七八]|\d{1,2})""",
    re.IGNORECASE | re.VERBOSE,
)
_SEVERAL = re.compile(
    r"""\b(?P<end>first|last|final|bottom)\s+(?P<en>two|three|four|five|six|[2-6]|couple)\b
        (?!\s*(?:hours?|days?|weeks?|months?|years?|times?|minutes?|digits?|numbers?|letters?)\b)
    | (?<![以之今目提回里然售])(?:(?:最前|前|开头|头)面?|(?P<last>最后|最末|末尾|倒数|后)面?)的?
        \s*(?P<zh>[两二三四五六2-6])\s*(?:[款件双台块条只支部种]|个(?!月|小时|星期|礼拜))""",
    re.IGNORECASE | re.VERBOSE,
)


def at_place(place: int, listed: Sequence[Listed]) -> Listed | None:
    """Return what stands at a place of a list, counted from 1, or from the end as -1, -2; None beyond it."""
    index = place if place < 0 else place - 1
    return listed[index] if place and -len(listed) <= index < len(listed) else None


def bare_number(text: str) -> int | None:
    """Return the number that a message of one or two digits is: "2", "#2", 「2号」, 「第2个」; None for any other."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = None if _NO_PLACE.search(plain) else _ALONE.fullmatch(plain)
    return _number(match["figure"] or match["zh"]) if match else None


def positions_in(turn: Turn) -> list[int]:
    """Return the places that a message names, in the order said: 1 is the first, -1 the last.

    Counted are also misspelled ones ("the secnd one"), the "first" of "first and third" where the other alone is
    marked, groups ("the last two", 「前两个」) and a number alone.
    """
    marked = [entity for entity in turn.all("position") if isinstance(entity.value, int)]
    if turn.is_button:
        return [entity.value for entity in marked]
    alone = bare_number(turn.text)
    if alone is not None:
        return [alone] if alone else []
    counted = _counted(turn.text)
    found = [(start, place) for (start, _), places in counted.items() for place in places]
    found += [(e.start, e.value) for e in marked if not _overlaps((e.start, e.end), counted)]
    spans = [*counted, *((e.start, e.end) for e in marked)]
    ordinals = _ordinals(turn.text, exact=bool(marked))
    found += [(start, place) for start, end, place in ordinals if not _overlaps((start, end), spans)]
    return list(dict.fromkeys(place for _, place in sorted(found, key=lambda row: row[0])))


def counts_places(entity: Entity, text: str) -> bool:
    """Tell whether the number that an entity marks counts places of a list: the "two" of "the first two"."""
    return _overlaps((entity.start, entity.end), _counted(text))


def without_places(text: str) -> str:
    """Return a message with groups of places and places from the end blanked, so that no number of theirs is left."""
    for start, end in _counted(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def is_figure_among_words(turn: Turn) -> bool:
    """Tell whether a position is only a figure among words, as the 3 of "watch fit 3", which may belong to a name."""
    entity = turn.first("position")
    return entity is not None and entity.text.strip().isdigit() and bool(re.search(r"[^\W\d]", turn.text))


def _counted(text: str) -> Mapping[Span, Sequence[int]]:
    """Return the places that "second to last" and "first two" mean, by where they stand in a message."""
    counted: dict[Span, Sequence[int]] = {}
    for match in _FROM_END.finditer(text):
        said = match["en"] or match["zh"]
        counted[match.span()] = (-_number(said) if said else -2,)
    for match in _SEVERAL.finditer(text):
        count = _number(match["en"] or match["zh"])
        from_start = match["end"].lower() == "first" if match["end"] else match["last"] is None
        counted[match.span()] = range(1, count + 1) if from_start else range(-count, 0)
    return counted


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said.lower()]


def _ordinals(text: str, *, exact: bool) -> Iterator[tuple[int, int, int]]:
    """Yield `(start, end, place)` of misspelled ordinals, and of those spelled right where `exact`."""
    for word in re.finditer(r"[a-z]{4,7}", text.lower()):
        if word[0] in _OWN_WORDS:
            continue
        for place, name in enumerate(_ORDINALS, start=1):
            if OSA.distance(word[0], name) <= 1 and (exact or word[0] != name):
                yield word.start(), word.end(), place


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
