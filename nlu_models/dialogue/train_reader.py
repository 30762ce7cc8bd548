"""`shopkeeper train reader`: shops and their questions as arrays in a folder, and the training on them.

The second step needs no more than numpy, Keras and safetensors: it runs where the GPU is.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from nlu_models.dialogue.bert_layers import export_arrays
from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question, load_merchants
from nlu_models.dialogue.passages import passages_of
from nlu_models.dialogue.prepared import load_arrays, pieces_of, places_of, save_arrays, save_base
from nlu_models.dialogue.ragged import Ragged
from nlu_models.dialogue.reader_data import answers
from nlu_models.dialogue.reader_fit import AskedShops, ReadingSettings, fit_reader
from nlu_models.dialogue.sections import question_text, sentence_text
from nlu_models.dialogue.wording import Pieces
from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.messages import Message
from nlu_models.manifest import digest_of, install_weights

if TYPE_CHECKING:
    from nlu_models.encoder.trunk import TextEncoder

_WORDINGS: Final = 3
_NEAR: Final = 8


def prepare_reader(data: Path, folder: Path, encoder: TextEncoder, *, seed: int = 7) -> dict[str, int]:
    """Write `base.npz`, `reader.npz` and `about.json`; returns how many questions each part has.

    Raises:
        MerchantError: a file of the data is not as data/README.md describes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    save_base(folder, encoder)
    random_ = random.Random(seed)
    parts = {name: load_merchants(data / "merchants" / name) for name in ("training", "validation")}
    asked = {
        name: {question: _wordings(question, random_, some=1 if name == "validation" else _WORDINGS)
               for merchant in merchants for question in merchant.questions}
        for name, merchants in parts.items()
    }  # fmt: skip
    pieces = Pieces(encoder.tokenizer)
    texts = [text for some in asked.values() for wordings in some.values() for text in wordings]
    told = [s for merchants in parts.values() for m in merchants for rows in m.policies.values() for s in rows]
    ids = pieces_of([*texts, *(s.text for s in told), *(s.heading for s in told)], pieces)
    words = encoder.state_dict()["embeddings.word_embeddings.weight"]
    places, table = places_of([*ids.values(), [pieces.start, pieces.end]], words)
    own = {text: places[some].tolist() for text, some in ids.items()}
    arrays: dict[str, NDArray[Any]] = {
        "words": table,
        "start": places[pieces.start],
        "end": places[pieces.end],
    }
    counts = {}
    for name, merchants in parts.items():
        shops = _as_numbers(merchants, asked[name], own, encoder)
        arrays |= shops.save(name)
        counts[name] = len(shops.kinds)
    save_arrays(folder / "reader.npz", arrays)
    about = {
        "data_sha256": digest_of([data / "merchants" / "training"]),
        "base_sha256": encoder.base_hash,
        "questions": counts,
    }
    (folder / "about.json").write_text(json.dumps(about, indent=1))
    return counts


def run_reader(
    prepared: Path, out: Path, runs: Path, settings: ReadingSettings, go_on: Path | None = None
) -> dict[str, Any]:
    """Train on what `prepare_reader` wrote; installs the weights and returns their entry in the manifest.

    Args:
        prepared: the folder written.
        out: where the weights go.
        runs: see `fit`.
        settings: of the run.
        go_on: a reader's weights to begin with; else the base's upper layers.
    """
    started = time.monotonic()
    data, base = load_arrays(prepared / "reader.npz"), load_arrays(prepared / "base.npz")
    begun = {"earlier_sha256": hashlib.sha256(go_on.read_bytes()).hexdigest()} if go_on else {}
    model, history = fit_reader(base, data, runs, settings, load_file(go_on) if go_on else None)
    entry = {
        "command": "shopkeeper train reader",
        **json.loads((prepared / "about.json").read_text()),
        **begun,
        "settings": asdict(settings),
        "metrics": {"history": history},
        "backend": keras.backend.backend(),
        "seconds": round(time.monotonic() - started),
    }
    return install_weights(out, "reader", export_arrays(model), entry)


def _wordings(question: Question, random_: random.Random, *, some: int) -> list[str]:
    """Return a question as it was written, and typed badly."""
    found = [question.asked]
    for _ in range(some - 1):
        text = typed_badly(Message(question.text, None, None, question.language, "shop"), random_).text
        found.append(question_text(question.before, text or question.text))
    return found


def _as_numbers(
    merchants: Sequence[Merchant], asked: dict[Question, list[str]], ids: dict[str, list[int]], encoder: TextEncoder
) -> AskedShops:
    sentences: list[list[int]] = []
    headings: list[list[int]] = []
    passages: list[tuple[int, int]] = []
    questions: list[list[int]] = []
    kinds: list[int] = []
    gold: list[list[int]] = []
    near: list[NDArray[np.int32]] = []
    for merchant in merchants:
        for language, rows in merchant.policies.items():
            some = [question for question in merchant.questions if question.language == language]
            if not some:
                continue
            first, before = len(sentences), len(passages)
            found = passages_of(rows, [len(ids[row.text]) for row in rows])
            sentences += [ids[row.text] for row in rows]
            headings += [ids[rows[passage.start].heading] for passage in found]
            passages += [(first + passage.start, first + passage.stop) for passage in found]
            told = encoder.embed([sentence_text(r.heading, r.text) for r in rows], kind="passage", progress=False)
            cosines = encoder.embed([q.asked for q in some], kind="query", progress=False) @ told.T
            best = np.stack([cosines[:, p.start : p.stop].max(1) for p in found], 1)
            order = np.argsort(-best, 1, kind="stable")[:, :_NEAR]
            for question, nearest in zip(some, order, strict=True):
                questions += [ids[text] for text in asked[question]]
                golden = [first + at for at, row in enumerate(rows) if answers(question, row.text)]
                covered = question.kind != NOT_COVERED
                gold.append(golden if covered else [])
                kinds.append(ANSWERS.index(question.kind) if covered and golden else -1)
                near.append(np.pad(before + nearest, (0, _NEAR - len(nearest)), constant_values=-1).astype(np.int32))
    return AskedShops(
        Ragged.of(sentences), Ragged.of(headings), np.array(passages, np.int32), Ragged.of(questions),
        np.array(kinds, np.int8), Ragged.of(gold), np.stack(near),
    )  # fmt: skip
