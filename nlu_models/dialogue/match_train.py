"""`shopkeeper train matcher`: questions are brought near to the sentences that answer them."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from nlu_models.dialogue.match_model import MatchModel, contrastive_loss
from nlu_models.dialogue.padding import padded
from nlu_models.dialogue.reader_data import JudgedShop
from nlu_models.dialogue.text_bank import Bank, BankText
from nlu_models.encoder.config import Float32
from nlu_models.encoder.fine_tuning import FLOOR, adamw, resume, train_to_best
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.encoder.tuned_top import load_top

_EACH = 2
_TOPICAL = 0.7


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """What a run depends on beside its data.

    A step has questions and sentences of some `facts` of one bank, the grammar's in `grammar` of the steps, and up to
    `unanswered` questions of the same shops. `keep` weighs how far embeddings may move from the base's, so that what
    the base knows of other facts stays.
    """

    steps: int = 1500
    facts: int = 36
    unanswered: int = 12
    grammar: float = 0.3
    temperature: float = 0.03
    keep: float = 1.0
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float = 0.1
    evaluate_every: int = 100
    precision: str = "float32"
    seed: int = 7


@dataclass(frozen=True, slots=True)
class MatchScores:
    """Share of answerable questions whose nearest sentence answers, and the area under the ROC curve of telling
    answerable questions from others by how near the nearest sentence is."""

    sentence: float
    covered_auc: float

    @property
    def combined(self) -> float:
        """What the best weights are chosen by."""
        return self.sentence + self.covered_auc


def match_cosines(model: MatchModel, shops: Sequence[JudgedShop]) -> list[Float32]:
    """Return the cosines `(Q, N)` of each shop's questions and sentences."""
    return [embed(model, shop.asked) @ embed(model, shop.states).T for shop in shops]


def match_score(shops: Sequence[JudgedShop], cosines: Sequence[Float32]) -> MatchScores:
    """Score the nearest sentence of each question."""
    right = [
        bool(shop.gold[row, int(found[row].argmax())])
        for shop, found in zip(shops, cosines, strict=True)
        for row in np.flatnonzero(shop.covered)
    ]
    covered = np.concatenate([shop.covered for shop in shops])
    best = np.concatenate([found.max(1) for found in cosines])
    return MatchScores(float(np.mean(right)), float(roc_auc_score(covered, best)))


_SIGNATURE = (tf.TensorSpec((None, None, 384), tf.float32), tf.TensorSpec((None, None), tf.float32))


def embed(model: MatchModel, texts: Sequence[NDArray[Any]], batch: int = 96) -> Float32:
    """Return `(N, D)` for N texts as trunk states."""
    if not hasattr(model, "compiled_call"):
        model.compiled_call = tf.function(lambda *inputs: model(inputs), input_signature=_SIGNATURE)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found = np.zeros((len(texts), texts[0].shape[1]), np.float32)
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        found[rows] = model.compiled_call(*padded([texts[i] for i in rows])).numpy()
    return found


def new_match_model(encoder: TextEncoder, dropout: float) -> MatchModel:
    """Build the model with layers 9 to 12 as the base has them."""
    model = MatchModel(dropout)
    model((np.zeros((1, 8, 384), np.float32), np.ones((1, 8), np.float32)))
    load_top(model.top.layers, encoder.state_dict())
    return model


@dataclass(frozen=True, slots=True)
class _Batch:
    questions: list[BankText]
    sentences: list[BankText]
    answers: Float32


def _draw(bank: Bank, settings: MatchSettings, random_: random.Random) -> _Batch:
    every = bank[random_.choice(sorted(bank))]
    known = [fact for fact in every if fact.sentences]
    facts = random_.sample(known, min(settings.facts, len(known)))
    if random_.random() < _TOPICAL:  # neighbours of one topic are the hard ones to tell apart
        topics = sorted({fact.topic for fact in known})
        order = dict(zip(topics, random_.sample(range(len(topics)), len(topics)), strict=True))
        facts = sorted(random_.sample(known, len(known)), key=lambda fact: order[fact.topic])[: settings.facts]

    topics_here = {fact.topic for fact in facts}
    silent = [q for fact in every if not fact.sentences and fact.topic in topics_here for q in fact.questions]
    asked = [(q, fact) for fact in facts for q in random_.choices(fact.questions, k=_EACH)]
    told = [text for fact in facts for text in random_.choices(fact.sentences, k=_EACH)]
    answers = [[any(text is one for one in fact.sentences) for text in told] for _, fact in asked]
    unanswered = random_.sample(silent, min(settings.unanswered, len(silent)))
    answers += [[False] * len(told) for _ in unanswered]
    return _Batch([*(q for q, _ in asked), *unanswered], told, np.array(answers, np.float32))


def train_match(
    grammar: Bank,
    shops: Bank,
    validation: Sequence[JudgedShop],
    encoder: TextEncoder,
    runs: Path,
    settings: MatchSettings,
) -> tuple[MatchModel, list[dict[str, float]]]:
    """Train for the steps given; resumes from the checkpoint in `runs`.

    Returns:
        The model with the best weights seen on the validation merchants, and the scores of each evaluation.
    """
    keras.utils.set_random_seed(settings.seed)
    keras.mixed_precision.set_global_policy(settings.precision)
    runs.mkdir(parents=True, exist_ok=True)
    model = new_match_model(encoder, settings.dropout)
    optimizer = adamw(settings, settings.steps, spared=("bias", "LayerNorm"), floor=FLOOR)
    best = tf.Variable(-9.0, trainable=False)
    manager = resume(runs, model, optimizer, best=best)

    vectors = tf.TensorSpec((None, 384), tf.float32)
    signature = (*_SIGNATURE, vectors, *_SIGNATURE, vectors, tf.TensorSpec((None, None), tf.float32))

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator]
    def step(q: Any, q_mask: Any, q_base: Any, s: Any, s_mask: Any, s_base: Any, answers: Any) -> Any:
        with tf.GradientTape() as tape:
            asked, told = model((q, q_mask), training=True), model((s, s_mask), training=True)
            loss = contrastive_loss(asked, told, answers, settings.temperature)
            moved = (
                2 - tf.reduce_mean(tf.reduce_sum(asked * q_base, 1)) - tf.reduce_mean(tf.reduce_sum(told * s_base, 1))
            )
            total = loss + settings.keep * moved
        gradients = tape.gradient(total, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    random_ = random.Random(settings.seed + int(optimizer.iterations))

    def one_step() -> float:
        batch = _draw(grammar if random_.random() < settings.grammar else shops, settings, random_)
        parts = [
            (*padded([text.states for text in texts]), np.stack([text.embedding for text in texts]))
            for texts in (batch.questions, batch.sentences)
        ]
        return float(step(*parts[0], *parts[1], batch.answers))

    def scored() -> tuple[float, dict[str, float]]:
        scores = match_score(validation, match_cosines(model, validation))
        return scores.combined, asdict(scores)

    if int(optimizer.iterations) == 0:
        tqdm.write(json.dumps({"step": 0, **scored()[1]}))
    history = train_to_best(
        "match",
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
