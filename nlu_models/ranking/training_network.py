"""The ranker in TensorFlow, for training; `network.py` is the same in numpy, for serving."""

from __future__ import annotations

import os

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

from nlu_models.ranking.export_folder import TARGETS
from nlu_models.ranking.features import BRAND_BUCKETS, CATEGORY_BUCKETS, EMBEDDING, KINDS, NUMBERS, Float32, ItemTable
from nlu_models.ranking.shape import NetworkShape


class TrainingNetwork(tf.Module):  # type: ignore[misc]
    """σ(f([H_u; V_i])) with a logit for each of `TARGETS`.

    Source:
        H_u: a mean weighted by kind and age, with a learned token for shoppers without history. Products and
        differences of both sides: Naumov et al. 2019 (DLRM) and Zhou et al. 2018 (DIN). Cross layers: Wang et al.
        2021 (DCN V2), equation 1. The path around the hidden layers: Cheng et al. 2016 (wide and deep).
    """

    def __init__(self, shape: NetworkShape, *, dropout: float, seed: int) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        random_ = np.random.default_rng(seed)

        def dense(rows: int, columns: int) -> Float32:
            return random_.normal(0, np.sqrt(2 / rows), (rows, columns)).astype(np.float32)

        start: dict[str, Float32] = {
            "text": dense(EMBEDDING, shape.text),
            # Zeros: a category or brand that no training event touched stays neutral, in any shop.
            "category": np.zeros((CATEGORY_BUCKETS, shape.category), np.float32),
            "brand": np.zeros((BRAND_BUCKETS, shape.brand), np.float32),
            "kind": np.array([0.0, 0.0, 1.0, 1.0], np.float32)[: len(KINDS)],
            "decay": np.zeros(1, np.float32),
            "token": np.zeros(shape.item, np.float32),
            "token_weight": np.zeros(1, np.float32),
        }
        width = shape.joined
        if shape.form == "cross":
            for layer in range(shape.cross_layers):
                start[f"cross_{layer}"] = dense(width, width) * 0.3
                start[f"cross_{layer}_bias"] = np.zeros(width, np.float32)
        if shape.form != "linear":
            for layer, units in enumerate(shape.hidden):
                start[f"hidden_{layer}"] = dense(width, units)
                start[f"hidden_{layer}_bias"] = np.zeros(units, np.float32)
                width = units
            start["direct"] = np.zeros((shape.direct, len(TARGETS)), np.float32)
        start["out"] = dense(width, len(TARGETS)) * 0.1
        start["out_bias"] = np.full(len(TARGETS), -1.5, np.float32)
        self.weights = {name: tf.Variable(value, name=name) for name, value in start.items()}

    def items(self, table: ItemTable) -> tf.Tensor:
        """Return V, `(N, item)`."""
        w = self.weights
        text = tf.constant(table.text.astype(np.float32)) @ w["text"]
        category = tf.gather(w["category"], table.category) * (table.category > 0)[:, None].astype(np.float32)
        brand = tf.gather(w["brand"], table.brand) * (table.brand > 0)[:, None].astype(np.float32)
        return tf.concat([text, category, brand, tf.constant(table.numbers)], 1)

    def shoppers(self, items: tf.Tensor, rows: tf.Tensor, kinds: tf.Tensor, age_days: tf.Tensor) -> tf.Tensor:
        """Return H, `(B, item)`, from V and histories `(B, K)`."""
        w = self.weights
        used = tf.cast(rows >= 0, tf.float32)
        decay = tf.exp(-tf.nn.softplus(w["decay"]) * age_days / 30.0)
        weight = tf.nn.softplus(tf.gather(w["kind"], kinds)) * decay * used  # (B, K)
        seen = tf.gather(items, tf.maximum(rows, 0))  # (B, K, item)
        token_weight = tf.nn.softplus(w["token_weight"])
        total = tf.einsum("bk,bki->bi", weight, seen) + token_weight * w["token"]
        return total / (tf.reduce_sum(weight, 1, keepdims=True) + token_weight)

    def logits(self, shopper: tf.Tensor, item: tf.Tensor, cross: tf.Tensor, *, training: bool) -> tf.Tensor:
        """Return `(P, 3)` from H `(P, item)`, V `(P, item)` and cross features `(P, C)`."""
        w, shape = self.weights, self.shape
        if shape.form == "linear":
            return tf.concat([shopper, item], 1) @ w["out"] + w["out_bias"]
        x = first = tf.concat([shopper, item, shopper * item, tf.abs(shopper - item), cross], 1)
        if shape.form == "cross":
            for layer in range(shape.cross_layers):
                x = first * (x @ w[f"cross_{layer}"] + w[f"cross_{layer}_bias"]) + x
        for layer in range(len(shape.hidden)):
            if training:
                x = tf.nn.dropout(x, self.dropout)
            x = tf.nn.relu(x @ w[f"hidden_{layer}"] + w[f"hidden_{layer}_bias"])
        direct = tf.concat([item[:, -len(NUMBERS) :], cross], 1)
        return x @ w["out"] + w["out_bias"] + direct @ w["direct"]
