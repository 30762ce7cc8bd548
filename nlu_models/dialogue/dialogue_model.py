"""Matcher, reader and generator on the shared trunk, as served: embeddings of policy sentences are remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from nlu_models.dialogue.answering import Asked, ToWord
from nlu_models.dialogue.asked_values import lacks_asked_value
from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.edit_parts import safe_edit
from nlu_models.dialogue.editing_row import editing_rows
from nlu_models.dialogue.edits import apply_edit, units_of
from nlu_models.dialogue.generator_runtime import GeneratorRuntime
from nlu_models.dialogue.passages import passages_of, reading_row
from nlu_models.dialogue.reader_runtime import MatchRuntime, ReaderRuntime
from nlu_models.dialogue.sections import question_text, sentence_text
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.similarity import Calibration, relevance_features
from nlu_models.dialogue.wording import Pieces
from nlu_models.encoder.config import Float32
from nlu_models.encoder.inference import softmax
from nlu_models.encoder.tokenizer import Kind, TextTokenizer

REMEMBERED: Final = 4_000
PASSAGES_READ: Final = 3
"""Of a question, the nearest."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A sentence: its pieces, and with its heading the matcher's embedding."""

    pieces: list[int]
    match: Float32


class Trunk(Protocol):
    """Gives the states after the encoder's frozen layers."""

    tokenizer: TextTokenizer

    def states(self, texts: Sequence[str], *, kind: Kind) -> list[Float32]:
        """Return `(T, D)` for each text."""
        ...

    def lower_states_of(self, rows: Sequence[Sequence[int]]) -> list[Float32]:
        """Return `(T, D)` after the first layers for each row of token ids."""
        ...


class DialogueModel:
    """`Reader` and `Generator` of `answering`; the generator may be missing. One thread runs it."""

    def __init__(
        self,
        trunk: Trunk,
        matcher: MatchRuntime,
        reader: ReaderRuntime,
        generator: GeneratorRuntime | None,
        calibration: Calibration,
    ) -> None:
        self._trunk, self._matcher, self._reader, self._generator = trunk, matcher, reader, generator
        self._calibration = calibration
        self._pieces = Pieces(trunk.tokenizer)
        self._encoded: OrderedDict[Sentence, _Encoded] = OrderedDict()

    @property
    def words(self) -> bool:
        """Whether there is a generator."""
        return self._generator is not None

    def judge(self, asked: Asked) -> Float32:
        """Return probabilities `(N, K)` over `KINDS` for the N sentences of a question; those that are not in the
        passages nearest to it answer nothing."""
        features, kinds = self.read(asked)
        answering = self._calibration.probabilities(features)
        return np.concatenate([1 - answering[:, None], answering[:, None] * kinds], axis=1).astype(np.float32)

    def read(self, asked: Asked) -> tuple[Float32, Float32]:
        """Return `relevance_features` `(N, 4)` of the N sentences of a question, and probabilities `(N, 5)` over
        `ANSWERS` of how each answers if it does."""
        told = self._remembered(asked.sentences)
        text = question_text(asked.previous, asked.question)
        cosines = (
            np.stack([one.match for one in told]) @ self._matcher.embed(self._trunk.states([text], kind="query"))[0]
        )
        passages = passages_of(asked.sentences, [len(one.pieces) for one in told])
        passages.sort(key=lambda passage: -float(cosines[passage.start : passage.stop].max()))
        read = passages[:PASSAGES_READ]
        question, *headings = self._pieces.ids([text, *(asked.sentences[passage.start].heading for passage in read)])
        rows = [
            reading_row(
                question,
                heading,
                [told[at].pieces for at in passage],
                start=self._pieces.start,
                end=self._pieces.end,
            )
            for passage, heading in zip(read, headings, strict=True)
        ]
        states = self._trunk.lower_states_of([ids for ids, _ in rows])
        logits = np.full(len(told), -np.inf, np.float32)
        kinds = np.full((len(told), len(ANSWERS)), 1 / len(ANSWERS), np.float32)
        judged = self._reader.judge(states, [parts for _, parts in rows])
        for passage, (answers, how) in zip(read, judged, strict=True):
            logits[passage.start : passage.stop] = answers
            kinds[passage.start : passage.stop] = softmax(how)
        lacks = lacks_asked_value(asked.question, [one.text for one in asked.sentences])
        return relevance_features(logits, cosines, lacks), kinds

    def word(self, wanted: Sequence[ToWord]) -> list[str | None]:
        """Return a reply with symbols for each masked text, None for one that is too long to be read.

        Raises:
            RuntimeError: there is no generator.
        """
        if self._generator is None:
            raise RuntimeError("the generator's weights are not installed")
        texts = [units_of(one.text) for one in wanted]
        rows = editing_rows(self._pieces, [one.question for one in wanted], texts)
        lower = self._trunk.lower_states_of([row.ids for row in rows])
        written = self._generator.write(rows, *self._reader.middle(lower, [row.parts for row in rows]))
        ordinary = self._generator.ordinary
        return [
            apply_edit(units, safe_edit(units, found), one.language, ordinary)
            if len(found.keep) == len(units)
            else None
            for one, (_, units), found in zip(wanted, texts, written, strict=True)
        ]

    def _remembered(self, sentences: Sequence[Sentence]) -> list[_Encoded]:
        missing = [sentence for sentence in dict.fromkeys(sentences) if sentence not in self._encoded]
        if missing:
            states = self._trunk.states([sentence_text(one.heading, one.text) for one in missing], kind="passage")
            pieces = self._pieces.ids([one.text for one in missing])
            for sentence, ids, match in zip(missing, pieces, self._matcher.embed(states), strict=True):
                self._encoded[sentence] = _Encoded(ids, match)
        found = []
        for sentence in sentences:
            self._encoded.move_to_end(sentence)
            found.append(self._encoded[sentence])
        while len(self._encoded) > REMEMBERED:
            self._encoded.popitem(last=False)
        return found
