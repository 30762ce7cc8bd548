"""The served tuned top equals the TensorFlow model that was trained."""

from __future__ import annotations

import os

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import onnxruntime as ort
import pytest

from nlu_models.encoder.base import load_base
from nlu_models.encoder.graph import HEADS, understanding_graph
from nlu_models.encoder.tokenizer import pad
from nlu_models.encoder.trunk import TextEncoder

TEXTS = ("smartwatch under $200", "如何操作退货", "hi")


@pytest.mark.filterwarnings("ignore")
def test_tuned_graph_equals_the_tensorflow_model() -> None:
    from nlu_models.encoder.tuned_top import load_top
    from nlu_models.intent.understanding_model import UnderstandingModel, export_weights

    encoder = TextEncoder(load_base(), threads=1)
    states = encoder.trunk_states(TEXTS, progress=False)
    _, mask = pad([[0] * len(row) for row in states], 1)
    batch = np.zeros((*mask.shape, 384), np.float32)
    for row, found in enumerate(states):
        batch[row, : len(found)] = found
    model = UnderstandingModel(7, 0.1)
    model((batch, mask.astype(np.float32)))
    load_top(model.top.layers, encoder.state_dict())
    wanted = dict(zip(HEADS, model((batch, mask.astype(np.float32))), strict=True))
    tuned = {name: value.astype(np.float32) for name, value in export_weights(model).items()}
    graph = understanding_graph(load_base().config, tuned, precision="float32")
    session = ort.InferenceSession(graph, providers=["CPUExecutionProvider"])
    found_logits = session.run(list(HEADS), {"states": batch, "mask": mask})
    for head, logits in zip(HEADS, found_logits, strict=True):
        expected = wanted[head].numpy()
        if head == "token":
            logits, expected = logits[mask == 1], expected[mask == 1]
        np.testing.assert_allclose(logits, expected, atol=0.02)  # weights travel in half precision
