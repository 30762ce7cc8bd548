"""Examples made from the grammar: made-up shops, questions to them, and what the reply says of each sentence."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlu_models.dialogue.grammar import MANNERS, Fact, Language, Manner, Variant, expand
from nlu_models.dialogue.slot_values import slot_value

KINDS: Final = ("none", "yes", "no", "value", "steps", "conditional")
"""What a sentence is to a question: no answer to it, or an answer of one of these kinds."""
ANSWERS: Final = KINDS[1:]

_OPPOSITE: Final = {"yes": "no", "no": "yes"}
_ABSENT: Final = 0.18
_FACT_TOLD: Final = 0.75
_TITLES: Final[Mapping[str, Mapping[Language, tuple[str, ...]]]] = {
    "returns": {"en": ("Returns", "Sending things back", "Our return policy"), "zh": ("退货", "退货须知", "关于退货")},
    "refunds": {"en": ("Refunds", "Your money back"), "zh": ("退款", "退款说明")},
    "exchanges": {"en": ("Exchanges", "Swapping an item"), "zh": ("换货", "换货说明")},
    "shipping": {"en": ("Shipping", "Postage", "Shipping costs"), "zh": ("配送", "运费说明", "物流配送")},
    "delivery-times": {"en": ("Delivery times", "When it arrives"), "zh": ("配送时效", "什么时候到")},
    "delivery-problems": {"en": ("Delivery problems", "If something goes wrong"), "zh": ("收货问题", "物流异常")},
    "payment": {"en": ("Payment", "Ways to pay"), "zh": ("支付方式", "付款")},
    "warranty": {"en": ("Warranty", "Repairs and guarantee"), "zh": ("保修", "售后保修")},
    "cancellation": {"en": ("Cancelling and changing orders", "Changes to your order"), "zh": ("取消订单", "订单修改")},
    "invoices": {"en": ("Invoices", "Receipts and invoices"), "zh": ("发票", "开票说明")},
    "accounts": {"en": ("Your account", "Account and privacy"), "zh": ("账号与隐私", "会员账号")},
    "contact": {"en": ("Contact", "Customer service"), "zh": ("联系我们", "客服")},
}


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a made-up shop under its heading, with the fact and variant that it tells."""

    fact: Fact
    variant: Variant
    step: int
    heading: str
    text: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question with candidates; `kinds` has one of `KINDS` for each sentence, all `none` where nothing answers."""

    language: Language
    previous: str
    question: str
    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordingExample:
    """A policy sentence and how a reply says it."""

    language: Language
    kind: str
    manner: Manner
    sentence: str
    reply: str


def make_shop(facts: Sequence[Fact], random_: random.Random) -> list[Told]:
    """Return the sentences of a made-up shop: most facts, one variant and one wording each."""
    shop: list[Told] = []
    titled = random_.random() < 0.7
    asking = random_.random() < 0.4
    for fact in facts:
        if random_.random() > _FACT_TOLD:
            continue
        variant = random_.choice(fact.variants)
        values = {name: slot_value(kind, fact.language, random_) for name, kind in fact.slots.items()}
        heading = _heading(fact, random_, titled=titled, asking=asking)
        for step, wording in enumerate(variant.wordings):
            text = expand(random_.choice(wording.sentences), random_, values)
            shop.append(Told(fact, variant, step, heading, text, values))
    return shop


def _heading(fact: Fact, random_: random.Random, *, titled: bool, asking: bool) -> str:
    if asking and random_.random() < 0.6:
        question = expand(random_.choice(fact.questions), random_, _other_values(fact, random_))
        return question[:1].upper() + question[1:]
    titles = _TITLES.get(fact.topic, {}).get(fact.language, ("",))
    return random_.choice(titles) if titled else ""


def _other_values(fact: Fact, random_: random.Random) -> dict[str, str]:
    return {name: slot_value(kind, fact.language, random_) for name, kind in fact.slots.items()}


def reading_example(shop: Sequence[Told], facts: Sequence[Fact], random_: random.Random, most: int) -> ReadingExample:
    """Return a question to a shop with `most` candidate sentences at the most, those that answer among them."""
    told = {sentence.fact.name for sentence in shop}
    absent = [fact for fact in facts if fact.name not in told]
    fact = random_.choice(absent) if absent and random_.random() < _ABSENT else random_.choice(shop).fact
    answers = [sentence for sentence in shop if sentence.fact.name == fact.name]
    question, flipped = _question(fact, answers, random_)
    previous = ""
    if fact.follow_ups and random_.random() < 0.25:
        question, flipped = expand(random_.choice(fact.follow_ups), random_, _values(fact, answers, random_)), False
        before = random_.choice([f for f in facts if f.topic == fact.topic])
        previous = expand(random_.choice(before.questions), random_, _other_values(before, random_))
    elif random_.random() < 0.12:
        before = random_.choice(facts)
        previous = expand(random_.choice(before.questions), random_, _other_values(before, random_))
    near = [s for s in shop if s.fact.topic == fact.topic and s.fact.name != fact.name]
    far = [s for s in shop if s.fact.topic != fact.topic]
    room = max(most - len(answers), 1)
    chosen = random_.sample(near, min(len(near), max(room - 1, 1)))
    chosen += random_.sample(far, min(len(far), room - len(chosen)))
    candidates = [*answers, *chosen]
    random_.shuffle(candidates)
    return ReadingExample(
        fact.language,
        previous,
        question,
        tuple(sentence.heading for sentence in candidates),
        tuple(sentence.text for sentence in candidates),
        tuple(_kind(sentence, fact, flipped=flipped) for sentence in candidates),
    )


def _values(fact: Fact, answers: Sequence[Told], random_: random.Random) -> Mapping[str, str]:
    return answers[0].values if answers else _other_values(fact, random_)


def _question(fact: Fact, answers: Sequence[Told], random_: random.Random) -> tuple[str, bool]:
    """Return a question to a fact, and whether yes and no change places in its answer."""
    draw = random_.random()
    if fact.opposite_questions and draw < 0.25:
        return expand(random_.choice(fact.opposite_questions), random_, _values(fact, answers, random_)), True
    if fact.premises and draw > 0.85:
        values = _values(fact, answers, random_) if random_.random() < 0.5 else _other_values(fact, random_)
        return expand(random_.choice(fact.premises), random_, values), False
    return expand(random_.choice(fact.questions), random_, _values(fact, answers, random_)), False


def _kind(sentence: Told, fact: Fact, *, flipped: bool) -> str:
    if sentence.fact.name != fact.name:
        return "none"
    kind = sentence.variant.kind
    return _OPPOSITE.get(kind, kind) if flipped else kind


def wording_examples(shop: Sequence[Told], random_: random.Random) -> list[WordingExample]:
    """Return how a reply says each sentence of a shop, in one manner each."""
    found = []
    for sentence in shop:
        manner = random_.choice(MANNERS)
        replies = sentence.variant.wordings[sentence.step].replies[manner]
        if replies:
            reply = expand(random_.choice(replies), random_, sentence.values)
            found.append(WordingExample(sentence.fact.language, sentence.variant.kind, manner, sentence.text, reply))
    return found
