"""What every fine-tuning has in common: the learning rate, the optimiser, the checkpoint to go on from."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tqdm import tqdm

from nlu_models.encoder.schedule import FineTuning, warm_up_and_decay

FLOOR = 0.1
"""Share of the learning rate that is left at the end of a run of the reader or generator: a longer one may go on."""


class WarmUpAndDecay(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """`warm_up_and_decay` for tf_keras."""

    def __init__(self, peak: float, warmup: int, total: int, floor: float = 0.0) -> None:
        self.peak, self.warmup, self.total, self.floor = peak, max(warmup, 1), total, floor

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """Return the rate of a step."""
        return warm_up_and_decay(tf, step, peak=self.peak, warmup=self.warmup, total=self.total, floor=self.floor)


def adamw(settings: FineTuning, steps: int, *, spared: Sequence[str], floor: float = 0.0) -> Any:
    """Return AdamW with the schedule; variables with one of the `spared` words in their name do not decay."""
    schedule = WarmUpAndDecay(settings.learning_rate, int(settings.warmup * steps), steps, floor)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=settings.weight_decay, clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=list(spared))
    return optimizer


def resume(runs: Path, model: Any, optimizer: Any, **more: tf.Variable) -> tf.train.CheckpointManager:
    """Restore what the last run in this folder saved, where there is something; returns what saves further."""
    optimizer.build(model.trainable_variables)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, **more)
    manager = tf.train.CheckpointManager(checkpoint, str(runs / "last"), max_to_keep=1)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint)
    return manager


def train_to_best(
    name: str,
    model: Any,
    optimizer: Any,
    runs: Path,
    step: Callable[[], float],
    score: Callable[[], tuple[float, Mapping[str, float]]],
    *,
    steps: int,
    evaluate_every: int,
    manager: tf.train.CheckpointManager,
    best: tf.Variable,
) -> list[dict[str, float]]:
    """Run the steps that are left and leave the best weights seen in the model.

    Args:
        name: of the progress bar.
        step: does one step and returns its loss.
        score: returns what the best weights are chosen by, and all scores.
        best: the best so far; kept with the checkpoint, so that a resumed run does not prefer worse weights.

    Returns:
        The scores of each evaluation.
    """
    writer = tf.summary.create_file_writer(str(runs))
    begun = int(optimizer.iterations)
    history: list[dict[str, float]] = []
    losses: list[float] = []
    started = time.monotonic()
    for number in tqdm(range(begun + 1, steps + 1), name, initial=begun, total=steps, mininterval=10):
        losses.append(step())
        if number % evaluate_every and number != steps:
            continue
        combined, scores = score()
        row = {"step": number, "train_loss": float(np.mean(losses)), **scores}
        history.append({**row, "seconds": round(time.monotonic() - started)})
        tqdm.write(json.dumps(history[-1]))
        with writer.as_default():
            for key, value in row.items():
                tf.summary.scalar(key, value, step=number)
        losses = []
        if combined > float(best):
            best.assign(combined)
            model.save_weights(str(runs / "best.weights.h5"))
        manager.save()
    model.load_weights(str(runs / "best.weights.h5"))
    return history
