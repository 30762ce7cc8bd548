"""`shopkeeper train reader`: pairs from the grammar without end, judged on the validation merchants."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tf_keras as keras
from safetensors.numpy import save_file
from tqdm import tqdm

from nlu_models.dialogue.corpus import ANSWERS, KINDS
from nlu_models.dialogue.grammar import Fact, Language
from nlu_models.dialogue.merchants import NOT_COVERED
from nlu_models.dialogue.pairs import pair_up, probabilities
from nlu_models.dialogue.reader_data import Group, JudgedQuestion, grammar_examples, groups_of
from nlu_models.dialogue.reader_model import ReaderModel, export_reader
from nlu_models.dialogue.similarity import FEATURES
from nlu_models.encoder.config import Float32
from nlu_models.encoder.fine_tuning import adamw, resume
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.encoder.tuned_top import load_top

SHOPS_TOGETHER = 4
FLOOR = 0.1
"""Share of the learning rate that is left at the end of a run: a longer one may go on from there."""


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """What a run depends on beside its data; no weights are shipped yet."""

    steps: int = 3000
    questions: int = 12
    candidates: int = 8
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup: float = 0.08
    dropout: float = 0.1
    evaluate_every: int = 200
    patience: int = 4
    precision: str = "float32"
    seed: int = 7


def batches(
    facts: Mapping[Language, Sequence[Fact]], encoder: TextEncoder, settings: ReaderSettings
) -> Iterator[list[Group]]:
    """Yield batches of questions of like length, from a few shops at a time."""
    random_ = random.Random(settings.seed)
    shops = grammar_examples(facts, random_)
    while True:
        pool = []
        for _ in range(SHOPS_TOGETHER):
            pool += groups_of(next(shops), encoder, random_, settings.candidates)
        pool.sort(key=lambda group: group.longest + random_.random() * 8)
        whole = len(pool) - len(pool) % settings.questions
        cut = [pool[at : at + settings.questions] for at in range(0, whole, settings.questions)]
        random_.shuffle(cut)
        yield from cut


def losses(relevance: Any, kinds: Any, target: Any) -> Any:
    """Return the loss of a batch of groups, a scalar.

    The first part is that of choosing among the candidates and "nothing answers" (a logit of 0); the second judges each
    sentence alone; the third is the kind of answer, of the sentences that answer.

    Args:
        relevance: `(Q, C)` logits.
        kinds: `(Q, C, 5)` logits.
        target: `(Q, C)` places in `KINDS`, 0 where the sentence does not answer.
    """
    gold = tf.cast(target > 0, tf.float32)
    covered = tf.reduce_max(gold, 1, keepdims=True)
    choices = tf.concat([tf.zeros_like(relevance[:, :1]), relevance], 1)
    right = tf.concat([1 - covered, gold], 1)
    reached = tf.reduce_logsumexp(choices - (1 - right) * 1e9, 1)
    choosing = tf.reduce_mean(tf.reduce_logsumexp(choices, 1) - reached)
    alone = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(gold * 0.95 + 0.02, relevance))
    wanted = tf.one_hot(tf.maximum(target - 1, 0), len(ANSWERS)) * 0.95 + 0.05 / len(ANSWERS)
    telling = tf.nn.softmax_cross_entropy_with_logits(wanted, kinds)
    return choosing + alone + tf.reduce_sum(telling * gold) / tf.maximum(tf.reduce_sum(gold), 1.0)


@dataclass(frozen=True, slots=True)
class ReadingScores:
    """Shares: of answerable questions with the right first sentence, with sentence and kind right; of questions
    rightly known to be answered or not; of yes and no answers that are the wrong way round."""

    sentence: float
    kind: float
    covered: float
    wrong_polarity: float
    loss: float

    @property
    def combined(self) -> float:
        """What the best weights are chosen by."""
        return self.sentence + self.kind + self.covered - self.wrong_polarity


def judge(model: ReaderModel, questions: Sequence[JudgedQuestion]) -> list[Float32]:
    """Return probabilities `(sentences, K)` over `KINDS` for each question."""
    flat = [
        (question.asked, states, features)
        for question in questions
        for states, features in zip(question.states, question.features, strict=True)
    ]
    order = sorted(range(len(flat)), key=lambda i: len(flat[i][0]) + len(flat[i][1]))
    found = np.zeros((len(flat), len(KINDS)), np.float32)
    for start in range(0, len(order), 96):
        rows = order[start : start + 96]
        inputs = pair_up([flat[i][0] for i in rows], [flat[i][1] for i in rows])
        relevance, kinds = _predict(model, *inputs, np.stack([flat[i][2] for i in rows]))
        found[rows] = probabilities(relevance.numpy(), kinds.numpy())
    cuts = np.cumsum([len(question.states) for question in questions])[:-1]
    return list(np.split(found, cuts))


_SIGNATURE = (
    tf.TensorSpec((None, None, 384), tf.float32),
    tf.TensorSpec((None, None), tf.float32),
    tf.TensorSpec((None, None), tf.int32),
    tf.TensorSpec((None, FEATURES), tf.float32),
)


def _predict(model: ReaderModel, states: Float32, mask: Float32, segment: Any, features: Float32) -> Any:
    if not hasattr(model, "compiled_call"):
        model.compiled_call = tf.function(lambda *inputs: model(inputs), input_signature=_SIGNATURE)
    return model.compiled_call(states, mask, segment, features)


def score(questions: Sequence[JudgedQuestion], judgements: Sequence[Float32]) -> ReadingScores:
    """Score the first sentence of each question; a question counts as covered where none is likelier `none`."""
    first = kind = covered = answerable = polar = wrong = 0
    losses = []
    for judged, found in zip(questions, judgements, strict=True):
        answering = 1 - found[:, 0]
        best = int(np.argmax(answering))
        says = answering[best] > 0.5
        wanted = judged.question.kind
        covered += says == (wanted != NOT_COVERED)
        for row, gold in enumerate(judged.gold):
            losses.append(-np.log(max(answering[row] if gold else found[row, 0], 1e-6)))
        if wanted == NOT_COVERED:
            continue
        answerable += 1
        right = judged.gold[best]
        first += right
        told = KINDS[1 + int(np.argmax(found[best, 1:]))]
        kind += right and told == wanted
        if right and says and wanted in ("yes", "no"):
            polar += 1
            wrong += told in ("yes", "no") and told != wanted
    return ReadingScores(
        first / answerable, kind / answerable, covered / len(questions), wrong / max(polar, 1), float(np.mean(losses))
    )


def new_reader(encoder: TextEncoder, dropout: float) -> ReaderModel:
    """Build the model with layers 9 to 12 as the base has them."""
    model = ReaderModel(dropout)
    mask = np.ones((1, 8), np.float32)
    model((np.zeros((1, 8, 384), np.float32), mask, mask.astype(np.int32), np.zeros((1, FEATURES), np.float32)))
    load_top(model.top.layers, encoder.state_dict())
    return model


def train_reader(
    facts: Mapping[Language, Sequence[Fact]],
    validation: Sequence[JudgedQuestion],
    encoder: TextEncoder,
    runs: Path,
    settings: ReaderSettings,
) -> tuple[ReaderModel, list[dict[str, float]]]:
    """Train until validation stops improving or the steps are done; resumes from the checkpoint in `runs`.

    Returns:
        The model with the best weights seen, and the scores of each evaluation.
    """
    keras.utils.set_random_seed(settings.seed)
    keras.mixed_precision.set_global_policy(settings.precision)
    model = new_reader(encoder, settings.dropout)
    optimizer = adamw(settings, settings.steps, spared=("bias", "LayerNorm", "segments", "similarity"), floor=FLOOR)
    best = tf.Variable(-9.0, trainable=False)  # kept with the rest: a resumed run must not prefer worse weights
    manager = resume(runs, model, optimizer, best=best)

    @tf.function(input_signature=(*_SIGNATURE, tf.TensorSpec((None, None), tf.int32)))  # type: ignore[untyped-decorator]
    def step(states: Any, mask: Any, segment: Any, features: Any, target: Any) -> Any:
        with tf.GradientTape() as tape:
            relevance, kinds = model((states, mask, segment, features), training=True)
            shape = tf.shape(target)
            kinds = tf.reshape(kinds, (shape[0], shape[1], len(ANSWERS)))
            loss = losses(tf.reshape(relevance, shape), kinds, target)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    writer = tf.summary.create_file_writer(str(runs))
    history: list[dict[str, float]] = []
    waited, seen = 0, list[float]()
    started = time.monotonic()
    begun = int(optimizer.iterations)
    source = batches(facts, encoder, replace(settings, seed=settings.seed + begun))
    if begun == 0:
        tqdm.write(json.dumps({"step": 0, **asdict(score(validation, judge(model, validation)))}))
    for number in tqdm(range(begun + 1, settings.steps + 1), initial=begun, total=settings.steps, mininterval=10):
        groups = next(source)
        asked = [group.question for group in groups for _ in group.sentences]
        inputs = pair_up(asked, [sentence for group in groups for sentence in group.sentences])
        features = np.concatenate([group.features for group in groups])
        seen.append(float(step(*inputs, features, np.array([group.kinds for group in groups], np.int32))))
        if number % settings.evaluate_every and number != settings.steps:
            continue
        scores = score(validation, judge(model, validation))
        row = {"step": number, "train_loss": float(np.mean(seen)), **asdict(scores)}
        history.append({**row, "combined": scores.combined, "seconds": round(time.monotonic() - started)})
        tqdm.write(json.dumps(history[-1]))
        with writer.as_default():
            for name, value in row.items():
                tf.summary.scalar(name, value, step=number)
        seen = []
        if scores.combined > float(best):
            best.assign(scores.combined)
            waited = 0
            save_file(export_reader(model), str(runs / "best.safetensors"))
            model.save_weights(str(runs / "best.weights.h5"))
        else:
            waited += 1
        manager.save()
        if waited >= settings.patience:
            break
    model.load_weights(str(runs / "best.weights.h5"))
    return model, history
