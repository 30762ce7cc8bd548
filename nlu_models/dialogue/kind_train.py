"""The second half of `shopkeeper train reader`: the kind of answer that a sentence is to a question."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from nlu_models.dialogue.corpus import ANSWERS, OPPOSITE
from nlu_models.dialogue.kind_model import KindModel
from nlu_models.dialogue.pairs import pair_up, softmax
from nlu_models.dialogue.reader_data import JudgedShop
from nlu_models.dialogue.text_bank import Bank
from nlu_models.encoder.config import Float32
from nlu_models.encoder.fine_tuning import FLOOR, adamw, resume, train_to_best
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.encoder.tuned_top import load_top

_YES_NO: Final = tuple(ANSWERS.index(kind) for kind in ("yes", "no"))


@dataclass(frozen=True, slots=True)
class KindSettings:
    """What a run depends on beside its data."""

    steps: int = 300
    batch: int = 48
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float = 0.1
    evaluate_every: int = 100
    precision: str = "float32"
    seed: int = 7


@dataclass(frozen=True, slots=True)
class KindScores:
    """Over questions and the sentence that answers them: share with the right kind, and of yes and no told as either,
    the share that is the wrong way round."""

    kind: float
    wrong_polarity: float

    @property
    def combined(self) -> float:
        """What the best weights are chosen by."""
        return self.kind - self.wrong_polarity


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A question and a sentence that answers it, as trunk states, and the kind as a place in `ANSWERS`."""

    asked: NDArray[np.float16]
    sentence: NDArray[np.float16]
    kind: int


def judged_pairs(shops: Sequence[JudgedShop], cosines: Sequence[Float32]) -> list[JudgedPair]:
    """Return each answerable question with the nearest of the sentences that answer it."""
    pairs = []
    for shop, found in zip(shops, cosines, strict=True):
        for row in np.flatnonzero(shop.gold.any(1)):
            best = int(np.where(shop.gold[row], found[row], -9.0).argmax())
            kind = ANSWERS.index(shop.questions[row].kind)
            pairs.append(JudgedPair(shop.asked[row], shop.states[best], kind))
    return pairs


def kind_probabilities(model: KindModel, pairs: Sequence[JudgedPair], batch: int = 96) -> Float32:
    """Return `(N, 5)` over `ANSWERS`."""
    if not hasattr(model, "compiled_call"):
        model.compiled_call = tf.function(lambda *inputs: model(inputs), input_signature=_SIGNATURE)
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].asked) + len(pairs[i].sentence))
    found = np.zeros((len(pairs), len(ANSWERS)), np.float32)
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        inputs = pair_up([pairs[i].asked for i in rows], [pairs[i].sentence for i in rows])
        found[rows] = softmax(model.compiled_call(*inputs).numpy())
    return found


def kind_score(pairs: Sequence[JudgedPair], probabilities: Float32) -> KindScores:
    """Score the likeliest kind of each pair."""
    told, wanted = probabilities.argmax(1), np.array([pair.kind for pair in pairs])
    polar = np.isin(wanted, _YES_NO) & np.isin(told, _YES_NO)
    wrong = float((told != wanted)[polar].mean()) if polar.any() else 0.0
    return KindScores(float((told == wanted).mean()), wrong)


_SIGNATURE = (
    tf.TensorSpec((None, None, 384), tf.float32),
    tf.TensorSpec((None, None), tf.float32),
    tf.TensorSpec((None, None), tf.int32),
)


def new_kind_model(encoder: TextEncoder, dropout: float) -> KindModel:
    """Build the model with layers 9 to 12 as the base has them."""
    model = KindModel(dropout)
    mask = np.ones((1, 8), np.float32)
    model((np.zeros((1, 8, 384), np.float32), mask, np.arange(8, dtype=np.int32)[None] // 4))
    load_top(model.top.layers, encoder.state_dict())
    return model


def _draw(bank: Bank, size: int, random_: random.Random) -> list[JudgedPair]:
    known = bank[random_.choice(sorted(bank))]
    pairs = []
    for _ in range(size):
        fact = random_.choice(known)  # most are from shops written by hand: they have many more facts
        question = random_.choice(fact.questions)
        kind, sentences = random_.choice(fact.variants)
        told = question.kind or (OPPOSITE.get(kind, kind) if question.flipped else kind)
        pairs.append(JudgedPair(question.text.states, random_.choice(sentences).states, ANSWERS.index(told)))
    return pairs


def train_kind(
    bank: Bank, validation: Sequence[JudgedPair], encoder: TextEncoder, runs: Path, settings: KindSettings
) -> tuple[KindModel, list[dict[str, float]]]:
    """Train for the steps given; resumes from the checkpoint in `runs`.

    Returns:
        The model with the best weights seen on the validation merchants, and the scores of each evaluation.
    """
    keras.utils.set_random_seed(settings.seed)
    keras.mixed_precision.set_global_policy(settings.precision)
    runs.mkdir(parents=True, exist_ok=True)
    model = new_kind_model(encoder, settings.dropout)
    optimizer = adamw(settings, settings.steps, spared=("bias", "LayerNorm", "segments"), floor=FLOOR)
    best = tf.Variable(-9.0, trainable=False)
    manager = resume(runs, model, optimizer, best=best)

    @tf.function(input_signature=(*_SIGNATURE, tf.TensorSpec((None,), tf.int32)))  # type: ignore[untyped-decorator]
    def step(states: Any, mask: Any, segment: Any, kinds: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model((states, mask, segment), training=True)
            wanted = tf.one_hot(kinds, len(ANSWERS)) * 0.95 + 0.05 / len(ANSWERS)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    random_ = random.Random(settings.seed + int(optimizer.iterations))

    def one_step() -> float:
        pairs = _draw(bank, settings.batch, random_)
        inputs = pair_up([pair.asked for pair in pairs], [pair.sentence for pair in pairs])
        return float(step(*inputs, np.array([pair.kind for pair in pairs], np.int32)))

    def scored() -> tuple[float, dict[str, float]]:
        scores = kind_score(validation, kind_probabilities(model, validation))
        return scores.combined, asdict(scores)

    history = train_to_best(
        "kind",
        model,
        optimizer,
        runs,
        one_step,
        scored,
        steps=settings.steps,
        evaluate_every=settings.evaluate_every,
        manager=manager,
        best=best,
    )
    return model, history
