"""Two ONNX graphs of the generator: what a source needs once, and one step of writing with cached keys and values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from nlu_models.dialogue.graph_parts import add_dense, add_layer, norm_of
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph_writer import CONTRIB, GraphWriter, Precision

LAYERS = 4
READING_LAYERS = 2


def source_graph(config: EncoderConfig, weights: Mapping[str, Float32], precision: Precision = "float32") -> bytes:
    """Write the source's side.

    Returns:
        A serialised model: `states` `(B, S, D)` of the trunk and `mask` `(B, S)` to `pointer_k`, and `cross_k.<i>`,
        `cross_v.<i>` of each layer, all `(B, S, D)`.
    """
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    for index in range(READING_LAYERS):
        states = add_layer(writer, states, mask, weights, f"reading.{index}", precision)
    projected = add_dense(writer, states, weights, "memory", precision)
    memory = writer.layer_norm(projected, norm_of(weights, "memory_norm"), "memory_norm.out")
    rows: list[str | int] = ["batch", "source", config.hidden]
    writer.output("pointer_k", add_dense(writer, memory, weights, "pointer_k", precision), rows)
    for index in range(LAYERS):
        for part in ("cross_k", "cross_v"):
            writer.output(f"{part}.{index}", add_dense(writer, memory, weights, f"{index}.{part}", precision), rows)
    return writer.model_bytes()


def step_graph(
    config: EncoderConfig, weights: Mapping[str, Float32], output_words: Float32, precision: Precision = "float32"
) -> bytes:
    """Write one step.

    Args:
        config: of the base.
        weights: what `export_weights` returned, in float32.
        output_words: `(V, D)`, the base's word table at the vocabulary's ids.
        precision: of the dense layers.

    Returns:
        A serialised model. In: `entry` `(B, 1, D)` (word, position and conditions added up), `mask` `(B, S)` int32, the
        outputs of `source_graph`, and `past_k.<i>`, `past_v.<i>` `(B, T, D)`. Out: `logits` `(B, V)`, `pointed`
        `(B, S)`, `gate` `(B, 1)`, and `key.<i>`, `value.<i>` `(B, T + 1, D)`.
    """
    writer = GraphWriter(config)
    cached: list[str | int] = ["batch", "source", config.hidden]
    past: list[str | int] = ["batch", "past", config.hidden]
    grown: list[str | int] = ["batch", "grown", config.hidden]
    entry = writer.input("entry", TensorProto.FLOAT, ["batch", 1, config.hidden])
    mask = writer.input("mask", TensorProto.INT32, ["batch", "source"])
    hidden = writer.layer_norm(entry, norm_of(weights, "entry_norm"), "entry_norm.out")
    for index in range(LAYERS):
        query, key, value = (add_dense(writer, hidden, weights, f"{index}.self_{part}", precision) for part in "qkv")
        keys = writer.node(
            "Concat", [writer.input(f"past_k.{index}", TensorProto.FLOAT, past), key], f"{index}.keys", axis=1
        )
        values = writer.node(
            "Concat", [writer.input(f"past_v.{index}", TensorProto.FLOAT, past), value], f"{index}.values", axis=1
        )
        writer.output(f"key.{index}", keys, grown)
        writer.output(f"value.{index}", values, grown)
        mixed = _attention(writer, [query, keys, values], f"{index}.self")
        hidden = _residual(writer, hidden, mixed, weights, index, "self", precision)
        query = add_dense(writer, hidden, weights, f"{index}.cross_q", precision)
        seen = [writer.input(f"{part}.{index}", TensorProto.FLOAT, cached) for part in ("cross_k", "cross_v")]
        mixed = _attention(writer, [query, *seen, "", mask], f"{index}.cross")
        hidden = _residual(writer, hidden, mixed, weights, index, "cross", precision)
        inner = writer.node(
            "Gelu", [add_dense(writer, hidden, weights, f"{index}.ffn_in", precision)], f"{index}.gelu", domain=CONTRIB
        )
        outer = add_dense(writer, inner, weights, f"{index}.ffn_out", precision)
        hidden = writer.residual_norm(outer, hidden, norm_of(weights, f"{index}.ffn_norm"), f"{index}.ffn")
    _say(writer, hidden, mask, weights, output_words, cached, precision)
    return writer.model_bytes()


def _say(
    writer: GraphWriter,
    hidden: str,
    mask: str,
    weights: Mapping[str, Float32],
    output_words: Float32,
    cached: list[str | int],
    precision: Precision,
) -> None:
    """Add the vocabulary's logits, the attention to the source and the gate between them."""
    projected = add_dense(writer, hidden, weights, "project", precision)
    axis = writer.weight("axis.step", np.array([1]))
    logits = writer.dense(projected, output_words, weights["vocabulary_bias"], "vocabulary", precision)
    writer.output("logits", writer.node("Squeeze", [logits, axis], "logits.flat"), ["batch", len(output_words)])
    query = add_dense(writer, hidden, weights, "pointer_q", precision)
    keys = writer.input("pointer_k", TensorProto.FLOAT, cached)
    turned = writer.node("Transpose", [keys], "pointer.turned", perm=[0, 2, 1])
    scores = writer.node("Squeeze", [writer.node("MatMul", [query, turned], "pointer.scores"), axis], "pointer.flat")
    size = writer.weight("pointer.size", np.array(writer.config.hidden**0.5, np.float32))
    scores = writer.node("Div", [scores, size], "pointer.scaled")
    missing = writer.node(
        "Sub",
        [writer.node("Cast", [mask], "mask.float", to=1), writer.weight("one", np.array(1, np.float32))],
        "missing",
    )
    scores = writer.node(
        "Add",
        [scores, writer.node("Mul", [missing, writer.weight("far", np.array(1e4, np.float32))], "hidden.away")],
        "pointer.masked",
    )
    writer.output("pointed", writer.node("Softmax", [scores], "pointer.share", axis=-1), ["batch", "source"])
    gate = writer.node("Sigmoid", [add_dense(writer, hidden, weights, "gate", "float32")], "gate.open")
    writer.output("gate", writer.node("Squeeze", [gate, axis], "gate.flat"), ["batch", 1])


def _attention(writer: GraphWriter, inputs: list[str], name: str) -> str:
    return writer.node("MultiHeadAttention", inputs, f"{name}.mixed", domain=CONTRIB, num_heads=writer.config.heads)


def _residual(
    writer: GraphWriter,
    states: str,
    mixed: str,
    weights: Mapping[str, Float32],
    index: int,
    place: str,
    precision: Precision,
) -> str:
    out = add_dense(writer, mixed, weights, f"{index}.{place}_o", precision)
    return writer.residual_norm(out, states, norm_of(weights, f"{index}.{place}_norm"), f"{index}.{place}")
