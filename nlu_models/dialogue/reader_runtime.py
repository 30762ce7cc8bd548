"""Run the reader's two graphs on ONNX Runtime: how well sentences match a question, and the kind of answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnxruntime as ort

from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.pairs import padded, pair_up, softmax
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph import mean_over_tokens, tuned_layers
from nlu_models.encoder.graph_writer import GraphWriter, Precision

_BATCH: Final = 24
_MATCH: Final = "match."


def match_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the matching half: `states` `(B, T, D)` and `mask` `(B, T)` to `embedding` `(B, D)`, L2-normalised."""
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    own = {name.removeprefix(_MATCH): value for name, value in weights.items() if name.startswith(_MATCH)}
    states = tuned_layers(writer, states, mask, own, precision)
    normalised = writer.node("LpNormalization", [mean_over_tokens(writer, states, mask)], "normalised", axis=-1, p=2)
    writer.output("embedding", normalised, ["batch", config.hidden])
    return writer.model_bytes()


def kind_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the other half: `states` `(B, T, D)` of pairs with segments added and `mask` to `states` after the tuned
    layers; the head is small enough for numpy."""
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    writer.output("hidden", tuned_layers(writer, states, mask, weights, precision), ["batch", "tokens", config.hidden])
    return writer.model_bytes()


class ReaderRuntime:
    """The reader; `weights` as `export_match` and `export_kind` returned them together, in float32."""

    def __init__(
        self,
        config: EncoderConfig,
        weights: Mapping[str, Float32],
        *,
        threads: int = 1,
        precision: Precision = "float32",
    ) -> None:
        self._match = _session(match_graph(config, weights, precision), threads)
        self._pairs = _session(kind_graph(config, weights, precision), threads)
        self._segments = weights["segments"]
        self._kernel, self._bias = weights["kind.kernel"], weights["kind.bias"]

    def embed(self, texts: Sequence[Any]) -> Float32:
        """Return embeddings `(N, D)` of N texts given as trunk states `(T, D)`."""
        found = np.zeros((len(texts), self._segments.shape[1]), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            states, mask = padded([texts[i] for i in rows])
            (found[rows],) = self._match.run(["embedding"], {"states": states, "mask": mask.astype(np.int32)})
        return found

    def kinds(self, question: Any, sentences: Sequence[Any]) -> Float32:
        """Return probabilities `(N, 5)` over `ANSWERS` for a question and N sentences, as trunk states `(T, D)`."""
        found = np.zeros((len(sentences), len(ANSWERS)), np.float32)
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            states, mask, segment = pair_up([question] * len(rows), [sentences[i] for i in rows])
            feed = {"states": states + self._segments[segment], "mask": mask.astype(np.int32)}
            (hidden,) = self._pairs.run(["hidden"], feed)
            told = mask * segment
            pooled = np.concatenate([_mean(hidden, mask - told), _mean(hidden, told)], axis=1)
            found[rows] = softmax(pooled @ self._kernel + self._bias)
        return found


def _mean(hidden: Float32, weights: Float32) -> Float32:
    mean: Float32 = (hidden * weights[:, :, None]).sum(1) / weights.sum(1, keepdims=True)
    return mean


def _session(graph: bytes, threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
