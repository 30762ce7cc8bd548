"""What kind of answer a sentence is to a question: a cross-encoder on the states of the frozen trunk.

Question and sentence pass the lower layers apart (so that a sentence's states are computed once, and the question's
serve understanding and reading), and meet in four tuned layers.

Source:
    Devlin et al. 2019 (sentence pairs); MacAvaney et al. 2020, "Efficient document re-ranking for transformers by
    precomputing term representations" (the meeting in the upper layers).
"""

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.encoder.tuned_top import TunedTop, bert_config, export_top

HEAD_SCALE = 20.0
"""The head learns that many times as fast as the layers do; it is multiplied in when the weights are exported."""


class KindModel(keras.Model):  # type: ignore[misc]
    """Four layers over question and sentence, and a head on the means of both parts."""

    def __init__(self, dropout: float) -> None:
        super().__init__(name="kind_model")
        self.top = TunedTop(bert_config(dropout))
        self.segments = self.add_weight(name="segments", shape=(2, 384), initializer="zeros")
        self.dropout = keras.layers.Dropout(dropout, dtype="float32")
        self.kind = keras.layers.Dense(len(ANSWERS), kernel_initializer="zeros", name="kind", dtype="float32")

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor, tf.Tensor], training: bool = False) -> tf.Tensor:
        """Judge pairs.

        Args:
            inputs: states `(B, T, D)`, question first; mask `(B, T)`, 1 for a token; segment `(B, T)`, 1 for the
                sentence.

        Returns:
            Logits `(B, 5)` over `ANSWERS`.
        """
        states, mask, segment = inputs
        states = tf.cast(states, self.compute_dtype) + tf.gather(tf.cast(self.segments, self.compute_dtype), segment)
        hidden = tf.cast(self.top(states, mask, training=training), tf.float32)
        mask = tf.cast(mask, tf.float32)
        told = mask * tf.cast(segment, tf.float32)
        pooled = tf.concat([_mean(hidden, mask - told), _mean(hidden, told)], 1)  # (B, 2 D)
        return HEAD_SCALE * self.kind(self.dropout(pooled, training=training))


def _mean(hidden: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(hidden * weights[:, :, None], 1) / tf.reduce_sum(weights, 1, keepdims=True)


def export_kind(model: KindModel) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights in half precision."""
    weights = export_top(model.top.layers)
    weights["segments"] = model.segments.numpy().astype(np.float16)
    weights["kind.kernel"] = (HEAD_SCALE * model.kind.kernel.numpy()).astype(np.float16)
    weights["kind.bias"] = (HEAD_SCALE * model.kind.bias.numpy()).astype(np.float16)
    return weights
