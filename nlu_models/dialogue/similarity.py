"""How near sentences are to a question by embedding: where the reader's judgement begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from nlu_models.encoder.config import Float32

FEATURES: Final = 5
_USUAL: Final = 0.84
_SPREAD: Final = 0.03
"""Cosines of this encoder lie between 0.75 and 0.95: about the mean and deviation over a shop's sentences."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Embeddings of a question, with the message before it and alone, `(D,)`; of sentences, with their heading and
    alone, `(N, D)`."""

    asked: Float32
    alone: Float32
    headed: Float32
    plain: Float32


def similarity_features(embedded: Embedded) -> Float32:
    """Return `(N, FEATURES)`: four scaled cosines, and the distance of their mean to the best other sentence's."""
    cosines = np.stack([sentence @ q for q in (embedded.asked, embedded.alone) for sentence in
                        (embedded.headed, embedded.plain)], axis=1)  # fmt: skip
    scaled = (cosines - _USUAL) / _SPREAD
    mean = scaled.mean(1)
    if len(mean) == 1:
        lead = mean
    else:
        first, second = np.sort(mean)[[-1, -2]]
        lead = mean - np.where(mean == first, second, first)
    return np.concatenate([scaled, lead[:, None]], axis=1).astype(np.float32)
