"""Fit one network: AdamW on the examination likelihood, early stopping on the validation split."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tqdm import tqdm

from nlu_models.ranking.features import Float32, Int64, ItemTable, cold_cross_features
from nlu_models.ranking.pairs import Pairs
from nlu_models.ranking.shape import NetworkShape
from nlu_models.ranking.training_network import TrainingNetwork

_TARGET_WEIGHTS = (1.0, 0.3, 0.3)


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How to fit; the defaults are those of the shipped weights.

    `without_history` and `without_ids` are the shares of pairs that are shown to the network as if the shopper
    were new, or the product's category and brand unknown: new shoppers, products and shops are the usual case.
    """

    epochs: int = 30
    batch_size: int = 512
    learning_rate: float = 7e-4
    weight_decay: float = 1e-2
    dropout: float = 0.2
    without_history: float = 0.1
    without_ids: float = 0.1
    patience: int = 4
    seed: int = 7


def examination_loss(target: tf.Tensor, looked: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return the mean cross-entropy of `looked · σ(logit)`, summed over the weighted targets.

    Source:
        The position-based model of Craswell et al. 2008, with the logged propensities. As against weights 1/propensity
        (Joachims et al. 2017) no impression counts more than another, so its variance is lower.
    """
    p = tf.clip_by_value(looked[:, None] * tf.sigmoid(logits), 1e-6, 1 - 1e-6)
    entropy = -(target * tf.math.log(p) + (1 - target) * tf.math.log(1 - p))
    return tf.reduce_sum(tf.reduce_mean(entropy, 0) * tf.constant(_TARGET_WEIGHTS))


def fit(
    table: ItemTable, train: Pairs, validation: Pairs, shape: NetworkShape, settings: FitSettings, runs: Path
) -> tuple[dict[str, Float32], list[dict[str, float]]]:
    """Train until the validation loss of the purchase has not fallen for `patience` epochs.

    Returns:
        The weights of the best epoch by name, and each epoch's losses.
    """
    keras.utils.set_random_seed(settings.seed)
    random_ = np.random.default_rng(settings.seed)
    network = TrainingNetwork(shape, dropout=settings.dropout, seed=settings.seed)
    optimizer = keras.optimizers.AdamW(learning_rate=settings.learning_rate, weight_decay=settings.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "token", "kind", "decay"])
    optimizer.build(network.trainable_variables)
    step = _step(network, table, optimizer)
    writer = tf.summary.create_file_writer(str(runs / f"{shape.form}-{settings.seed}"))
    best: dict[str, Float32] = {}
    history: list[dict[str, float]] = []
    bar = tqdm(range(1, settings.epochs + 1), desc=f"train {shape.form}")
    for epoch in bar:
        order = random_.permutation(len(train.item))
        losses = [
            float(step(*_batch(train, order[start : start + settings.batch_size], random_, settings)))
            for start in range(0, len(order) - settings.batch_size + 1, settings.batch_size)
        ] or [float(step(*_batch(train, order, random_, settings)))]
        scored = purchase_loss(validation, predict(network, table, validation))
        history.append({"epoch": epoch, "loss": float(np.mean(losses)), "validation_log_loss": scored})
        with writer.as_default(step=epoch):
            for name, value in history[-1].items():
                tf.summary.scalar(name, value)
        bar.set_postfix(validation=round(scored, 5))
        best_epoch = min(history, key=lambda row: row["validation_log_loss"])["epoch"]
        if best_epoch == epoch:
            best = {name: variable.numpy().copy() for name, variable in network.weights.items()}
        elif epoch - best_epoch >= settings.patience:
            break
    writer.close()
    return best, history


def predict(network: TrainingNetwork, table: ItemTable, pairs: Pairs, *, batch: int = 8192) -> Float32:
    """Return the logits `(P, 3)`."""
    items = network.items(table)
    past = pairs.history
    shoppers = network.shoppers(items, past.rows, past.kinds, past.age_days)
    parts = []
    for start in range(0, len(pairs.item), batch):
        rows = slice(start, start + batch)
        shopper, item = tf.gather(shoppers, pairs.session[rows]), tf.gather(items, pairs.item[rows])
        parts.append(network.logits(shopper, item, pairs.cross[rows], training=False).numpy())
    return np.concatenate(parts)


def purchase_loss(pairs: Pairs, logits: Float32) -> float:
    """Return the mean cross-entropy of the purchase, position included."""
    p = np.clip(pairs.looked / (1 + np.exp(-logits[:, 0])), 1e-6, 1 - 1e-6)
    bought = pairs.target[:, 0]
    return float(-(bought * np.log(p) + (1 - bought) * np.log1p(-p)).mean())


def _batch(pairs: Pairs, index: Int64, random_: np.random.Generator, settings: FitSettings) -> tuple[Any, ...]:
    session = pairs.session[index]
    cold = random_.random(len(index)) < settings.without_history
    rows = np.where(cold[:, None], -1, pairs.history.rows[session])
    cross = np.where(cold[:, None], cold_cross_features(1), pairs.cross[index])
    ids = (random_.random((len(index), 1)) >= settings.without_ids).astype(np.float32)
    return (rows, pairs.history.kinds[session], pairs.history.age_days[session], pairs.item[index], cross, ids,
            pairs.target[index], pairs.looked[index])  # fmt: skip


def _step(network: TrainingNetwork, table: ItemTable, optimizer: Any) -> Any:
    shape = network.shape
    numbers = shape.item - shape.text - shape.category - shape.brand

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(rows: Any, kinds: Any, ages: Any, item: Any, cross: Any, ids: Any, target: Any, looked: Any) -> Any:
        with tf.GradientTape() as tape:
            items = network.items(table)
            shopper = network.shoppers(items, rows, kinds, ages)
            own = tf.gather(items, item)
            text = own[:, : shape.text]
            named = own[:, shape.text : -numbers] * ids
            own = tf.concat([text, named, own[:, -numbers:]], 1)
            loss = examination_loss(target, looked, network.logits(shopper, own, cross, training=True))
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    return step


def settings_as_json(settings: FitSettings) -> dict[str, Any]:
    """Return the settings for the manifest."""
    return asdict(settings)
