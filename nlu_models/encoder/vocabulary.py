"""Which of the 250,002 pieces are kept: those that English and Chinese text can use.

A piece is kept if each of its characters is in the alphabet below. Text whose (normalised) characters all lie in
that alphabet can only ever use such pieces, so its token sequence, and with it the output, does not change.
Single accented Latin letters are kept as well, so that "Nestlé" does not turn into an unknown token.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from nlu_models.encoder.config import Int64

WORD_START = "▁"
SPECIAL_PIECES = 4  # <s>, <pad>, </s>, <unk>: always the first four of the vocabulary
_VARIATION_SELECTOR = "\ufe0f"
_HAN = ((0x3005, 0x3007), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def in_alphabet(character: str) -> bool:
    """True for ASCII, Han, digits, punctuation, symbols and emoji: for no other script's letters or marks."""
    code = ord(character)
    if code < 128 or character in (WORD_START, _VARIATION_SELECTOR):
        return True
    if any(first <= code <= last for first, last in _HAN):
        return True
    return unicodedata.category(character)[0] not in "LM"


def kept_pieces(pieces: Sequence[str]) -> Int64:
    """Return the ids of the pieces to keep, ascending; the special pieces stay in front.

    Args:
        pieces: the vocabulary in the order of its ids.

    Returns:
        `(K,)` int64: the new id of a piece is its place in this array.
    """
    kept = [i for i, piece in enumerate(pieces) if i < SPECIAL_PIECES or _keep(piece)]
    return np.array(kept, np.int64)


def _keep(piece: str) -> bool:
    if all(map(in_alphabet, piece)):
        return True
    letters = piece.removeprefix(WORD_START)
    return len(letters) == 1 and unicodedata.name(letters, "").startswith("LATIN ")
