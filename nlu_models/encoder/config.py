"""The sizes of the encoder, and the array types used throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes of a BERT encoder; `hidden` is the width D, `positions` the longest input in tokens."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    vocabulary: int
    eps: float


E5_SMALL = EncoderConfig(
    hidden=384, layers=12, heads=12, intermediate=1536, positions=512, vocabulary=250_037, eps=1e-12
)
