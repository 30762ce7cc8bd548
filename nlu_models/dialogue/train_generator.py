"""`shopkeeper train generator`: the data as arrays in a folder, and the training on them.

The second step needs no more than numpy, Keras and safetensors: it runs where the GPU is.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.bert_layers import export_arrays
from nlu_models.dialogue.generator_fit import LONGEST_REPLY, GeneratorSettings, Pairs, fit_generator
from nlu_models.dialogue.grammar import LANGUAGES, load_facts
from nlu_models.dialogue.merchants import load_merchants
from nlu_models.dialogue.prepared import load_arrays, pieces_of, places_of, save_arrays, save_base
from nlu_models.dialogue.sections import wording_row
from nlu_models.dialogue.wording import Pieces, conditions
from nlu_models.dialogue.wording_examples import WordingExample, of_grammar, of_merchants, of_policies
from nlu_models.manifest import digest_of, install_weights

if TYPE_CHECKING:
    from nlu_models.encoder.trunk import TextEncoder

_TIMES: Final = 2


@dataclass(frozen=True, slots=True)
class PrepareSettings:
    """How many made-up shops of the grammar are drawn a language, and the most pieces that replies may use."""

    made_up_shops: int = 150
    vocabulary: int = 8000
    seed: int = 7


def prepare_generator(data: Path, folder: Path, encoder: TextEncoder, settings: PrepareSettings) -> dict[str, int]:
    """Write `base.npz`, `generator.npz` and `about.json`; returns how many pairs each part has.

    Raises:
        GrammarError, MerchantError: a file of the data is not as data/README.md describes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = [load_facts(data / "training", language) for language in LANGUAGES]
    shops = load_merchants(data / "merchants" / "training")
    random_ = random.Random(settings.seed)
    parts = {
        "shops": [e for _ in range(_TIMES) for e in of_merchants(shops, random_)],
        "grammar": [e for known in facts for _ in range(settings.made_up_shops) for e in of_grammar(known, random_)],
        "policies": list(of_policies(shops, random_)),
        "validation": list(of_merchants(load_merchants(data / "merchants" / "validation"), random_)),
    }
    save_base(folder, encoder)
    words = encoder.state_dict()["embeddings.word_embeddings.weight"]
    arrays = _arrays(parts, Pieces(encoder.tokenizer), words, settings.vocabulary)
    save_arrays(folder / "generator.npz", arrays)
    counts = {name: len(pairs) for name, pairs in parts.items()}
    digest = digest_of([data / "training", data / "merchants" / "training"])
    about = {"data_sha256": digest, "base_sha256": encoder.base_hash, "prepare": asdict(settings), "pairs": counts}
    (folder / "about.json").write_text(json.dumps(about, indent=1))
    return counts


def run_generator(prepared: Path, out: Path, runs: Path, settings: GeneratorSettings) -> dict[str, Any]:
    """Train on what `prepare_generator` wrote; installs the weights and returns their entry in the manifest."""
    started = time.monotonic()
    data, base = load_arrays(prepared / "generator.npz"), load_arrays(prepared / "base.npz")
    model, history = fit_generator(base, data, runs, settings)
    entry = {
        "command": "shopkeeper train generator",
        **json.loads((prepared / "about.json").read_text()),
        "settings": asdict(settings),
        "metrics": {"history": history},
        "backend": keras.backend.backend(),
        "seconds": round(time.monotonic() - started),
    }
    return install_weights(out, "generator", export_arrays(model) | {"vocabulary": data["pieces"]}, entry)


def _arrays(
    parts: Mapping[str, Sequence[WordingExample]], pieces: Pieces, words: Any, most: int
) -> dict[str, NDArray[Any]]:
    every = [example for examples in parts.values() for example in examples]
    ids = pieces_of((text for e in every for text in (e.asked, e.text, e.reply)), pieces)
    counts = Counter(piece for e in every for piece in ids[e.reply])
    spoken = sorted({pieces.end, *(piece for piece, _ in counts.most_common(most))})
    sources = {name: [wording_row(pieces, ids[e.asked], ids[e.text]) for e in es] for name, es in parts.items()}
    known = [list(ids[e.reply]) for e in every]
    places, table = places_of([*(s for rows in sources.values() for s in rows), *known, spoken, [pieces.start]], words)
    found: dict[str, NDArray[Any]] = {
        "words": table,
        "vocabulary": places[spoken].astype(np.int32),
        "pieces": np.array(spoken, np.int32),
        "start": np.array(places[pieces.start]),
    }
    for name, examples in parts.items():
        replies = [[*ids[e.reply][: LONGEST_REPLY - 1], pieces.end] for e in examples]
        found |= Pairs(
            np.concatenate([places[row] for row in sources[name]]).astype(np.uint16),
            np.cumsum([0, *map(len, sources[name])]),
            np.concatenate([places[reply] for reply in replies]).astype(np.uint16),
            np.cumsum([0, *map(len, replies)]),
            np.array([conditions(e.kind, e.manner, e.language) for e in examples], np.int8),
        ).save(name)
    return found
