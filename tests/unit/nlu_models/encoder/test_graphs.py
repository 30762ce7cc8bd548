"""The ONNX graphs compute what the plain numpy encoder computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

from nlu_models.encoder.base import BaseEncoder
from nlu_models.encoder.config import Float32
from nlu_models.encoder.graph import (
    HEADS,
    TRUNK_LAYERS,
    search_graph,
    trunk_graph,
    tuned_layer,
    understanding_graph,
)
from nlu_models.encoder.reference import embed, embed_tokens, run_layer
from nlu_models.encoder.tiny import tiny_base, tiny_tuned
from nlu_models.encoder.tokenizer import pad
from nlu_models.encoder.trunk import TextEncoder

TEXTS = ("smartwatch", "智能手表 under $200?", "a")


@pytest.fixture(scope="module")
def base() -> BaseEncoder:
    return tiny_base()


def run(graph: bytes, outputs: list[str], **feed: Any) -> list[Float32]:
    session = ort.InferenceSession(graph, providers=["CPUExecutionProvider"])
    found: list[Float32] = session.run(outputs, feed)
    return found


def trunk_reference(base: BaseEncoder, text: str) -> Float32:
    states = embed_tokens(base, np.array(base.tokenizer.encode(text).ids))
    for index in range(TRUNK_LAYERS):
        states = run_layer(base.layer(index), states, base.config)
    return states


def test_trunk_graph_equals_the_reference(base: BaseEncoder) -> None:
    states = TextEncoder(base, threads=1).trunk_states(TEXTS, progress=False)
    for text, found in zip(TEXTS, states, strict=True):
        np.testing.assert_allclose(found, trunk_reference(base, text), atol=2e-5)


def test_search_graph_equals_the_reference(base: BaseEncoder) -> None:
    embeddings = TextEncoder(base, threads=1).embed(TEXTS, kind="query", progress=False)
    for text, found in zip(TEXTS, embeddings, strict=True):
        np.testing.assert_allclose(found, embed(base, np.array(base.tokenizer.encode(text).ids)), atol=2e-5)


def test_understanding_graph_equals_the_reference(base: BaseEncoder) -> None:
    tuned = tiny_tuned(base, intents=5, categories=4, token_labels=3)
    states = trunk_reference(base, TEXTS[1])
    feed = {"states": states[None], "mask": np.ones((1, len(states)), np.int32)}
    graph = understanding_graph(base.config, tuned, precision="float32")
    found = run(graph, list(HEADS), **feed)
    for index in range(base.config.layers - TRUNK_LAYERS):
        states = run_layer(tuned_layer(tuned, index), states, base.config)
    mean = states.mean(axis=0)
    for head, logits in zip(HEADS, found, strict=True):
        wanted = (states if head == "token" else mean) @ tuned[f"{head}.kernel"] + tuned[f"{head}.bias"]
        np.testing.assert_allclose(logits[0], wanted, atol=5e-5)


def test_padding_does_not_change_the_states(base: BaseEncoder) -> None:
    rows = [base.tokenizer.encode(text).ids for text in TEXTS]
    ids, mask = pad(rows, base.tokenizer.pad)
    (states,) = run(trunk_graph(base, precision="float32"), ["out"], input_ids=ids, mask=mask)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(states[row, : len(rows[row])], trunk_reference(base, text), atol=2e-5)


def test_int8_graph_stays_close_to_the_reference(base: BaseEncoder) -> None:
    ids, mask = pad([base.tokenizer.encode(TEXTS[1]).ids], base.tokenizer.pad)
    (states,) = run(trunk_graph(base), ["out"], input_ids=ids, mask=mask)
    (embedding,) = run(search_graph(base), ["embedding"], states=states, mask=mask)
    assert float(embedding[0] @ embed(base, ids[0])) > 0.99
    assert float(np.linalg.norm(embedding[0])) == pytest.approx(1.0, abs=1e-5)


def test_missing_tuned_array_is_named(base: BaseEncoder) -> None:
    tuned = tiny_tuned(base, intents=5, categories=4, token_labels=3)
    del tuned["top.1.output.dense.bias"]
    with pytest.raises(KeyError, match=r"top\.1\.output\.dense\.bias"):
        understanding_graph(base.config, tuned)
