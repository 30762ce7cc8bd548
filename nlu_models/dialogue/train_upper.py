"""`shopkeeper train reader-upper`: the installed reader trained further on the prepared shops, above its middle."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nlu_models.dialogue.bert_layers import WIDTH, export_arrays
from nlu_models.dialogue.dialogue_model import Trunk
from nlu_models.dialogue.installed import installed_reader
from nlu_models.dialogue.prepared import load_arrays
from nlu_models.dialogue.reader_fit import AskedShops, Reader, ReadingSettings, Row
from nlu_models.dialogue.reader_runtime import ReaderRuntime
from nlu_models.dialogue.upper_fit import ReadRow, fit_upper
from nlu_models.encoder.config import E5_SMALL, Float32
from nlu_models.encoder.inference import softmax
from nlu_models.manifest import install_weights

_AT_ONCE: Final = 64


def run_upper(
    prepared: Path, out: Path, runs: Path, trunk: Trunk, base: str, settings: ReadingSettings, *, rows: int
) -> dict[str, Any]:
    """Train on what `prepare_reader` wrote, from the reader in `out` on, and install the weights.

    The generator, which goes on from the same middle, stays valid.

    Args:
        prepared: the folder of `prepare_reader`.
        out: where the weights are.
        runs: see `fit`; the middle's states are kept there too.
        trunk: the base's, as it is served.
        base: its fingerprint.
        settings: of the run.
        rows: how many rows are drawn to learn from, each question in its turn.

    Returns:
        The reader's entry in the manifest, with what was done as `upper`.

    Raises:
        EncoderError: there is no reader, or it was trained on another base.
    """
    started = time.monotonic()
    weights, entry = installed_reader(out, base)
    data = load_arrays(prepared / "reader.npz")
    start, end = (int(data[name]) for name in ("start", "end"))
    shops, held = (AskedShops.load(name, data) for name in ("training", "validation"))
    drawn = _drawn(shops, Reader(shops, start, end), settings, rows)
    judged = Reader(held, start, end).read()
    states, loss = _read([row for _, row in (*drawn, *judged)], data["pieces"], trunk, weights, runs / "read")
    read = [ReadRow(asked, row, some) for (asked, row), some in zip((*drawn, *judged), states, strict=True)]
    telling = telling_rows(loss[:rows], seed=settings.seed)
    model, history = fit_upper(weights, [read[at] for at in telling], held, read[rows:], runs, settings)
    about = {
        "command": "shopkeeper train reader-upper",
        **json.loads((prepared / "about.json").read_text()),
        "from_sha256": entry["sha256"],
        "rows": {"drawn": rows, "used": len(telling)},
        "settings": asdict(settings),
        "metrics": {"history": history},
        "backend": keras.backend.backend(),
        "seconds": round(time.monotonic() - started),
    }
    return install_weights(out, "reader", {**weights, **export_arrays(model)}, {**entry, "upper": about})


def _drawn(shops: AskedShops, reader: Reader, settings: ReadingSettings, rows: int) -> list[tuple[int, Row]]:
    """Return rows of the questions in random order, from the first one again where there are not enough."""
    random_ = random.Random(settings.seed)
    order = random_.sample(range(len(shops.kinds)), len(shops.kinds))
    asked = [order[at % len(order)] for at in range(rows)]
    return [(question, reader.draw(question, settings, random_)) for question in asked]


def telling_rows(loss: Float32, *, seed: int) -> list[int]:
    """Return which rows are learnt from: the three in ten that the reader tells worst, and a quarter of the others."""
    chances = np.where(loss >= np.quantile(loss, 0.7), 1.0, 0.25)
    found: list[int] = np.flatnonzero(np.random.default_rng(seed).random(len(loss)) < chances).tolist()
    return found


def _read(
    rows: Sequence[Row], pieces: NDArray[np.int64], trunk: Trunk, reader: Mapping[str, Float32], path: Path
) -> tuple[list[NDArray[np.float16]], Float32]:
    """Return the states of the reader's middle for each row, `(T, D)`, and its loss, `(R,)`, all as it is served; from
    the folder `path` where they are."""
    starts = np.cumsum([0, *(len(ids) for ids, *_ in rows)])
    if not (path / "loss.npy").exists() or len(np.load(path / "loss.npy")) != len(rows):
        path.mkdir(parents=True, exist_ok=True)
        flat = np.lib.format.open_memmap(path / "middle.npy", "w+", np.float16, (int(starts[-1]), WIDTH))
        loss = np.zeros(len(rows), np.float32)
        runtime = ReaderRuntime(E5_SMALL, reader, threads=0, precision="int8")
        order = sorted(range(len(rows)), key=lambda at: len(rows[at][0]))
        for begin in tqdm(range(0, len(order), _AT_ONCE), "read", mininterval=10):
            some = order[begin : begin + _AT_ONCE]
            parts = [rows[at][1] for at in some]
            middle, mask = runtime.middle(trunk.lower_states_of([pieces[rows[at][0]].tolist() for at in some]), parts)
            for at, state, judged in zip(some, middle, runtime.judge_middle(middle, mask, parts), strict=True):
                flat[starts[at] : starts[at + 1]] = state[: len(rows[at][0])]
                loss[at] = row_loss(rows[at], *judged)
        flat.flush()
        np.save(path / "loss.npy", loss)
    kept = np.load(path / "middle.npy", mmap_mode="r")
    return [kept[begin:end] for begin, end in pairwise(starts.tolist())], np.load(path / "loss.npy")


def row_loss(row: Row, answers: Float32, kinds: Float32) -> float:
    """Return `reading_loss` of one row."""
    _, _, gold, kind = row
    wanted = np.zeros(len(answers), np.float32)
    wanted[gold] = 1
    found = float(np.mean(np.logaddexp(0, answers) - answers * wanted))
    if gold and kind >= 0:
        found += 0.3 * float(-np.log(softmax(kinds[gold])[:, kind]).mean())
    return found
