"""`shopkeeper train generator`: sentences and replies from the grammar without end.

Judged by the loss on made-up shops of another seed.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tqdm import tqdm

from nlu_models.dialogue.corpus import WordingExample, make_shop, wording_examples
from nlu_models.dialogue.generator_model import GeneratorModel, export_generator, generator_loss
from nlu_models.dialogue.grammar import Fact, Language
from nlu_models.dialogue.wording import SYMBOLS, Pieces, conditions, mask, mask_like
from nlu_models.encoder.fine_tuning import FLOOR, adamw, resume
from nlu_models.encoder.trunk import TextEncoder

SHOPS_TOGETHER = 3
MOST_PIECES = 72


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """What a run depends on beside its data; no weights are shipped yet."""

    steps: int = 3000
    batch: int = 32
    learning_rate: float = 3e-4
    weight_decay: float = 0.01
    warmup: float = 0.08
    dropout: float = 0.1
    smoothing: float = 0.05
    vocabulary: int = 6000
    evaluate_every: int = 300
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Pair:
    """A masked sentence as pieces with trunk states `(S, D)`, and the masked reply as pieces, its end included."""

    ids: list[int]
    states: NDArray[np.float32]
    conditions: list[int]
    reply: list[int]


def masked_pair(example: WordingExample, random_: random.Random) -> tuple[str, str] | None:
    """Return sentence and reply with symbols for their values, the symbols shuffled so that all are learned."""
    masked = mask(example.sentence)
    reply = mask_like(example.reply, masked.values)
    if reply is None:
        return None
    order = random_.sample(SYMBOLS, len(SYMBOLS))
    table = str.maketrans(dict(zip(SYMBOLS, order, strict=True)))
    return masked.text.translate(table), reply.translate(table)


def pairs_of(examples: Sequence[WordingExample], encoder: TextEncoder, random_: random.Random) -> list[Pair]:
    """Encode examples; those whose reply has a value that the sentence lacks are left out."""
    found = [(e, texts) for e in examples if (texts := masked_pair(e, random_)) is not None]
    pieces = Pieces(encoder.tokenizer)
    states = encoder.trunk_states([texts[0] for _, texts in found], kind="passage", progress=False)
    tokens = encoder.tokenizer.encode_batch([texts[0] for _, texts in found], kind="passage")
    replies = pieces.ids([texts[1] for _, texts in found])
    return [
        Pair(
            t.ids,
            s,
            conditions(example.kind, example.manner, example.language),
            [*reply[: MOST_PIECES - 1], pieces.end],
        )
        for (example, _), t, s, reply in zip(found, tokens, states, replies, strict=True)
    ]


def batches(
    facts: Mapping[Language, Sequence[Fact]], encoder: TextEncoder, settings: GeneratorSettings
) -> Iterator[list[Pair]]:
    """Yield batches of like length, from a few made-up shops at a time."""
    random_ = random.Random(settings.seed)
    while True:
        examples = [
            example
            for _ in range(SHOPS_TOGETHER)
            for known in facts.values()
            for example in wording_examples(make_shop(known, random_), random_)
        ]
        pool = pairs_of(examples, encoder, random_)
        pool.sort(key=lambda pair: len(pair.reply) + random_.random() * 4)
        cut = [pool[at : at + settings.batch] for at in range(0, len(pool), settings.batch)]
        random_.shuffle(cut)
        yield from cut


def choose_vocabulary(
    facts: Mapping[Language, Sequence[Fact]], encoder: TextEncoder, size: int, random_: random.Random
) -> NDArray[np.int32]:
    """Return the ids, ascending, of the pieces that replies and sentences of the grammar use most."""
    pieces = Pieces(encoder.tokenizer)
    counts: Counter[int] = Counter()
    for _ in range(40):
        for known in facts.values():
            for example in wording_examples(make_shop(known, random_), random_):
                texts = masked_pair(example, random_)
                if texts is not None:
                    sentence, reply = pieces.ids(texts)
                    counts.update(sentence)
                    counts.update(dict.fromkeys(reply, 5))
    always = {pieces.end, *(i for row in pieces.ids([*SYMBOLS, *(f"a {s}" for s in SYMBOLS)]) for i in row)}
    kept = always | {piece for piece, _ in counts.most_common(size - len(always))}
    return np.array(sorted(kept), np.int32)


def as_arrays(pairs: Sequence[Pair], vocabulary: NDArray[np.int32], start: int) -> tuple[Any, ...]:
    """Return states, mask, conditions, the pieces before, their places in the vocabulary, copies and weights."""
    source, target = max(len(p.ids) for p in pairs), max(len(p.reply) for p in pairs)
    count = len(pairs)
    states = np.zeros((count, source, pairs[0].states.shape[1]), np.float32)
    mask_, weights = np.zeros((count, source), np.float32), np.zeros((count, target), np.float32)
    before = np.full((count, target), start, np.int32)
    places = np.full((count, target), -1, np.int32)
    copies = np.zeros((count, target, source), np.float32)
    for row, pair in enumerate(pairs):
        states[row, : len(pair.ids)], mask_[row, : len(pair.ids)] = pair.states, 1
        reply = np.array(pair.reply)
        before[row, 1 : len(reply)] = reply[:-1]
        weights[row, : len(reply)] = 1
        at = np.searchsorted(vocabulary, reply)
        at = np.where((at < len(vocabulary)) & (vocabulary[np.minimum(at, len(vocabulary) - 1)] == reply), at, -1)
        places[row, : len(reply)] = at
        copies[row, : len(reply), : len(pair.ids)] = reply[:, None] == np.array(pair.ids)[None]
    wanted = np.array([pair.conditions for pair in pairs], np.int32)
    return states, mask_, wanted, before, places, copies, weights


_FLOAT, _INT = tf.float32, tf.int32
_SIGNATURE = (
    tf.TensorSpec((None, None, 384), _FLOAT), tf.TensorSpec((None, None), _FLOAT), tf.TensorSpec((None, 3), _INT),
    tf.TensorSpec((None, None), _INT), tf.TensorSpec((None, None), _INT), tf.TensorSpec((None, None, None), _FLOAT),
    tf.TensorSpec((None, None), _FLOAT),
)  # fmt: skip


def new_generator(
    encoder: TextEncoder, vocabulary: NDArray[np.int32], sample: Sequence[str], dropout: float
) -> GeneratorModel:
    """Build the model from the base; `sample` are sentences whose trunk states give mean and scale."""
    base = encoder.state_dict()
    states = np.concatenate(encoder.trunk_states(sample, kind="passage", progress=False))
    positions = base["embeddings.position_embeddings.weight"] + base["embeddings.token_type_embeddings.weight"][0]
    model = GeneratorModel(
        vocabulary, base["embeddings.word_embeddings.weight"], positions, states.mean(0), states.std(0) + 1e-4, dropout
    )
    model((states[None, :4], np.ones((1, 4), np.float32), np.zeros((1, 3), np.int32), np.zeros((1, 4), np.int32)))
    model.start_from(base)
    return model


def train_generator(
    facts: Mapping[Language, Sequence[Fact]], encoder: TextEncoder, runs: Path, settings: GeneratorSettings
) -> tuple[GeneratorModel, list[dict[str, float]]]:
    """Train for the steps given; resumes from the checkpoint in `runs`.

    Returns:
        The model, and the losses: on the grammar as trained, and on shops of another seed.
    """
    keras.utils.set_random_seed(settings.seed)
    random_ = random.Random(settings.seed)
    vocabulary = choose_vocabulary(facts, encoder, settings.vocabulary, random_)
    sample = [s.text for known in facts.values() for s in make_shop(known, random_)]
    model = new_generator(encoder, vocabulary, sample, settings.dropout)
    optimizer = adamw(settings, settings.steps, spared=("bias", "norm", "conditions"), floor=FLOOR)
    manager = resume(runs, model, optimizer)
    start = Pieces(encoder.tokenizer).start

    @tf.function(input_signature=_SIGNATURE)  # type: ignore[untyped-decorator]
    def step(states: Any, mask_: Any, wanted: Any, before: Any, places: Any, copies: Any, weights: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = model((states, mask_, wanted, before), training=True)
            loss = generator_loss(outputs, places, copies, weights, settings.smoothing)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    @tf.function(input_signature=_SIGNATURE)  # type: ignore[untyped-decorator]
    def measure(states: Any, mask_: Any, wanted: Any, before: Any, places: Any, copies: Any, weights: Any) -> Any:
        return generator_loss(model((states, mask_, wanted, before)), places, copies, weights, 0.0)

    writer = tf.summary.create_file_writer(str(runs))
    held_out = batches(facts, encoder, replace(settings, seed=settings.seed + 1_000_003))
    held = [as_arrays(next(held_out), vocabulary, start) for _ in range(12)]
    begun = int(optimizer.iterations)
    source = batches(facts, encoder, replace(settings, seed=settings.seed + begun))
    history: list[dict[str, float]] = []
    losses: list[float] = []
    started = time.monotonic()
    for number in tqdm(range(begun + 1, settings.steps + 1), initial=begun, total=settings.steps, mininterval=10):
        losses.append(float(step(*as_arrays(next(source), vocabulary, start))))
        if number % settings.evaluate_every and number != settings.steps:
            continue
        row = {
            "step": number,
            "train_loss": float(np.mean(losses)),
            "loss": float(np.mean([measure(*a) for a in held])),
        }
        history.append({**row, "seconds": round(time.monotonic() - started)})
        tqdm.write(json.dumps(history[-1]))
        with writer.as_default():
            for name, value in row.items():
                tf.summary.scalar(name, value, step=number)
        losses = []
        manager.save()
        save_file(export_generator(model), str(runs / "last.safetensors"))
    return model, history
