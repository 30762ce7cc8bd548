"""Write ONNX nodes and weights: the few operations that a BERT encoder needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from nlu_models.encoder.config import EncoderConfig, Float32
from nlu_models.encoder.quantization import quantize_columns

Precision = Literal["float32", "int8"]
CONTRIB = "com.microsoft"
OPSET = 21


class GraphWriter:
    """Collects nodes and initialisers of one graph; values are referred to by name.

    Source:
        ONNX Runtime's contrib operators: DynamicQuantizeMatMul (weights in 8 bits with a scale an output,
        activations quantised to 8 bits as they come), MultiHeadAttention, Gelu (exact).
    """

    def __init__(self, config: EncoderConfig) -> None:
        self.config = config
        self._nodes: list[Any] = []
        self._weights: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._norm_constants: list[str] = []

    def weight(self, name: str, value: npt.NDArray[Any]) -> str:
        """Store a constant and return its name."""
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, operator: str, inputs: list[str], output: str, *, domain: str = "", outputs: int = 1, **attributes: Any
    ) -> str:
        """Add a node and return the name of its first output; further outputs are `<output>.1`, …"""
        names = [output, *(f"{output}.{i}" for i in range(1, outputs))]
        self._nodes.append(helper.make_node(operator, inputs, names, name=output, domain=domain, **attributes))
        return output

    def dense(self, x: str, kernel: Float32, bias: Float32, name: str, precision: Precision = "float32") -> str:
        """Add `x @ kernel.T + bias`; `kernel` is `(out, in)`."""
        shift = self.weight(f"{name}.bias", bias.astype(np.float32))
        if precision == "float32":
            stored = self.weight(f"{name}.weight", kernel.T.astype(np.float32))
            product = self.node("MatMul", [x, stored], f"{name}.product")
            return self.node("Add", [product, shift], name)
        quantized, scales = quantize_columns(kernel)
        stored = self.weight(f"{name}.weight", quantized)
        scale = self.weight(f"{name}.scale", scales)
        return self.node("DynamicQuantizeMatMul", [x, stored, scale, "", shift], name, domain=CONTRIB)

    def layer_norm(self, x: str, part: Mapping[str, Float32], name: str) -> str:
        """Add LayerNorm(x), `(B, T, D)`, written as InstanceNormalization with one instance a token.

        ONNX Runtime computes InstanceNormalization with vector instructions, LayerNormalization number by number:
        the latter took 30 % of the encoder's time.
        """
        if not self._norm_constants:
            values = {
                "rows": np.array([-1, 1, self.config.hidden]),
                "one": np.ones(1, np.float32),
                "none": np.zeros(1, np.float32),
            }
            self._norm_constants = [self.weight(f"norm.{key}", value) for key, value in values.items()]
        rows, one, none = self._norm_constants
        shape = self.node("Shape", [x], f"{name}.shape")
        flat = self.node("Reshape", [x, rows], f"{name}.flat")  # (B T, 1, D)
        flat = self.node("InstanceNormalization", [flat, one, none], f"{name}.normed", epsilon=self.config.eps)
        normed = self.node("Reshape", [flat, shape], f"{name}.whole")
        scaled = self.node("Mul", [normed, self.weight(f"{name}.gamma", part["weight"])], f"{name}.scaled")
        return self.node("Add", [scaled, self.weight(f"{name}.beta", part["bias"])], name)

    def residual_norm(self, x: str, skip: str, part: Mapping[str, Float32], name: str) -> str:
        """Add LayerNorm(x + skip)."""
        return self.layer_norm(self.node("Add", [x, skip], f"{name}.sum"), part, name)

    def layer(
        self,
        x: str,
        mask: str,
        layer: Mapping[str, Float32],
        name: str,
        precision: Precision,
        *,
        output: Precision | None = None,
    ) -> str:
        """Add one encoder layer: `(B, T, D)` to `(B, T, D)`; `mask` is `(B, T)` int32, 1 for real tokens.

        `output` is the precision of the feed-forward's second product, where it differs from that of the others.
        """
        projections = [f"attention.self.{part}" for part in ("query", "key", "value")]
        kernel = np.concatenate([layer[f"{part}.weight"] for part in projections])
        bias = np.concatenate([layer[f"{part}.bias"] for part in projections])
        joined = self.dense(x, kernel, bias, f"{name}.qkv", precision)  # (B, T, 3 D)
        query = self.node("Split", [joined], f"{name}.query", outputs=3, axis=-1, num_outputs=3)
        context = self.node(
            "MultiHeadAttention", [query, f"{query}.1", f"{query}.2", "", mask], f"{name}.context",
            domain=CONTRIB, num_heads=self.config.heads,
        )  # fmt: skip
        attended = self._dense_of(context, layer, "attention.output.dense", name, precision)
        states = self.residual_norm(attended, x, _part(layer, "attention.output.LayerNorm"), f"{name}.attended")
        inner = self._dense_of(states, layer, "intermediate.dense", name, precision)
        inner = self.node("Gelu", [inner], f"{name}.gelu", domain=CONTRIB)
        out = self._dense_of(inner, layer, "output.dense", name, output or precision)
        return self.residual_norm(out, states, _part(layer, "output.LayerNorm"), f"{name}.states")

    def input(self, name: str, kind: int, shape: list[str | int]) -> str:
        """Declare an input of a tensor type (`onnx.TensorProto.FLOAT`, …) and return its name."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def input_ids(self) -> str:
        """Declare the input `input_ids`, `(B, T)` int64."""
        return self.input("input_ids", TensorProto.INT64, ["batch", "tokens"])

    def input_states(self) -> str:
        """Declare the input `states`, `(B, T, D)` float32."""
        return self.input("states", TensorProto.FLOAT, ["batch", "tokens", self.config.hidden])

    def input_mask(self) -> str:
        """Declare the input `mask`, `(B, T)` int32: 1 for tokens, 0 for padding."""
        return self.input("mask", TensorProto.INT32, ["batch", "tokens"])

    def output(self, name: str, value: str, shape: list[str | int]) -> None:
        """Declare a float32 output of the graph."""
        self.node("Identity", [value], name)
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def model_bytes(self) -> bytes:
        """Return the serialised model."""
        graph = helper.make_graph(self._nodes, "shopkeeper", self._inputs, self._outputs, self._weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="shopkeeper")
        return bytes(model.SerializeToString())

    def _dense_of(self, x: str, layer: Mapping[str, Float32], part: str, name: str, precision: Precision) -> str:
        return self.dense(x, layer[f"{part}.weight"], layer[f"{part}.bias"], f"{name}.{part}", precision)


def _part(layer: Mapping[str, Float32], part: str) -> dict[str, Float32]:
    return {kind: layer[f"{part}.{kind}"] for kind in ("weight", "bias")}
