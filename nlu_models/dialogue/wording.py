"""Sentences and replies as pieces: values taken out, pieces of the base's tokenizer, and text made of pieces again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from nlu_models.dialogue.grammar import LANGUAGES, MANNERS, Language, Manner
from nlu_models.dialogue.values import Value, place_of, put_back, replace_values, take_out
from nlu_models.encoder.tokenizer import TextTokenizer

SYMBOLS: Final = tuple("★●■◆▲▼♥►✓▶○△")
"""Stand for values; each is a piece of the base's vocabulary, with and without a space before it."""

ASKED_VALUE: Final = "◇"
"""Stands for a value in a question; not one of `SYMBOLS`."""

Verbatim = Literal["verbatim"]
VERBATIM: Final = "verbatim"
"""The manner of a reply that is the policy's sentence itself: the generator trains on some."""

_KINDS: Final = ("yes", "no", "value", "steps", "conditional")
_WIDE: Final = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；", "(": "（", ")": "）"}
_NARROW: Final = re.compile(
    r"(?<=[\u3400-\u9fff”」』】）])([,?!:;(])|([(])(?=[\u3400-\u9fff])|([)])(?=[\u3400-\u9fff，。]|$)"
)
WORD_START: Final = "▁"


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence without its values, and the values by symbol."""

    text: str
    values: tuple[Value, ...]


def mask(sentence: str) -> Masked:
    """Take the values out of a sentence."""
    text, values = take_out(sentence, SYMBOLS)
    return Masked(text, tuple(values))


def mask_like(reply: str, values: Sequence[Value]) -> str | None:
    """Take the values out of a reply with the symbols of its sentence; None where it has a value that is not there."""
    missing: list[Value] = []

    def symbol_of(value: Value) -> str | None:
        at = place_of(value, values)
        if at is None:
            missing.append(value)
            return None
        return SYMBOLS[at]

    masked = replace_values(reply, symbol_of)
    return None if missing else masked


def hide_values(question: str) -> str:
    """Return a question with every value replaced by one symbol: a reply takes its values from the policy alone."""
    return replace_values(question, lambda _: ASKED_VALUE)


def conditions(kind: str, manner: Manner | Verbatim, language: Language) -> list[int]:
    """Return the rows of the generator's condition table."""
    manners = (*MANNERS, VERBATIM)
    after = len(_KINDS) + len(manners)
    return [_KINDS.index(kind), len(_KINDS) + manners.index(manner), after + LANGUAGES.index(language)]


class Pieces:
    """A tokenizer without prefix, start or end; the three special ids beside it."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer
        offsets = tokenizer.encode("a", kind="query").offsets
        self._prefix = next(at for at, offset in enumerate(offsets) if offset != (0, 0))
        self.start, self.end, self.pad = tokenizer.start, tokenizer.end, tokenizer.pad

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the pieces of each text."""
        return [tokens.ids[self._prefix : -1] for tokens in self._tokenizer.encode_batch(texts, kind="query")]

    def text(self, ids: Sequence[int], language: Language) -> str:
        """Return the text of pieces; Chinese gets its wide punctuation back, which the tokenizer narrows."""
        raw = "".join(self._tokenizer.piece(i) for i in ids).replace(WORD_START, " ").strip()
        if language == "zh":
            raw = re.sub(r"(?<=[\u3400-\u9fff，。！？]) (?=[\u3400-\u9fff])", "", raw)
            raw = _NARROW.sub(lambda match: _WIDE[match[0]], raw)
        return raw


def unmask(text: str, values: Sequence[Value]) -> str:
    """Put the values back.

    Raises:
        ValueError: a symbol stands for no value.
    """
    return put_back(text, SYMBOLS, values)
