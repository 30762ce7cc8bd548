"""`shopkeeper train understanding` on a base from a folder, for one step; then the model server runs the result."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

pytest.importorskip("tensorflow")

from nlu_models.cli import train_app
from nlu_models.encoder.base import base_fingerprint
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.inference import Job
from nlu_models.encoder.tiny import tiny_base
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings
from tests.tiny_checkpoint import write_checkpoint

MESSAGES = {
    "greet": ("hi", "hello"),
    "search_product": ("smart [watch](product_type) under [$200](price_max)", "[watch](product_type)"),
}
TITLES = (
    {"kind": "product", "category": "watches", "language": "en", "title": "smart watch", "brand": "q"},
    {"kind": "product", "category": "phones", "language": "en", "title": "phone", "brand": "q"},
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for author in ("ann", "bob", "eve"):
        (folder / "messages" / "en" / author).mkdir(parents=True)
        for intent, lines in MESSAGES.items():
            (folder / "messages" / "en" / author / f"{intent}.txt").write_text("\n".join(lines), "utf-8")
    (folder / "splits.yml").write_text("train: [ann]\nvalidation: [bob]\ntest: [eve]\n", "utf-8")
    (folder / "titles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in TITLES), "utf-8")
    return folder


def run_training(data: Path, out: Path, *more: str, variable: str | None = None) -> Result:
    command = ["understanding", "--data", str(data), "--titles", str(data / "titles.jsonl"), "--out", str(out)]
    command += ["--runs", str(out / "runs"), "--epochs", "1", *more]
    return CliRunner().invoke(train_app, command, env={"SHOPKEEPER_MODELS_BASE": variable})


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    return write_checkpoint(folder, tiny_base(seed=5))


@pytest.mark.parametrize("named_by", ["option", "environment"])
def test_trained_on_a_folders_base_and_served_with_that_base_alone(
    data: Path, base: Path, tmp_path: Path, named_by: str
) -> None:
    out = tmp_path / "weights"
    named = {"option": ("--base", str(base)), "environment": ()}[named_by]
    result = run_training(data, out, *named, variable=str(base) if named_by == "environment" else "no such base")
    assert result.exit_code == 0, result.output
    entry = json.loads((out / "manifest.json").read_text("utf-8"))["understanding"]
    assert entry["base_sha256"] == base_fingerprint(str(base))
    settings = ServingSettings(data_dir=tmp_path, models_weights_dir=out, models_base=str(base))
    (outcome,) = load_models(settings).inference.run([Job("smart watch", understand=True)])
    assert outcome.embedding.shape == (tiny_base().config.hidden,)
    assert outcome.category is not None
    assert outcome.category.shape == (2,)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(EncoderError, match="base"):
        load_models(settings.model_copy(update={"models_base": str(write_checkpoint(other, tiny_base(seed=6)))}))


def test_split_without_category_labels_has_null_for_their_accuracy(data: Path, base: Path, tmp_path: Path) -> None:
    out = tmp_path / "weights"
    assert run_training(data, out, "--base", str(base)).exit_code == 0
    metrics = json.loads((out / "manifest.json").read_text("utf-8"))["understanding"]["metrics"]
    for split in ("test", "validation_messages"):  # the test author writes what the validation author does
        found = metrics[split]
        assert found["category_accuracy"] is None
        assert found["combined"] == pytest.approx((found["intent_macro_f1"] + found["entity_f1"]) / 2)
    assert metrics["test"] == metrics["validation_messages"]


def test_base_that_does_not_exist_is_named(data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run_training(data, tmp_path / "weights", "--base", str(tmp_path / "empty"))
    assert result.exit_code == 2
    assert f"{tmp_path / 'empty'} cannot be read" in result.stderr


@pytest.mark.parametrize("command", [["ranker", "events"], ["reader"], ["generator"]])
def test_models_of_fixed_size_refuse_a_base_of_other_sizes(base: Path, command: list[str]) -> None:
    result = CliRunner().invoke(train_app, [*command, "--base", str(base)])
    assert result.exit_code == 2
    assert "10 layers of width 32" in result.stderr
    assert "12 layers of width 384" in result.stderr
