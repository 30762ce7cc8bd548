"""Fit the reader: rows of a question and a passage, drawn from shops with their questions; needs numpy and Keras."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from nlu_models.dialogue.bert_layers import Arrays, import_arrays
from nlu_models.dialogue.fitting import binary_loss, compile_model, fit
from nlu_models.dialogue.passages import LONGEST_ROW, MOST_SENTENCES, reading_row
from nlu_models.dialogue.ragged import Ragged, arrays_of, fields_of
from nlu_models.dialogue.reader_net import ReaderNet

KINDS: Final = 5
_READ: Final = 4
_HEADLESS, _THINNED, _LEFT_OUT = 0.1, 0.4, 0.25
_NEARER: Final = 0.43
"""Of the exponential distribution by which other passages are drawn: the nearest in one of three rows."""
_WIDTHS: Final = {"jax": (160, LONGEST_ROW), "tensorflow": range(64, LONGEST_ROW + 1, 16)}
_BUFFER: Final = 12
_FAR_FROM_IT: Final = -50.0
Row = tuple[list[int], list[int], list[int], int]
"""Pieces, what each belongs to, the place in the row of each sentence that answers, and the kind, -1 for none."""


@dataclass(frozen=True, slots=True)
class AskedShops:
    """Shops with their questions, as numbers.

    Attributes:
        sentences: S, their pieces.
        headings: P, the pieces of each passage's heading.
        passages: `(P, 2)` the first sentence of each passage, and the one after its last.
        questions: pieces of each wording of the Q questions, V wordings each: question i has the rows from V i on.
        kinds: `(Q,)` the kind of the answer, -1 where the shop has none.
        gold: Q, the sentences that answer.
        near: `(Q, 8)` passages of the question's shop, the nearest first, -1 where there are no more.
    """

    sentences: Ragged
    headings: Ragged
    passages: NDArray[np.int32]
    questions: Ragged
    kinds: NDArray[np.int8]
    gold: Ragged
    near: NDArray[np.int32]

    @property
    def wordings(self) -> int:
        """How many wordings each question has."""
        return len(self.questions) // len(self.kinds)

    def save(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays with `name.` in front."""
        return arrays_of(self, name)

    @classmethod
    def load(cls, name: str, arrays: Any) -> AskedShops:
        """Read what `save` returned."""
        return cls(**fields_of(cls, name, arrays))


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """What a run depends on beside its data.

    `frozen` layers of the base stay as they are. `uncovered` of the questions drawn are such as the shop does not
    answer. Of the others `answering` are read with a passage that answers, `silenced` with the same without what
    answers, the rest with another passage of the shop.
    """

    steps: int = 4000
    batch: int = 128
    frozen: int = 4
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup: float = 0.08
    dropout: float = 0.1
    uncovered: float = 0.3
    answering: float = 0.6
    silenced: float = 0.2
    evaluate_every: int = 500
    minutes: float = 0.0
    precision: str = "float32"
    seed: int = 7


