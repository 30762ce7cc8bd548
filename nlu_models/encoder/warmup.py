"""The learning rate of every fine-tuning: up in a line, then down in a line."""

import tensorflow as tf
import tf_keras as keras


class WarmUpAndDecay(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Linear warm-up to `peak` over `warmup` steps, then linear decay to `floor` times it at `total` steps."""

    def __init__(self, peak: float, warmup: int, total: int, floor: float = 0.0) -> None:
        self.peak, self.warmup, self.total, self.floor = peak, max(warmup, 1), total, floor

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """Return the rate of a step."""
        step = tf.cast(step, tf.float32)
        left = (self.total - step) / max(self.total - self.warmup, 1)
        falling = self.floor + (1 - self.floor) * tf.maximum(left, 0.0)
        return self.peak * tf.minimum((step + 1) / self.warmup, falling)
