"""Reader and generator on the shared trunk, as served: states of policy sentences are remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from nlu_models.dialogue.answering import Asked, ToWord
from nlu_models.dialogue.generator_runtime import GeneratorRuntime, Source
from nlu_models.dialogue.reader_data import question_text, sentence_text
from nlu_models.dialogue.reader_runtime import ReaderRuntime
from nlu_models.dialogue.wording import Pieces, conditions
from nlu_models.encoder.config import Float32
from nlu_models.encoder.tokenizer import Kind, TextTokenizer

REMEMBERED: Final = 2_000


class Trunk(Protocol):
    """Gives the states after the encoder's frozen layers."""

    tokenizer: TextTokenizer

    def trunk_states(self, texts: Sequence[str], kind: Kind) -> list[Float32]:
        """Return `(T, D)` for each text."""
        ...


class DialogueModel:
    """`Reader` and `Generator` of `answering`; the generator may be missing. One thread runs it."""

    def __init__(self, trunk: Trunk, reader: ReaderRuntime, generator: GeneratorRuntime | None) -> None:
        self._trunk, self._reader, self._generator = trunk, reader, generator
        self._pieces = Pieces(trunk.tokenizer)
        self._states: OrderedDict[str, Float32] = OrderedDict()

    @property
    def words(self) -> bool:
        """Whether there is a generator."""
        return self._generator is not None

    def judge(self, asked: Asked) -> Float32:
        """Return probabilities `(N, K)` over `KINDS` for the N sentences of a question."""
        texts = [sentence_text(sentence.heading, sentence.text) for sentence in asked.sentences]
        (question,) = self._trunk.trunk_states([question_text(asked.previous, asked.question)], "query")
        return self._reader.judge(question, self._remembered(texts))

    def word(self, wanted: Sequence[ToWord]) -> list[str]:
        """Return a reply with symbols for each masked sentence.

        Raises:
            RuntimeError: there is no generator.
        """
        if self._generator is None:
            raise RuntimeError("the generator's weights are not installed")
        texts = [one.sentence.text for one in wanted]
        tokens = self._trunk.tokenizer.encode_batch(texts, kind="passage")
        states = self._remembered(texts)
        sources = [
            Source(found.ids, state[: len(found.ids)], conditions(one.kind, one.manner, one.language))
            for one, found, state in zip(wanted, tokens, states, strict=True)
        ]
        replies = self._generator.write(sources)
        return [self._pieces.text(reply, one.language) for one, reply in zip(wanted, replies, strict=True)]

    def _remembered(self, texts: Sequence[str]) -> list[Float32]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._states]
        if missing:
            for text, states in zip(missing, self._trunk.trunk_states(missing, "passage"), strict=True):
                self._states[text] = np.asarray(states, np.float16)
        found = []
        for text in texts:
            self._states.move_to_end(text)
            found.append(self._states[text].astype(np.float32))
        while len(self._states) > REMEMBERED:
            self._states.popitem(last=False)
        return found
