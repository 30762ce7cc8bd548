"""Questions to merchants written by hand, and their sentences, as states of the trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question
from nlu_models.dialogue.sections import sentence_text
from nlu_models.dialogue.similarity import base_cosines
from nlu_models.encoder.config import Float32
from nlu_models.encoder.trunk import TextEncoder

States = NDArray[np.float16]
NEAREST = 40
"""Sentences of a policy that an evaluation reads for a question, the nearest by the base's embeddings: about what eight
passages have, which is what a shop's search hands over."""


@dataclass(frozen=True, slots=True)
class JudgedShop:
    """A merchant's policy in one language, and the Q questions to it.

    `asked` and `states` are trunk states of the questions and of the N sentences; `base` `(Q, N)` is `base_cosines`;
    `gold` `(Q, N)` tells which sentences answer.
    """

    questions: tuple[Question, ...]
    sentences: tuple[str, ...]
    asked: tuple[States, ...]
    states: tuple[States, ...]
    base: Float32
    gold: NDArray[np.bool_]

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Which questions the policy answers."""
        return np.array([question.kind != NOT_COVERED for question in self.questions])


def judged_shops(merchants: Sequence[Merchant], encoder: TextEncoder) -> list[JudgedShop]:
    """Encode every question and sentence of the merchants."""
    found = []
    for merchant in merchants:
        for language, rows in merchant.policies.items():
            questions = tuple(q for q in merchant.questions if q.language == language)
            if not questions:
                continue
            states, headed = encoder.states_and_embeddings(
                [sentence_text(row.heading, row.text) for row in rows], kind="passage"
            )
            plain = encoder.embed([row.text for row in rows], kind="passage", progress=False)
            asked_states, asked = encoder.states_and_embeddings([q.asked for q in questions], kind="query")
            alone = encoder.embed([q.text for q in questions], kind="query", progress=False)
            found.append(
                JudgedShop(
                    questions,
                    tuple(row.text for row in rows),
                    tuple(one.astype(np.float16) for one in asked_states),
                    tuple(one.astype(np.float16) for one in states),
                    base_cosines(asked, alone, headed, plain),
                    np.array([[answers(question, row.text) for row in rows] for question in questions]),
                )
            )
    return found


def nearest_baseline(shops: Sequence[JudgedShop]) -> dict[str, float]:
    """Return, by language, the share of answerable questions whose nearest sentence by the base's embeddings answers
    them: what a reader has to beat."""
    found: dict[str, list[bool]] = {}
    for shop in shops:
        for row in np.flatnonzero(shop.covered):
            right = bool(shop.gold[row, int(shop.base[row].argmax())])
            found.setdefault(shop.questions[row].language, []).append(right)
    return {language: round(sum(flags) / len(flags), 4) for language, flags in found.items()}


def answers(question: Question, sentence: str) -> bool:
    """Tell whether a sentence, as it was cut, is one of those that answer."""
    here = _bare(sentence)
    return any(gold in here or here in gold for gold in map(_bare, question.sentences) if gold)


@lru_cache(maxsize=65_536)
def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
