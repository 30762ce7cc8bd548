"""Texts, and pairs of question and sentence, as one padded array."""

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


def pair_up(
    questions: Sequence[NDArray[np.floating[Any]]], sentences: Sequence[NDArray[np.floating[Any]]]
) -> tuple[Float32, Float32, NDArray[np.int32]]:
    """Return states `(B, T, D)`, mask `(B, T)` and segment `(B, T)` of B pairs of trunk states, padded at the end."""
    lengths = [len(question) + len(sentence) for question, sentence in zip(questions, sentences, strict=True)]
    width = _width(max(lengths))
    states = np.zeros((len(lengths), width, questions[0].shape[1]), np.float32)
    mask = np.zeros((len(lengths), width), np.float32)
    segment = np.zeros((len(lengths), width), np.int32)
    for row, (question, sentence) in enumerate(zip(questions, sentences, strict=True)):
        states[row, : len(question)] = question
        states[row, len(question) : lengths[row]] = sentence
        mask[row, : lengths[row]] = 1
        segment[row, len(question) : lengths[row]] = 1
    return states, mask, segment
