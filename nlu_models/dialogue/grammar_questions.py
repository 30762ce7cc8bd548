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
    """Return a question that a sentence of a made-up shop answers, and the kind of the answer: another one than the
    variant's for a claim that is right or wrong, and for a question asked the other way round."""
    fact, kind, values = told.fact, told.variant.kind, told.values
    shapes = [("plain", fact.questions), ("opposite", fact.opposite_questions), ("claim", fact.premises)]
    shapes.append(("follow", fact.follow_ups))
    shape, templates = random_.choice([(name, some) for name, some in shapes if some])
    template = random_.choice(templates)
    if shape == "opposite":
        kind = OPPOSITE.get(kind, kind)
    elif shape == "claim":
        claimed = values if random_.random() < 0.5 else made_up_values(fact, random_)
        slots = [name for name in fact.slots if f"{{{name}}}" in template]
        if slots and all(values[name] in told.text for name in slots):
            kind = "yes" if all(claimed[name] == values[name] for name in slots) else "no"
        values = claimed
    text = expand(template, random_, values)
    if random_.random() < _TYPED_BADLY:
        text = typed_badly(Message(text, None, None, fact.language, "grammar"), random_).text or text
    if shape == "follow":
        before = random_.choice([other for other in known if other.topic == fact.topic])
        text = question_text(expand(random_.choice(before.questions), random_, made_up_values(before, random_)), text)
    return text, kind
