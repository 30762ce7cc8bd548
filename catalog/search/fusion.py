"""Joining rankings that have no common scale."""

from collections.abc import Iterable, Sequence

_K = 60


def reciprocal_rank_fusion(rankings: Iterable[tuple[Sequence[int], float]]) -> dict[int, float]:
    """Return {key: score}, the sum of `weight / (60 + rank)` over the rankings that hold the key.

    Args:
        rankings: `(keys best first, weight)`; ranks count from 1.

    Source:
        Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods,
        SIGIR 2009, with its k = 60.
    """
    scores: dict[int, float] = {}
    for keys, weight in rankings:
        for rank, key in enumerate(keys, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (_K + rank)
    return scores
