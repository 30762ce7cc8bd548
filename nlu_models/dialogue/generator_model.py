"""The generator: words one policy sentence as a reply. A decoder with a pointer on the states of the frozen trunk.

Source:
    Vaswani et al. 2017 (the decoder); Rothe et al. 2020, "Leveraging pre-trained checkpoints for sequence generation
    tasks" (a decoder that starts from encoder layers); See et al. 2017, "Get to the point" (the pointer, eq. 8-9);
    Wen et al. 2015 (values are placeholders).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from nlu_models.encoder.graph import TRUNK_LAYERS

Weights = Mapping[str, NDArray[np.float32]]
LAYERS = 4
HEADS = 12
WIDTH = 384
CONDITIONS = 10
"""Rows of the condition table: five kinds of answer, two manners, two languages, one to spare."""

_SELF = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")


def attend(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, bias: tf.Tensor, dropout: Any, training: bool) -> Any:
    """Multi-head attention, eq. 1 of Vaswani et al.: `(B, T, D)`, `(B, S, D)`, `(B, S, D)` to `(B, T, D)`.

    `bias` is added to the scores `(B, H, T, S)`: large and negative where attention is not allowed.
    """

    def split(x: tf.Tensor) -> tf.Tensor:
        return tf.transpose(tf.reshape(x, (tf.shape(x)[0], tf.shape(x)[1], HEADS, WIDTH // HEADS)), (0, 2, 1, 3))

    scores = tf.matmul(split(query), split(key), transpose_b=True) / (WIDTH / HEADS) ** 0.5 + bias
    mixed = tf.matmul(dropout(tf.nn.softmax(scores), training=training), split(value))
    return tf.reshape(tf.transpose(mixed, (0, 2, 1, 3)), (tf.shape(query)[0], tf.shape(query)[1], WIDTH))


class DecoderLayer(keras.layers.Layer):  # type: ignore[misc]
    """Causal attention, attention to the source, feed-forward; each followed by residual and LayerNorm."""

    def __init__(self, dropout: float, name: str) -> None:
        super().__init__(name=name)
        self.dense = {
            part: keras.layers.Dense(WIDTH, name=part)
            for part in ("self_q", "self_k", "self_v", "self_o", "cross_q", "cross_k", "cross_v", "cross_o", "ffn_out")
        }
        self.dense["ffn_in"] = keras.layers.Dense(4 * WIDTH, name="ffn_in")
        self.norm = {
            part: keras.layers.LayerNormalization(epsilon=1e-12, name=f"{part}_norm")
            for part in ("self", "cross", "ffn")
        }
        self.drop = keras.layers.Dropout(dropout)

    def call(
        self, states: tf.Tensor, memory: tf.Tensor, causal: tf.Tensor, seen: tf.Tensor, training: bool = False
    ) -> Any:
        """Return `(B, T, D)` for states `(B, T, D)` and memory `(B, S, D)`; biases as `attend` takes them."""
        d, drop = self.dense, self.drop
        mixed = attend(d["self_q"](states), d["self_k"](states), d["self_v"](states), causal, drop, training)
        states = self.norm["self"](states + drop(d["self_o"](mixed), training=training))
        mixed = attend(d["cross_q"](states), d["cross_k"](memory), d["cross_v"](memory), seen, drop, training)
        states = self.norm["cross"](states + drop(d["cross_o"](mixed), training=training))
        inner = d["ffn_in"](states)
        inner = inner * 0.5 * (1.0 + tf.math.erf(inner / 2.0**0.5))
        return self.norm["ffn"](states + drop(d["ffn_out"](inner), training=training))


class GeneratorModel(keras.Model):  # type: ignore[misc]
    """Memory from the trunk's states, four decoder layers, a vocabulary of shop language and a pointer to the source.

    Args:
        vocabulary: `(V,)` ids of the base's pieces that the reply may use without copying.
        words: the base's word table `(all pieces, D)`, frozen.
        positions: the base's positions `(P, D)`, frozen.
        dropout: in training.
    """

    def __init__(
        self, vocabulary: NDArray[np.int32], words: Any, positions: Any, mean: Any, scale: Any, dropout: float
    ) -> None:
        super().__init__(name="generator")
        self.vocabulary = tf.constant(vocabulary)
        self.words = tf.constant(words, tf.float32)
        self.output_words = tf.constant(words[vocabulary], tf.float32)  # (V, D)
        self.positions = tf.constant(positions, tf.float32)
        self.mean, self.scale = tf.constant(mean, tf.float32), tf.constant(scale, tf.float32)
        self.conditions = self.add_weight(name="conditions", shape=(CONDITIONS, WIDTH), initializer="zeros")
        self.bias = self.add_weight(name="vocabulary_bias", shape=(len(vocabulary),), initializer="zeros")
        self.memory = keras.layers.Dense(WIDTH, name="memory")
        self.memory_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="memory_norm")
        self.entry_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="entry_norm")
        self.decoder = [DecoderLayer(dropout, f"decoder_{index}") for index in range(LAYERS)]
        self.project = keras.layers.Dense(WIDTH, name="project")
        self.pointer_q = keras.layers.Dense(WIDTH, name="pointer_q")
        self.pointer_k = keras.layers.Dense(WIDTH, name="pointer_k")
        self.gate = keras.layers.Dense(1, name="gate")
        self.drop = keras.layers.Dropout(dropout)

    def call(self, inputs: tuple[tf.Tensor, ...], training: bool = False) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Predict each next piece.

        Args:
            inputs: source states `(B, S, D)`, their mask `(B, S)`, conditions `(B, 3)` and the pieces before `(B, T)`.

        Returns:
            logits over the vocabulary `(B, T, V)`, attention to the source `(B, T, S)`, and the probability `(B, T)`
            of taking the next piece from the vocabulary instead of the source.
        """
        states, mask, conditions, before = inputs
        memory = self.memory_norm(self.memory((tf.cast(states, tf.float32) - self.mean) / self.scale))  # (B, S, D)
        memory = self.drop(memory, training=training)
        length = tf.shape(before)[1]
        entry = tf.gather(self.words, before) + self.positions[None, :length]
        entry += tf.reduce_sum(tf.gather(self.conditions, conditions), 1)[:, None]  # (B, T, D)
        hidden = self.drop(self.entry_norm(entry), training=training)
        causal = (1.0 - tf.linalg.band_part(tf.ones((length, length)), -1, 0))[None, None] * -1e4
        seen = (1.0 - mask)[:, None, None, :] * -1e4
        for layer in self.decoder:
            hidden = layer(hidden, memory, causal, seen, training=training)
        logits = tf.matmul(self.drop(self.project(hidden), training=training), self.output_words, transpose_b=True)
        scores = tf.matmul(self.pointer_q(hidden), self.pointer_k(memory), transpose_b=True) / WIDTH**0.5
        pointed = tf.nn.softmax(scores + ((1.0 - mask) * -1e4)[:, None, :])
        return logits + self.bias, pointed, tf.sigmoid(self.gate(hidden))[:, :, 0]

    def start_from(self, base: Weights) -> None:
        """Copy attention and feed-forward of layers 9 to 12 of a BertModel state dict; attention to the source starts
        from the same arrays as the one to the reply."""
        for index, layer in enumerate(self.decoder):
            at = f"encoder.layer.{TRUNK_LAYERS + index}"
            for short, part in zip("qkvo", _SELF, strict=True):
                for place in ("self", "cross"):
                    _assign(layer.dense[f"{place}_{short}"], base, f"{at}.{part}")
            for place in ("self", "cross"):
                _assign_norm(layer.norm[place], base, f"{at}.attention.output.LayerNorm")
            _assign(layer.dense["ffn_in"], base, f"{at}.intermediate.dense")
            _assign(layer.dense["ffn_out"], base, f"{at}.output.dense")
            _assign_norm(layer.norm["ffn"], base, f"{at}.output.LayerNorm")
        self.project.kernel.assign(np.eye(WIDTH, dtype=np.float32) * 4)
        _assign_norm(self.entry_norm, base, "embeddings.LayerNorm")


