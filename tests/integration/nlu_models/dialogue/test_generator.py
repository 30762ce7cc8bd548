"""The generator: its graph gives what the trained net gives, and a training installs what then words."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("tensorflow")
os.environ["KERAS_BACKEND"] = "tensorflow"

from nlu_models.cli import train_app
from nlu_models.dialogue.answering import Asked, answer_all
from nlu_models.dialogue.bert_layers import export_arrays
from nlu_models.dialogue.editing_row import editing_rows
from nlu_models.dialogue.edits import units_of
from nlu_models.dialogue.generator_fit import EditedRow, editing_batch
from nlu_models.dialogue.generator_net import GeneratorNet
from nlu_models.dialogue.generator_runtime import GeneratorRuntime
from nlu_models.dialogue.reader_runtime import ReaderRuntime
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.wording import Pieces, mask
from nlu_models.encoder.base import load_base
from nlu_models.encoder.export import load_weights
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings
from tests.integration.nlu_models.dialogue.conftest import DATA, SmallData

WEIGHTS = DATA.parents[1] / "weights"
PHRASES = ["", "you can", "就行"]


def test_graph_chooses_what_the_trained_net_finds_likeliest() -> None:
    encoder = TextEncoder(load_base("wheel"))
    texts = [units_of(mask(text)) for text in ("Ink and opened packs can't come back.", "签收后7天内支持退货。")]
    rows = editing_rows(Pieces(encoder.tokenizer), ["can i return ink", "能退吗"], texts)
    reader = load_weights(WEIGHTS / "reader.safetensors")
    lower = encoder.lower_states_of([row.ids for row in rows])
    states, real = ReaderRuntime(encoder.config, reader).middle(lower, [row.parts for row in rows])
    net = GeneratorNet(len(PHRASES), dropout=0.1)
    net.build(None)
    net.start_from(reader)
    drawn = np.random.default_rng(5)
    for table in (net.places, net.inner.kernel, net.keep.kernel, net.phrase.kernel):
        table.assign(drawn.normal(0, 0.1, table.shape))
    told = [len(row.units) for row in rows]
    examples = [
        EditedRow(row, state[: len(row.ids)].astype(np.float16), [0] * n, [0] * n)
        for row, state, n in zip(rows, states, told, strict=True)
    ]
    wanted = net(editing_batch(examples, max(example.width for example in examples))[0])
    says = np.frombuffer(json.dumps({"phrases": PHRASES, "ordinary": []}).encode(), np.uint8)
    arrays = {name: value.astype(np.float32) for name, value in export_arrays(net).items()} | {"says": says}
    written = GeneratorRuntime(encoder.config, arrays).write(rows, states, real)
    for at, (found, n) in enumerate(zip(written, told, strict=True)):
        keep, phrases = np.asarray(wanted["keep"])[at, : n - 1], np.asarray(wanted["phrases"])[at, :n]
        assert np.abs(found.keep - 1 / (1 + np.exp(-keep))).max() < 0.01
        shares = np.exp(phrases) / np.exp(phrases).sum(1, keepdims=True)
        chosen = shares[np.arange(n), [PHRASES.index(phrase) for phrase in found.phrases]]
        assert (chosen > shares.max(1) - 0.01).all()
        assert np.abs(found.said - shares.max(1)).max() < 0.01
    assert len({phrase for found in written for phrase in found.phrases}) > 1, "one choice compares little"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, small_data: SmallData) -> list[str]:
    """Return the options of a training on a small shop, whose weights lie beside the served ones."""
    out = tmp_path_factory.mktemp("weights")
    shutil.copytree(WEIGHTS, out, dirs_exist_ok=True)
    return ["--data", str(small_data(questions=8)), "--out", str(out), "--runs", str(out / "runs"), "--batch", "4"]


def run(*command: str) -> None:
    result = CliRunner().invoke(train_app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_training_goes_on_where_it_was_left_and_tells_what_it_reached(folders: list[str]) -> None:
    out = Path(folders[3])
    for steps in ("2", "3"):
        run("generator", *folders, "--steps", steps, "--evaluate-every", "1")
        entry = json.loads((out / "manifest.json").read_text("utf-8"))["generator"]
        assert [row["step"] for row in entry["metrics"]["history"]] == list(range(1, int(steps) + 1))
    assert entry["edits"].keys() == {"training", "validation"}
    assert len(entry["data_sha256"]) == 64
    assert (out / "runs" / "last.npz").exists()


def test_what_was_trained_words_answers_in_the_policy_s_words(folders: list[str]) -> None:
    models = load_models(ServingSettings(models_weights_dir=Path(folders[3])))
    assert models.dialogue is not None
    assert models.dialogue.words
    policy = ("Returns are accepted within 30 days of delivery.", "Our shop is open from 9 to 17.")
    sentences = [Sentence(f"Section {number}", text) for number, text in enumerate(policy)]
    asked = Asked("what are your opening hours", "en", sentences)
    (answer,) = answer_all([asked], models.dialogue, models.dialogue, models.thresholds)
    assert answer.drafts == (policy[1],)
    assert (answer.how, answer.text) == ("worded", policy[1])


def test_generator_of_another_reader_is_left_out(folders: list[str], caplog: pytest.LogCaptureFixture) -> None:
    manifest = Path(folders[3]) / "manifest.json"
    entries = json.loads(manifest.read_text("utf-8"))
    entries["generator"]["reader_sha256"] = "0" * 64
    manifest.write_text(json.dumps(entries), "utf-8")
    models = load_models(ServingSettings(models_weights_dir=manifest.parent))
    assert models.dialogue is not None
    assert not models.dialogue.words
    assert "trained on another reader" in caplog.text
