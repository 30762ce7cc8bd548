"""The generator's network in Keras 3: it trains on TensorFlow here and on JAX where there is a GPU.

Source:
    Devlin et al. 2019 (the encoder, and question and text as one sequence); Rothe et al. 2020, "Leveraging pre-trained
    checkpoints for sequence generation tasks" (a decoder that starts from encoder layers); See et al. 2017, "Get to the
    point" (the pointer, eq. 8-9).
"""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from nlu_models.dialogue.bert_layers import DENSE, FAR, NORM, WIDTH, Arrays, Layer, Trunk, assign_norm, constant

TRUNK_LAYERS: Final = 8
READING_LAYERS: Final = 2
DECODER_LAYERS: Final = 4
CONDITIONS: Final = 10
"""Rows of the condition table: five kinds of answer, three manners, two languages."""


class GeneratorNet(keras.Model):  # type: ignore[misc]
    """Two reading layers on the states of the frozen trunk over question and text, and four decoder layers with a
    pointer.

    Args:
        words: see `Trunk`.
        positions: see `Trunk`.
        vocabulary: `(V,)` the pieces, as places in the word table, that a reply may use without copying.
        dropout: in training.
    """

    def __init__(
        self, words: NDArray[Any], positions: NDArray[Any], vocabulary: NDArray[np.int32], dropout: float
    ) -> None:
        super().__init__(name="generator")
        self.trunk = Trunk(words, positions, TRUNK_LAYERS)
        self.vocabulary = vocabulary
        self.output_words = constant(self, "output_words", words[vocabulary])
        self.reading = [Layer(dropout, name=f"reading_{index}") for index in range(READING_LAYERS)]
        self.memory = keras.layers.Dense(WIDTH, name="memory")
        self.memory_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="memory_norm")
        self.entry_norm = keras.layers.LayerNormalization(epsilon=1e-12, name="entry_norm")
        self.decoder = [Layer(dropout, crosses=True, name=f"decoder_{index}") for index in range(DECODER_LAYERS)]
        self.project = keras.layers.Dense(WIDTH, name="project")
        self.pointer_q = keras.layers.Dense(WIDTH, name="pointer_q")
        self.pointer_k = keras.layers.Dense(WIDTH, name="pointer_k")
        self.gate = keras.layers.Dense(1, name="gate", dtype="float32")
        self.drop = keras.layers.Dropout(dropout)

    def build(self, shape: Any) -> None:
        """Build every part."""
        self.conditions = self.add_weight(name="conditions", shape=(CONDITIONS, WIDTH), initializer="zeros")
        self.bias = self.add_weight(name="vocabulary_bias", shape=(len(self.vocabulary),), initializer="zeros")
        self.trunk.build(None)
        for part in (self.memory, self.memory_norm, self.entry_norm, self.project, self.pointer_q, self.pointer_k):
            part.build((None, None, WIDTH))
        self.gate.build((None, None, WIDTH))
        for layer in (*self.reading, *self.decoder):
            layer.build(None)
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> dict[str, Any]:
        """Predict each next piece.

        Args:
            inputs: `ids` and `mask` `(B, S)` of question and text, `conditions` `(B, 3)`, and `before` `(B, T)`, the
                pieces of the reply from the start on.

        Returns:
            `logits` over the vocabulary `(B, T, V)`, `pointed`, the attention to the source `(B, T, S)`, and `gate`
            `(B, T)`, the probability of taking the next piece from the vocabulary instead of the source.
        """
        mask = ops.cast(inputs["mask"], "float32")
        seen = ((1.0 - mask) * FAR)[:, None, None, :]
        states = self.trunk(inputs["ids"], mask)
        for layer in self.reading:
            states = layer(states, seen, training=training)
        memory = self.drop(self.memory_norm(self.memory(states)), training=training)  # (B, S, D)
        length = ops.shape(inputs["before"])[1]
        entry = ops.take(self.trunk.words, inputs["before"], axis=0) + self.trunk.positions[None, :length]
        told = ops.sum(ops.take(ops.cast(self.conditions, "float32"), inputs["conditions"], axis=0), 1)
        hidden = self.entry_norm(ops.cast(entry + told[:, None], self.compute_dtype))
        hidden = self.drop(hidden, training=training)
        causal = ops.triu(ops.ones((length, length), "float32"), 1)[None, None] * FAR
        for layer in self.decoder:
            hidden = layer(hidden, causal, memory, seen, training=training)
        spoken = self.drop(self.project(hidden), training=training)
        logits = ops.matmul(spoken, ops.transpose(ops.cast(self.output_words, spoken.dtype)))
        scores = ops.matmul(self.pointer_q(hidden), ops.transpose(self.pointer_k(memory), (0, 2, 1))) / WIDTH**0.5
        pointed = ops.softmax(ops.cast(scores, "float32") + ((1.0 - mask) * FAR)[:, None, :])
        logits = ops.cast(logits, "float32") + ops.cast(self.bias, "float32")
        return {"logits": logits, "pointed": pointed, "gate": ops.sigmoid(self.gate(hidden))[:, :, 0]}

    def named(self) -> dict[str, Any]:
        """Return the trained variables by the names that they have in a file."""
        found: dict[str, Any] = {"conditions": self.conditions, "vocabulary_bias": self.bias}
        for index, layer in enumerate(self.decoder):
            found |= layer.named(str(index))
        for index, layer in enumerate(self.reading):
            found |= layer.named(f"reading.{index}")
        for name in ("memory", "project", "pointer_q", "pointer_k", "gate"):
            found |= {f"{name}.{array}": getattr(getattr(self, name), array) for array in DENSE}
        for name in ("memory_norm", "entry_norm"):
            found |= {f"{name}.{array}": getattr(getattr(self, name), array) for array in NORM}
        return found

    def start_from(self, base: Arrays) -> None:
        """Copy the trunk, the base's layers 9 and 10 above it, and its layers 9 to 12 into the decoder."""
        self.trunk.start_from(base)
        for index, layer in enumerate(self.reading):
            layer.start_from(base, TRUNK_LAYERS + index)
        for index, layer in enumerate(self.decoder):
            layer.start_from(base, TRUNK_LAYERS + index)
        self.project.kernel.assign(np.eye(WIDTH, dtype=np.float32) * 4)
        self.memory.kernel.assign(np.eye(WIDTH, dtype=np.float32))
        assign_norm(self.entry_norm, base, "embeddings.LayerNorm")
