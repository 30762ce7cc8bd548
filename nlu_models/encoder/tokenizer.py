"""Text to token ids, with the place of every token in the text as it was typed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, pre_tokenizers

from nlu_models.encoder.config import Int64

_CHARACTERS_PER_TOKEN = 32
MAX_TOKENS = 128
"""Tokens of a message that are read, in training and in serving."""

Kind = Literal["query", "passage"]
_FILE, _CHARACTERS_FILE = "tokenizer.json", "characters.json"


@dataclass(frozen=True)
class Tokens:
    """One tokenized text: `ids` with start and end token; `offsets` in characters of the raw text.

    The offsets of the start and end token and of the prefix are `(0, 0)`; a token that covers the space in front of a
    word starts at the word.
    """

    ids: list[int]
    offsets: list[tuple[int, int]]


class TextTokenizer:
    """A subword tokenizer (Unigram for e5) behind a per-character normalisation.

    Source:
        Kudo, "Subword Regularization", ACL 2018 (the Unigram model); XLM-R's vocabulary. The normalisation is
        SentencePiece's nmt_nfkc as a table of single characters, and runs of spaces collapse to one.
    """

    def __init__(
        self, tokenizer: Tokenizer, characters: dict[int, str] | None, *, start: int = 0, end: int = 2, pad: int = 1
    ) -> None:
        self._tokenizer = tokenizer
        self._characters = characters
        self.start, self.end, self.pad = start, end, pad
        tokenizer.no_padding()
        tokenizer.no_truncation()

    @property
    def size(self) -> int:
        """The number of token ids."""
        return int(self._tokenizer.get_vocab_size())

    def encode(self, text: str, *, kind: Kind = "query", max_tokens: int = MAX_TOKENS) -> Tokens:
        """Tokenize one text, cut to `max_tokens` (start and end token and the prefix `kind: ` included)."""
        return self.encode_batch([text], kind=kind, max_tokens=max_tokens)[0]

    def encode_batch(self, texts: Sequence[str], *, kind: Kind = "query", max_tokens: int = MAX_TOKENS) -> list[Tokens]:
        """Tokenize texts; characters that cannot be encoded (lone surrogates) count as unknown."""
        prefix = f"{kind}: "
        cut = [_printable(prefix + text[: max_tokens * _CHARACTERS_PER_TOKEN]) for text in texts]
        normal = [self._normalise(text) for text in cut]
        found = self._tokenizer.encode_batch([text for text, _ in normal], add_special_tokens=False)
        return [
            self._tokens(encoding.ids, encoding.offsets, raw, origin, len(prefix), max_tokens)
            for encoding, raw, (_, origin) in zip(found, cut, normal, strict=True)
        ]

    def piece(self, token_id: int) -> str:
        """Return a piece of the vocabulary as it is written, with `▁` for the space before a word."""
        return self._tokenizer.id_to_token(token_id) or ""

    def save(self, folder: Path) -> None:
        """Write the tokenizer into `folder`; `load` reads it back."""
        self._tokenizer.save(str(folder / _FILE))
        settings = {"start": self.start, "end": self.end, "pad": self.pad, "characters": self._characters}
        (folder / _CHARACTERS_FILE).write_text(json.dumps(settings), encoding="ascii")

    @classmethod
    def load(cls, folder: Path) -> TextTokenizer:
        """Read what `save` wrote."""
        settings = json.loads((folder / _CHARACTERS_FILE).read_text(encoding="ascii"))
        table = settings["characters"]
        characters = None if table is None else {int(code): out for code, out in table.items()}
        tokenizer = Tokenizer.from_file(str(folder / _FILE))
        return cls(tokenizer, characters, start=settings["start"], end=settings["end"], pad=settings["pad"])

    def _normalise(self, text: str) -> tuple[str, list[int] | None]:
        """Return the normalised text and, for each of its characters, the index of the raw one it came from."""
        if self._characters is None or (text.isascii() and text.isprintable() and "  " not in text):
            return text, None
        out: list[str] = []
        origin: list[int] = []
        for index, character in enumerate(text):
            for produced in self._characters.get(ord(character), character):
                if produced == " " and out and out[-1] == " ":
                    continue
                out.append(produced)
                origin.append(index)
        return "".join(out), origin

    def _tokens(
        self,
        ids: list[int],
        offsets: list[tuple[int, int]],
        raw: str,
        origin: list[int] | None,
        skip: int,
        max_tokens: int,
    ) -> Tokens:
        ids, offsets = ids[: max_tokens - 2], offsets[: max_tokens - 2]
        spans = [(0, 0)]
        for start, end in offsets:
            if origin is not None and end > start:
                start, end = origin[start], origin[end - 1] + 1
            while start < end and raw[start].isspace():
                start += 1
            spans.append((max(start - skip, 0), max(end - skip, 0)))
        return Tokens([self.start, *ids, self.end], [*spans, (0, 0)])


def unigram_tokenizer(pieces: Sequence[tuple[str, float]], characters: dict[int, str]) -> TextTokenizer:
    """Build the tokenizer from a vocabulary whose first four pieces are the special ones.

    The special pieces get names that hold a control character, which the normalisation removes from any text:
    a shopper who types "</s>" gets ordinary tokens.
    """
    named = [(f"\x00{piece}", score) if i < 4 else (piece, score) for i, (piece, score) in enumerate(pieces)]
    tokenizer = Tokenizer(models.Unigram(named, unk_id=3, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    return TextTokenizer(tokenizer, {0: "", **characters})


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def pad(rows: Sequence[Sequence[int]], filler: int) -> tuple[Int64, npt.NDArray[np.int32]]:
    """Return ids `(B, T)` int64, shorter rows filled up, and the mask `(B, T)` int32, 1 for tokens."""
    width = max(map(len, rows))
    ids = np.array([[*row, *[filler] * (width - len(row))] for row in rows], np.int64)
    mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in rows], np.int32)
    return ids, mask