def _assign(dense: Any, base: Weights, name: str) -> None:
    dense.kernel.assign(base[f"{name}.weight"].T)
    dense.bias.assign(base[f"{name}.bias"])


def _assign_norm(norm: Any, base: Weights, name: str) -> None:
    norm.gamma.assign(base[f"{name}.weight"])
    norm.beta.assign(base[f"{name}.bias"])


def generator_loss(
    outputs: tuple[tf.Tensor, tf.Tensor, tf.Tensor],
    places: tf.Tensor,
    copies: tf.Tensor,
    weights: tf.Tensor,
    smoothing: float,
) -> tf.Tensor:
    """Mean negative log likelihood of the reply's pieces, vocabulary and pointer mixed (See et al. 2017, eq. 9).

    Args:
        outputs: of the model.
        places: `(B, T)` int32, the piece's place in the vocabulary, -1 where it is not in it.
        copies: `(B, T, S)`, 1 where the source has the same piece.
        weights: `(B, T)`, 0 at padding.
        smoothing: of the vocabulary's labels.
    """
    logits, pointed, gate = outputs
    known = tf.cast(places >= 0, tf.float32)
    log = tf.nn.log_softmax(logits)
    chosen = tf.gather(log, tf.maximum(places, 0), axis=2, batch_dims=2)
    softened = (1 - smoothing) * chosen + smoothing * tf.reduce_mean(log, 2)
    spoken = tf.exp(softened) * known * gate
    copied = tf.reduce_sum(pointed * copies, 2) * (1 - gate)
    return -tf.reduce_sum(tf.math.log(spoken + copied + 1e-9) * weights) / tf.reduce_sum(weights)


def export_generator(model: GeneratorModel) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights in half precision, kernels `(in, out)`, named `<layer>.<part>.<array>`."""
    weights: dict[str, Any] = {"conditions": model.conditions, "vocabulary_bias": model.bias}
    for name in ("memory", "project", "pointer_q", "pointer_k", "gate"):
        dense = getattr(model, name)
        weights |= {f"{name}.kernel": dense.kernel, f"{name}.bias": dense.bias}
    for name in ("memory_norm", "entry_norm"):
        norm = getattr(model, name)
        weights |= {f"{name}.gamma": norm.gamma, f"{name}.beta": norm.beta}
    for index, layer in enumerate(model.decoder):
        for part, dense in layer.dense.items():
            weights |= {f"{index}.{part}.kernel": dense.kernel, f"{index}.{part}.bias": dense.bias}
        for part, norm in layer.norm.items():
            weights |= {f"{index}.{part}_norm.gamma": norm.gamma, f"{index}.{part}_norm.beta": norm.beta}
    arrays = {name: variable.numpy().astype(np.float16) for name, variable in weights.items()}
    arrays["vocabulary"] = model.vocabulary.numpy()
    arrays["states.mean"], arrays["states.scale"] = model.mean.numpy(), model.scale.numpy()
    return arrays
