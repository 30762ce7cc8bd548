"""Rows of different lengths as two arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of numbers, one after the other: row i is `[starts[i], starts[i + 1])`."""

    flat: NDArray[Any]
    starts: NDArray[np.int64]

    def __getitem__(self, row: int) -> list[int]:
        found: list[int] = self.flat[self.starts[row] : self.starts[row + 1]].tolist()
        return found

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]], kind: Any = np.int32) -> Ragged:
        """Join rows."""
        flat = np.array([number for row in rows for number in row], kind)
        return cls(flat, np.cumsum([0, *map(len, rows)]))


def arrays_of(rows: Any, name: str) -> dict[str, NDArray[Any]]:
    """Return the fields of a slotted dataclass, arrays and `Ragged`, as arrays with `name.` in front."""
    found: dict[str, NDArray[Any]] = {}
    for key in rows.__slots__:
        value = getattr(rows, key)
        parts = {f"{key}.flat": value.flat, f"{key}.starts": value.starts} if isinstance(value, Ragged) else None
        found |= {f"{name}.{part}": array for part, array in (parts or {key: value}).items()}
    return found


def fields_of(kind: Any, name: str, arrays: Any) -> dict[str, Any]:
    """Return the fields that `arrays_of` wrote."""
    found: dict[str, Any] = {}
    for key in kind.__slots__:
        at = f"{name}.{key}"
        found[key] = arrays[at] if at in arrays else Ragged(arrays[f"{at}.flat"], arrays[f"{at}.starts"])
    return found
