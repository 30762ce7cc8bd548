"""The encoder's ONNX graphs: the shared trunk in two parts, and on its output the frozen top (search) and the tuned top
(understanding).

Written directly from the arrays with ONNX's own builder, in seconds; no training framework takes part.
Being separate files, a text to search for skips the tuned top, and new tuned weights leave the other two alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nlu_models.encoder.base import LAYER_PARTS, BaseEncoder
from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.graph_writer import GraphWriter, Precision
from nlu_models.encoder.quantization import quantize_blocks

BUILDER_VERSION = "5"
"""Part of the cache's key: change it whenever the same weights give another graph."""

TRUNK_LAYERS = 8
LOWER_LAYERS = 4
"""The first of them, which the reader of service questions shares too."""
_EXACT_FROM = 4  # what goes into the second feed-forward product has outliers there: 8 bits lose the small numbers
HEADS = ("intent", "category", "token")
_FLOAT = 1  # onnx.TensorProto.FLOAT


def trunk_graph(base: BaseEncoder, *, precision: Precision = "int8", layers: range = range(TRUNK_LAYERS)) -> bytes:
    """Write the first eight layers, or some of them.

    Returns:
        A serialised model: `input_ids` `(B, T)` int64, or `states` `(B, T, D)` where it does not begin with the first
        layer, and `mask` `(B, T)` int32 to `out` `(B, T, D)` float32.
    """
    writer = GraphWriter(base.config)
    states = writer.input_states() if layers.start else writer.input_ids()
    mask = writer.input_mask()
    if not layers.start:
        states = _embeddings(writer, base, precision)
    for index in layers:
        output: Precision = "float32" if index >= _EXACT_FROM else precision
        states = writer.layer(states, mask, base.layer(index), f"trunk.{index}", precision, output=output)
    writer.output("out", states, ["batch", "tokens", base.config.hidden])
    return writer.model_bytes()


def search_graph(base: BaseEncoder, *, precision: Precision = "int8") -> bytes:
    """Write the frozen top.

    Returns:
        A serialised model: `states` `(B, T, D)` and `mask` to `embedding` `(B, D)`, the L2-normalised mean.
    """
    writer = GraphWriter(base.config)
    states, mask = writer.input_states(), writer.input_mask()
    for index in range(TRUNK_LAYERS, base.config.layers):
        states = writer.layer(states, mask, base.layer(index), f"frozen.{index}", precision)
    pooled = mean_over_tokens(writer, states, mask)
    normalised = writer.node("LpNormalization", [pooled], "normalised", axis=-1, p=2)
    writer.output("embedding", normalised, ["batch", base.config.hidden])
    return writer.model_bytes()


def understanding_graph(config: EncoderConfig, tuned: Mapping[str, Float32], *, precision: Precision = "int8") -> bytes:
    """Write the tuned top and its heads.

    Args:
        config: the sizes of the base.
        tuned: `top.<i>.<part>` for the layers above the trunk (i from 0), named as in a BERT layer with kernels
            `(out, in)`, and `<head>.kernel` `(D, labels)` and `<head>.bias` for the heads of `HEADS`.
        precision: of the layers; the heads stay in float32.

    Returns:
        A serialised model: `states` `(B, T, D)` and `mask` to the logits `intent` and `category` `(B, labels)`
        and `token` `(B, T, labels)`.

    Raises:
        KeyError: a tuned array is missing.
    """
    writer = GraphWriter(config)
    states, mask = writer.input_states(), writer.input_mask()
    states = tuned_layers(writer, states, mask, tuned, precision)
    pooled = mean_over_tokens(writer, states, mask)
    for head in HEADS:
        kernel, bias = tuned[f"{head}.kernel"], tuned[f"{head}.bias"]
        logits = writer.dense(states if head == "token" else pooled, kernel.T, bias, f"{head}.logits")
        rows: list[str | int] = ["batch", "tokens"] if head == "token" else ["batch"]
        writer.output(head, logits, [*rows, len(bias)])
    return writer.model_bytes()


def tuned_layers(
    writer: GraphWriter, states: str, mask: str, tuned: Mapping[str, Float32], precision: Precision
) -> str:
    """Add the tuned layers that come after the trunk."""
    for index in range(writer.config.layers - TRUNK_LAYERS):
        states = writer.layer(states, mask, tuned_layer(tuned, index), f"tuned.{index}", precision)
    return states


def tuned_layer(tuned: Mapping[str, Float32], index: int) -> dict[str, Float32]:
    """Return the 16 arrays of one tuned layer in float32, named as in `BaseEncoder.layer`."""
    names = [f"{part}.{kind}" for part in LAYER_PARTS for kind in ("weight", "bias")]
    return {name: tuned[f"top.{index}.{name}"].astype(np.float32) for name in names}


def mean_over_tokens(writer: GraphWriter, states: str, mask: str) -> str:
    """Add the mean over the tokens that are no padding: `(B, T, D)` to `(B, D)`."""
    tokens = writer.weight("axis.tokens", np.array([1]))
    numbers = writer.node("Cast", [mask], "mask.float", to=_FLOAT)
    share = writer.node("Div", [numbers, writer.node("ReduceSum", [numbers, tokens], "token_count")], "token_share")
    column = writer.node("Unsqueeze", [share, writer.weight("axis.last", np.array([2]))], "token_share.column")
    weighted = writer.node("Mul", [states, column], "weighted")
    return writer.node("ReduceSum", [weighted, tokens], "mean", keepdims=0)


def _embeddings(writer: GraphWriter, base: BaseEncoder, precision: Precision) -> str:
    weights = base.weights
    words = _words(writer, weights["embeddings.word_embeddings.weight"], precision)
    places = weights["embeddings.position_embeddings.weight"]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    table = writer.weight("positions", places[None])  # (1, P, D)
    length = writer.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero, axis = writer.weight("zero", np.array([0])), writer.weight("axis.tokens", np.array([1]))
    place = writer.node("Slice", [table, zero, length, axis], "place")
    summed = writer.node("Add", [words, place], "embedded")
    norm = {kind: weights[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
    return writer.layer_norm(summed, norm, "embeddings")


def _words(writer: GraphWriter, table: Float32, precision: Precision) -> str:
    """Add the look-up in the word table; in 8 bits the rows are scaled back after the look-up."""
    if precision == "float32":
        return writer.node("Gather", [writer.weight("words", table), "input_ids"], "words.float")
    quantized, scales = quantize_blocks(table)
    rows = writer.node("Gather", [writer.weight("words", quantized), "input_ids"], "words.rows")
    scale = writer.node("Gather", [writer.weight("words.scales", scales), "input_ids"], "words.scale")
    blocks = writer.weight("words.blocks", np.array([0, 0, scales.shape[1], -1]))
    whole = writer.weight("words.whole", np.array([0, 0, table.shape[1]]))
    rows = writer.node("Cast", [rows], "words.cast", to=_FLOAT)
    rows = writer.node("Reshape", [rows, blocks], "words.cut")
    scale = writer.node("Unsqueeze", [scale, writer.weight("axis.block", np.array([3]))], "words.scale.column")
    return writer.node("Reshape", [writer.node("Mul", [rows, scale], "words.scaled"), whole], "words.whole_rows")
