"""What the matcher is trained on: many wordings of every fact's questions and sentences, as states of the trunk.

They are written and encoded once; training draws from them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from nlu_models.dialogue.corpus import heading_for, made_up_values
from nlu_models.dialogue.grammar import Fact, Language, expand
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant
from nlu_models.dialogue.reader_data import answers
from nlu_models.dialogue.sections import question_text, sentence_text
from nlu_models.encoder.config import Float32
from nlu_models.encoder.tokenizer import Kind
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.messages import Message

_QUESTIONS, _OPPOSITE, _PREMISES, _FOLLOW_UPS = 20, 10, 6, 8
_SENTENCES, _STEPS = 8, 4
_TYPED_BADLY = 0.4
_TRIES = 4


@dataclass(frozen=True, slots=True)
class BankText:
    """One wording: the trunk's states `(T, D)`, and the base's embedding `(D,)`, L2-normalised."""

    states: NDArray[np.float16]
    embedding: Float32


@dataclass(frozen=True, slots=True)
class BankFact:
    """A fact's questions, and the sentences of all of its variants.

    `topic` is the shop where it was written by hand; what the shop does not answer has no sentences.
    """

    topic: str
    questions: tuple[BankText, ...]
    sentences: tuple[BankText, ...]


Bank = Mapping[Language, Sequence[BankFact]]


@dataclass(frozen=True, slots=True)
class _Written:
    topic: str
    questions: list[str]
    sentences: list[str]


def build_bank(facts: Mapping[Language, Sequence[Fact]], encoder: TextEncoder, random_: random.Random) -> Bank:
    """Write and encode the bank; a few minutes on two cores."""
    written = {language: [_write(fact, known, random_) for fact in known] for language, known in facts.items()}
    every = [fact for known in written.values() for fact in known]
    questions = _encode(sorted({text for fact in every for text in fact.questions}), encoder, "query")
    sentences = _encode(sorted({text for fact in every for text in fact.sentences}), encoder, "passage")
    return {
        language: [
            BankFact(
                fact.topic,
                tuple(questions[text] for text in fact.questions),
                tuple(sentences[text] for text in fact.sentences),
            )
            for fact in known
        ]
        for language, known in written.items()
    }


def build_shop_bank(merchants: Sequence[Merchant], encoder: TextEncoder) -> Bank:
    """Encode shops written by hand: the questions that the same sentences answer are one fact, its topic the shop; so
    are those that nothing answers."""
    grouped: dict[tuple[Language, str, tuple[str, ...]], list[str]] = {}
    for merchant in merchants:
        for question in merchant.questions:
            told = merchant.policies.get(question.language, ())
            covered = question.kind != NOT_COVERED
            gold = tuple(sentence_text(s.heading, s.text) for s in told if covered and answers(question, s.text))
            if gold or not covered:
                grouped.setdefault((question.language, merchant.name, gold), []).append(question.asked)
    questions = _encode(sorted({asked for some in grouped.values() for asked in some}), encoder, "query")
    sentences = _encode(sorted({text for _, _, gold in grouped for text in gold}), encoder, "passage")
    found: dict[Language, list[BankFact]] = {}
    for (language, shop, gold), some in grouped.items():
        fact = BankFact(shop, tuple(questions[asked] for asked in some), tuple(sentences[text] for text in gold))
        found.setdefault(language, []).append(fact)
    return found


def _encode(texts: Sequence[str], encoder: TextEncoder, kind: Kind, part: int = 512) -> dict[str, BankText]:
    found = {}
    for start in tqdm(range(0, len(texts), part), desc=f"encode {kind} texts", mininterval=5):
        some = texts[start : start + part]
        for text, states, embedding in zip(some, *encoder.states_and_embeddings(some, kind=kind), strict=True):
            found[text] = BankText(states.astype(np.float16), embedding)
    return found


def _write(fact: Fact, known: Sequence[Fact], random_: random.Random) -> _Written:
    def asked(templates: Sequence[str], *, after: Sequence[Fact] = ()) -> str:
        text = expand(random_.choice(templates), random_, made_up_values(fact, random_))
        if random_.random() < _TYPED_BADLY:
            text = typed_badly(Message(text, None, None, fact.language, "grammar"), random_).text
        if not after:
            return text
        before = random_.choice(after)
        return question_text(expand(random_.choice(before.questions), random_, made_up_values(before, random_)), text)

    same_topic = [other for other in known if other.topic == fact.topic]
    questions = [
        text
        for templates, most, after in (
            (fact.questions, _QUESTIONS, ()),
            (fact.opposite_questions, _OPPOSITE, ()),
            (fact.premises, _PREMISES, ()),
            (fact.follow_ups, _FOLLOW_UPS, same_topic),
        )
        if templates
        for text in _several(lambda t=templates, a=after: asked(t, after=a), most)  # type: ignore[misc]
    ]
    sentences = [
        text
        for variant in fact.variants
        for wording in variant.wordings
        for text in _several(
            lambda w=wording: _sentence(fact, w.sentences, random_),  # type: ignore[misc]
            _SENTENCES if len(variant.wordings) == 1 else _STEPS,
        )
    ]
    return _Written(fact.topic, questions, sentences)


def _sentence(fact: Fact, templates: Sequence[str], random_: random.Random) -> str:
    heading = heading_for(fact, random_, titled=random_.random() < 0.7, asking=random_.random() < 0.3)
    return sentence_text(heading, expand(random_.choice(templates), random_, made_up_values(fact, random_)))


def _several(make: Callable[[], str], most: int) -> list[str]:
    """Return up to `most` different texts."""
    found: dict[str, None] = {}
    for _ in range(most * _TRIES):
        found[make()] = None
        if len(found) == most:
            break
    return list(found)
