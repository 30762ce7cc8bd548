"""The trained ranker in numpy: the forward pass that serves. It repeats `training_network.py`; a test compares both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nlu_models.ranking.features import NUMBERS, Float32, History, ItemTable
from nlu_models.ranking.shape import NetworkShape


class Network:
    """σ(slope · f([H_u; V_i]) + offset), the probability of a purchase.

    Args:
        weights: arrays by name, as `TrainingNetwork.weights`.
        shape: the sizes that they were made with.
        slope: Platt's factor.
        offset: Platt's constant.
    """

    def __init__(self, weights: Mapping[str, Float32], shape: NetworkShape, *, slope: float, offset: float) -> None:
        self._weights = {name: np.asarray(value, np.float32) for name, value in weights.items()}
        self._shape, self._slope, self._offset = shape, slope, offset
        self._kind_weight = _softplus(self._weights["kind"])
        self._decay = float(_softplus(self._weights["decay"])[0])
        self._token_weight = float(_softplus(self._weights["token_weight"])[0])

    def items(self, table: ItemTable) -> Float32:
        """Return V, `(N, item)`: what need not be computed again for each request."""
        w = self._weights
        parts = [
            table.text.astype(np.float32) @ w["text"],
            w["category"][table.category] * (table.category > 0)[:, None],
            w["brand"][table.brand] * (table.brand > 0)[:, None],
            table.numbers,
        ]
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def shopper(self, items: Float32, history: History) -> Float32:
        """Return H of the one shopper in `history`, `(item,)`."""
        used = history.rows[0] >= 0
        rows, kinds, ages = history.rows[0, used], history.kinds[0, used], history.age_days[0, used]
        weight = self._kind_weight[kinds] * np.exp(-self._decay * ages / 30.0)
        total = weight @ items[rows] + self._token_weight * self._weights["token"]
        return np.asarray(total / (weight.sum() + self._token_weight), np.float32)

    def probabilities(self, shopper: Float32, item: Float32, cross: Float32) -> Float32:
        """Return `(P,)` from H `(item,)`, V of the candidates `(P, item)` and cross features `(P, C)`."""
        z = self._slope * self.logits(np.broadcast_to(shopper, item.shape), item, cross)[:, 0] + self._offset
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))), np.float32)

    def logits(self, shopper: Float32, item: Float32, cross: Float32) -> Float32:
        """Return the logits of all targets `(P, 3)`; `shopper` and `item` are `(P, item)`."""
        w, shape = self._weights, self._shape
        if shape.form == "linear":
            return np.asarray(np.concatenate([shopper, item], 1) @ w["out"] + w["out_bias"])
        x = first = np.concatenate([shopper, item, shopper * item, np.abs(shopper - item), cross], 1)
        if shape.form == "cross":
            for layer in range(shape.cross_layers):
                x = first * (x @ w[f"cross_{layer}"] + w[f"cross_{layer}_bias"]) + x
        for layer in range(len(shape.hidden)):
            x = np.maximum(x @ w[f"hidden_{layer}"] + w[f"hidden_{layer}_bias"], 0)
        direct = np.concatenate([item[:, -len(NUMBERS) :], cross], 1)
        return np.asarray(x @ w["out"] + w["out_bias"] + direct @ w["direct"], np.float32)


def _softplus(x: Float32) -> Float32:
    return np.asarray(np.logaddexp(0, x), np.float32)
