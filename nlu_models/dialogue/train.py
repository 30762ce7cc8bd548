"""The steps behind `shopkeeper train reader`: data, training, thresholds, weights."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.answering import Thresholds
from nlu_models.dialogue.grammar import LANGUAGES, Fact, Language, load_facts
from nlu_models.dialogue.kind_model import export_kind
from nlu_models.dialogue.kind_train import (
    JudgedPair,
    KindSettings,
    judged_pairs,
    kind_probabilities,
    kind_score,
    train_kind,
)
from nlu_models.dialogue.match_model import export_match
from nlu_models.dialogue.match_train import MatchSettings, match_cosines, match_score, train_match
from nlu_models.dialogue.merchants import load_merchants
from nlu_models.dialogue.reader_data import JudgedShop, judged_shops, nearest_baseline
from nlu_models.dialogue.similarity import Calibration, fit_calibration, relevance_features
from nlu_models.dialogue.text_bank import build_bank, build_shop_bank, join_banks
from nlu_models.encoder.config import Float32
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.manifest import digest_of, install_weights

_REFUSED: Final = 0.05
_RIGHT: Final = 0.9
_WRONG: Final = 0.005
_TOLD_RIGHT: Final = 0.95
_TOLD_OFTEN: Final = 20


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Both halves of the reader's training."""

    match: MatchSettings
    kind: KindSettings


def run_reader(data: Path, out: Path, runs: Path, encoder: TextEncoder, settings: ReaderSettings) -> dict[str, Any]:
    """Train the reader and write its weights and its entry in the manifest; returns the entry."""
    started, digest = time.monotonic(), digest_of([data / "training", data / "merchants" / "training"])
    bank = join_banks(
        build_bank(_facts(data), encoder, random.Random(settings.match.seed)),
        build_shop_bank(load_merchants(data / "merchants" / "training"), encoder),
    )
    shops = judged_shops(load_merchants(data / "merchants" / "validation"), encoder)
    match, match_history = train_match(bank, shops, encoder, runs / "match", settings.match)
    cosines = match_cosines(match, shops)
    pairs = judged_pairs(shops, cosines)
    kind, kind_history = train_kind(bank, pairs, encoder, runs / "kind", settings.kind)
    kinds = kind_probabilities(kind, pairs)
    calibration, best, right = calibrate(shops, cosines)
    covered = np.concatenate([shop.covered for shop in shops])
    entry = {
        "command": "shopkeeper train reader",
        "data_sha256": digest,
        "base_sha256": encoder.base_hash,
        "settings": asdict(settings),
        "calibration": asdict(calibration),
        "thresholds": asdict(
            Thresholds(
                covered=covered_threshold(best[covered]),
                sure=sure_threshold(best[covered], right[covered]),
                polarity=polarity_threshold(pairs, kinds),
            )
        ),
        "metrics": {
            "validation": asdict(match_score(shops, cosines)) | asdict(kind_score(pairs, kinds)),
            "nearest_sentence": nearest_baseline(shops),
            "match_history": match_history,
            "kind_history": kind_history,
        },
        "seconds": round(time.monotonic() - started),
    }
    return install_weights(out, "reader", export_match(match) | export_kind(kind), entry)


def calibrate(
    shops: Sequence[JudgedShop], cosines: Sequence[Float32]
) -> tuple[Calibration, Float32, NDArray[np.bool_]]:
    """Fit how sure a sentence answers on the validation merchants.

    Returns:
        The calibration; of each question how sure its best sentence is, `(questions,)`, and whether that one answers.
    """
    features, gold = [], []
    for shop, found in zip(shops, cosines, strict=True):
        for row in range(len(shop.questions)):
            features.append(relevance_features(found[row]))
            gold.append(shop.gold[row])
    calibration = fit_calibration(features, gold)
    sure = [calibration.probabilities(rows) for rows in features]
    right = [bool(truths[int(row.argmax())]) for row, truths in zip(sure, gold, strict=True)]
    return calibration, np.array([row.max() for row in sure], np.float32), np.array(right)


def covered_threshold(best: Float32) -> float:
    """Return below what one in twenty answerable questions lies: only that many may be told that nothing is found."""
    return round(float(np.quantile(best, _REFUSED)), 3)


def sure_threshold(best: Float32, right: NDArray[np.bool_]) -> float:
    """Return from where on nine of ten answerable questions have the right sentence first."""
    for threshold in np.sort(best):
        if right[best >= threshold].mean() >= _RIGHT:
            return round(float(threshold), 3)
    return 1.0


def polarity_threshold(pairs: Sequence[JudgedPair], kinds: Float32) -> float:
    """Return how sure a yes or no must be so that at most one in two hundred questions hears the wrong one, and
    nineteen in twenty of those told are right; 1, that is never, where there is no such certainty."""
    told = kinds.argmax(1)
    right = told == np.array([pair.kind for pair in pairs])
    for threshold in np.arange(0.5, 0.995, 0.01):
        said = (told < 2) & (kinds.max(1) >= threshold)
        if (
            said.sum() >= _TOLD_OFTEN
            and (~right[said]).sum() <= _WRONG * len(pairs)
            and right[said].mean() >= _TOLD_RIGHT
        ):
            return round(float(threshold), 2)
    return 1.0


def _facts(data: Path) -> Mapping[Language, list[Fact]]:
    return {language: load_facts(data / "training", language) for language in LANGUAGES}
