"""Words that the reading cuts in two, put together again: 「真丝」, 「欧式」, "65w", 「德龙」."""

import re
from collections.abc import Iterator
from dataclasses import replace

from actions.services.brand_names import chinese_brands_in
from actions.turn import Entity, Turn
from catalog.search.material_names import CHINESE_NAMES

_STYLE = re.compile(
    r"[欧美日韩中法英德]式|(?:北欧|简约|极简|复古|工业|中国|日系|韩系|田园|轻奢|奶油|可爱|ins)风", re.IGNORECASE
)
_NUMBER = r"(?<![\w.])\d+(?:\.\d+)?\s?"
_END = r"(?![a-z0-9])"
_PERFORMANCE = re.compile(
    rf"{_NUMBER}(?:mah|毫安时?|w(?:atts?)?|瓦|hz|赫兹?){_END}|{_NUMBER}gb?\s?(?:(?:of\s)?(?:ram|memory){_END}|运?内存|运存)",
    re.IGNORECASE,
)
_SIZE = re.compile(
    rf"{_NUMBER}(?:[gt]b|ml|l|oz|inch(?:es)?|[cm]m|kg|毫升|升|英?寸|厘米|毫米|米|公斤|千克){_END}", re.IGNORECASE
)
_MARKED = frozenset(("brand", "product_type", "color", "size", "material", "feature", "person_name", "recipient"))

_OF_SKIN = re.compile(r"\b(?:dry|oily|normal|sensitive) (?:skin|hair)\b", re.IGNORECASE)
_STANDS_ALONE = re.compile(r"\d ?(?:mah|毫安|w|瓦|hz|赫|g)|式|风", re.IGNORECASE)
_MODEL = re.compile(r"(?<![a-z0-9-])[a-z]{1,3}\d{1,3}(?![a-z0-9-])", re.IGNORECASE)
_NO_KINDS = frozenset(
    (
        "brand",
        "brands",
        "one",
        "ones",
        "thing",
        "things",
        "stuff",
        "牌子",
        "品牌",
        "下",
        "一下",
        "个",
        "款",
    )
)
_AS_GOOD = frozenset(("size", "material"))
"""What may as well be marked as something else."""


def with_whole_words(turn: Turn) -> Turn:
    """Return a message with one entity for each word of which pieces alone are marked, or that is marked as another."""
    if turn.is_button:
        return turn
    entities = [e for e in turn.entities if not (e.name == "product_type" and e.text.casefold() in _NO_KINDS)]
    for start, end, name in _words(turn.text):
        inside = [e for e in entities if e.name in _MARKED and start <= e.start < e.end <= end]
        across = [e for e in entities if e not in inside and e.start < end and start < e.end]
        whole = any(e.end - e.start == end - start and (e.name == name or name in _AS_GOOD) for e in inside)
        if across or whole or not (inside or _STANDS_ALONE.search(turn.text[start:end])):
            continue
        word = turn.text[start:end]
        entities = [*(e for e in entities if e not in inside), Entity(name, word, word, start, end)]
    return replace(turn, entities=tuple(sorted(entities, key=lambda e: e.start)))


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern, name in ((_PERFORMANCE, "feature"), (_SIZE, "size"), (_STYLE, "feature")):
        for match in pattern.finditer(text):
            yield *match.span(), name
    for match in _MODEL.finditer(text):
        yield *match.span(), "feature"
    for match in _OF_SKIN.finditer(text):
        yield *match.span(), "feature"
    for names, name in ((chinese_brands_in(text), "brand"), (CHINESE_NAMES, "material")):
        for word in names:
            if len(word) > 1 and (at := text.find(word)) >= 0:
                yield at, at + len(word), name
