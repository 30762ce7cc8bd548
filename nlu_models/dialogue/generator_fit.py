"""The generator's training on prepared pairs: a question and the sentences that answer it, and the reply."""

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

from nlu_models.dialogue.batches import batches_of
from nlu_models.dialogue.bert_layers import Arrays
from nlu_models.dialogue.fitting import adamw, fit
from nlu_models.dialogue.generator_net import GeneratorNet

LONGEST_REPLY: Final = 64


@dataclass(frozen=True, slots=True)
class Pairs:
    """N sources and replies.

    Attributes:
        source: `(pieces of all,)` places in the word table of the data; source i is `[starts[i], starts[i + 1])`.
        starts: `(N + 1,)`.
        reply: the same of the replies, the end piece included.
        reply_starts: `(N + 1,)`.
        conditions: `(N, 3)` rows of the condition table.
    """

    source: NDArray[np.uint16]
    starts: NDArray[np.int64]
    reply: NDArray[np.uint16]
    reply_starts: NDArray[np.int64]
    conditions: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.conditions)

    def save(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays with `name.` in front."""
        return {f"{name}.{key}": getattr(self, key) for key in self.__slots__}

    @classmethod
    def load(cls, name: str, arrays: Any) -> Pairs:
        """Read what `save` returned."""
        return cls(**{key: arrays[f"{name}.{key}"] for key in cls.__slots__})


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """What a run depends on beside its data; `shares` of the batches are from shops, the grammar, and policies."""

    steps: int = 3200
    batch: int = 128
    learning_rate: float = 3e-4
    weight_decay: float = 0.01
    warmup: float = 0.06
    dropout: float = 0.15
    smoothing: float = 0.05
    shares: tuple[float, float, float] = (0.65, 0.25, 0.1)
    evaluate_every: int = 400
    minutes: float = 0.0
    precision: str = "float32"
    seed: int = 7


class _Trained(GeneratorNet):
    """The generator with its loss."""

    smoothing = 0.0

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Return `generator_loss` of a batch."""
        return generator_loss(x, y, y_pred, self.smoothing)


def generator_loss(inputs: Any, wanted: Any, outputs: Any, smoothing: float) -> Any:
    """Return the mean negative log likelihood of the reply's pieces, vocabulary and pointer mixed.

    Args:
        inputs: see `GeneratorNet`.
        wanted: `pieces`, their `places` in the vocabulary, -1 for none, and `real`, 0 at padding, all `(B, T)`.
        outputs: of the net.
        smoothing: of the vocabulary's labels.

    Source:
        See et al. 2017, eq. 9.
    """
    places, real = wanted["places"], wanted["real"]
    known = ops.cast(places >= 0, "float32")
    log = ops.log_softmax(outputs["logits"])
    chosen = ops.take_along_axis(log, ops.maximum(places, 0)[:, :, None], axis=2)[:, :, 0]
    softened = (1 - smoothing) * chosen + smoothing * ops.mean(log, 2)
    copies = ops.cast(wanted["pieces"][:, :, None] == inputs["ids"][:, None, :], "float32") * inputs["mask"][:, None, :]
    spoken = ops.exp(softened) * known * outputs["gate"]
    copied = ops.sum(outputs["pointed"] * copies, 2) * (1 - outputs["gate"])
    return -ops.sum(ops.log(spoken + copied + 1e-9) * real) / ops.sum(real)


def wording_batch(
    pairs: Pairs, chosen: Sequence[int], width: int, lookup: NDArray[np.int32], start: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the generator reads of some pairs, and what it should write.

    Args:
        pairs: all.
        chosen: the numbers of B pairs.
        width: of the sources, padded.
        lookup: `(P,)` the place of each piece in the vocabulary, -1 for none.
        start: the piece that a reply begins with.
    """
    size = len(chosen)
    ids, mask = np.zeros((size, width), np.int32), np.zeros((size, width), np.float32)
    pieces, real = np.zeros((size, LONGEST_REPLY), np.int32), np.zeros((size, LONGEST_REPLY), np.float32)
    for at, number in enumerate(chosen):
        source = pairs.source[pairs.starts[number] : pairs.starts[number + 1]]
        reply = pairs.reply[pairs.reply_starts[number] : pairs.reply_starts[number + 1]]
        ids[at, : len(source)], mask[at, : len(source)] = source, 1
        pieces[at, : len(reply)], real[at, : len(reply)] = reply, 1
    before = np.concatenate([np.full((size, 1), start, np.int32), pieces[:, :-1]], 1)
    inputs = {"ids": ids, "mask": mask, "conditions": pairs.conditions[list(chosen)].astype(np.int32), "before": before}
    return inputs, {"pieces": pieces, "places": lookup[pieces], "real": real}


def fit_generator(
    base: Arrays, data: Arrays, runs: Path, settings: GeneratorSettings
) -> tuple[GeneratorNet, list[dict[str, float]]]:
    """Train on the pairs `shops`, `grammar` and `policies` of `data`, judged by the loss on its pairs `validation`.

    Args:
        base: the base's arrays.
        data: what `prepare_generator` wrote.
        runs: see `fit`.
        settings: of the run.

    Returns:
        The model with the best weights seen, and the scores of each evaluation.
    """
    keras.utils.set_random_seed(settings.seed)
    keras.config.set_dtype_policy(settings.precision)
    parts = [Pairs.load(name, data) for name in ("shops", "grammar", "policies")]
    held = Pairs.load("validation", data)
    vocabulary, start = data["vocabulary"], int(data["start"])
    lookup = np.full(len(data["words"]), -1, np.int32)
    lookup[vocabulary] = np.arange(len(vocabulary))
    model = _Trained(data["words"], base["positions"], vocabulary, settings.dropout)
    model.build(None)
    model.start_from(base)
    model.smoothing = settings.smoothing
    model.compile(optimizer=adamw(settings))

    def draw(seed: int) -> Iterator[tuple[Any, Any]]:
        random_ = random.Random(f"{settings.seed}-{seed}")
        sources = [batches_of(np.diff(pairs.starts).tolist(), settings.batch, random_) for pairs in parts]
        while True:
            (part,) = random_.choices(range(len(parts)), settings.shares)
            batch = next(sources[part], None)
            if batch is None:
                return
            yield wording_batch(parts[part], *batch, lookup, start)

    def score() -> tuple[float, dict[str, float]]:
        loss = _loss(model, held, lookup, start, settings.batch)
        return -loss, {"loss": round(loss, 4)}

    return model, fit(model, settings, draw, score, runs)


def _loss(model: _Trained, held: Pairs, lookup: NDArray[np.int32], start: int, batch: int) -> float:
    """Return the mean loss, without smoothing and dropout."""
    lengths = np.diff(held.starts).tolist()
    losses = []
    for chosen, width in batches_of(lengths, min(batch, len(held)), None):
        inputs, wanted = wording_batch(held, chosen, width, lookup, start)
        losses.append(float(generator_loss(inputs, wanted, model.predict_on_batch(inputs), 0.0)))
    return float(np.mean(losses))
