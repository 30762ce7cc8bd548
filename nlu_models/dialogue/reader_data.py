"""Questions and sentences as trunk states for the reader, from the grammar and from merchants written by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu_models.dialogue.corpus import KINDS, ReadingExample, make_shop, reading_example
from nlu_models.dialogue.grammar import Fact, Language
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question
from nlu_models.dialogue.similarity import Embedded, similarity_features
from nlu_models.encoder.config import Float32
from nlu_models.encoder.trunk import TextEncoder
from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.messages import Message

States = NDArray[np.float16]
QUESTIONS_A_SHOP = 72
NEAREST = 16
"""Sentences that the reader is asked about: those nearest to the question by embedding."""
_ALL = 10_000
_AT_RANDOM = 0.3


@dataclass(frozen=True, slots=True)
class Group:
    """A question with candidate sentences: trunk states, similarity features `(N, F)`, which of `KINDS` each is."""

    question: States
    sentences: tuple[States, ...]
    features: Float32
    kinds: tuple[int, ...]

    @property
    def longest(self) -> int:
        """Tokens of the longest pair."""
        return len(self.question) + max(map(len, self.sentences))


def question_text(previous: str, question: str) -> str:
    """Return what is read of a question: the shopper's message before it, where there is one, and the question."""
    return f"{previous} / {question}" if previous else question


def sentence_text(heading: str, sentence: str) -> str:
    """Return what is read of a sentence: its heading and itself."""
    return f"{heading}: {sentence}" if heading else sentence


def grammar_examples(
    facts: Mapping[Language, Sequence[Fact]], random_: random.Random
) -> Iterator[list[ReadingExample]]:
    """Yield the questions to one made-up shop after another, the languages taking turns, for ever."""
    while True:
        for language, known in facts.items():
            shop = make_shop(known, random_)
            if shop:
                examples = [reading_example(shop, known, random_, _ALL) for _ in range(QUESTIONS_A_SHOP)]
                yield [_badly(example, language, random_) for example in examples]


def _badly(example: ReadingExample, language: Language, random_: random.Random) -> ReadingExample:
    if random_.random() < 0.5:
        return example
    message = Message(example.question, None, None, language, "grammar")
    return replace(example, question=typed_badly(message, random_).text)


def groups_of(
    examples: Sequence[ReadingExample], encoder: TextEncoder, random_: random.Random, candidates: int
) -> list[Group]:
    """Encode the questions and sentences of one shop, each text once, and keep for each question the sentences that
    answer and those that look most like it."""
    texts = sorted({(h, s) for e in examples for h, s in zip(e.headings, e.sentences, strict=True)})
    place = {text: row for row, text in enumerate(texts)}
    found, headed = encoder.states_and_embeddings([sentence_text(h, s) for h, s in texts], kind="passage")
    states = [state.astype(np.float16) for state in found]
    plain = encoder.embed([sentence for _, sentence in texts], kind="passage", progress=False)
    asked_states, asked = encoder.states_and_embeddings(
        [question_text(e.previous, e.question) for e in examples], kind="query"
    )
    alone = encoder.embed([e.question for e in examples], kind="query", progress=False)
    groups = []
    for row, example in enumerate(examples):
        rows = [place[pair] for pair in zip(example.headings, example.sentences, strict=True)]
        features = similarity_features(Embedded(asked[row], alone[row], headed[rows], plain[rows]))
        kinds = [KINDS.index(kind) for kind in example.kinds]
        kept = _hardest(kinds, features[:, :4].mean(1), random_, candidates)
        groups.append(
            Group(
                asked_states[row].astype(np.float16),
                tuple(states[rows[i]] for i in kept),
                features[kept],
                tuple(kinds[i] for i in kept),
            )
        )
    return groups


def _hardest(kinds: Sequence[int], similarity: Float32, random_: random.Random, most: int) -> list[int]:
    """Return `most` places: those that answer, then the most similar others, a few of them at random."""
    order = [int(i) for i in np.argsort(-similarity, kind="stable")]
    answering = [i for i in order if kinds[i]][: most - 1]
    others = [i for i in order if not kinds[i]]
    room = most - len(answering)
    near = [others.pop(random_.randrange(len(others)) if random_.random() < _AT_RANDOM else 0) for _ in range(room)]
    return [*answering, *near]


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question to a merchant with its nearest sentences; `gold` tells which of them answer."""

    question: Question
    asked: States
    sentences: tuple[str, ...]
    states: tuple[States, ...]
    features: Float32
    gold: tuple[bool, ...]


def merchant_questions(merchants: Sequence[Merchant], encoder: TextEncoder, *, nearest: int) -> list[JudgedQuestion]:
    """Return every question with the `nearest` sentences of its merchant by embedding."""
    found: list[JudgedQuestion] = []
    for merchant in merchants:
        for language, rows in merchant.policies.items():
            questions = [q for q in merchant.questions if q.language == language]
            if not questions:
                continue
            asked = [question_text(q.previous[-1] if q.previous else "", q.text) for q in questions]
            headed_texts = [sentence_text(row.heading, row.text) for row in rows]
            states, headed = encoder.states_and_embeddings(headed_texts, kind="passage")
            plain = encoder.embed([row.text for row in rows], kind="passage", progress=False)
            asked_states, wanted = encoder.states_and_embeddings(asked, kind="query")
            alone = encoder.embed([q.text for q in questions], kind="query", progress=False)
            for row, question in enumerate(questions):
                best = np.argsort(-(headed @ wanted[row]), kind="stable")[:nearest]
                sentences = tuple(rows[i].text for i in best)
                found.append(
                    JudgedQuestion(
                        question,
                        asked_states[row].astype(np.float16),
                        sentences,
                        tuple(states[i].astype(np.float16) for i in best),
                        similarity_features(Embedded(wanted[row], alone[row], headed[best], plain[best])),
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
