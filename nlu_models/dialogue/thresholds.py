"""How sure the reader must be, from what it makes of the validation merchants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.answering import Thresholds
from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.merchants import NOT_COVERED, Question
from nlu_models.dialogue.reader_data import answers
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.similarity import Calibration, fit_calibration
from nlu_models.encoder.config import Float32

_REFUSED: Final = 0.05
_RIGHT: Final = 0.9
_WRONG: Final = 0.005
_TOLD_RIGHT: Final = 0.98
_TOLD_OFTEN: Final = 20


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question with what was read of the N sentences: `features` `(N, 4)`, `kinds` `(N, 5)`, and which answer,
    `gold` `(N,)`."""

    question: Question
    features: Float32
    kinds: Float32
    gold: NDArray[np.bool_]

    @classmethod
    def of(cls, question: Question, sentences: Sequence[Sentence], features: Float32, kinds: Float32) -> ReadQuestion:
        """Add which sentences answer."""
        return cls(question, features, kinds, np.array([answers(question, one.text) for one in sentences]))


@dataclass(frozen=True, slots=True)
class ReaderScores:
    """Of answerable questions the share whose best sentence answers; how well the best probability tells them from the
    others (AUC); the share of right sentences whose kind is right; and of yes and no told as either the share that is
    wrong."""

    sentence: float
    covered_auc: float
    kind: float
    wrong_polarity: float


def choose_thresholds(read: Sequence[ReadQuestion]) -> tuple[Calibration, Thresholds, ReaderScores]:
    """Fit the calibration, and choose the thresholds by it."""
    from sklearn.metrics import roc_auc_score

    calibration = fit_calibration([one.features for one in read], [one.gold for one in read])
    sure = [calibration.probabilities(one.features) for one in read]
    places = [int(row.argmax()) for row in sure]
    best = np.array([row.max() for row in sure], np.float32)
    right = np.array([bool(one.gold[at]) for one, at in zip(read, places, strict=True)])
    covered = np.array([one.question.kind != NOT_COVERED for one in read])
    told = np.stack([one.kinds[at] for one, at in zip(read, places, strict=True)])
    wanted = np.array([ANSWERS.index(one.question.kind) if one.question.kind != NOT_COVERED else -1 for one in read])
    said = told.argmax(1)
    polar = right & (wanted >= 0) & (wanted < 2) & (said < 2)
    scores = ReaderScores(
        round(float(right[covered].mean()), 4),
        round(float(roc_auc_score(covered, best)), 4),
        round(float((said == wanted)[right & covered].mean()), 4),
        round(float((said != wanted)[polar].mean()), 4) if polar.any() else 0.0,
    )
    thresholds = Thresholds(
        covered=covered_threshold(best[covered]),
        sure=sure_threshold(best, right & covered),
        polarity=polarity_threshold(told[covered], wanted[covered]),
    )
    return calibration, thresholds, scores


def covered_threshold(best: Float32) -> float:
    """Return below what one in twenty answerable questions lies: only that many may be told that nothing is found."""
    return round(float(np.quantile(best, _REFUSED)), 3)


def sure_threshold(best: Float32, right: NDArray[np.bool_]) -> float:
    """Return from where on nine of ten questions have the right sentence first; what is not covered has none."""
    for threshold in np.sort(best):
        if right[best >= threshold].mean() >= _RIGHT:
            return round(float(threshold), 3)
    return 1.0


def polarity_threshold(told: Float32, wanted: NDArray[np.int64]) -> float:
    """Return how sure a yes or no must be so that at most one in two hundred questions hears the wrong one, and
    forty-nine in fifty of those told are right; 1, that is never, where there is no such certainty.

    Args:
        told: probabilities `(N, 5)` over `ANSWERS` of N answerable questions.
        wanted: the right kinds `(N,)`.
    """
    kinds = told.argmax(1)
    right = kinds == wanted
    for threshold in np.arange(0.5, 0.995, 0.01):
        said = (kinds < 2) & (told.max(1) >= threshold)
        if (
            said.sum() >= _TOLD_OFTEN
            and (~right[said]).sum() <= _WRONG * len(told)
            and right[said].mean() >= _TOLD_RIGHT
        ):
            return round(float(threshold), 2)
    return 1.0
