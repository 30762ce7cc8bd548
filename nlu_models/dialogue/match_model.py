"""How well a policy sentence fits a question: embeddings from four tuned layers on the frozen trunk.

Source:
    Reimers and Gurevych 2019 (two towers of one encoder, mean pooling, cosine).
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from nlu_models.encoder.tuned_top import TunedTop, bert_config, export_top


class MatchModel(keras.Model):  # type: ignore[misc]
    """The encoder's last four layers, tuned so that questions lie near the sentences that answer them."""

    def __init__(self, dropout: float) -> None:
        super().__init__(name="match")
        self.top = TunedTop(bert_config(dropout))

    def call(self, inputs: tuple[tf.Tensor, tf.Tensor], training: bool = False) -> tf.Tensor:
        """Return L2-normalised embeddings `(B, D)` of trunk states `(B, T, D)` under a mask `(B, T)`."""
        states, mask = inputs
        hidden = tf.cast(self.top(states, mask, training=training), tf.float32)
        mask = tf.cast(mask, tf.float32)
        pooled = tf.reduce_sum(hidden * mask[:, :, None], 1) / tf.reduce_sum(mask, 1, keepdims=True)
        return tf.math.l2_normalize(pooled, 1)


def contrastive_loss(questions: tf.Tensor, sentences: tf.Tensor, answers: tf.Tensor, temperature: float) -> tf.Tensor:
    """Return the loss of a batch, both ways: each question that is answered finds a sentence that answers it among all,
    and each sentence a question.

    Args:
        questions: `(Q, D)`, L2-normalised.
        sentences: `(S, D)`, L2-normalised.
        answers: `(Q, S)`, 1 where the sentence answers; no sentence need answer a question.
        temperature: cosines are divided by it.

    Source:
        van den Oord et al. 2018 (InfoNCE); Khosla et al. 2020 (several positives).
    """
    logits = tf.matmul(questions, sentences, transpose_b=True) / temperature

    def one_way(scores: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
        reached = tf.reduce_logsumexp(scores - (1 - right) * 1e9, 1)
        counts = tf.reduce_max(right, 1)
        return tf.reduce_sum(counts * (tf.reduce_logsumexp(scores, 1) - reached)) / tf.reduce_sum(counts)

    return one_way(logits, answers) + one_way(tf.transpose(logits), tf.transpose(answers))


def export_match(model: MatchModel) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights in half precision."""
    return export_top(model.top.layers)
