"""Made-up shops of the grammar in the form of merchants, with questions: what the reader trains on beside real text."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from nlu_models.dialogue.corpus import Told, made_up_values, make_shop
from nlu_models.dialogue.grammar import Fact, expand
from nlu_models.dialogue.grammar_questions import grammar_question
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question
from nlu_models.dialogue.sentences import Sentence

_TOPICS: Final = 5


def made_up_merchants(facts: Sequence[Fact], count: int, random_: random.Random) -> Iterator[Merchant]:
    """Yield shops that tell most facts of some topics, with a question to each fact: those that are not told are not
    covered."""
    topics = sorted({fact.topic for fact in facts})
    for number in range(count):
        chosen = random_.sample(topics, min(_TOPICS, len(topics)))
        known = [fact for topic in chosen for fact in facts if fact.topic == topic]
        told = make_shop(known, random_)
        if not told:
            continue
        language = told[0].fact.language
        parts = [list(some) for _, some in groupby(told, key=lambda one: one.fact.name)]
        questions = [_asked(some, known, random_) for some in parts]
        untold = [fact for fact in known if fact.name not in {one.fact.name for one in told}]
        questions += [
            Question(
                expand(random_.choice(fact.questions), random_, made_up_values(fact, random_)),
                language, (), NOT_COVERED, (), (), (), "",
            )
            for fact in untold
        ]  # fmt: skip
        sentences = tuple(Sentence(one.heading, one.text, len(one.variant.wordings) > 1) for one in told)
        yield Merchant(f"made-up-{language}-{number}", {language: sentences}, tuple(questions))


def _asked(told: Sequence[Told], known: Sequence[Fact], random_: random.Random) -> Question:
    text, kind = grammar_question(told[0], known, random_)
    return Question(text, told[0].fact.language, (), kind, tuple(one.text for one in told), (), (), "")
