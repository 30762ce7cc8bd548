"""The reader: what a policy sentence is to a question. A cross-encoder on the states of the frozen trunk.

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

from nlu_models.dialogue.corpus import KINDS
from nlu_models.encoder.tuned_top import TunedTop, bert_config, export_top


class ReaderModel(keras.Model):  # type: ignore[misc]
    """Four layers over question and sentence, and one head: the kind of answer, or none."""

    def __init__(self, dropout: float) -> None:
        super().__init__(name="reader")
        self.top = TunedTop(bert_config(dropout))
        self.segments = self.add_weight(name="segments", shape=(2, 384), initializer="zeros")
        self.dropout = keras.layers.Dropout(dropout)
        self.kind = keras.layers.Dense(len(KINDS), name="kind")

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor, tf.Tensor], training: bool = False) -> tf.Tensor:
        """Judge pairs.

        Args:
            inputs: states `(B, T, D)`, question first; mask `(B, T)`, 1 for a token; segment `(B, T)`, 1 for the
                sentence.

        Returns:
            Logits `(B, K)` over `KINDS`.
        """
        states, mask, segment = inputs
        states = tf.cast(states, tf.float32) + tf.gather(self.segments, segment)
        hidden = self.top(states, mask, training=training)
        weights = tf.cast(mask, hidden.dtype)[:, :, None]
        pooled = tf.reduce_sum(hidden * weights, 1) / tf.reduce_sum(weights, 1)  # (B, D)
        return tf.cast(self.kind(self.dropout(pooled, training=training)), tf.float32)


def export_reader(model: ReaderModel) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights in half precision."""
    weights = export_top(model.top.layers)
    weights["segments"] = model.segments.numpy().astype(np.float16)
    weights["kind.kernel"] = model.kind.kernel.numpy().astype(np.float16)
    weights["kind.bias"] = model.kind.bias.numpy().astype(np.float16)
    return weights
