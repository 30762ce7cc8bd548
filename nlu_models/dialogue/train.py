"""The steps behind `shopkeeper train reader` and `shopkeeper train generator`: data, training, thresholds, weights."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from nlu_models.dialogue.answering import Thresholds
from nlu_models.dialogue.generator_model import export_generator
from nlu_models.dialogue.generator_train import GeneratorSettings, train_generator
from nlu_models.dialogue.grammar import LANGUAGES, Fact, Language, load_facts
from nlu_models.dialogue.merchants import NOT_COVERED, load_merchants
from nlu_models.dialogue.reader_data import NEAREST, JudgedQuestion, merchant_questions, nearest_baseline
from nlu_models.dialogue.reader_model import export_reader
from nlu_models.dialogue.reader_train import ReaderSettings, judge, score, train_reader
from nlu_models.encoder.config import Float32
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.manifest import set_manifest_entry


def run_reader(data: Path, out: Path, runs: Path, encoder: TextEncoder, settings: ReaderSettings) -> dict[str, Any]:
    """Train the reader and write its weights and its entry in the manifest; returns the entry."""
    started, digest = time.monotonic(), _digest(data)
    runs.mkdir(parents=True, exist_ok=True)
    facts = _facts(data)
    validation = merchant_questions(load_merchants(data / "merchants" / "validation"), encoder, nearest=NEAREST)
    model, history = train_reader(facts, validation, encoder, runs, settings)
    probabilities = judge(model, validation)
    entry = {
        "command": "shopkeeper train reader",
        "data_sha256": digest,
        "base_sha256": encoder.base_hash,
        "settings": asdict(settings),
        "thresholds": asdict(choose_thresholds(validation, probabilities)),
        "metrics": {
            "validation": asdict(score(validation, probabilities)),
            "nearest_sentence": nearest_baseline(validation),
            "history": history,
        },
        "seconds": round(time.monotonic() - started),
    }
    return _install(out, "reader", export_reader(model), entry)


def run_generator(
    data: Path, out: Path, runs: Path, encoder: TextEncoder, settings: GeneratorSettings
) -> dict[str, Any]:
    """Train the generator and write its weights and its entry in the manifest; returns the entry."""
    started, digest = time.monotonic(), _digest(data)
    runs.mkdir(parents=True, exist_ok=True)
    model, history = train_generator(_facts(data), encoder, runs, settings)
    entry = {
        "command": "shopkeeper train generator",
        "data_sha256": digest,
        "base_sha256": encoder.base_hash,
        "settings": asdict(settings),
        "metrics": {"history": history},
        "seconds": round(time.monotonic() - started),
    }
    return _install(out, "generator", export_generator(model), entry)


def choose_thresholds(questions: Sequence[JudgedQuestion], probabilities: Sequence[Float32]) -> Thresholds:
    """Choose on validation: `covered` where as many answerable questions are refused as open ones are answered, and
    `polarity` as low as it can be with at most one in two hundred answers the wrong way round."""
    best = np.array([1 - found[:, 0].min() for found in probabilities])
    answerable = np.array([question.question.kind != NOT_COVERED for question in questions])
    grid = np.arange(0.05, 0.96, 0.01)
    gaps = [abs(float((best[answerable] < t).mean()) - float((best[~answerable] >= t).mean())) for t in grid]
    covered = float(grid[int(np.argmin(gaps))])
    return Thresholds(covered=round(covered, 2), polarity=_polarity_threshold(questions, probabilities))


def _polarity_threshold(questions: Sequence[JudgedQuestion], probabilities: Sequence[Float32]) -> float:
    rows = []
    for judged, found in zip(questions, probabilities, strict=True):
        top = int(np.argmax(1 - found[:, 0]))
        sure = found[top, 1:] / (1 - found[top, 0])
        told = int(np.argmax(sure))
        if told < 2 and judged.question.kind in ("yes", "no"):
            rows.append((float(sure[told]), ("yes", "no")[told] != judged.question.kind))
    for threshold in np.arange(0.5, 0.995, 0.01):
        kept = [wrong for share, wrong in rows if share >= threshold]
        if sum(kept) <= 0.005 * len(rows):
            return round(float(threshold), 2)
    return 0.99


def _facts(data: Path) -> Mapping[Language, list[Fact]]:
    return {language: load_facts(data / "training", language) for language in LANGUAGES}


def _digest(data: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted((data / "training").rglob("*.yml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _install(out: Path, name: str, weights: Mapping[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.safetensors"
    save_file(dict(weights), str(path))
    entry = {"file": path.name, **entry, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    set_manifest_entry(out, name, entry)
    return entry
