"""Trained weights are checked before they are served; the cache of embeddings stays small."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.wheel import sha256_of
from nlu_models.serving.embedding_cache import EmbeddingCache
from nlu_models.serving.labels import read_trained


def write(folder: Path, **changes: Any) -> None:
    weights = folder / "understanding.safetensors"
    weights.write_bytes(b"weights")
    entry = {"intents": ["greet"], "token_labels": ["O"], "categories": ["watches"], "temperature": 1.2,
             "threshold": 0.4, "sha256": sha256_of(weights), "base_sha256": "base"}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"understanding": entry | changes}))


def test_weights_that_fit_are_read(tmp_path: Path) -> None:
    write(tmp_path)
    trained = read_trained(tmp_path, base_fingerprint="base")
    assert trained.labels.intents == ("greet",)
    assert trained.version.startswith("understanding-")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0"}, "damaged"),
        ({"base_sha256": "another"}, "another base"),
        ({"temperature": 0}, "cannot be used"),
        ({"intents": None}, "cannot be used"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    write(tmp_path, **changes)
    with pytest.raises(EncoderError, match=message):
        read_trained(tmp_path, base_fingerprint="base")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="shopkeeper train understanding"):
        read_trained(tmp_path, base_fingerprint="base")


def test_cache_forgets_what_was_not_used() -> None:
    cache = EmbeddingCache(2)
    cache.put("query", "a", "1")
    cache.put("query", "b", "2")
    assert cache.get("query", "a") == "1"
    cache.put("query", "c", "3")
    assert cache.get("query", "b") is None
    assert cache.get("query", "a") == "1"
    assert cache.get("passage", "a") is None


def test_cache_keeps_no_long_texts_and_can_be_off() -> None:
    cache = EmbeddingCache(2)
    cache.put("query", "x" * 5000, "1")
    assert cache.get("query", "x" * 5000) is None
    off = EmbeddingCache(0)
    off.put("query", "a", "1")
    assert off.get("query", "a") is None
