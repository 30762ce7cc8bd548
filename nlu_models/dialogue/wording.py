"""Sentences and replies without their values, and texts as pieces of the base's tokenizer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlu_models.dialogue.values import Value, place_of, put_back, replace_values, take_out
from nlu_models.encoder.tokenizer import TextTokenizer

SYMBOLS: Final = tuple("★●■◆▲▼♥►✓▶○△")
"""Stand for values."""
_SYMBOLS: Final = re.compile(f"[{''.join(SYMBOLS)}]\\s*")
_LONGEST: Final = 1024


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence without its values, and the values by symbol."""

    text: str
    values: tuple[Value, ...]


def mask(sentence: str) -> Masked:
    """Take the values out of a sentence; a symbol that stands there already goes."""
    text, values = take_out(_SYMBOLS.sub("", sentence), SYMBOLS)
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


class Pieces:
    """A tokenizer without prefix, start or end; the three special ids beside it."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer
        offsets = tokenizer.encode("a", kind="query").offsets
        self._prefix = next(at for at, offset in enumerate(offsets) if offset != (0, 0))
        self.start, self.end, self.pad = tokenizer.start, tokenizer.end, tokenizer.pad

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the pieces of each text."""
        return [
            tokens.ids[self._prefix : -1]
            for tokens in self._tokenizer.encode_batch(texts, kind="query", max_tokens=_LONGEST)
        ]

    def placed(self, texts: Sequence[str], most: int) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Return at most so many pieces of each text, and where each begins and ends in it."""
        encoded = self._tokenizer.encode_batch(texts, kind="query", max_tokens=most + self._prefix + 1)
        return [(tokens.ids[self._prefix : -1], tokens.offsets[self._prefix : -1]) for tokens in encoded]


def unmask(text: str, values: Sequence[Value]) -> str:
    """Put the values back.

    Raises:
        ValueError: a symbol stands for no value.
    """
    return put_back(text, SYMBOLS, values)
