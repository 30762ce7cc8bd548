"""Run the reader's graph on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime as ort

from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.pairs import pair_up, probabilities
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph import mean_over_tokens, tuned_layers
from nlu_models.encoder.graph_writer import GraphWriter, Precision

_BATCH = 24


def reader_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the reader: `states` `(B, T, D)` with segments added and `mask` `(B, T)` to logits, `relevance` `(B, 1)`
    (without the similarity) and `kind` `(B, 5)`."""
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    states = tuned_layers(writer, states, mask, weights, precision)
    pooled = mean_over_tokens(writer, states, mask)
    for head in ("relevance", "kind"):
        bias = weights[f"{head}.bias"]
        logits = writer.dense(pooled, weights[f"{head}.kernel"].T, bias, f"{head}.logits")
        writer.output(head, logits, ["batch", len(bias)])
    return writer.model_bytes()


class ReaderRuntime:
    """The reader; `weights` as `export_reader` returned them, in float32."""

    def __init__(
        self,
        config: EncoderConfig,
        weights: Mapping[str, Float32],
        *,
        threads: int = 1,
        precision: Precision = "float32",
    ) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        graph = reader_graph(config, weights, precision)
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._segments, self._similarity = weights["segments"], weights["similarity"]

    def judge(self, question: Any, sentences: Sequence[Any], features: Float32) -> Float32:
        """Return probabilities `(N, K)` over `KINDS` for N sentences.

        Args:
            question: the trunk's states `(T, D)` of the question.
            sentences: the trunk's states of each sentence.
            features: `(N, F)` of `similarity_features`.
        """
        relevance = features @ self._similarity
        kinds = np.zeros((len(sentences), len(ANSWERS)), np.float32)
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            states, mask, segment = pair_up([question] * len(rows), [sentences[i] for i in rows])
            states += self._segments[segment]
            feed = {"states": states, "mask": mask.astype(np.int32)}
            told, kinds[rows] = self._session.run(["relevance", "kind"], feed)
            relevance[rows] += told[:, 0]
        return probabilities(relevance, kinds)
