"""Pairs of question and sentence as one padded array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu_models.encoder.config import Float32


def probabilities(relevance: Float32, kinds: Float32) -> Float32:
    """Return `(N, K)` over `KINDS` from the reader's two heads, `(N,)` and `(N, K - 1)` logits."""
    answering = 1 / (1 + np.exp(-relevance))
    shifted = np.exp(kinds - kinds.max(1, keepdims=True))
    shares = shifted / shifted.sum(1, keepdims=True)
    return np.concatenate([1 - answering[:, None], answering[:, None] * shares], axis=1).astype(np.float32)


def pair_up(
    questions: Sequence[NDArray[np.floating[Any]]], sentences: Sequence[NDArray[np.floating[Any]]]
) -> tuple[Float32, Float32, NDArray[np.int32]]:
    """Return states `(B, T, D)`, mask `(B, T)` and segment `(B, T)` of B pairs of trunk states, padded at the end."""
    lengths = [len(question) + len(sentence) for question, sentence in zip(questions, sentences, strict=True)]
    width = -(-max(lengths) // 8) * 8  # few widths
    states = np.zeros((len(lengths), width, questions[0].shape[1]), np.float32)
    mask = np.zeros((len(lengths), width), np.float32)
    segment = np.zeros((len(lengths), width), np.int32)
    for row, (question, sentence) in enumerate(zip(questions, sentences, strict=True)):
        states[row, : len(question)] = question
        states[row, len(question) : lengths[row]] = sentence
        mask[row, : lengths[row]] = 1
        segment[row, len(question) : lengths[row]] = 1
    return states, mask, segment
