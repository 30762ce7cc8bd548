"""Nearest vectors: exact up to 20,000 products, FAISS above."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

EXACT_UP_TO = 20_000
_TRAINING_ROWS = 40_000
_PROBES = 24


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """Vectors of things, several a thing (one a language); the best of them counts.

    Attributes:
        keys: `(K,)` int64, ascending, the things.
        owners: `(N,)` int64, for each vector the place of its thing in `keys`, ascending.
        starts: `(K,)` int64, for each thing the place of its first vector.
        matrix: `(N, D)` float32, L2-normalised, None above `EXACT_UP_TO` things.
        approximate: a FAISS index above that, else None.
    """

    keys: NDArray[np.int64]
    owners: NDArray[np.int64]
    starts: NDArray[np.int64]
    matrix: Float32 | None
    approximate: Any

    @property
    def exact(self) -> bool:
        """Tell whether every vector is compared."""
        return self.approximate is None

    def nearest(self, query: Float32, *, limit: int) -> list[tuple[int, float]]:
        """Return `(key, cosine)` of the nearest things, best first.

        Args:
            query: `(D,)` float32, L2-normalised.
            limit: at most so many.
        """
        if len(self.keys) == 0:
            return []
        if self.matrix is not None:
            if query.shape[0] != self.matrix.shape[1]:
                return []
            best = self._exact_scores(query)
            count = min(limit, len(best))
            top = np.argpartition(-best, count - 1)[:count]
            top = top[np.argsort(-best[top], kind="stable")]
            return list(zip(self.keys[top].tolist(), best[top].tolist(), strict=True))
        if query.shape[0] != self.approximate.d:
            return []
        scores, rows = self.approximate.search(query[None, :], limit * 2)
        found: dict[int, float] = {}
        for score, row in zip(scores[0], rows[0], strict=True):
            if row >= 0:
                found.setdefault(int(self.keys[self.owners[row]]), float(score))
        return list(found.items())[:limit]

    def among(self, query: Float32, keys: Collection[int]) -> list[tuple[int, float]]:
        """Return `(key, cosine)` of those of `keys` that have a vector, best first; only where `exact`.

        Args:
            query: `(D,)` float32, L2-normalised.
            keys: the things to compare.
        """
        if self.matrix is None or not len(self.keys) or query.shape[0] != self.matrix.shape[1] or not keys:
            return []
        places = np.flatnonzero(np.isin(self.keys, np.fromiter(keys, np.int64, len(keys))))
        rows = np.flatnonzero(np.isin(self.owners, places))
        if not len(rows):
            return []
        scores = self.matrix[rows] @ query
        owners, starts = np.unique(self.owners[rows], return_index=True)
        best = np.maximum.reduceat(scores, starts)
        order = np.argsort(-best, kind="stable")
        return list(zip(self.keys[owners[order]].tolist(), best[order].tolist(), strict=True))

    def _exact_scores(self, query: Float32) -> Float32:
        assert self.matrix is not None
        scores = self.matrix @ query  # (N,)
        return np.asarray(np.maximum.reduceat(scores, self.starts), dtype=np.float32)  # (K,)


def build_vector_index(rows: Sequence[tuple[int, bytes]], *, exact_up_to: int = EXACT_UP_TO) -> VectorIndex:
    """Build an index of `(key, float16 bytes)` rows; rows of another width than the first are left out.

    Source:
        Above `exact_up_to` things: inverted lists with half-precision vectors (FAISS IVF, SQfp16), 24 lists probed.
    """
    if not rows:
        empty = np.zeros(0, np.int64)
        return VectorIndex(empty, empty, empty, np.zeros((0, 0), np.float32), None)
    width = len(rows[0][1])
    ordered = sorted((row for row in rows if len(row[1]) == width), key=lambda row: row[0])
    matrix = np.frombuffer(b"".join(vector for _, vector in ordered), "<f2").reshape(len(ordered), -1)
    matrix32 = matrix.astype(np.float32)
    keys, starts, owners = np.unique(
        np.array([key for key, _ in ordered], np.int64), return_index=True, return_inverse=True
    )
    if len(keys) <= exact_up_to:
        return VectorIndex(keys, owners.astype(np.int64), starts, matrix32, None)
    return VectorIndex(keys, owners.astype(np.int64), starts, None, _faiss_index(matrix32))


def _faiss_index(matrix: Float32) -> Any:
    import faiss

    lists = int(4 * np.sqrt(len(matrix)))
    index: Any = faiss.index_factory(matrix.shape[1], f"IVF{lists},SQfp16", faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(0).permutation(len(matrix))[:_TRAINING_ROWS]
    index.train(matrix[np.sort(sample)])
    index.add(matrix)
    index.nprobe = _PROBES
    return index
