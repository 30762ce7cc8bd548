"""A trainable copy of the encoder's layers after the trunk in TensorFlow, and the names of its arrays."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray
from transformers import BertConfig
from transformers.models.bert.modeling_tf_bert import TFBertLayer

from nlu_models.encoder.config import E5_SMALL, EncoderConfig
from nlu_models.encoder.graph import TRUNK_LAYERS

Weights = Mapping[str, NDArray[np.float32]]


def bert_config(dropout: float, sizes: EncoderConfig = E5_SMALL) -> BertConfig:
    """Return the sizes of the base, with a dropout for training."""
    return BertConfig(
        hidden_size=sizes.hidden,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.intermediate,
        num_hidden_layers=sizes.layers,
        layer_norm_eps=sizes.eps,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )


class TunedTop(keras.layers.Layer):  # type: ignore[misc]
    """Layer 9 and those above: four in the base of the wheel."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__(name="tuned")
        self.layers = [
            TFBertLayer(config, name=f"top_{index}") for index in range(config.num_hidden_layers - TRUNK_LAYERS)
        ]

    def call(self, states: tf.Tensor, mask: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Continue from states `(B, T, D)` under a mask `(B, T)`, 1 for a token: `(B, T, D)`."""
        hidden = tf.cast(states, self.compute_dtype)
        bias = (1.0 - tf.cast(mask, self.compute_dtype))[:, None, None, :] * -1e4  # (B, 1, 1, T)
        for layer in self.layers:
            hidden = layer(hidden, bias, None, None, None, None, False, training=training)[0]
        return hidden


def base_name(variable: str) -> tuple[str, bool]:
    """Map `…/top_0/attention/self/query/kernel:0` to (`0.attention.self.query.weight`, transposed)."""
    name = variable.split(":")[0].partition("top_")[2].replace("/", ".")
    stem, _, last = name.rpartition(".")
    ending = {"kernel": "weight", "gamma": "weight", "bias": "bias", "beta": "bias"}[last]
    return f"{stem}.{ending}", last == "kernel"


def load_top(layers: Sequence[Any], base: Weights) -> None:
    """Copy layer 9 and those above of a BertModel state dict into built layers."""
    for variable, name, transposed in _named(layers):
        index, _, rest = name.partition(".")
        value = base[f"encoder.layer.{TRUNK_LAYERS + int(index)}.{rest}"]
        variable.assign(value.T if transposed else value)


def export_top(layers: Sequence[Any]) -> dict[str, NDArray[np.float16]]:
    """Return the layers' weights in half precision: `top.<i>.…` as in a BertModel state dict."""
    weights = {}
    for variable, name, transposed in _named(layers):
        value = variable.numpy()
        weights[f"top.{name}"] = np.ascontiguousarray(value.T if transposed else value, np.float16)
    return weights


def _named(layers: Sequence[Any]) -> list[tuple[tf.Variable, str, bool]]:
    return [(variable, *base_name(variable.name)) for layer in layers for variable in layer.weights]
