"""Texts as one padded array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu_models.encoder.config import Float32


def padded(texts: Sequence[NDArray[np.floating[Any]]]) -> tuple[Float32, Float32]:
    """Return states `(B, T, D)` and mask `(B, T)` of B texts as trunk states, padded at the end."""
    width = _width(max(map(len, texts)))
    states = np.zeros((len(texts), width, texts[0].shape[1]), np.float32)
    mask = np.zeros((len(texts), width), np.float32)
    for row, text in enumerate(texts):
        states[row, : len(text)], mask[row, : len(text)] = text, 1
    return states, mask


def _width(longest: int) -> int:
    return -(-longest // 8) * 8  # few widths
