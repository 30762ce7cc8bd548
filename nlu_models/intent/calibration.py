"""Confidence that means what it says: one temperature, and the threshold under which the bot asks back.

Source:
    Guo et al. 2017, "On Calibration of Modern Neural Networks" (temperature scaling).
"""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def softmax(logits: Float) -> Float:
    """Row-wise softmax of `(N, C)` logits."""
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), np.float64)


def fit_temperature(logits: Float, labels: NDArray[np.int32]) -> float:
    """Return the temperature, from 0.5 to 4, with the lowest log loss on `(N, C)` logits."""
    rows = np.arange(len(labels))
    grid = np.linspace(0.5, 4.0, 141)
    losses = [-np.log(softmax(logits / t)[rows, labels] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def fit_threshold(probabilities: Float, labels: NDArray[np.int32], cost_of_error: float = 2.0) -> float:
    """Return the confidence below which asking back costs less than answering.

    A wrong answer costs `cost_of_error` needless questions; the threshold that is cheapest on the given rows wins.
    """
    confidence = probabilities.max(-1)
    right = probabilities.argmax(-1) == labels
    grid = np.linspace(0.2, 0.8, 61)
    costs = [((confidence < t).sum() + cost_of_error * (~right & (confidence >= t)).sum()) for t in grid]
    return float(grid[int(np.argmin(costs))])
