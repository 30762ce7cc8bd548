"""`shopkeeper train generator`: the training shops' replies as edits, and the reader tuned further on them."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from tqdm import tqdm

from nlu_models.dialogue.bert_layers import export_arrays
from nlu_models.dialogue.edit_examples import EditExample, edit_examples, ordinary_words
from nlu_models.dialogue.edit_parts import may_be_added
from nlu_models.dialogue.editing_row import editing_rows
from nlu_models.dialogue.edits import frequent_phrases
from nlu_models.dialogue.generator_fit import EditedRow, GeneratorSettings, fit_generator
from nlu_models.dialogue.grammar import LANGUAGES
from nlu_models.dialogue.merchants import load_merchants
from nlu_models.dialogue.reader_runtime import ReaderRuntime
from nlu_models.dialogue.wording import Pieces
from nlu_models.encoder.config import Float32
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.export import load_weights
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.manifest import digest_of, install_weights

_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """How edits are drawn: this share of them among other sentences; a phrase is one that so many replies have."""

    crowded: float = 0.6
    least: int = 2
    seed: int = 7


def run_generator(
    data: Path, out: Path, runs: Path, encoder: TextEncoder, draws: DrawSettings, settings: GeneratorSettings
) -> dict[str, Any]:
    """Train on the shops below `data`, from the reader in `out` on; installs the weights and returns their entry in the
    manifest.

    Raises:
        MerchantError: a file of the data is not as data/README.md describes it.
        EncoderError: there is no reader, or it was trained on another base.
    """
    started, digest = time.monotonic(), digest_of([data / "merchants" / "training"])
    reader, reader_sha256 = _installed_reader(out, encoder.base_hash)
    shops, held = (load_merchants(data / "merchants" / name) for name in ("training", "validation"))
    random_ = random.Random(draws.seed)
    drawn = list(edit_examples(shops, random_, crowded=draws.crowded))
    phrases = _phrases(drawn, draws.least)
    judged = list(edit_examples(held, random_, crowded=draws.crowded))
    parts = {"training": _expressible(drawn, phrases), "validation": judged}
    numbers = {phrase: number for number, phrase in enumerate(phrases)}
    middle = ReaderRuntime(encoder.config, reader, threads=0)
    rows = {name: _rows(some, numbers, encoder, middle) for name, some in parts.items()}
    model, history = fit_generator(reader, rows["training"], rows["validation"], len(phrases), runs, settings)
    says = json.dumps({"phrases": phrases, "ordinary": ordinary_words(shops)}, ensure_ascii=False)
    entry = {
        "command": "shopkeeper train generator",
        "data_sha256": digest,
        "base_sha256": encoder.base_hash,
        "reader_sha256": reader_sha256,
        "shops": len(shops),
        "edits": {name: len(some) for name, some in parts.items()},
        "draws": asdict(draws),
        "settings": asdict(settings),
        "metrics": {"history": history},
        "backend": keras.backend.backend(),
        "seconds": round(time.monotonic() - started),
    }
    weights = export_arrays(model) | {"says": np.frombuffer(says.encode(), np.uint8)}
    return install_weights(out, "generator", weights, entry)


def _phrases(examples: Sequence[EditExample], least: int) -> list[str]:
    """Return what replies may add, by number."""
    found = dict.fromkeys([""])
    for language in LANGUAGES:
        edits = (example.edit for example in examples if example.language == language)
        found |= dict.fromkeys(filter(may_be_added, frequent_phrases(edits, least=least)))
    return list(found)


def _expressible(examples: Sequence[EditExample], phrases: Sequence[str]) -> list[EditExample]:
    """Return those that add no other phrase."""
    known = set(phrases)
    return [example for example in examples if known.issuperset(example.edit.phrases)]


def _installed_reader(weights_dir: Path, base: str) -> tuple[dict[str, Float32], str]:
    manifest = json.loads((weights_dir / "manifest.json").read_text("utf-8"))
    if manifest.get("reader", {}).get("base_sha256") != base:
        raise EncoderError(f"{weights_dir} has no reader trained on this base: run `shopkeeper train reader`")
    return load_weights(weights_dir / manifest["reader"]["file"]), manifest["reader"]["sha256"]


def _rows(
    examples: Sequence[EditExample], numbers: Mapping[str, int], encoder: TextEncoder, reader: ReaderRuntime
) -> list[EditedRow]:
    pieces = Pieces(encoder.tokenizer)
    read = editing_rows(pieces, [e.asked for e in examples], [(e.text, e.units) for e in examples])
    order = sorted(range(len(read)), key=lambda at: len(read[at].ids))
    found: dict[int, EditedRow] = {}
    for start in tqdm(range(0, len(order), _AT_ONCE), "read", mininterval=10):
        some = order[start : start + _AT_ONCE]
        rows = [read[at] for at in some]
        states, _ = reader.middle(encoder.lower_states_of([row.ids for row in rows]), [row.parts for row in rows])
        for at, row, state in zip(some, rows, states, strict=True):
            edit = examples[at].edit
            if len(row.units) == len(edit.phrases):  # else it was not read to its end
                kept = [*map(int, edit.keep), 0]
                said = [numbers.get(phrase, 0) for phrase in edit.phrases]
                found[at] = EditedRow(row, state[: len(row.ids)].astype(np.float16), kept, said)
    return [found[at] for at in sorted(found)]
