"""Scores to probabilities."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from nlu_models.ranking.features import Float32


def fit_platt(scores: Float32, labels: Float32, looked: Float32) -> tuple[float, float]:
    """Return `(slope, offset)` under which `looked · σ(slope · score + offset)` fits the labels best.

    Args:
        scores: `(N,)` any real scores.
        labels: `(N,)` 0/1.
        looked: `(N,)` probability that the place was looked at.

    Source:
        Platt 1999, with the examination factor of Craswell et al. 2008.
    """
    centre, spread = float(scores.mean()), max(float(scores.std()), 1e-6)
    z = (scores.astype(np.float64) - centre) / spread

    def loss(parameters: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        p = np.clip(looked / (1 + np.exp(-np.clip(parameters[0] * z + parameters[1], -30, 30))), 1e-7, 1 - 1e-7)
        return float(-(labels * np.log(p) + (1 - labels) * np.log1p(-p)).mean())

    slope, offset = minimize(loss, np.array([1.0, -1.0]), method="L-BFGS-B").x
    return float(slope / spread), float(offset - slope * centre / spread)


def apply_platt(scores: Float32, slope: float, offset: float) -> Float32:
    """Return `σ(slope · score + offset)`."""
    return np.asarray(1 / (1 + np.exp(-np.clip(slope * scores + offset, -30, 30))), np.float32)
