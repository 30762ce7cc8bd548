"""Texts as one padded array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu_models.encoder.config import Float32


def softmax(logits: Float32) -> Float32:
    """Return the softmax of the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Float32 = powers / powers.sum(-1, keepdims=True)
    return shares


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
