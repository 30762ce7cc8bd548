"""How sure a sentence answers a question, from two cosines: of the base's embeddings, and of the tuned ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu_models.encoder.config import Float32

_BASE_USUAL: Final = 0.84
_BASE_SPREAD: Final = 0.03
"""Cosines of the base lie between 0.75 and 0.95: about the mean and deviation over a shop's sentences."""
_MATCH_SPREAD: Final = 0.1


def base_cosines(asked: Float32, alone: Float32, headed: Float32, plain: Float32) -> Float32:
    """Return the mean of four cosines for each question and sentence, `(Q, N)`.

    Args:
        asked: embeddings of the questions with the message before them, `(Q, D)`.
        alone: of the questions alone.
        headed: of the sentences with their heading, `(N, D)`.
        plain: of the sentences alone.
    """
    mean = (asked + alone) @ (headed + plain).T / 4
    return mean.astype(np.float32)


def relevance_features(base: Float32, match: Float32) -> Float32:
    """Return `(N, 3)` for the sentences of one question: both cosines, scaled, and how far the second is before the
    best other sentence's."""
    scaled = match / _MATCH_SPREAD
    order = np.sort(scaled)
    others = np.where(scaled == order[-1], order[-2], order[-1]) if len(order) > 1 else np.zeros_like(scaled)
    columns = [(base - _BASE_USUAL) / _BASE_SPREAD, scaled, scaled - others]
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over `relevance_features`, fitted on the validation merchants."""

    base: float = 0.3
    match: float = 1.0
    lead: float = 0.5
    bias: float = -6.0

    def probabilities(self, features: Float32) -> Float32:
        """Return the probability that each sentence answers, `(N,)`."""
        logits = features @ np.array([self.base, self.match, self.lead], np.float32) + self.bias
        sure: Float32 = 1 / (1 + np.exp(-logits))
        return sure


def fit_calibration(features: Sequence[Float32], gold: Sequence[NDArray[np.bool_]]) -> Calibration:
    """Fit on the sentences of many questions, `(N, 3)` features and `(N,)` truths each."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=1000).fit(np.concatenate(features), np.concatenate(gold))
    base, match, lead = (round(float(weight), 4) for weight in model.coef_[0])
    return Calibration(base, match, lead, round(float(model.intercept_[0]), 4))
