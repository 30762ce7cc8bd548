"""A training in Keras 3 on any backend: the optimiser, the loop with its checkpoints, and the best weights seen."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

import keras
import numpy as np
from tqdm import tqdm

from nlu_models.encoder.schedule import FineTuning, warm_up_and_decay

_FLOOR: Final = 0.05
Batches = Callable[[int], Iterator[tuple[Any, Any]]]


class FitSettings(FineTuning, Protocol):
    """What a training depends on beside its data; it ends after so many `minutes` at the latest, 0 for no such end."""

    @property
    def steps(self) -> int: ...

    @property
    def evaluate_every(self) -> int: ...

    @property
    def minutes(self) -> float: ...


class WarmUpAndDecay(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """`warm_up_and_decay` for Keras 3."""

    def __init__(self, peak: float, warmup: int, total: int) -> None:
        self.peak, self.warmup, self.total = peak, max(warmup, 1), total

    def __call__(self, step: Any) -> Any:
        """Return the rate of a step."""
        return warm_up_and_decay(keras.ops, step, peak=self.peak, warmup=self.warmup, total=self.total, floor=_FLOOR)


def binary_loss(logits: Any, wanted: Any) -> Any:
    """Return the cross-entropy of each logit with 0 or 1."""
    ops = keras.ops
    return ops.maximum(logits, 0.0) - logits * wanted + ops.log1p(ops.exp(-ops.abs(logits)))


def compile_model(model: Any, settings: FitSettings) -> None:
    """Give a model AdamW with the schedule; biases, norms and tables do not decay.

    XLA compiles it on JAX only: on the processor it multiplies far slower than TensorFlow does without it.
    """
    schedule = WarmUpAndDecay(settings.learning_rate, int(settings.warmup * settings.steps), settings.steps)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=settings.weight_decay, global_clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta", "segments"])
    model.compile(optimizer=optimizer, jit_compile=keras.backend.backend() == "jax")


def fit(
    model: Any,
    settings: FitSettings,
    batches: Batches,
    score: Callable[[], tuple[float, Mapping[str, float]]],
    runs: Path,
    *,
    mean_with_last: bool = False,
) -> list[dict[str, float]]:
    """Train for the steps given and leave the best weights seen in the model; resumes from what lies in `runs`.

    Args:
        model: compiled and built.
        settings: of the run.
        batches: draws batches, by a seed; a stretch between two evaluations begins a new draw.
        score: returns what the best weights are chosen by, and all scores.
        runs: for the checkpoint, the best weights, the history, and TensorBoard's logs.
        mean_with_last: leave the mean of the best weights and the last instead.

    Returns:
        The scores of each evaluation; a mean has the step 0.

    Source:
        Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization".
    """
    runs.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    history = _resume(model, runs)
    report = _tensorboard(runs)
    best = max((row["combined"] for row in history), default=float("-inf"))
    started = time.monotonic()
    for stretch in range(len(history), -(-settings.steps // settings.evaluate_every)):
        drawn = _ahead(_endless(batches, stretch))
        loss = _train(model, drawn, settings.evaluate_every)
        combined, scores = score()
        row = {"step": (stretch + 1) * settings.evaluate_every, "train_loss": loss, **scores}
        history.append({**row, "combined": combined, "seconds": round(time.monotonic() - started)})
        tqdm.write(json.dumps(history[-1]))
        report(row)
        if combined > best:
            best = combined
            model.save_weights(str(runs / "best.weights.h5"))
        _save(model, runs, history)
        if 0 < settings.minutes * 60 < time.monotonic() - started:
            break
    last = [keras.ops.convert_to_numpy(variable) for variable in model.trainable_variables] if mean_with_last else []
    model.load_weights(str(runs / "best.weights.h5"))
    if mean_with_last:
        for variable, other in zip(model.trainable_variables, last, strict=True):
            variable.assign((keras.ops.convert_to_numpy(variable) + other) / 2)
        combined, scores = score()
        history.append({"step": 0, **scores, "combined": combined})
    return history


def _train(model: Any, drawn: Iterator[Any], steps: int) -> float:
    """Train on so many batches; returns their mean loss."""
    if keras.backend.backend() == "jax":  # train_on_batch would copy the whole state there for every step
        return float(model.fit(drawn, steps_per_epoch=steps, verbose=0, shuffle=False).history["loss"][0])
    return float(np.mean([model.train_on_batch(*next(drawn)) for _ in tqdm(range(steps), mininterval=10)]))


def _endless(batches: Batches, stretch: int) -> Iterator[tuple[Any, Any]]:
    """Yield what is drawn for a stretch, and draw again where it is not enough."""
    for draw in count():
        yield from batches(stretch * 1000 + draw)


def _ahead(drawn: Iterator[Any], most: int = 4) -> Iterator[Any]:
    """Draw the next batches in a thread while the last one is trained on."""
    with ThreadPoolExecutor(1) as pool:
        waiting = deque(pool.submit(next, drawn) for _ in range(most))
        while True:
            waiting.append(pool.submit(next, drawn))
            yield waiting.popleft().result()


def _state(model: Any) -> list[Any]:
    return [*model.trainable_variables, *model.optimizer.variables]


def _save(model: Any, runs: Path, history: list[dict[str, float]]) -> None:
    """Keep weights and optimiser, and then the history, which counts the stretches that are done."""
    arrays = {str(number): keras.ops.convert_to_numpy(value) for number, value in enumerate(_state(model))}
    np.savez(runs / "last.new.npz", **arrays)
    (runs / "last.new.npz").replace(runs / "last.npz")
    (runs / "history.json").write_text(json.dumps(history))


def _resume(model: Any, runs: Path) -> list[dict[str, float]]:
    if not (runs / "history.json").exists():
        return []
    with np.load(runs / "last.npz") as arrays:
        for number, variable in enumerate(_state(model)):
            variable.assign(arrays[str(number)])
    history: list[dict[str, float]] = json.loads((runs / "history.json").read_text())
    return history


def _tensorboard(runs: Path) -> Callable[[Mapping[str, float]], None]:
    """Return what writes scores for TensorBoard; it needs TensorFlow."""
    if keras.backend.backend() != "tensorflow":
        return lambda row: None
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(runs))

    def write(row: Mapping[str, float]) -> None:
        with writer.as_default():
            for name, value in row.items():
                tf.summary.scalar(name, value, step=int(row["step"]))

    return write
