"""The generator's network in Keras 3: question and sentences in, and for each of their words whether the reply keeps it
and what it says before it, out.

Source:
    Malmi et al. 2019, "Encode, tag, realize: high-precision text editing"; Devlin et al. 2019 (the encoder).
"""

from __future__ import annotations

from typing import Any, Final

import keras
from keras import ops

from nlu_models.dialogue.bert_layers import BASE_LAYERS, FAR, WIDTH, Arrays, Layer, import_arrays, named_dense
from nlu_models.dialogue.editing_row import MIDDLE, PLACES

_HEADS: Final = ("inner", "keep", "phrase")


class GeneratorNet(keras.Model):  # type: ignore[misc]
    """The reader's upper layers, tuned further, on the states of its lower ones, and two heads on the words of a text.

    Args:
        phrases: how many phrases a reply may add; number 0 is none.
        dropout: in training.
    """

    def __init__(self, phrases: int, *, dropout: float) -> None:
        super().__init__(name="generator")
        self.layers_above = [Layer(dropout, name=f"layer_{at}") for at in range(MIDDLE, BASE_LAYERS)]
        self.inner = keras.layers.Dense(WIDTH, activation="gelu", name="inner", dtype="float32")
        self.keep = keras.layers.Dense(1, name="keep", dtype="float32")
        self.phrase = keras.layers.Dense(phrases, name="phrase", dtype="float32")
        self.drop = keras.layers.Dropout(dropout, dtype="float32")

    def build(self, shape: Any) -> None:
        """Build every part."""
        self.places = self.add_weight(name="places", shape=(PLACES, WIDTH), initializer="zeros")
        for part in (*self.layers_above, self.inner, self.keep, self.phrase):
            part.build((None, None, WIDTH))
        self.built = True

    def call(self, inputs: Any, training: bool = False) -> dict[str, Any]:
        """Judge the units of B texts.

        Args:
            inputs: `states` `(B, T, D)` of the reader's middle, `mask` `(B, T)`, and `units` and `places` `(B, U)`, the
                piece that a unit begins in and its character there.

        Returns:
            Logits `keep` `(B, U)` and `phrases` `(B, U, P)`.
        """
        mask = ops.cast(inputs["mask"], "float32")
        states = ops.cast(inputs["states"], self.compute_dtype)
        seen = ((1.0 - mask) * FAR)[:, None, None, :]
        for layer in self.layers_above:
            states = layer(states, seen, training=training)
        units = ops.take_along_axis(ops.cast(states, "float32"), inputs["units"][:, :, None], axis=1)
        units = units + ops.take(ops.cast(self.places, "float32"), inputs["places"], axis=0)
        hidden = self.drop(self.inner(self.drop(units, training=training)), training=training)
        return {"keep": self.keep(hidden)[:, :, 0], "phrases": self.phrase(hidden)}

    def named(self) -> dict[str, Any]:
        """Return the trained variables by the names that they have in a file."""
        found: dict[str, Any] = {"places": self.places}
        for index, layer in enumerate(self.layers_above, MIDDLE):
            found |= layer.named(str(index))
        return found | named_dense({name: getattr(self, name) for name in _HEADS})

    def start_from(self, reader: Arrays) -> None:
        """Copy the reader's upper layers; arrays as `export_arrays` returned them."""
        for index, layer in enumerate(self.layers_above, MIDDLE):
            import_arrays(layer.named(str(index)), reader)
