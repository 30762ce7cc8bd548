"""Run matcher and reader on ONNX Runtime: how near sentences are to a question, and which of a passage answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.editing_row import MIDDLE
from nlu_models.dialogue.graph_parts import add_dense, add_layer
from nlu_models.dialogue.padding import padded
from nlu_models.dialogue.passages import FIRST_SENTENCE, QUESTION
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph import LOWER_LAYERS, mean_over_tokens, tuned_layers
from nlu_models.encoder.graph_writer import CONTRIB, GraphWriter, Precision
from nlu_models.encoder.inference import new_session

_BATCH: Final = 24
_LAST: Final = FIRST_SENTENCE


def match_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the matcher: `states` `(B, T, D)` and `mask` `(B, T)` to `embedding` `(B, D)`, L2-normalised."""
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    states = tuned_layers(writer, states, mask, weights, precision)
    normalised = writer.node("LpNormalization", [mean_over_tokens(writer, states, mask)], "normalised", axis=-1, p=2)
    writer.output("embedding", normalised, ["batch", config.hidden])
    return writer.model_bytes()


def middle_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the reader's lower layers: `states` `(B, T, D)` of rows with segments added and `mask` `(B, T)` to `middle`
    `(B, T, D)`."""
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    for index in range(LOWER_LAYERS, MIDDLE):
        states = add_layer(writer, states, mask, weights, str(index), precision)
    writer.output("middle", states, ["batch", "tokens", config.hidden])
    return writer.model_bytes()


def reader_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the reader's upper layers and heads.

    Returns:
        A serialised model: `states` `(B, T, D)` of its middle, `mask` `(B, T)` and `members` `(B, 1 + S, T)`, the share
        of each piece in the question and in each sentence, to `answers` `(B, S, 1)` and `kinds` `(B, S, K)`.
    """
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    members = writer.input("members", TensorProto.FLOAT, ["batch", "groups", "tokens"])
    for index in range(MIDDLE, config.layers):
        states = add_layer(writer, states, mask, weights, str(index), precision)
    means = writer.node("MatMul", [members, states], "means")
    places = (("first", 0), ("second", 1), ("end", 1 << 30), ("axis", 1))
    zero, one, end, axis = (writer.weight(f"slice.{name}", np.array([at])) for name, at in places)
    question = writer.node("Slice", [means, zero, one, axis], "question")
    sentences = writer.node("Slice", [means, one, end, axis], "sentences")
    asked = writer.node("Expand", [question, writer.node("Shape", [sentences], "sentences.shape")], "asked")
    both = writer.node("Mul", [sentences, question], "both")
    joined = writer.node("Concat", [sentences, asked, both], "joined", axis=2)
    inner = writer.node("Gelu", [add_dense(writer, joined, weights, "answer_in", "float32")], "inner", domain=CONTRIB)
    for name, output, size in (("answer", "answers", 1), ("kind", "kinds", len(ANSWERS))):
        writer.output(output, add_dense(writer, inner, weights, name, "float32"), ["batch", "sentences", size])
    return writer.model_bytes()


class MatchRuntime:
    """The matcher; `weights` as `export_match` returned them, in float32."""

    def __init__(self, config: EncoderConfig, weights: Mapping[str, Float32], *, threads: int = 1) -> None:
        self._session, self._width = new_session(match_graph(config, weights), threads), config.hidden

    def embed(self, texts: Sequence[NDArray[np.floating[Any]]]) -> Float32:
        """Return embeddings `(N, D)` of N texts given as trunk states `(T, D)`."""
        found = np.zeros((len(texts), self._width), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            states, mask = padded([texts[i] for i in rows])
            (found[rows],) = self._session.run(["embedding"], {"states": states, "mask": mask.astype(np.int32)})
        return found


class ReaderRuntime:
    """The reader; `weights` as `export_arrays` returned them, in float32."""

    def __init__(
        self,
        config: EncoderConfig,
        weights: Mapping[str, Float32],
        *,
        threads: int = 1,
        precision: Precision = "float32",
    ) -> None:
        self._lower = new_session(middle_graph(config, weights, precision), threads)
        self._upper = new_session(reader_graph(config, weights, precision), threads)
        self._segments = weights["segments"]

    def middle(self, states: Sequence[Float32], parts: Sequence[Sequence[int]]) -> tuple[Float32, NDArray[np.int32]]:
        """Return the states `(R, T, D)` after eight layers, padded, and the mask `(R, T)`.

        Args:
            states: of R rows, as the trunk's first layers give them, `(T, D)`.
            parts: what each piece of each row belongs to, as `reading_row` returned it.
        """
        told = [state + self._segments[np.minimum(some, _LAST)] for state, some in zip(states, parts, strict=True)]
        batch, real = padded(told)
        mask = real.astype(np.int32)
        return self._lower.run(["middle"], {"states": batch, "mask": mask})[0], mask

    def judge(self, states: Sequence[Float32], parts: Sequence[Sequence[int]]) -> list[tuple[Float32, Float32]]:
        """Judge R passages, given as `middle` takes them.

        Returns:
            For each row the logits of its S sentences, `(S,)`, and of their kinds, `(S, K)`.
        """
        batch, mask = self.middle(states, parts)
        counts = [max(some) + 1 - FIRST_SENTENCE for some in parts]
        groups = np.array([QUESTION, *range(FIRST_SENTENCE, FIRST_SENTENCE + max(counts))])
        members = np.zeros((len(parts), len(groups), batch.shape[1]), np.float32)
        for row, some in enumerate(parts):
            members[row, :, : len(some)] = np.asarray(some)[None] == groups[:, None]
        members /= np.maximum(members.sum(2, keepdims=True), 1)
        feed = {"states": batch, "mask": mask, "members": members}
        answers, kinds = self._upper.run(["answers", "kinds"], feed)
        return [(answers[row, :count, 0], kinds[row, :count]) for row, count in enumerate(counts)]
