"""The trainable half of the understanding model, in TensorFlow: the upper BERT layers and three heads.

It starts from the states after the encoder's layer 8 (frozen, computed once) and continues with its own copy of
layers 9 to 12; the frozen originals of those layers give the search embedding in the served graph.

Source:
    Devlin et al. 2019 (the layers); Liu et al. 2019, "Multi-Task Deep Neural Networks for Natural Language
    Understanding" (one body, a head a task).
"""

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from nlu_models.encoder.config import E5_SMALL, EncoderConfig
from nlu_models.encoder.tuned_top import TunedTop, bert_config, export_top
from nlu_models.intent.dataset import Batch
from nlu_models.intent.labels import INTENTS, TOKEN_LABELS


class UnderstandingModel(keras.Model):  # type: ignore[misc]
    """Layer 9 and those above with an intent head, a category head (both mean-pooled) and a token head."""

    def __init__(self, categories: int, dropout: float, sizes: EncoderConfig = E5_SMALL) -> None:
        super().__init__(name="understanding")
        self.top = TunedTop(bert_config(dropout, sizes))
        self.dropout = keras.layers.Dropout(dropout)
        self.intent = keras.layers.Dense(len(INTENTS), name="intent")
        self.category = keras.layers.Dense(categories, name="category")
        self.token = keras.layers.Dense(len(TOKEN_LABELS), name="token")

    def call(
        self, inputs: tuple[tf.Tensor, tf.Tensor], training: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Continue from the trunk.

        Args:
            inputs: states `(B, T, D)` and mask `(B, T)`, 1 for a token, 0 for padding.

        Returns:
            intent logits `(B, I)`, category logits `(B, C)`, token logits `(B, T, L)`.
        """
        states, mask = inputs
        hidden = self.top(states, mask, training=training)  # (B, T, D)
        weights = tf.cast(mask, hidden.dtype)[:, :, None]
        pooled = tf.reduce_sum(hidden * weights, 1) / tf.reduce_sum(weights, 1)  # (B, D)
        pooled = self.dropout(pooled, training=training)
        tokens = self.dropout(hidden, training=training)
        return (
            tf.cast(self.intent(pooled), tf.float32),
            tf.cast(self.category(pooled), tf.float32),
            tf.cast(self.token(tokens), tf.float32),
        )


def masked_cross_entropy(labels: tf.Tensor, logits: tf.Tensor, smoothing: float = 0.0) -> tf.Tensor:
    """Mean cross-entropy over the rows whose label is not negative; 0.0 where there is none."""
    known = tf.cast(labels >= 0, tf.float32)
    classes = tf.shape(logits)[-1]
    target = tf.one_hot(tf.maximum(labels, 0), classes) * (1 - smoothing) + smoothing / tf.cast(classes, tf.float32)
    losses = tf.nn.softmax_cross_entropy_with_logits(target, logits)
    return tf.reduce_sum(losses * known) / tf.maximum(tf.reduce_sum(known), 1.0)


def total_loss(batch: Batch, outputs: tuple[tf.Tensor, tf.Tensor, tf.Tensor]) -> tf.Tensor:
    """Sum of the three tasks' losses; the intent's labels are smoothed by 0.05, against overconfidence."""
    intent, category, token = outputs
    return (
        masked_cross_entropy(batch.intents, intent, 0.05)
        + 0.5 * masked_cross_entropy(batch.categories, category)
        + masked_cross_entropy(batch.tokens, token)
    )


def export_weights(model: UnderstandingModel) -> dict[str, NDArray[np.float16]]:
    """Return the trained weights, half precision: `top.<i>.…` as in a BertModel state dict, `<head>.kernel/bias`."""
    weights = export_top(model.top.layers)
    for head in (model.intent, model.category, model.token):
        weights[f"{head.name}.kernel"] = head.kernel.numpy().astype(np.float16)
        weights[f"{head.name}.bias"] = head.bias.numpy().astype(np.float16)
    return weights
