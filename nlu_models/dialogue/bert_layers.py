"""A BERT layer, and the base's frozen lower layers, in Keras 3: on TensorFlow here, on JAX where there is a GPU.

Source:
    Devlin et al. 2019 (the encoder); Vaswani et al. 2017 (attention).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
HEADS: Final = 12
WIDTH: Final = 384
BASE_LAYERS: Final = 12
FAR: Final = -3e4
"""Added to a score where attention is not allowed."""
DENSE: Final = ("kernel", "bias")
NORM: Final = ("gamma", "beta")
_SELF = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
}


def attend(query: Any, key: Any, value: Any, bias: Any) -> Any:
    """Multi-head attention, eq. 1 of Vaswani et al.: `(B, T, D)`, `(B, S, D)`, `(B, S, D)` to `(B, T, D)`.

    `bias` is added to the scores `(B, H, T, S)`: large and negative where attention is not allowed.
    """

    def split(x: Any) -> Any:
        return ops.transpose(ops.reshape(x, (-1, ops.shape(x)[1], HEADS, WIDTH // HEADS)), (0, 2, 1, 3))

    scores = ops.matmul(split(query), ops.transpose(split(key), (0, 1, 3, 2))) / (WIDTH / HEADS) ** 0.5
    shares = ops.cast(ops.softmax(ops.cast(scores, "float32") + ops.cast(bias, "float32")), value.dtype)
    mixed = ops.matmul(shares, split(value))
    return ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (-1, ops.shape(query)[1], WIDTH))


class Layer(keras.layers.Layer):  # type: ignore[misc]
    """Attention and feed-forward, each followed by residual and LayerNorm."""

    def __init__(self, dropout: float, *, name: str) -> None:
        super().__init__(name=name)
        parts = [f"self_{short}" for short in _SELF]
        self.dense = {part: keras.layers.Dense(WIDTH, name=part) for part in (*parts, "ffn_out")}
        self.dense["ffn_in"] = keras.layers.Dense(4 * WIDTH, name="ffn_in")
        self.norm = {
            part: keras.layers.LayerNormalization(epsilon=1e-12, name=f"{part}_norm") for part in ("self", "ffn")
        }
        self.drop = keras.layers.Dropout(dropout)

    def build(self, shape: Any) -> None:
        """Build every part for states `(B, T, D)`."""
        for part, dense in self.dense.items():
            dense.build((None, None, 4 * WIDTH if part == "ffn_out" else WIDTH))
        for norm in self.norm.values():
            norm.build((None, None, WIDTH))
        self.built = True

    def call(self, states: Any, bias: Any, training: bool = False) -> Any:
        """Return `(B, T, D)` for states `(B, T, D)`; bias as `attend` takes it."""
        d = self.dense
        mixed = d["self_o"](attend(d["self_q"](states), d["self_k"](states), d["self_v"](states), bias))
        states = self.norm["self"](states + self.drop(mixed, training=training))
        inner = ops.cast(ops.gelu(ops.cast(d["ffn_in"](states), "float32"), approximate=False), states.dtype)
        return self.norm["ffn"](states + self.drop(d["ffn_out"](inner), training=training))

    def named(self, at: str) -> dict[str, Any]:
        """Return the layer's variables, `<at>.<part>.<array>`."""
        return named_dense({f"{at}.{part}": dense for part, dense in self.dense.items()}) | {
            f"{at}.{part}_norm.{array}": getattr(norm, array) for part, norm in self.norm.items() for array in NORM
        }

    def start_from(self, base: Arrays, index: int) -> None:
        """Copy a layer of a BertModel state dict."""
        at = f"encoder.layer.{index}"
        for short, part in _SELF.items():
            assign(self.dense[f"self_{short}"], base, f"{at}.{part}")
        assign_norm(self.norm["self"], base, f"{at}.attention.output.LayerNorm")
        assign(self.dense["ffn_in"], base, f"{at}.intermediate.dense")
        assign(self.dense["ffn_out"], base, f"{at}.output.dense")
        assign_norm(self.norm["ffn"], base, f"{at}.output.LayerNorm")


class Trunk(keras.layers.Layer):  # type: ignore[misc]
    """The base's embeddings and its first layers, which stay as they are.

    Args:
        words: the base's word table at the pieces that the data uses, `(P, D)`; ids count in it.
        positions: the base's positions with the token type added.
        layers: how many of the base's.
    """

    def __init__(self, words: NDArray[Any], positions: NDArray[Any], layers: int) -> None:
        super().__init__(name="trunk", trainable=False)
        self.words = constant(self, "words", words)
        self.positions = constant(self, "positions", positions)
        self.entry_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="entry_norm")
        self.layers = [Layer(0.0, name=f"trunk_{at}") for at in range(layers)]

    def build(self, shape: Any) -> None:
        """Build every part."""
        self.entry_norm.build((None, None, WIDTH))
        for layer in self.layers:
            layer.build(None)
        self.trainable = False
        self.built = True

    def call(self, ids: Any, mask: Any) -> Any:
        """Return states `(B, T, D)` for ids and mask `(B, T)`."""
        states = ops.take(self.words, ids, axis=0) + self.positions[None, : ops.shape(ids)[1]]
        states = self.entry_norm(ops.cast(states, self.compute_dtype))
        bias = ((1.0 - ops.cast(mask, "float32")) * FAR)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, bias)
        return states

    def start_from(self, base: Arrays) -> None:
        """Copy the layers of a BertModel state dict."""
        for index, layer in enumerate(self.layers):
            layer.start_from(base, index)
        assign_norm(self.entry_norm, base, "embeddings.LayerNorm")


def constant(owner: Any, name: str, value: NDArray[Any]) -> Any:
    variable = owner.add_weight(name=name, shape=value.shape, dtype="float32", trainable=False, initializer="zeros")
    variable.assign(np.asarray(value, np.float32))
    return variable


def assign(dense: Any, base: Arrays, name: str) -> None:
    dense.kernel.assign(np.asarray(base[f"{name}.weight"], np.float32).T)
    dense.bias.assign(np.asarray(base[f"{name}.bias"], np.float32))


def assign_norm(norm: Any, base: Arrays, name: str) -> None:
    norm.gamma.assign(np.asarray(base[f"{name}.weight"], np.float32))
    norm.beta.assign(np.asarray(base[f"{name}.bias"], np.float32))


def named_dense(layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of dense layers, `<name>.<array>`."""
    return {f"{name}.{array}": getattr(dense, array) for name, dense in layers.items() for array in DENSE}


def import_arrays(named: Mapping[str, Any], arrays: Arrays) -> None:
    """Set variables, by their names (`named`), to what `export_arrays` returned."""
    for name, variable in named.items():
        variable.assign(np.asarray(arrays[name], np.float32))


def export_arrays(model: Any) -> dict[str, NDArray[np.float16]]:
    """Return a model's trained variables (`named`) in half precision, kernels `(in, out)`."""
    return {name: ops.convert_to_numpy(value).astype(np.float16) for name, value in model.named().items()}
