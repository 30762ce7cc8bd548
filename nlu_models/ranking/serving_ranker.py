"""The ranker as the model server uses it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from nlu_models.ranking.errors import RankingError, UnknownVersionError
from nlu_models.ranking.features import Float32, ItemTable, build_history, build_table, cross_features
from nlu_models.ranking.network import Network
from nlu_models.ranking.shape import NetworkShape


@dataclass(frozen=True, slots=True)
class _Loaded:
    version: str
    table: ItemTable
    vectors: Float32
    """V, with a last row for products that the table lacks."""


class ServingRanker:
    """Scores products for one shopper; `put_items` may run in another thread than `probabilities`."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._loaded: _Loaded | None = None

    @classmethod
    def load(cls, folder: Path) -> ServingRanker:
        """Load `ranker.safetensors` and the entry `ranker` of `manifest.json`.

        Raises:
            RankingError: a file is missing or does not fit the other.
        """
        try:
            entry = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["ranker"]
            weights = load_file(str(folder / entry["file"]))
            shape = NetworkShape(**{**entry["shape"], "hidden": tuple(entry["shape"]["hidden"])})
            network = Network(weights, shape, slope=entry["slope"], offset=entry["offset"])
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise RankingError(f"the ranker in {folder} cannot be loaded: {error!r}") from error
        return cls(network)

    def put_items(self, version: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Replace the product table; fields as in `features.build_table`.

        Raises:
            ValueError: an item cannot be used; the old table stays.
        """
        table = build_table(items)
        vectors = self._network.items(table)
        unknown = np.zeros((1, vectors.shape[1]), np.float32)
        self._loaded = _Loaded(version, table, np.concatenate([vectors, unknown]))

    def probabilities(
        self, version: str, history: Sequence[Mapping[str, Any]], candidates: Sequence[str]
    ) -> Sequence[float]:
        """Return the probability of a purchase for each candidate.

        Args:
            version: of the table that the caller means.
            history: `{"product_id", "kind", "age_days"}`, any order; impressions and unknown products do not count.
            candidates: product ids; one that the table lacks is scored as a product of which nothing is known.

        Raises:
            UnknownVersionError: the table has another version, or none is loaded.
        """
        loaded = self._loaded
        if loaded is None or loaded.version != version:
            raise UnknownVersionError(version)
        if not candidates:
            return []
        past = build_history(loaded.table, [history])
        rows = np.array([loaded.table.rows.get(product_id, -1) for product_id in candidates], np.int64)
        cross = cross_features(loaded.table, past, np.zeros(len(rows), np.int64), rows)
        shopper = self._network.shopper(loaded.vectors, past)
        found: list[float] = self._network.probabilities(shopper, loaded.vectors[rows], cross).tolist()
        return found
