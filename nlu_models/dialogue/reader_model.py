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

from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.similarity import FEATURES
from nlu_models.encoder.tuned_top import TunedTop, bert_config, export_top

SIMILARITY_START = 0.3


class ReaderModel(keras.Model):  # type: ignore[misc]
    """Four layers over question and sentence; two heads: whether the sentence answers, and with what kind of answer.

    Whether it answers starts as the similarity of embeddings says, and the layers learn what to add to that.
    """

    def __init__(self, dropout: float) -> None:
        super().__init__(name="reader")
        self.top = TunedTop(bert_config(dropout))
        self.segments = self.add_weight(name="segments", shape=(2, 384), initializer="zeros")
        self.dropout = keras.layers.Dropout(dropout)
        start = keras.initializers.Constant(SIMILARITY_START)
        self.similarity = self.add_weight(name="similarity", shape=(FEATURES,), initializer=start)
        self.relevance = keras.layers.Dense(1, kernel_initializer="zeros", name="relevance")
        self.kind = keras.layers.Dense(len(ANSWERS), name="kind")

    def call(
        self, inputs: tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], training: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Judge pairs.

        Args:
            inputs: states `(B, T, D)`, question first; mask `(B, T)`, 1 for a token; segment `(B, T)`, 1 for the
                sentence; features `(B, F)` of `similarity_features`.

        Returns:
            Relevance `(B,)`, a logit whose 0 is "no more likely than that nothing answers"; logits `(B, 5)` over
            `ANSWERS`.
        """
        states, mask, segment, features = inputs
        states = tf.cast(states, self.compute_dtype) + tf.gather(self.segments, segment)
        hidden = self.top(states, mask, training=training)
        weights = tf.cast(mask, hidden.dtype)[:, :, None]
        pooled = tf.reduce_sum(hidden * weights, 1) / tf.reduce_sum(weights, 1)  # (B, D)
        pooled = self.dropout(pooled, training=training)
        near = tf.linalg.matvec(tf.cast(features, tf.float32), tf.cast(self.similarity, tf.float32))
        relevance = tf.cast(self.relevance(pooled)[:, 0], tf.float32) + near
        return relevance, tf.cast(self.kind(pooled), tf.float32)


def export_reader(model: ReaderModel) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights in half precision."""
    weights = export_top(model.top.layers)
    weights["segments"] = model.segments.numpy().astype(np.float16)
    weights["similarity"] = model.similarity.numpy().astype(np.float16)
    for name, head in (("relevance", model.relevance), ("kind", model.kind)):
        weights[f"{name}.kernel"] = head.kernel.numpy().astype(np.float16)
        weights[f"{name}.bias"] = head.bias.numpy().astype(np.float16)
    return weights
