"""Questions, the sentences that answer them among others, and replies as edits: what the generator learns from."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlu_models.dialogue.corpus import ANSWERS
from nlu_models.dialogue.edits import Edit, Unit, edit_of, units_of
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.merchants import Merchant
from nlu_models.dialogue.reader_data import answers
from nlu_models.dialogue.sections import join_sentences
from nlu_models.dialogue.wording import mask, mask_like

_MOST_TOGETHER: Final = 4
_AROUND: Final = 2
_OPENING: Final = re.compile(
    r"^(?:yes|no|sorry|sure)\b\s*[,.:!–—-]\s*|^(?:可以|不可以|不能|能|是的|不是|不行|行|有|没有|要|不用)(?:的|哦)?[，。,!！]\s*",
    re.I,
)
_WORD: Final = re.compile(r"(?<=[a-z,;] )[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class EditExample:
    """A question, a text with its units, and how the text is edited to answer."""

    asked: str
    text: str
    units: tuple[Unit, ...]
    edit: Edit
    language: Language


def edit_examples(merchants: Sequence[Merchant], random_: random.Random, *, crowded: float) -> Iterator[EditExample]:
    """Yield the replies of shops written by hand; those with a value that their sentences do not have are left out.

    Args:
        merchants: with questions.
        random_: draws.
        crowded: share of them whose sentences stand among others of their section, which the reply leaves out.
    """
    for merchant in merchants:
        for question in merchant.questions:
            if question.kind not in ANSWERS or not question.reference:
                continue
            rows = merchant.policies[question.language]
            told = [at for at, row in enumerate(rows) if answers(question, row.text)]
            if not 0 < len(told) <= _MOST_TOGETHER:
                continue
            if random_.random() < crowded:
                first, last = told[0] - random_.randint(0, _AROUND), told[-1] + random_.randint(0, _AROUND)
                near = range(max(first, 0), min(last + 1, len(rows)))
                others = [at for at in near if rows[at].heading == rows[told[0]].heading]
                told = sorted({*told, *others}) if len(others) <= 2 * _MOST_TOGETHER else told
            text = mask(join_sentences([rows[at].text for at in told], question.language))
            reply = _OPENING.sub("", question.reference) if question.kind in ("yes", "no") else question.reference
            said = mask_like(reply, text.values)
            if said is None:
                continue
            raw, units = units_of(text)
            yield EditExample(question.asked, raw, tuple(units), edit_of(units, said), question.language)


def ordinary_words(merchants: Sequence[Merchant]) -> list[str]:
    """Return the English words that stand in policies with a small letter more often than with a capital."""
    counts: Counter[str] = Counter()
    for merchant in merchants:
        for row in merchant.policies.get("en", ()):
            counts.update(_WORD.findall(row.text))
    return sorted(word for word, count in counts.items() if word.islower() and count > counts[word.capitalize()])
