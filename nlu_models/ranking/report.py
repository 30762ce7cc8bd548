"""The figures of one model on one split."""

from __future__ import annotations

import numpy as np

from nlu_models.evaluation.ranking_metrics import (
    auc,
    expected_calibration_error,
    log_loss,
    ndcg_at_k,
    recall_at_k,
)
from nlu_models.ranking.calibration import apply_platt, fit_platt
from nlu_models.ranking.features import Float32
from nlu_models.ranking.pairs import Pairs


def calibrated(scores: Float32, pairs: Pairs) -> tuple[float, float]:
    """Return Platt's slope and offset of purchase scores on a validation split."""
    return fit_platt(scores, pairs.target[:, 0], pairs.looked)


def figures(scores: Float32, pairs: Pairs, platt: tuple[float, float]) -> dict[str, float | int]:
    """Score purchases.

    Returns:
        `auc`, `ndcg_at_10`, `recall_at_3` of the score itself, which knows nothing of places on the page; `log_loss`
        and `expected_calibration_error` of `looked · σ(slope · score + offset)`, which is what the log shows;
        `impressions`, `sessions` (with a purchase), `purchases`.
    """
    bought = pairs.target[:, 0]
    p = pairs.looked * apply_platt(scores, *platt)
    lists = [(bought[own], scores[own]) for own in pairs.sessions()]
    return {
        "auc": _round(auc(bought, scores)),
        "log_loss": _round(log_loss(bought, p)),
        "expected_calibration_error": _round(expected_calibration_error(bought, p)),
        "ndcg_at_10": _round(ndcg_at_k(lists, k=10)),
        "recall_at_3": _round(recall_at_k(lists, k=3)),
        "impressions": len(bought),
        "sessions": sum(bool(np.any(gains > 0)) for gains, _ in lists),
        "purchases": int(bought.sum()),
    }


def by_shopper(scores: Float32, pairs: Pairs, platt: tuple[float, float]) -> dict[str, dict[str, float | int]]:
    """Return `figures` of all, and of shoppers without (`cold`) and with (`warm`) history, where there are any."""
    parts = {"all": np.ones(len(pairs.item), np.bool_), "cold": pairs.cold, "warm": ~pairs.cold}
    return {
        name: figures(scores[mask], pairs.part(np.flatnonzero(mask)), platt)
        for name, mask in parts.items()
        if mask.any()
    }


def _round(value: float) -> float:
    return round(value, 5)