class _Trained(ReaderNet):
    """The reader with its loss."""

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return `reading_loss` of a batch."""
        return reading_loss(y, y_pred)


def reading_loss(wanted: Any, outputs: Any) -> Any:
    """Return the mean cross-entropy of the sentences, and of the kinds of those that answer.

    Args:
        wanted: `answers` and `real`, 0 where there is no sentence, `(B, S)`, and `kinds` `(B,)`, -1 for none.
        outputs: of the net.
    """
    answers, real, kinds = wanted["answers"], wanted["real"], wanted["kinds"]
    each = binary_loss(outputs["answers"], answers)
    answering = ops.sum(each * real) / ops.sum(real)
    log = ops.log_softmax(outputs["kinds"])
    told = ops.one_hot(ops.maximum(kinds, 0), KINDS, dtype="float32")
    judged = answers * ops.cast(kinds >= 0, "float32")[:, None]
    telling = -ops.sum(ops.sum(log * told[:, None, :], 2) * judged) / ops.maximum(ops.sum(judged), 1.0)
    return answering + 0.3 * telling


class Reader:
    """Draws rows from shops.

    Args:
        shops: to draw from.
        start: the piece that a row begins with.
        end: the piece that separates and ends.
    """

    def __init__(self, shops: AskedShops, start: int, end: int) -> None:
        self._shops, self._start, self._end = shops, start, end
        self._sentences = [shops.sentences[at] for at in range(len(shops.sentences))]
        self._passages = [range(*passage) for passage in shops.passages.tolist()]
        self._gold = [frozenset(shops.gold[at]) for at in range(len(shops.kinds))]
        passage_of = {sentence: at for at, passage in enumerate(self._passages) for sentence in passage}
        self._telling = [sorted({passage_of[sentence] for sentence in gold}) for gold in self._gold]
        self._unanswered = [at for at, gold in enumerate(self._gold) if not gold]
        self._answered = [at for at, gold in enumerate(self._gold) if gold]
        self._silent = [
            [at for at in near if at >= 0 and at not in telling]
            for near, telling in zip(shops.near.tolist(), self._telling, strict=True)
        ]

    def row(self, question: int, passage: int, *, wording: int = 0, left_out: frozenset[int] = frozenset(),
            headed: bool = True) -> Row:  # fmt: skip
        """Return a question with a passage, some of its sentences left out."""
        shops, gold = self._shops, self._gold[question]
        told = [at for at in self._passages[passage] if at not in left_out]
        ids, parts = reading_row(
            shops.questions[question * shops.wordings + wording],
            shops.headings[passage] if headed else [],
            [self._sentences[at] for at in told],
            start=self._start,
            end=self._end,
        )
        answers = [place for place, at in enumerate(told) if at in gold]
        return ids, parts, answers, int(shops.kinds[question]) if answers else -1

    def draw(self, settings: ReadingSettings, random_: random.Random) -> Row:
        """Return a row to learn from."""
        uncovered = random_.random() < settings.uncovered
        question = random_.choice(self._unanswered if uncovered else self._answered)
        gold, silent = self._gold[question], self._silent[question]
        wording, headed = random_.randrange(self._shops.wordings), random_.random() > _HEADLESS
        shape = random_.random()
        if gold and (shape < settings.answering + settings.silenced or not silent):
            passage = random_.choice(self._telling[question])
            others = frozenset(self._passages[passage]) - gold
            if shape > settings.answering and others:
                return self.row(question, passage, wording=wording, left_out=gold, headed=headed)
            thinned = random_.random() < _THINNED
            gone = frozenset(at for at in sorted(others) if thinned and random_.random() < _LEFT_OUT)
            return self.row(question, passage, wording=wording, left_out=gone, headed=headed)
        place = min(int(random_.expovariate(_NEARER)), len(silent) - 1)
        return self.row(question, silent[place], wording=wording, headed=headed)

    def read(self) -> list[tuple[int, Row]]:
        """Return each question with the passages nearest to it."""
        return [
            (question, self.row(question, int(passage)))
            for question, near in enumerate(self._shops.near)
            for passage in near[:_READ]
            if passage >= 0
        ]


def reading_batch(rows: Sequence[Row], width: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the net reads of some rows, and what it should tell."""
    size = len(rows)
    ids, parts = np.zeros((size, width), np.int32), np.zeros((size, width), np.int32)
    mask, answers = np.zeros((size, width), np.float32), np.zeros((size, MOST_SENTENCES), np.float32)
    real, kinds = np.zeros((size, MOST_SENTENCES), np.float32), np.zeros(size, np.int32)
    for at, (some, belongs, gold, kind) in enumerate(rows):
        ids[at, : len(some)], parts[at, : len(some)], mask[at, : len(some)] = some, belongs, 1
        answers[at, gold] = 1
        real[at, : max(max(belongs) - 2, 0)] = 1
        kinds[at] = kind
    return {"ids": ids, "parts": parts, "mask": mask}, {"answers": answers, "real": real, "kinds": kinds}


