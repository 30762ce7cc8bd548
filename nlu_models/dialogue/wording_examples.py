"""Questions, the sentences that answer them, and replies, values taken out: what the generator learns from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlu_models.dialogue.corpus import ANSWERS, make_shop
from nlu_models.dialogue.grammar import MANNERS, Fact, Language, Manner, expand
from nlu_models.dialogue.grammar_questions import grammar_question
from nlu_models.dialogue.merchants import Merchant
from nlu_models.dialogue.sections import join_sentences
from nlu_models.dialogue.wording import SYMBOLS, VERBATIM, Verbatim, hide_values, mask, mask_like

_MOST_TOGETHER: Final = 3
_UNTOLD: Final = 0.4
"""Of the replies that are worded without telling what kind they are, as those where the reader is not sure are."""
_OPENING: Final = re.compile(
    r"^(?:yes|no|sorry|sure)\b[,.:!]?\s*|^(?:可以|不可以|不能|能|是的|不是|不行|行|有|没有|要|不用)(?:的|哦)?[，。,!！]\s*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class WordingExample:
    """A question and a text that answers it, both without values, and the reply with the text's symbols."""

    asked: str
    text: str
    reply: str
    kind: str
    manner: Manner | Verbatim
    language: Language


def of_merchants(merchants: Sequence[Merchant], random_: random.Random) -> Iterator[WordingExample]:
    """Yield the reference replies of shops written by hand, those with a value of its own left out."""
    for merchant in merchants:
        for question in merchant.questions:
            if question.kind not in ANSWERS or not question.reference or len(question.sentences) > _MOST_TOGETHER:
                continue
            text = join_sentences(question.sentences, question.language)
            reply = _OPENING.sub("", question.reference) if question.kind in ("yes", "no") else question.reference
            reply = reply[:1].upper() + reply[1:]
            found = _masked(question.asked, text, reply, random_)
            if found is not None:
                kind = "value" if random_.random() < _UNTOLD else question.kind
                yield WordingExample(*found, kind, "brief", question.language)


def of_policies(merchants: Sequence[Merchant], random_: random.Random) -> Iterator[WordingExample]:
    """Yield sentences of shops written by hand as their own replies: how text is copied, and what shops write."""
    for merchant in merchants:
        for question in merchant.questions:
            told = [row.text for row in merchant.policies[question.language]]
            first = random_.randrange(len(told))
            text = join_sentences(told[first : first + random_.randint(1, 2)], question.language)
            found = _masked(question.asked, text, text, random_)
            if found is not None:
                yield WordingExample(*found, "value", VERBATIM, question.language)


def of_grammar(facts: Sequence[Fact], random_: random.Random) -> Iterator[WordingExample]:
    """Yield how replies say the sentences of one made-up shop, in one manner each."""
    for told in make_shop(facts, random_):
        manner = random_.choice(MANNERS)
        replies = told.variant.wordings[told.step].replies[manner]
        if not replies:
            continue
        asked, kind = grammar_question(told, facts, random_)
        found = _masked(asked, told.text, expand(random_.choice(replies), random_, told.values), random_)
        if found is not None:
            yield WordingExample(*found, kind, manner, told.fact.language)


def _masked(asked: str, text: str, reply: str, random_: random.Random) -> tuple[str, str, str] | None:
    """Return question, text and reply without values, the symbols shuffled so that all are learnt."""
    masked = mask(text)
    said = mask_like(reply, masked.values)
    if said is None or len(masked.values) > len(SYMBOLS):
        return None
    table = str.maketrans(dict(zip(SYMBOLS, random_.sample(SYMBOLS, len(SYMBOLS)), strict=True)))
    return hide_values(asked), masked.text.translate(table), said.translate(table)
