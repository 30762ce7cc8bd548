"""Parts of ONNX graphs from the arrays of the Keras 3 networks, kernels `(in, out)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nlu_models.encoder.config import Float32
from nlu_models.encoder.graph_writer import GraphWriter, Precision

_DENSE: Final = {
    "attention.self.query": "self_q",
    "attention.self.key": "self_k",
    "attention.self.value": "self_v",
    "attention.output.dense": "self_o",
    "intermediate.dense": "ffn_in",
    "output.dense": "ffn_out",
}
_NORMS: Final = {"attention.output.LayerNorm": "self_norm", "output.LayerNorm": "ffn_norm"}


def add_dense(writer: GraphWriter, x: str, weights: Mapping[str, Float32], name: str, precision: Precision) -> str:
    """Add the dense layer of that name."""
    return writer.dense(x, weights[f"{name}.kernel"].T, weights[f"{name}.bias"], f"{name}.dense", precision)


def add_layer(
    writer: GraphWriter, states: str, mask: str, weights: Mapping[str, Float32], at: str, precision: Precision
) -> str:
    """Add an encoder layer whose arrays are named `<at>.<part>.<array>`: `(B, T, D)` to `(B, T, D)`; the feed-forward's
    second product, whose inputs spread the most, is always in float32."""
    layer: dict[str, Float32] = {}
    for part, short in _DENSE.items():
        layer[f"{part}.weight"], layer[f"{part}.bias"] = (
            weights[f"{at}.{short}.kernel"].T,
            weights[f"{at}.{short}.bias"],
        )
    for part, short in _NORMS.items():
        layer[f"{part}.weight"], layer[f"{part}.bias"] = (
            weights[f"{at}.{short}.gamma"],
            weights[f"{at}.{short}.beta"],
        )
    return writer.layer(states, mask, layer, at, precision, output="float32")
