"""The generator's training: a question and a text, which of its words stay, and what is said between them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from nlu_models.dialogue.batches import batches_of
from nlu_models.dialogue.bert_layers import WIDTH, Arrays
from nlu_models.dialogue.editing_row import EditingRow
from nlu_models.dialogue.fitting import binary_loss, compile_model, fit
from nlu_models.dialogue.generator_net import GeneratorNet


@dataclass(frozen=True, slots=True)
class EditedRow:
    """What the generator reads, the states of the reader's middle, `(T, D)`, and what it should tell: for each unit and
    the end whether the reply keeps it, and the number of the phrase before it, 0 for none."""

    row: EditingRow
    states: NDArray[np.float16]
    keep: Sequence[int]
    phrases: Sequence[int]

    @property
    def width(self) -> int:
        """How wide it is, as pieces or as units."""
        return max(len(self.states), len(self.keep))


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """What a run depends on beside its data."""

    steps: int = 1000
    batch: int = 32
    learning_rate: float = 1.5e-4
    weight_decay: float = 0.01
    warmup: float = 0.08
    dropout: float = 0.1
    evaluate_every: int = 200
    minutes: float = 0.0
    seed: int = 7


class _Trained(GeneratorNet):
    """The generator with its loss."""

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return `editing_loss` of a batch."""
        return editing_loss(y, y_pred)


def editing_loss(wanted: Any, outputs: Any) -> Any:
    """Return the mean cross-entropy of keeping and of phrases, added up.

    Args:
        wanted: `keep` and `phrases`, and `real`, 0 where there is no unit, all `(B, U)`.
        outputs: of the net.
    """
    keeping = binary_loss(outputs["keep"], wanted["keep"])
    log = ops.log_softmax(outputs["phrases"])
    saying = -ops.take_along_axis(log, wanted["phrases"][:, :, None], axis=2)[:, :, 0]
    return ops.sum((keeping + saying) * wanted["real"]) / ops.sum(wanted["real"])


def editing_batch(rows: Sequence[EditedRow], width: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the net reads of some rows, padded to a width, and what it should tell."""
    size = len(rows)
    units, places, keep, phrases = (np.zeros((size, width), np.int32) for _ in range(4))
    states = np.zeros((size, width, WIDTH), np.float32)
    mask, real = np.zeros((size, width), np.float32), np.zeros((size, width), np.float32)
    for at, one in enumerate(rows):
        pieces, told = len(one.states), len(one.keep)
        states[at, :pieces], mask[at, :pieces] = one.states, 1
        units[at, :told], places[at, :told], real[at, :told] = one.row.units, one.row.places, 1
        keep[at, :told], phrases[at, :told] = one.keep, one.phrases
    inputs = {"states": states, "mask": mask, "units": units, "places": places}
    return inputs, {"keep": keep.astype(np.float32), "phrases": phrases, "real": real}


def fit_generator(
    reader: Arrays,
    rows: Sequence[EditedRow],
    held: Sequence[EditedRow],
    phrases: int,
    runs: Path,
    settings: GeneratorSettings,
) -> tuple[GeneratorNet, list[dict[str, float]]]:
    """Train on rows, judged by the loss on those held out.

    Args:
        reader: the installed reader's arrays.
        rows: to learn from.
        held: of other shops.
        phrases: how many there are.
        runs: see `fit`.
        settings: of the run.

    Returns:
        The model with the best weights seen, and the scores of each evaluation.
    """
    keras.utils.set_random_seed(settings.seed)
    model = _Trained(phrases, dropout=settings.dropout)
    model.build(None)
    model.start_from(reader)
    compile_model(model, settings)
    widths = [row.width for row in rows]

    def draw(seed: int) -> Iterator[tuple[Any, Any]]:
        for chosen, width in batches_of(widths, settings.batch, random.Random(f"{settings.seed}-{seed}")):
            yield editing_batch([rows[number] for number in chosen], width)

    def score() -> tuple[float, dict[str, float]]:
        return _scores(model, held, settings.batch)

    return model, fit(model, settings, draw, score, runs)


def _scores(model: _Trained, held: Sequence[EditedRow], batch: int) -> tuple[float, dict[str, float]]:
    """Return the loss, the share of units kept or left out rightly, of phrases said rightly where there is one, and of
    texts edited without any fault; best is the lowest loss."""
    rows: dict[int, tuple[float, float, float, float]] = {}
    for chosen, width in batches_of([row.width for row in held], batch, None):
        inputs, wanted = editing_batch([held[number] for number in chosen], width)
        outputs = model.predict_on_batch(inputs)
        real = wanted["real"] > 0
        kept = (outputs["keep"] > 0) == (wanted["keep"] > 0)
        said = outputs["phrases"].argmax(2) == wanted["phrases"]
        loss = float(ops.convert_to_numpy(editing_loss(wanted, outputs)))
        for at, number in enumerate(chosen):
            told = wanted["phrases"][at] > 0
            share = float(said[at][told].mean()) if told.any() else -1.0
            whole = bool((kept[at] & said[at])[real[at]].all())
            rows[number] = loss, float(kept[at][real[at]].mean()), share, whole
    found = np.array(list(rows.values()))
    phrases = found[:, 2][found[:, 2] >= 0]
    scores = {
        "loss": float(found[:, 0].mean()),
        "keep": float(found[:, 1].mean()),
        "phrases": float(phrases.mean()) if len(phrases) else 1.0,
        "whole": float(found[:, 3].mean()),
    }
    return -scores["loss"], {name: round(value, 4) for name, value in scores.items()}
