"""Run the generator on ONNX Runtime: texts with their questions to edited replies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from nlu_models.dialogue.edit_parts import Written
from nlu_models.dialogue.editing_row import MIDDLE, EditingRow
from nlu_models.dialogue.graph_parts import add_dense, add_layer
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph_writer import CONTRIB, GraphWriter, Precision
from nlu_models.encoder.inference import new_session, softmax


def generator_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the generator.

    Returns:
        A serialised model: `states` `(B, T, D)` of the reader's middle, `mask` `(B, T)`, `units` `(B, U, 1)` and
        `places` `(B, U)` to the logits `keep` `(B, U, 1)` and `phrases` `(B, U, P)`.
    """
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    units = writer.input("units", TensorProto.INT64, ["batch", "units", 1])
    places = writer.input("places", TensorProto.INT64, ["batch", "units"])
    for index in range(MIDDLE, config.layers):
        states = add_layer(writer, states, mask, weights, str(index), precision)
    begun = writer.node("GatherND", [states, units], "begun", batch_dims=1)
    placed = writer.node("Gather", [writer.weight("places.table", weights["places"]), places], "placed")
    told = writer.node("Add", [begun, placed], "told")
    inner = writer.node("Gelu", [add_dense(writer, told, weights, "inner", "float32")], "inner.out", domain=CONTRIB)
    for name, output in (("keep", "keep"), ("phrase", "phrases")):
        size = weights[f"{name}.bias"].shape[0]
        writer.output(output, add_dense(writer, inner, weights, name, "float32"), ["batch", "units", size])
    return writer.model_bytes()


class GeneratorRuntime:
    """The generator; `weights` as `run_generator` installed them, the arrays of numbers in float32."""

    def __init__(self, config: EncoderConfig, weights: Mapping[str, Any], *, threads: int = 1) -> None:
        self._session = new_session(generator_graph(config, weights), threads)
        says = json.loads(np.asarray(weights["says"], np.uint8).tobytes())
        self._phrases: list[str] = says["phrases"]
        self.ordinary = frozenset(says["ordinary"])

    def write(self, rows: Sequence[EditingRow], states: Float32, mask: NDArray[np.int32]) -> list[Written]:
        """Edit the texts of R rows, given with what the reader's `middle` returned of them."""
        most = max(len(row.units) for row in rows)
        units, places = (np.zeros((len(rows), most), np.int64) for _ in range(2))
        for at, row in enumerate(rows):
            units[at, : len(row.units)], places[at, : len(row.units)] = row.units, row.places
        feed = {"states": states, "mask": mask, "units": units[:, :, None], "places": places}
        kept, said = self._session.run(["keep", "phrases"], feed)
        counts = [len(row.units) for row in rows]
        return [self._written(kept[at, :count, 0], said[at, :count]) for at, count in enumerate(counts)]

    def _written(self, kept: Float32, said: Float32) -> Written:
        saying = softmax(said)
        phrases = tuple(self._phrases[number] for number in saying.argmax(1).tolist())
        return Written(1 / (1 + np.exp(-kept[:-1])), phrases, saying.max(1))