def fit_reader(
    base: Arrays, data: Arrays, runs: Path, settings: ReadingSettings, earlier: Arrays | None = None
) -> tuple[ReaderNet, list[dict[str, float]]]:
    """Train on the shops `training` of `data`, judged on its shops `validation`.

    Args:
        base: the base's arrays.
        data: what `prepare_reader` wrote.
        runs: see `fit`.
        settings: of the run.
        earlier: weights of a reader to go on from, as `export_arrays` returned them.

    Returns:
        The model with the mean of the best weights seen and the last, and the scores of each evaluation.
    """
    keras.utils.set_random_seed(settings.seed)
    keras.config.set_dtype_policy(settings.precision)
    start, end = (int(data[name]) for name in ("start", "end"))
    shops, held = (AskedShops.load(name, data) for name in ("training", "validation"))
    reader, judge = Reader(shops, start, end), Reader(held, start, end).read()
    model = _Trained(data["words"], base["positions"], KINDS, frozen=settings.frozen, dropout=settings.dropout)
    model.build(None)
    model.start_from(base)
    if earlier is not None:
        import_arrays(model.named(), earlier)
    compile_model(model, settings)

    def draw(seed: int) -> Iterator[tuple[Any, Any]]:
        random_ = random.Random(f"{settings.seed}-{seed}")
        while True:
            rows = [reader.draw(settings, random_) for _ in range(_BUFFER * settings.batch)]
            rows.sort(key=lambda row: len(row[0]))
            for at in random_.sample(range(_BUFFER), _BUFFER):
                some = rows[at * settings.batch : (at + 1) * settings.batch]
                yield reading_batch(some, _width(len(some[-1][0])))

    def score() -> tuple[float, dict[str, float]]:
        return _scores(model, held, judge, settings.batch)

    return model, fit(model, settings, draw, score, runs, mean_with_last=True)


def _width(longest: int) -> int:
    return next(width for width in _WIDTHS[keras.backend.backend()] if longest <= width)


def _scores(
    model: ReaderNet, shops: AskedShops, rows: Sequence[tuple[int, Row]], batch: int
) -> tuple[float, dict[str, float]]:
    """Return the share of answerable questions whose best sentence answers, how well the best logit tells whether one
    does (AUC), the share whose kind is right there, and of yes and no told as either the share that is wrong."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at][1][0]))
    best: dict[int, tuple[float, bool, int]] = {}
    for at in range(0, len(order), batch):
        some = [rows[i] for i in order[at : at + batch]]
        filled = [row for _, row in some] + [some[0][1]] * (batch - len(some))
        inputs, wanted = reading_batch(filled, _width(len(some[-1][1][0])))
        outputs = model.predict_on_batch(inputs)
        logits = np.where(wanted["real"] > 0, outputs["answers"], _FAR_FROM_IT)
        for place, (question, _) in enumerate(some):
            top = int(logits[place].argmax())
            answers, kind = bool(wanted["answers"][place, top]), int(outputs["kinds"][place, top].argmax())
            found = float(logits[place, top]), answers, kind
            best[question] = max(best.get(question, (_FAR_FROM_IT, False, 0)), found)
    covered = np.array([bool(shops.gold[i]) for i in range(len(shops.kinds))])
    logit = np.array([best[i][0] for i in range(len(covered))])
    right = np.array([best[i][1] for i in range(len(covered))])
    told = np.array([best[i][2] for i in range(len(covered))])
    yes_no = right & (shops.kinds >= 0) & (shops.kinds < 2) & (told < 2)
    scores = {
        "sentence": float(right[covered].mean()),
        "covered_auc": _auc(logit[covered], logit[~covered]),
        "kind": float((told == shops.kinds)[right].mean()) if right.any() else 0.0,
        "wrong_polarity": float((told != shops.kinds)[yes_no].mean()) if yes_no.any() else 1.0,
    }
    return scores["sentence"] + scores["covered_auc"], {name: round(value, 4) for name, value in scores.items()}


def _auc(positive: NDArray[Any], negative: NDArray[Any]) -> float:
    """Return how often one of the first is above one of the second."""
    if not len(positive) or not len(negative):
        return 0.5
    above = (positive[:, None] > negative[None]).mean() + 0.5 * (positive[:, None] == negative[None]).mean()
    return float(above)
