"""The reader's network in Keras 3: question and a passage's sentences in, which of them answer, and how, out.

Source:
    Devlin et al. 2019 (question and passage as one sequence); Nogueira and Cho 2019, "Passage re-ranking with BERT".
"""

from __future__ import annotations

from typing import Any, Final

import keras
from keras import ops
from numpy.typing import NDArray

from nlu_models.dialogue.bert_layers import BASE_LAYERS, FAR, WIDTH, Arrays, Layer, Trunk, named_dense
from nlu_models.dialogue.passages import FIRST_SENTENCE, MOST_SENTENCES, QUESTION

_SEGMENTS: Final = 4
_HEADS: Final = ("answer_in", "answer", "kind")


class ReaderNet(keras.Model):  # type: ignore[misc]
    """The base's upper layers, tuned, on the states of its lower layers; a sentence is the mean of its pieces.

    Args:
        words: see `Trunk`.
        positions: see `Trunk`.
        kinds: how many kinds of answer are told apart.
        frozen: layers of the base that stay as they are.
        dropout: in training.
    """

    def __init__(
        self, words: NDArray[Any], positions: NDArray[Any], kinds: int, *, frozen: int, dropout: float
    ) -> None:
        super().__init__(name="reader")
        self.frozen = frozen
        self.trunk = Trunk(words, positions, frozen)
        self.layers_above = [Layer(dropout, name=f"layer_{at}") for at in range(frozen, BASE_LAYERS)]
        self.answer_in = keras.layers.Dense(WIDTH, activation="gelu", name="answer_in", dtype="float32")
        self.answer = keras.layers.Dense(1, name="answer", dtype="float32")
        self.kind = keras.layers.Dense(kinds, name="kind", dtype="float32")
        self.drop = keras.layers.Dropout(dropout, dtype="float32")

    def build(self, shape: Any) -> None:
        """Build every part."""
        self.segments = self.add_weight(name="segments", shape=(_SEGMENTS, WIDTH), initializer="zeros")
        self.trunk.build(None)
        for layer in self.layers_above:
            layer.build(None)
        self.answer_in.build((None, None, 3 * WIDTH))
        for head in (self.answer, self.kind):
            head.build((None, None, WIDTH))
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> dict[str, Any]:
        """Judge the sentences of B passages.

        Args:
            inputs: `ids` and `parts` `(B, T)`, what each piece is and belongs to, and `mask` `(B, T)`.

        Returns:
            Logits `answers` `(B, S)`, that a sentence answers, and `kinds` `(B, S, K)`, how it does.
        """
        mask, parts = ops.cast(inputs["mask"], "float32"), inputs["parts"]
        states = self.trunk(inputs["ids"], mask)
        segments = ops.cast(self.segments, states.dtype)
        states = states + ops.take(segments, ops.minimum(parts, _SEGMENTS - 1), axis=0)
        seen = ((1.0 - mask) * FAR)[:, None, None, :]
        for layer in self.layers_above:
            states = layer(states, seen, training=training)
        states = ops.cast(states, "float32")
        groups = ops.array([QUESTION, *range(FIRST_SENTENCE, FIRST_SENTENCE + MOST_SENTENCES)], dtype="int32")
        members = ops.cast(parts[:, None, :] == groups[None, :, None], "float32")  # (B, 1 + S, T)
        means = ops.matmul(members, states) / ops.maximum(ops.sum(members, 2, keepdims=True), 1.0)
        sentences = means[:, 1:]
        question = ops.broadcast_to(means[:, :1], ops.shape(sentences))
        joined = ops.concatenate([sentences, question, sentences * question], 2)
        hidden = self.drop(self.answer_in(self.drop(joined, training=training)), training=training)
        return {"answers": self.answer(hidden)[:, :, 0], "kinds": self.kind(hidden)}

    def named(self) -> dict[str, Any]:
        """Return the trained variables by the names that they have in a file."""
        found: dict[str, Any] = {"segments": self.segments}
        for index, layer in enumerate(self.layers_above, self.frozen):
            found |= layer.named(str(index))
        return found | named_dense({name: getattr(self, name) for name in _HEADS})

    def start_from(self, base: Arrays) -> None:
        """Copy the base."""
        self.trunk.start_from(base)
        for index, layer in enumerate(self.layers_above, self.frozen):
            layer.start_from(base, index)
