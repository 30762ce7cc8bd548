"""Pairs of trunk states for the reader: endless ones from the grammar, and those of merchants written by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.corpus import KINDS, ReadingExample, make_shop, reading_example
from nlu_models.dialogue.grammar import Fact, Language
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.messages import Message

States = NDArray[np.float16]
QUESTIONS_A_SHOP = 24
NEAREST = 16
"""Sentences that the reader is asked about: those nearest to the question by embedding."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Trunk states of a question and of a sentence, and which of `KINDS` the sentence is to it."""

    question: States
    sentence: States
    kind: int


def question_text(previous: str, question: str) -> str:
    """Return what is read of a question: the shopper's message before it, where there is one, and the question."""
    return f"{previous} / {question}" if previous else question


def sentence_text(heading: str, sentence: str) -> str:
    """Return what is read of a sentence: its heading and itself."""
    return f"{heading}: {sentence}" if heading else sentence


def grammar_examples(
    facts: Mapping[Language, Sequence[Fact]], random_: random.Random, *, most: int
) -> Iterator[list[ReadingExample]]:
    """Yield the questions to one made-up shop after another, the languages taking turns, for ever."""
    while True:
        for language, known in facts.items():
            shop = make_shop(known, random_)
            if shop:
                examples = [reading_example(shop, known, random_, most) for _ in range(QUESTIONS_A_SHOP)]
                yield [_badly(example, language, random_) for example in examples]


def _badly(example: ReadingExample, language: Language, random_: random.Random) -> ReadingExample:
    if random_.random() < 0.5:
        return example
    message = Message(example.question, None, None, language, "grammar")
    return replace(example, question=typed_badly(message, random_).text)


def pairs_of(examples: Sequence[ReadingExample], encoder: TextEncoder) -> list[Pair]:
    """Encode the questions and sentences of one shop, each text once, and pair them."""
    questions = [question_text(e.previous, e.question) for e in examples]
    sentences = sorted({sentence_text(h, s) for e in examples for h, s in zip(e.headings, e.sentences, strict=True)})
    asked = [s.astype(np.float16) for s in encoder.trunk_states(questions, kind="query", progress=False)]
    found = encoder.trunk_states(sentences, kind="passage", progress=False)
    states = {text: state.astype(np.float16) for text, state in zip(sentences, found, strict=True)}
    return [
        Pair(asked[row], states[sentence_text(heading, sentence)], KINDS.index(kind))
        for row, example in enumerate(examples)
        for heading, sentence, kind in zip(example.headings, example.sentences, example.kinds, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question to a merchant with its nearest sentences; `gold` tells which of them answer."""

    question: Question
    asked: States
    sentences: tuple[str, ...]
    states: tuple[States, ...]
    gold: tuple[bool, ...]


def merchant_questions(merchants: Sequence[Merchant], encoder: TextEncoder, *, nearest: int) -> list[JudgedQuestion]:
    """Return every question with the `nearest` sentences of its merchant by embedding."""
    found: list[JudgedQuestion] = []
    for merchant in merchants:
        for language, rows in merchant.policies.items():
            questions = [q for q in merchant.questions if q.language == language]
            if not questions:
                continue
            texts = [sentence_text(row.heading, row.text) for row in rows]
            asked = [question_text(q.previous[-1] if q.previous else "", q.text) for q in questions]
            vectors = encoder.embed(texts, kind="passage", progress=False)
            wanted = encoder.embed(asked, kind="query", progress=False)
            states = [s.astype(np.float16) for s in encoder.trunk_states(texts, kind="passage", progress=False)]
            states_asked = [s.astype(np.float16) for s in encoder.trunk_states(asked, kind="query", progress=False)]
            for row, question in enumerate(questions):
                best = np.argsort(-(vectors @ wanted[row]), kind="stable")[:nearest]
                sentences = tuple(rows[i].text for i in best)
                found.append(
                    JudgedQuestion(
                        question,
                        states_asked[row],
                        sentences,
                        tuple(states[i] for i in best),
                        tuple(answers(question, sentence) for sentence in sentences),
                    )
                )
    return found


def nearest_baseline(questions: Sequence[JudgedQuestion]) -> dict[str, float]:
    """Return, by language, the share of answerable questions whose nearest sentence by embedding answers them: what a
    reader has to beat."""
    found: dict[str, list[bool]] = {}
    for judged in questions:
        if judged.question.kind != NOT_COVERED:
            found.setdefault(judged.question.language, []).append(judged.gold[0])
    return {language: round(sum(flags) / len(flags), 4) for language, flags in found.items()}


def answers(question: Question, sentence: str) -> bool:
    """Tell whether a sentence, as it was cut, is one of those that answer."""
    here = _bare(sentence)
    return any(gold in here or here in gold for gold in map(_bare, question.sentences) if gold)


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
