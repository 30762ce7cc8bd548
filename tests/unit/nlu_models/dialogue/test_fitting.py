"""Which weights a training leaves: the best seen, or the mean of them and the last."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from nlu_models.dialogue.fitting import compile_model, fit
from nlu_models.dialogue.generator_fit import GeneratorSettings


class _Line(keras.Model):  # type: ignore[misc]
    """y = w x, drawn towards 1."""

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(name="w", shape=(), initializer="zeros")
        self.built = True

    def call(self, x: Any) -> Any:
        return self.w * x

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        return keras.ops.mean(keras.ops.square(y_pred - y))


def trained(
    runs: Path, scores: list[float], *, mean_with_last: bool
) -> tuple[float, list[float], list[dict[str, float]]]:
    """Train for two stretches; return the weight left, those that were scored, and the history."""
    model, seen, given = _Line(name="line"), [], iter(scores)
    model.build(None)
    settings = GeneratorSettings(steps=4, evaluate_every=2, learning_rate=0.1)
    compile_model(model, settings)

    def batches(seed: int) -> Iterator[tuple[Any, Any]]:
        while True:
            yield np.ones((2, 1), np.float32), np.ones((2, 1), np.float32)

    def score() -> tuple[float, dict[str, float]]:
        seen.append(float(model.w))
        return next(given), {}

    history = fit(model, settings, batches, score, runs, mean_with_last=mean_with_last)
    return float(model.w), seen, history


@pytest.mark.parametrize(("scores", "kept"), [([2.0, 1.0], 0), ([1.0, 2.0], 1)])
def test_best_weights_are_left(tmp_path: Path, scores: list[float], kept: int) -> None:
    left, seen, history = trained(tmp_path, scores, mean_with_last=False)

    assert seen[0] != seen[1]
    assert left == pytest.approx(seen[kept])
    assert [row["step"] for row in history] == [2, 4]


def test_mean_of_the_best_and_the_last_weights_is_left_and_scored_where_asked_for(tmp_path: Path) -> None:
    left, (first, last, mean), history = trained(tmp_path, [2.0, 1.0, 1.5], mean_with_last=True)

    assert left == mean == pytest.approx((first + last) / 2)
    assert [(row["step"], row["combined"]) for row in history] == [(2, 2.0), (4, 1.0), (0, 1.5)]
