"""The learning rate that every fine-tuning shares, and the settings that it depends on; no framework is imported."""

from __future__ import annotations

from typing import Any, Protocol


class FineTuning(Protocol):
    """The settings of a training that the optimiser depends on; `warmup` is a share of the steps."""

    @property
    def learning_rate(self) -> float: ...

    @property
    def weight_decay(self) -> float: ...

    @property
    def warmup(self) -> float: ...


def warm_up_and_decay(ops: Any, step: Any, *, peak: float, warmup: int, total: int, floor: float) -> Any:
    """Return the rate of a step: linear warm-up to `peak` over `warmup` steps, then linear decay to `floor` times it at
    `total` steps.

    Args:
        ops: `tensorflow` or `keras.ops`: what has `cast`, `minimum` and `maximum`.
        step: from 0 on.
        peak: the highest rate.
        warmup: steps, at least 1.
        total: steps.
        floor: share of the peak that is left at the end.
    """
    step = ops.cast(step, "float32")
    left = (total - step) / max(total - warmup, 1)
    falling = floor + (1 - floor) * ops.maximum(left, 0.0)
    return peak * ops.minimum((step + 1) / warmup, falling)
