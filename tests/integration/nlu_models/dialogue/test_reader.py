"""The reader: its graphs give what the trained models give, and what a training installs answers questions."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("tensorflow")

from nlu_models.cli import train_app
from nlu_models.dialogue.answering import Answer, Asked, answer_all
from nlu_models.dialogue.kind_model import export_kind
from nlu_models.dialogue.kind_train import JudgedPair, kind_probabilities, new_kind_model
from nlu_models.dialogue.match_model import export_match
from nlu_models.dialogue.match_train import embed, new_match_model
from nlu_models.dialogue.reader_runtime import ReaderRuntime
from nlu_models.dialogue.sentences import Sentence
from nlu_models.encoder.base import load_base
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings
from tests.integration.nlu_models.dialogue.conftest import DATA, SmallData

WEIGHTS = DATA.parents[1] / "weights"
QUESTIONS = ("how long do i have to send it back", "可以货到付款吗")
SENTENCES = ("Returns: within 30 days of delivery.", "支付方式：支持货到付款。", "We ship on weekdays.")


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(load_base("wheel"))


def states_of(encoder: TextEncoder, texts: Sequence[str], kind: str) -> list[np.ndarray]:
    return [one.astype(np.float16) for one in encoder.trunk_states(texts, kind=kind, progress=False)]  # type: ignore[arg-type]


def test_graphs_give_what_the_trained_models_give(encoder: TextEncoder) -> None:
    match, kind = new_match_model(encoder, 0.1), new_kind_model(encoder, 0.1)
    drawn = np.random.default_rng(3)
    kind.kind.kernel.assign(drawn.normal(0, 0.01, kind.kind.kernel.shape))
    kind.segments.assign(drawn.normal(0, 0.1, kind.segments.shape))
    weights = {name: value.astype(np.float32) for name, value in (export_match(match) | export_kind(kind)).items()}
    runtime = ReaderRuntime(load_base("wheel").config, weights)
    asked, told = states_of(encoder, QUESTIONS, "query"), states_of(encoder, SENTENCES, "passage")
    cosines = (embed(match, [*asked, *told]) * runtime.embed([*asked, *told])).sum(1)
    assert cosines.min() > 0.9995
    wanted = kind_probabilities(kind, [JudgedPair(asked[0], one, 0) for one in told])
    assert np.abs(runtime.kinds(asked[0], told) - wanted).max() < 0.02
    assert wanted.std(0).max() > 0.01, "the head must say different things, or nothing is compared"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, small_data: SmallData) -> Path:
    """Return a folder of weights whose reader was trained for a step on two facts and a shop."""
    data, out = small_data(), tmp_path_factory.mktemp("weights")
    shutil.copytree(WEIGHTS, out, dirs_exist_ok=True)
    command = ["reader", "--data", str(data), "--out", str(out), "--runs", str(out / "runs")]
    result = CliRunner().invoke(train_app, [*command, "--steps", "1", "--kind-steps", "1"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out


def test_training_tells_what_it_reached_and_on_which_data(trained: Path) -> None:
    entry = json.loads((trained / "manifest.json").read_text("utf-8"))["reader"]
    assert entry["metrics"]["validation"].keys() == {"sentence", "covered_auc", "kind", "wrong_polarity"}
    assert 0.5 < entry["metrics"]["validation"]["sentence"] < 1
    assert len(entry["data_sha256"]) == 64


def test_trained_reader_answers_from_the_sentences_given(trained: Path) -> None:
    models = load_models(ServingSettings(models_weights_dir=trained))
    reader = models.dialogue
    assert reader is not None

    def answered(question: str, *sentences: str) -> Answer:
        asked = Asked(question, "en", [Sentence(f"Section {i}", text) for i, text in enumerate(sentences)])
        return answer_all([asked], reader, None, models.thresholds)[0]

    policy = ("Returns are accepted within 30 days of delivery.", "Our shop is open from 9 to 17.")
    assert answered("until when can i return something", *policy).chosen[0] == 0
    assert answered("what are your opening hours", *policy).chosen[0] == 1
    assert "9 to 17" in answered("what are your opening hours", *policy).text
