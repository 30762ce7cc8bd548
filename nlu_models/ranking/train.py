"""`shopkeeper train ranker`: export → features → fit → calibrate → report beside the baselines → weights."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from nlu_models.manifest import install_weights
from nlu_models.ranking.baselines import item_to_item, popularity
from nlu_models.ranking.export_folder import SPLITS, Export, read_export
from nlu_models.ranking.features import Float32, ItemTable, build_table
from nlu_models.ranking.fit import FitSettings, fit, predict, settings_as_json
from nlu_models.ranking.pairs import Pairs, build_pairs
from nlu_models.ranking.report import by_shopper, calibrated
from nlu_models.ranking.shape import Form, NetworkShape
from nlu_models.ranking.training_network import TrainingNetwork

Embed = Callable[[Sequence[str]], Float32]


def train(
    events: Path, out: Path, runs: Path, embed: Embed, settings: FitSettings, *, form: Form, base_sha256: str
) -> dict[str, Any]:
    """Train on an export folder; write `ranker.safetensors` and the manifest's entry `ranker` into `out`.

    Args:
        events: what `shopkeeper export events` wrote.
        out: the folder of the weights.
        runs: for the cached embeddings and TensorBoard's logs.
        embed: titles to `(N, 384)` L2-normalised embeddings.
        settings: how to fit.
        form: of f.
        base_sha256: the fingerprint of the base that `embed` uses.

    Returns:
        The manifest entry.

    Raises:
        RankingError: the export cannot be used.
    """
    started = time.monotonic()
    runs.mkdir(parents=True, exist_ok=True)
    export = read_export(events)
    table = build_table(_with_embeddings(export, embed, runs, base_sha256))
    pairs = build_pairs(table, export.impressions)
    splits = {name: pairs.part(index) for name, index in export.impressions.splits().items()}
    counts = ", ".join(f"{len(splits[name].item)} impressions to {name}" for name in SPLITS)
    tqdm.write(counts, file=sys.stderr)
    forms: tuple[Form, ...] = (form, "linear") if form != "linear" else ("linear",)
    fitted = {name: fit(table, splits["train"], splits["validation"], NetworkShape(form=name), settings, runs)
              for name in forms}  # fmt: skip
    weights = {name: value.astype(np.float16) for name, value in fitted[form][0].items()}
    scores = _scores(table, splits, {name: found for name, (found, _) in fitted.items()} | {form: weights})
    platt = {name: calibrated(found["validation"], splits["validation"]) for name, found in scores.items()}
    entry: dict[str, Any] = {
        "command": f"shopkeeper train ranker EVENTS --form {form} --seed {settings.seed}",
        "shape": asdict(NetworkShape(form=form)),
        "slope": platt[form][0],
        "offset": platt[form][1],
        "data_sha256": export.sha256,
        "base_sha256": base_sha256,
        "synthetic": all_synthetic(events),
        "settings": settings_as_json(settings),
        "metrics": {
            split: {("ranker" if name == form else name): by_shopper(found[split], splits[split], platt[name])
                    for name, found in scores.items()}
            for split in ("validation", "test")
        },
        "epochs": fitted[form][1],
        "seconds": round(time.monotonic() - started),
    }  # fmt: skip
    return install_weights(out, "ranker", weights, entry)


def all_synthetic(events: Path) -> bool:
    """Return whether every event of the folder is marked synthetic."""
    with (events / "events.jsonl").open("rb") as file:
        return all(json.loads(line).get("synthetic") is True for line in file)


def _with_embeddings(export: Export, embed: Embed, runs: Path, base_sha256: str) -> list[dict[str, Any]]:
    titles = [str(item.get("title") or item["product_id"]) for item in export.items]
    key = hashlib.sha256("\n".join([base_sha256, *titles]).encode()).hexdigest()[:16]
    path = runs / f"titles-{key}.npy"
    if not path.is_file():
        np.save(path, embed(titles))
    return [{**item, "embedding": found} for item, found in zip(export.items, np.load(path), strict=True)]


def _scores(table: ItemTable, splits: dict[str, Pairs], weights: dict[Form, Any]) -> dict[str, dict[str, Float32]]:
    train_, found = splits["train"], {}
    measured = ("validation", "test")
    for form, arrays in weights.items():
        network = TrainingNetwork(NetworkShape(form=form), dropout=0.0, seed=0)
        for name, variable in network.weights.items():
            variable.assign(arrays[name].astype(np.float32))
        found[str(form)] = {split: predict(network, table, splits[split])[:, 0] for split in measured}
    for name, baseline in (("popularity", popularity), ("item_to_item", item_to_item)):
        found[name] = {split: baseline(train_, splits[split], len(table.ids)) for split in measured}
    return found
