"""Impressions as arrays: what training and evaluation take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlu_models.ranking.export_folder import Impressions
from nlu_models.ranking.features import Float32, History, Int64, ItemTable, build_history, cross_features


@dataclass(frozen=True, slots=True)
class Pairs:
    """P pairs of a session's shopper and a product shown.

    Attributes:
        history: of the S sessions' shoppers, each as it was before the session.
        session: `(P,)` which session.
        item: `(P,)` rows of the product table.
        cross: `(P, C)` cross features.
        target: `(P, 3)` 0/1, see `export_folder.TARGETS`.
        looked: `(P,)` the probability that the place was looked at.
    """

    history: History
    session: Int64
    item: Int64
    cross: Float32
    target: Float32
    looked: Float32

    def part(self, index: Int64) -> Pairs:
        """Return some of the pairs, with the history of all."""
        return Pairs(
            self.history,
            self.session[index],
            self.item[index],
            self.cross[index],
            self.target[index],
            self.looked[index],
        )

    @property
    def cold(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """`(P,)` whether the shopper had done nothing before."""
        return np.asarray(self.history.rows[self.session, 0] < 0)

    def sessions(self) -> list[Int64]:
        """Return the pairs of each session."""
        order = np.argsort(self.session, kind="stable")
        return list(np.split(order, np.flatnonzero(np.diff(self.session[order])) + 1))


def build_pairs(table: ItemTable, impressions: Impressions) -> Pairs:
    """Look products up in the table and make the features."""
    history = build_history(table, impressions.history)
    item = np.array([table.rows[product_id] for product_id in impressions.product], np.int64)
    cross = np.concatenate(
        [
            cross_features(table, history, impressions.session[start : start + 4096], item[start : start + 4096])
            for start in range(0, len(item), 4096)
        ]
    )
    return Pairs(history, impressions.session, item, cross, impressions.target, impressions.looked)
