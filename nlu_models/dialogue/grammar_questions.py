"""Questions that shoppers ask of a fact of the grammar."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from nlu_models.dialogue.corpus import OPPOSITE, Told, made_up_values
from nlu_models.dialogue.grammar import Fact, expand
from nlu_models.dialogue.sections import question_text
from nlu_models.intent.augmentation import typed_badly
from nlu_models.intent.messages import Message

_TYPED_BADLY: Final = 0.4


def grammar_question(told: Told, known: Sequence[Fact], random_: random.Random) -> tuple[str, str]:
    """Return a question that a sentence of a made-up shop answers, and the kind of the answer."""
    same_topic = [fact for fact in known if fact.topic == told.fact.topic]
    asked, turned = _question(told.fact, same_topic, told, random_)
    if turned == "opposite":
        return asked, OPPOSITE.get(told.variant.kind, told.variant.kind)
    return asked, turned or told.variant.kind


def _question(fact: Fact, known: Sequence[Fact], told: Told | None, random_: random.Random) -> tuple[str, str | None]:
    """Return a question to a fact, and how its answer differs from the variant's kind: yes or no for a claim that is
    right or wrong, opposite for a question asked the other way round."""
    values = dict(told.values) if told else made_up_values(fact, random_)
    shapes = [("plain", fact.questions), ("opposite", fact.opposite_questions), ("claim", fact.premises)]
    shapes.append(("follow", fact.follow_ups))
    shape, templates = random_.choice([(name, some) for name, some in shapes if some])
    turned = "opposite" if shape == "opposite" else None
    template = random_.choice(templates)
    if shape == "claim":
        right = random_.random() < 0.5
        claimed = values if right else made_up_values(fact, random_)
        slots = [name for name in fact.slots if f"{{{name}}}" in template]
        same = all(claimed[name] == values[name] for name in slots)
        carried = told is not None and all(values[name] in told.text for name in slots)
        turned = ("yes" if same else "no") if slots and carried else None
        values = claimed
    text = expand(template, random_, values)
    if random_.random() < _TYPED_BADLY:
        text = typed_badly(Message(text, None, None, fact.language, "grammar"), random_).text or text
    if shape == "follow":
        before = random_.choice(known)
        text = question_text(expand(random_.choice(before.questions), random_, made_up_values(before, random_)), text)
    return text, turned
