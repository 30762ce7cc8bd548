"""Fit the reader's upper layers and heads alone: its middle is run once for each row, which two cores can do.

Needs numpy and Keras.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.bert_layers import WIDTH, Arrays
from nlu_models.dialogue.fitting import adamw, fit
from nlu_models.dialogue.passages import MIDDLE
from nlu_models.dialogue.reader_fit import (
    KINDS,
    AskedShops,
    JudgedBatch,
    ReadingLoss,
    ReadingSettings,
    Row,
    reading_batch,
    reading_scores,
)
from nlu_models.dialogue.reader_net import UpperNet

_WIDTH_STEP: Final = 16
_BUFFER: Final = 16


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the shops' `question`, and the states of the reader's middle, `(T, D)`."""

    question: int
    row: Row
    states: NDArray[np.float16]


class _Trained(ReadingLoss, UpperNet):
    """The upper layers with their loss."""


def upper_batch(rows: Sequence[ReadRow]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `UpperNet` reads of some rows, and what it should tell."""
    width = -(-max(len(one.states) for one in rows) // _WIDTH_STEP) * _WIDTH_STEP
    inputs, wanted = reading_batch([one.row for one in rows], width)
    states = np.zeros((len(rows), width, WIDTH), np.float32)
    for at, one in enumerate(rows):
        states[at, : len(one.states)] = one.states
    return {"states": states, "parts": inputs["parts"], "mask": inputs["mask"]}, wanted


def fit_upper(
    reader: Arrays, rows: Sequence[ReadRow], shops: AskedShops, held: Sequence[ReadRow], runs: Path,
    settings: ReadingSettings,
) -> tuple[UpperNet, list[dict[str, float]]]:  # fmt: skip
    """Train a reader's upper layers further.

    Args:
        reader: its arrays.
        rows: to learn from.
        shops: that are held out.
        held: rows of their questions.
        runs: see `fit`.
        settings: of the run.

    Returns:
        The model with the best weights seen, and the scores of each evaluation; the first is of the reader as it was.
    """
    keras.utils.set_random_seed(settings.seed)
    model = _Trained(MIDDLE, KINDS, dropout=settings.dropout)
    model.build(None)
    model.go_on_from(reader)
    model.compile(optimizer=adamw(settings))

    def draw(seed: int) -> Iterator[tuple[Any, Any]]:
        random_ = random.Random(f"{settings.seed}-{seed}")
        order = random_.sample(range(len(rows)), len(rows))
        size = settings.batch
        for at in range(0, len(order) - size + 1, _BUFFER * size):
            some = sorted((rows[number] for number in order[at : at + _BUFFER * size]), key=_length)
            starts = range(0, len(some) - size + 1, size)
            for start in random_.sample(starts, len(starts)):
                yield upper_batch(some[start : start + size])

    def score() -> tuple[float, dict[str, float]]:
        return reading_scores(model, shops, [one.question for one in held], _judged(held, settings.batch))

    before = {"step": 0, **score()[1]}
    return model, [before, *fit(model, settings, draw, score, runs)]


def _length(row: ReadRow) -> int:
    return len(row.states)


def _judged(rows: Sequence[ReadRow], batch: int) -> Iterator[JudgedBatch]:
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].states))
    for at in range(0, len(order), batch):
        some = order[at : at + batch]
        yield some, *upper_batch([rows[number] for number in some])
