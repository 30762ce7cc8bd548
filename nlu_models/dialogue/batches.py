"""Rows of like length together, in few shapes: each shape is compiled once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

WIDTHS: Final = (48, 80, 128, 256)
"""Rows are padded to one of these."""


def width_of(length: int) -> int:
    """Return what a row of that many pieces is padded to."""
    return next(width for width in WIDTHS if length <= width)


def batches_of(lengths: Sequence[int], size: int, random_: random.Random | None) -> Iterator[tuple[list[int], int]]:
    """Yield the numbers of rows that go together, and their width; all rows once, in random order where asked for.

    Every batch has `size` rows, so that few shapes are compiled: the last ones of a width are filled up with others.
    """
    groups: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        groups.setdefault(width_of(int(length)), []).append(number)
    found = []
    for width, numbers in groups.items():
        if random_ is not None:
            random_.shuffle(numbers)
        for at in range(0, len(numbers), size):
            some = numbers[at : at + size]
            missing = size - len(some)
            found.append((some + [numbers[i % len(numbers)] for i in range(missing)], width))
    if random_ is not None:
        random_.shuffle(found)
    yield from found
