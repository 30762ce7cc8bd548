"""Metrics of rankings and of probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import log_loss as sk_log_loss
from sklearn.metrics import ndcg_score, roc_auc_score

Floats = npt.NDArray[np.floating[Any]]


def auc(labels: Floats, scores: Floats) -> float:
    """Return the area under the ROC curve of N labels 0/1; NaN where only one label occurs."""
    return float(roc_auc_score(labels, scores)) if len(np.unique(labels)) == 2 else float("nan")


def log_loss(labels: Floats, probabilities: Floats) -> float:
    """Return the mean binary cross-entropy in nats."""
    return float(sk_log_loss(labels, np.clip(probabilities, 1e-7, 1 - 1e-7), labels=[0, 1]))


def expected_calibration_error(labels: Floats, probabilities: Floats, *, bins: int = 15) -> float:
    """Return the mean gap between predicted and observed rate over bins of equal size.

    Args:
        labels: `(N,)` 0/1.
        probabilities: `(N,)`.
        bins: as many quantile bins as can be filled; equal ones would put nearly all rare events in the first.

    Source:
        Naeini et al. 2015, "Obtaining well calibrated probabilities using Bayesian binning"; equal-mass bins as in
        Nixon et al. 2019, "Measuring calibration in deep learning".
    """
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(p) * abs(probabilities[p].mean() - labels[p].mean()) for p in parts) / len(order))


def ndcg_at_k(lists: Sequence[tuple[Floats, Floats]], *, k: int) -> float:
    """Return the mean NDCG@k over lists `(gains, scores)` that have a gain and at least two entries; NaN if none has.

    Source:
        Järvelin and Kekäläinen 2002; tied scores share their gains.
    """
    found = [ndcg_score([gains], [scores], k=k) for gains, scores in lists if len(gains) > 1 and gains.max() > 0]
    return float(np.mean(found)) if found else float("nan")


def recall_at_k(lists: Sequence[tuple[Floats, Floats]], *, k: int) -> float:
    """Return the mean share of the relevant entries (gain > 0) among each list's best k; NaN if no list has any."""
    found = []
    for gains, scores in lists:
        relevant = gains > 0
        if relevant.any():
            best = np.argsort(-scores, kind="stable")[:k]
            found.append(relevant[best].sum() / relevant.sum())
    return float(np.mean(found)) if found else float("nan")
