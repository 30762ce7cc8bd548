"""What is left of a message when politeness, filler and marked entities are taken away."""

import re
from collections.abc import Iterable
from dataclasses import replace

from actions.turn import Turn
from catalog.search.segmentation import tokens
from catalog.search.stop_words import CHINESE, ENGLISH

_POLITE = re.compile(
    r"""^(?:(?:hi|hello|hey|please|pls|can\ you|could\ you|do\ you\ (?:have|sell|carry)|i\ (?:want|need)
    |i\ am\ looking\ for|i'?m\ looking\ for|i'd\ like|looking\ for|show\ me|find(?:\ me)?|search(?:\ for)?|get\ me
    |any|some|a|an|the|to\ buy|buy)\b\W*)+
    |^(?:你好|请问|麻烦|帮我|给我|我想要|我想买|我要买|我要|我想|想要|想买|想找|找一?下?|有没有|有|看看|推荐|来|买
    |一[个款台件双条])+""",
    re.IGNORECASE | re.VERBOSE,
)
_FILLER_TEXT = """
actually want wanna instead now then hey really maybe rather also just hmm ok okay well so sorry buy purchase cheap
cheaper price prices cost costs more got sale stock available today online shop store im dont
不要 还是 那就 算了 换成 改成 要买 我想看 想看 看看 我想 现在 多少钱 怎么卖 有货 推荐 有什么 哪些 给个 来个 来一个
"""
_FILLERS = frozenset(_FILLER_TEXT.split())
_POLITE_END = re.compile(r"(?:\W|\b(?:please|pls|thanks|thank you)\b|吗|呢|吧|谢谢|呀|啊|的)+$", re.IGNORECASE)


def remaining_text(turn: Turn) -> str:
    """Return what is left of a message without the entities in it and without politeness."""
    kept = list(turn.text)
    for entity in turn.entities:
        for at in range(entity.start, min(entity.end, len(kept))):
            kept[at] = " "
    return plain_wish("".join(kept))


def without_spans(turn: Turn, spans: Iterable[tuple[int, int]]) -> Turn:
    """Return a message with blanks at some `(start, end)` of its text, and without the entities that begin there."""
    cut = {at for start, end in spans for at in range(start, end)}
    text = "".join(" " if at in cut else character for at, character in enumerate(turn.text))
    kept = tuple(entity for entity in turn.entities if not (entity.end and entity.start in cut))
    return replace(turn, text=text, entities=kept)


def plain_wish(text: str) -> str:
    """Return a message without "I'm looking for" and "please"."""
    squeezed = " ".join(text.split())
    return _POLITE_END.sub("", _POLITE.sub("", squeezed).strip()).strip()


def content_words(text: str) -> str:
    """Return the words of a text that say something of a product."""
    left = [word for word in tokens(text) if len(word) > 1 and word not in ENGLISH | CHINESE | _FILLERS]
    return "" if all(word.isdigit() for word in left) else " ".join(left)


def has_content(text: str) -> bool:
    """Tell whether words are left that say something of a product."""
    return bool(content_words(text))
