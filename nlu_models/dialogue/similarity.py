"""How near sentences are to a question, and how sure one answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu_models.encoder.config import Float32

_SPREAD: Final = 0.1


def base_cosines(asked: Float32, alone: Float32, headed: Float32, plain: Float32) -> Float32:
    """Return the mean of four cosines of the base's embeddings for each question and sentence, `(Q, N)`: the baseline.

    Args:
        asked: embeddings of the questions with the message before them, `(Q, D)`.
        alone: of the questions alone.
        headed: of the sentences with their heading, `(N, D)`.
        plain: of the sentences alone.
    """
    mean = (asked + alone) @ (headed + plain).T / 4
    return mean.astype(np.float32)


def relevance_features(logits: Float32, cosines: Float32, lacks: Float32) -> Float32:
    """Return `(N, 4)` for the sentences of one question.

    Args:
        logits: of the reader, that each sentence answers, `(N,)`; -inf where it did not read it.
        cosines: of the matcher, `(N,)`.
        lacks: `lacks_asked_value`, `(N,)`.

    Returns:
        The logit, the cosine, scaled, how far it is before the best other sentence's, and whether an asked value lacks.
    """
    scaled = cosines / _SPREAD
    order = np.sort(scaled)
    others = np.where(scaled == order[-1], order[-2], order[-1]) if len(order) > 1 else np.zeros_like(scaled)
    return np.stack([logits, scaled, scaled - others, lacks], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over `relevance_features`, fitted on the validation merchants."""

    logit: float = 1.0
    match: float = 0.0
    lead: float = 0.0
    lacking: float = 0.0
    bias: float = 0.0

    def probabilities(self, features: Float32) -> Float32:
        """Return the probability that each sentence answers, `(N,)`; 0 where it was not read."""
        read = np.isfinite(features[:, 0])
        logits = features[read] @ np.array([self.logit, self.match, self.lead, self.lacking], np.float32) + self.bias
        sure = np.zeros(len(features), np.float32)
        sure[read] = 1 / (1 + np.exp(-logits))
        return sure


def fit_calibration(features: Sequence[Float32], gold: Sequence[NDArray[np.bool_]]) -> Calibration:
    """Fit on the sentences of many questions that were read, `(N, 4)` features and `(N,)` truths each."""
    from sklearn.linear_model import LogisticRegression

    rows, truths = np.concatenate(features), np.concatenate(gold)
    read = np.isfinite(rows[:, 0])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(rows[read], truths[read])
    logit, match, lead, lacking = (round(float(weight), 4) for weight in model.coef_[0])
    return Calibration(logit, match, lead, lacking, round(float(model.intercept_[0]), 4))
