"""The cache of exported graphs is rebuilt when damaged, and never served damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.numpy import save_file

from nlu_models.encoder import export
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.tiny import tiny_base, tiny_tuned


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "load_base", lambda reference: tiny_base(int(reference)))
    monkeypatch.setattr(export, "base_fingerprint", lambda reference: f"tiny-{reference}")


def steps_of(models_dir: Path, reference: str = "0") -> list[str]:
    steps: list[str] = []
    export.prepare_encoder(models_dir, reference=reference, report=steps.append)
    return steps


def test_second_preparation_does_nothing(tmp_path: Path) -> None:
    assert steps_of(tmp_path) == ["convert the encoder's weights", "export the encoder"]
    assert steps_of(tmp_path) == []


def test_other_base_gets_another_folder(tmp_path: Path) -> None:
    first = export.prepare_encoder(tmp_path, reference="0")
    second = export.prepare_encoder(tmp_path, reference="1")
    assert first.folder != second.folder
    assert steps_of(tmp_path) == []


@pytest.mark.parametrize("name", ["lower.onnx", "trunk.onnx", "search.onnx", "tokenizer.json", "sha256.json"])
def test_damaged_file_is_rebuilt(tmp_path: Path, name: str) -> None:
    path = export.prepare_encoder(tmp_path, reference="0").folder / name
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2] + b"x")
    assert not export.is_intact(path.parent)
    assert steps_of(tmp_path)
    assert path.read_bytes() == good


def test_builder_version_is_part_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps_of(tmp_path)
    monkeypatch.setattr(export, "BUILDER_VERSION", "another")
    assert steps_of(tmp_path)


def test_new_weights_export_only_the_tuned_top(tmp_path: Path) -> None:
    encoder = export.prepare_encoder(tmp_path, reference="0")
    tuned = tiny_tuned(tiny_base(), intents=3, categories=2, token_labels=3)
    weights = tmp_path / "understanding.safetensors"
    save_file({name: value.astype("float16") for name, value in tuned.items()}, str(weights))
    first = export.prepare_understanding(tmp_path, weights, encoder)
    tuned["intent.bias"] += 1
    save_file({name: value.astype("float16") for name, value in tuned.items()}, str(weights))
    second = export.prepare_understanding(tmp_path, weights, encoder)
    assert first.is_file()
    assert second.is_file()
    assert first != second
    assert steps_of(tmp_path) == []


def test_incomplete_weights_are_refused(tmp_path: Path) -> None:
    encoder = export.prepare_encoder(tmp_path, reference="0")
    tuned = tiny_tuned(tiny_base(), intents=3, categories=2, token_labels=3)
    del tuned["token.kernel"]
    weights = tmp_path / "understanding.safetensors"
    save_file(tuned, str(weights))
    with pytest.raises(EncoderError, match=r"token\.kernel"):
        export.prepare_understanding(tmp_path, weights, encoder)
