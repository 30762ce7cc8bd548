"""The steps behind `shopkeeper train matcher`: data, training, weights."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlu_models.dialogue.grammar import LANGUAGES, Fact, Language, load_facts
from nlu_models.dialogue.match_model import export_match
from nlu_models.dialogue.match_train import MatchSettings, match_cosines, match_score, train_match
from nlu_models.dialogue.merchants import load_merchants
from nlu_models.dialogue.reader_data import judged_shops, nearest_baseline
from nlu_models.dialogue.text_bank import build_bank, build_shop_bank
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.manifest import digest_of, install_weights


def run_matcher(data: Path, out: Path, runs: Path, encoder: TextEncoder, settings: MatchSettings) -> dict[str, Any]:
    """Train the matcher and write its weights and its entry in the manifest; returns the entry."""
    started, digest = time.monotonic(), digest_of([data / "training", data / "merchants" / "training"])
    grammar = build_bank(_facts(data), encoder, random.Random(settings.seed))
    written = build_shop_bank(load_merchants(data / "merchants" / "training"), encoder)
    shops = judged_shops(load_merchants(data / "merchants" / "validation"), encoder)
    model, history = train_match(grammar, written, shops, encoder, runs, settings)
    entry = {
        "command": "shopkeeper train matcher",
        "data_sha256": digest,
        "base_sha256": encoder.base_hash,
        "settings": asdict(settings),
        "metrics": {
            "validation": asdict(match_score(shops, match_cosines(model, shops))),
            "nearest_sentence": nearest_baseline(shops),
            "history": history,
        },
        "seconds": round(time.monotonic() - started),
    }
    return install_weights(out, "matcher", export_match(model), entry)


def _facts(data: Path) -> Mapping[Language, list[Fact]]:
    return {language: load_facts(data / "training", language) for language in LANGUAGES}
