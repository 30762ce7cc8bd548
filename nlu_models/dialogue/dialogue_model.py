"""Reader and generator on the shared trunk, as served: states of policy sentences are remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.answering import Asked, ToWord
from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.generator_runtime import GeneratorRuntime, Source
from nlu_models.dialogue.reader_runtime import ReaderRuntime
from nlu_models.dialogue.sections import question_text, sentence_text, wording_row
from nlu_models.dialogue.similarity import Calibration, relevance_features
from nlu_models.dialogue.wording import Pieces, conditions, hide_values
from nlu_models.encoder.config import Float32
from nlu_models.encoder.tokenizer import Kind, TextTokenizer

REMEMBERED: Final = 4_000
_KINDS_READ: Final = 4
_AS_VALUE: Final = tuple(float(kind == "value") for kind in ANSWERS)


@dataclass(frozen=True, slots=True)
class _Encoded:
    states: NDArray[np.float16]
    match: Float32


class Trunk(Protocol):
    """Gives the states after the encoder's frozen layers."""

    tokenizer: TextTokenizer

    def states(self, texts: Sequence[str], *, kind: Kind) -> list[Float32]:
        """Return `(T, D)` for each text."""
        ...

    def states_of(self, rows: Sequence[Sequence[int]]) -> list[Float32]:
        """Return `(T, D)` for each row of token ids."""
        ...


class DialogueModel:
    """`Reader` and `Generator` of `answering`; the generator may be missing. One thread runs it."""

    def __init__(
        self, trunk: Trunk, reader: ReaderRuntime, generator: GeneratorRuntime | None, calibration: Calibration
    ) -> None:
        self._trunk, self._reader, self._generator = trunk, reader, generator
        self._calibration = calibration
        self._pieces = Pieces(trunk.tokenizer)
        self._encoded: OrderedDict[str, _Encoded] = OrderedDict()

    @property
    def words(self) -> bool:
        """Whether there is a generator."""
        return self._generator is not None

    def judge(self, asked: Asked) -> Float32:
        """Return probabilities `(N, K)` over `KINDS` for the N sentences of a question.

        The kind is read of the sentences that are likeliest to answer; the others are told as a value.
        """
        texts = [sentence_text(sentence.heading, sentence.text) for sentence in asked.sentences]
        told = self._remembered(texts)
        states = self._trunk.states([question_text(asked.previous, asked.question)], kind="query")
        cosines = np.stack([one.match for one in told]) @ self._reader.embed(states)[0]
        answering = self._calibration.probabilities(relevance_features(cosines))
        kinds = np.tile(np.array(_AS_VALUE, np.float32), (len(texts), 1))
        likeliest = np.argsort(-answering, kind="stable")[:_KINDS_READ]
        kinds[likeliest] = self._reader.kinds(states[0], [told[i].states for i in likeliest])
        return np.concatenate([1 - answering[:, None], answering[:, None] * kinds], axis=1).astype(np.float32)

    def word(self, wanted: Sequence[ToWord]) -> list[str]:
        """Return a reply with symbols for each masked text.

        Raises:
            RuntimeError: there is no generator.
        """
        if self._generator is None:
            raise RuntimeError("the generator's weights are not installed")
        ids = self._pieces.ids([*(hide_values(one.question) for one in wanted), *(one.text.text for one in wanted)])
        rows = [
            wording_row(self._pieces, question, text)
            for question, text in zip(ids[: len(wanted)], ids[len(wanted) :], strict=True)
        ]
        sources = [
            Source(row, states, conditions(one.kind, one.manner, one.language))
            for one, row, states in zip(wanted, rows, self._trunk.states_of(rows), strict=True)
        ]
        replies = self._generator.write(sources)
        return [self._pieces.text(reply, one.language) for one, reply in zip(wanted, replies, strict=True)]

    def _remembered(self, texts: Sequence[str]) -> list[_Encoded]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._encoded]
        if missing:
            states = self._trunk.states(missing, kind="passage")
            for text, state, match in zip(missing, states, self._reader.embed(states), strict=True):
                self._encoded[text] = _Encoded(np.asarray(state, np.float16), match)
        found = []
        for text in texts:
            self._encoded.move_to_end(text)
            found.append(self._encoded[text])
        while len(self._encoded) > REMEMBERED:
            self._encoded.popitem(last=False)
        return found
