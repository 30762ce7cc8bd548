"""The generator's network in Keras 3: it trains on TensorFlow here and on JAX where there is a GPU.

Source:
    Devlin et al. 2019 (the encoder, and question and text as one sequence); Vaswani et al. 2017 (the decoder); Rothe et
    al. 2020, "Leveraging pre-trained checkpoints for sequence generation tasks" (a decoder that starts from encoder
    layers); See et al. 2017, "Get to the point" (the pointer, eq. 8-9).
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
TRUNK_LAYERS: Final = 8
DECODER_LAYERS: Final = 4
CONDITIONS: Final = 9
"""Rows of the condition table: five kinds of answer, two manners, two languages."""
_FAR: Final = -3e4
_DENSE, _NORM = ("kernel", "bias"), ("gamma", "beta")
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
    shares = ops.cast(ops.softmax(ops.cast(scores, "float32") + bias), value.dtype)
    mixed = ops.matmul(shares, split(value))
    return ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (-1, ops.shape(query)[1], WIDTH))


class Layer(keras.layers.Layer):  # type: ignore[misc]
    """Attention to itself, where asked for to a source, and feed-forward; each followed by residual and LayerNorm."""

    def __init__(self, dropout: float, *, crosses: bool = False, name: str) -> None:
        super().__init__(name=name)
        self.places = ("self", "cross") if crosses else ("self",)
        parts = [f"{place}_{short}" for place in self.places for short in "qkvo"]
        self.dense = {part: keras.layers.Dense(WIDTH, name=part) for part in (*parts, "ffn_out")}
        self.dense["ffn_in"] = keras.layers.Dense(4 * WIDTH, name="ffn_in")
        self.norm = {
            part: keras.layers.LayerNormalization(epsilon=1e-12, name=f"{part}_norm") for part in (*self.places, "ffn")
        }
        self.drop = keras.layers.Dropout(dropout)

    def build(self, shape: Any) -> None:
        """Build every part for states `(B, T, D)`."""
        for part, dense in self.dense.items():
            dense.build((None, None, 4 * WIDTH if part == "ffn_out" else WIDTH))
        for norm in self.norm.values():
            norm.build((None, None, WIDTH))
        self.built = True

    def call(self, states: Any, bias: Any, memory: Any = None, seen: Any = None, training: bool = False) -> Any:
        """Return `(B, T, D)` for states `(B, T, D)` and memory `(B, S, D)`; biases as `attend` takes them."""
        d = self.dense
        for place in self.places:
            source, mask = (states, bias) if place == "self" else (memory, seen)
            q, k, v = d[f"{place}_q"](states), d[f"{place}_k"](source), d[f"{place}_v"](source)
            mixed = d[f"{place}_o"](attend(q, k, v, mask))
            states = self.norm[place](states + self.drop(mixed, training=training))
        inner = ops.gelu(d["ffn_in"](states), approximate=False)
        return self.norm["ffn"](states + self.drop(d["ffn_out"](inner), training=training))

    def named(self, at: str) -> dict[str, Any]:
        """Return the layer's variables, `<at>.<part>.<array>`."""
        found = {
            f"{at}.{part}.{array}": getattr(dense, array) for part, dense in self.dense.items() for array in _DENSE
        }
        return found | {
            f"{at}.{part}_norm.{array}": getattr(norm, array) for part, norm in self.norm.items() for array in _NORM
        }

    def start_from(self, base: Arrays, index: int) -> None:
        """Copy a layer of a BertModel state dict; attention to a source starts from the same arrays as that to
        itself."""
        at = f"encoder.layer.{index}"
        for place in self.places:
            for short, part in _SELF.items():
                _assign(self.dense[f"{place}_{short}"], base, f"{at}.{part}")
            _assign_norm(self.norm[place], base, f"{at}.attention.output.LayerNorm")
        _assign(self.dense["ffn_in"], base, f"{at}.intermediate.dense")
        _assign(self.dense["ffn_out"], base, f"{at}.output.dense")
        _assign_norm(self.norm["ffn"], base, f"{at}.output.LayerNorm")


class Trunk(keras.layers.Layer):  # type: ignore[misc]
    """The base's embeddings and first eight layers, which stay as they are.

    Args:
        words: the base's word table at the pieces that the data uses, `(P, D)`; ids count in it.
        positions: the base's positions with the token type added.
    """

    def __init__(self, words: NDArray[Any], positions: NDArray[Any]) -> None:
        super().__init__(name="trunk", trainable=False)
        self.words = _constant(self, "words", words)
        self.positions = _constant(self, "positions", positions)
        self.entry_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="entry_norm")
        self.layers = [Layer(0.0, name=f"trunk_{at}") for at in range(TRUNK_LAYERS)]

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
        bias = ((1.0 - ops.cast(mask, "float32")) * _FAR)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, bias)
        return states

    def start_from(self, base: Arrays) -> None:
        """Copy the layers of a BertModel state dict."""
        for index, layer in enumerate(self.layers):
            layer.start_from(base, index)
        _assign_norm(self.entry_norm, base, "embeddings.LayerNorm")


