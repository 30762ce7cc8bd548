"""What the ranker must beat: scores from counts. The linear form is a `NetworkShape` of its own."""

from __future__ import annotations

import numpy as np

from nlu_models.ranking.export_folder import TARGETS
from nlu_models.ranking.features import KINDS, Float32
from nlu_models.ranking.pairs import Pairs

_PRIOR_LOOKS = 20.0
_BOUGHT = TARGETS.index("purchase")


def popularity(train: Pairs, pairs: Pairs, items: int) -> Float32:
    """Score by purchases per look in the training period, shrunk to the mean; `(P,)` log rates."""
    looks = np.bincount(train.item, train.looked, minlength=items)
    bought = np.bincount(train.item, train.target[:, _BOUGHT], minlength=items)
    mean = bought.sum() / looks.sum()
    rate = (bought + mean * _PRIOR_LOOKS) / (looks + _PRIOR_LOOKS)
    return np.asarray(np.log(rate)[pairs.item], np.float32)


def item_to_item(train: Pairs, pairs: Pairs, items: int) -> Float32:
    """Score by how often both a product and one of the shopper's history were taken to by one training shopper.

    Source:
        Cosine of co-counts (one row a session: what was clicked, and the shopper's past), as Linden, Smith and York
        2003, "Amazon.com recommendations". Popularity, at a hundredth of its size, settles what has no common shopper.
    """
    sets = np.zeros((len(train.history.rows), items), np.float32)
    known = np.unique(train.session)
    rows = train.history.rows[known]
    session, place = np.nonzero(rows >= 0)
    sets[known[session], rows[session, place]] = 1
    acted = train.target[:, TARGETS.index("click")] > 0
    sets[train.session[acted], train.item[acted]] = 1
    both = sets.T @ sets
    size = np.sqrt(np.maximum(np.diag(both), 1))
    cosine = both / size[:, None] / size[None, :]
    np.fill_diagonal(cosine, 0)
    past, kinds = pairs.history.rows[pairs.session], pairs.history.kinds[pairs.session]
    weight = np.where(kinds >= KINDS.index("add_to_cart"), 2.0, 1.0) * (past >= 0)
    found = (cosine[pairs.item[:, None], past] * weight).sum(1) / np.maximum(weight.sum(1), 1)
    return np.asarray(found + 0.01 * popularity(train, pairs, items), np.float32)