class GeneratorNet(keras.Model):  # type: ignore[misc]
    """Four decoder layers with a pointer, on the states of the frozen trunk over question and text.

    Args:
        words: see `Trunk`.
        positions: see `Trunk`.
        vocabulary: `(V,)` the pieces, as places in the word table, that a reply may use without copying.
        dropout: in training.
    """

    def __init__(
        self, words: NDArray[Any], positions: NDArray[Any], vocabulary: NDArray[np.int32], dropout: float
    ) -> None:
        super().__init__(name="generator")
        self.trunk = Trunk(words, positions)
        self.vocabulary = vocabulary
        self.output_words = _constant(self, "output_words", words[vocabulary])
        self.memory = keras.layers.Dense(WIDTH, name="memory")
        self.memory_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="memory_norm")
        self.entry_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="entry_norm")
        self.decoder = [Layer(dropout, crosses=True, name=f"decoder_{index}") for index in range(DECODER_LAYERS)]
        self.project = keras.layers.Dense(WIDTH, name="project")
        self.pointer_q = keras.layers.Dense(WIDTH, name="pointer_q")
        self.pointer_k = keras.layers.Dense(WIDTH, name="pointer_k")
        self.gate = keras.layers.Dense(1, name="gate", dtype="float32")
        self.drop = keras.layers.Dropout(dropout)

    def build(self, shape: Any) -> None:
        """Build every part."""
        self.conditions = self.add_weight(name="conditions", shape=(CONDITIONS, WIDTH), initializer="zeros")
        self.bias = self.add_weight(name="vocabulary_bias", shape=(len(self.vocabulary),), initializer="zeros")
        self.trunk.build(None)
        for part in (self.memory, self.memory_norm, self.entry_norm, self.project, self.pointer_q, self.pointer_k):
            part.build((None, None, WIDTH))
        self.gate.build((None, None, WIDTH))
        for layer in self.decoder:
            layer.build(None)
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> dict[str, Any]:
        """Predict each next piece.

        Args:
            inputs: `ids` and `mask` `(B, S)` of question and text, `conditions` `(B, 3)`, and `before` `(B, T)`, the
                pieces of the reply from the start on.

        Returns:
            `logits` over the vocabulary `(B, T, V)`, `pointed`, the attention to the source `(B, T, S)`, and `gate`
            `(B, T)`, the probability of taking the next piece from the vocabulary instead of the source.
        """
        mask = ops.cast(inputs["mask"], "float32")
        memory = self.memory_norm(self.memory(self.trunk(inputs["ids"], mask)))  # (B, S, D)
        memory = self.drop(memory, training=training)
        length = ops.shape(inputs["before"])[1]
        entry = ops.take(self.trunk.words, inputs["before"], axis=0) + self.trunk.positions[None, :length]
        told = ops.sum(ops.take(ops.cast(self.conditions, "float32"), inputs["conditions"], axis=0), 1)
        hidden = self.entry_norm(ops.cast(entry + told[:, None], self.compute_dtype))
        hidden = self.drop(hidden, training=training)
        causal = ops.triu(ops.ones((length, length), "float32"), 1)[None, None] * _FAR
        seen = ((1.0 - mask) * _FAR)[:, None, None, :]
        for layer in self.decoder:
            hidden = layer(hidden, causal, memory, seen, training=training)
        spoken = self.drop(self.project(hidden), training=training)
        logits = ops.matmul(spoken, ops.transpose(ops.cast(self.output_words, spoken.dtype)))
        scores = ops.matmul(self.pointer_q(hidden), ops.transpose(self.pointer_k(memory), (0, 2, 1))) / WIDTH**0.5
        pointed = ops.softmax(ops.cast(scores, "float32") + ((1.0 - mask) * _FAR)[:, None, :])
        logits = ops.cast(logits, "float32") + ops.cast(self.bias, "float32")
        return {"logits": logits, "pointed": pointed, "gate": ops.sigmoid(self.gate(hidden))[:, :, 0]}

    def named(self) -> dict[str, Any]:
        """Return the trained variables by the names that they have in a file."""
        found: dict[str, Any] = {"conditions": self.conditions, "vocabulary_bias": self.bias}
        for index, layer in enumerate(self.decoder):
            found |= layer.named(str(index))
        for name in ("memory", "project", "pointer_q", "pointer_k", "gate"):
            found |= {f"{name}.{array}": getattr(getattr(self, name), array) for array in _DENSE}
        for name in ("memory_norm", "entry_norm"):
            found |= {f"{name}.{array}": getattr(getattr(self, name), array) for array in _NORM}
        return found

    def start_from(self, base: Arrays) -> None:
        """Copy the trunk, and the base's layers 9 to 12 into the decoder."""
        self.trunk.start_from(base)
        for index, layer in enumerate(self.decoder):
            layer.start_from(base, TRUNK_LAYERS + index)
        self.project.kernel.assign(np.eye(WIDTH, dtype=np.float32) * 4)
        self.memory.kernel.assign(np.eye(WIDTH, dtype=np.float32))
        _assign_norm(self.entry_norm, base, "embeddings.LayerNorm")


def export_weights(model: GeneratorNet) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights in half precision, kernels `(in, out)`."""
    return {name: ops.convert_to_numpy(value).astype(np.float16) for name, value in model.named().items()}


def _constant(owner: Any, name: str, value: NDArray[Any]) -> Any:
    variable = owner.add_weight(name=name, shape=value.shape, dtype="float32", trainable=False, initializer="zeros")
    variable.assign(np.asarray(value, np.float32))
    return variable


def _assign(dense: Any, base: Arrays, name: str) -> None:
    dense.kernel.assign(np.asarray(base[f"{name}.weight"], np.float32).T)
    dense.bias.assign(np.asarray(base[f"{name}.bias"], np.float32))


def _assign_norm(norm: Any, base: Arrays, name: str) -> None:
    norm.gamma.assign(np.asarray(base[f"{name}.weight"], np.float32))
    norm.beta.assign(np.asarray(base[f"{name}.bias"], np.float32))
