"""How often the checker of replies errs: on right and on wrong pairs from the training grammar."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlu_models.dialogue.checker import problems
from nlu_models.dialogue.grammar import MANNERS, Fact, Variant, expand
from nlu_models.dialogue.slot_values import slot_value
from nlu_models.dialogue.wording import Masked, mask, mask_like

SENTENCES_A_VARIANT = 5
REPLIES_A_MANNER = 3
_POLAR = ("yes", "no")


@dataclass
class CheckerScores:
    """Counts of pairs: right ones and those refused of them, by reason; wrong ones and those accepted of them.

    `swapped` pairs word a yes as a no or the reverse, `unrestricted` ones word a conditional answer as a plain one.
    """

    right: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    swapped: int = 0
    swapped_accepted: int = 0
    unrestricted: int = 0
    unrestricted_accepted: int = 0

    def as_json(self) -> dict[str, object]:
        """Return shares and counts."""
        return {
            "right": self.right,
            "right_refused": round(self.refused / max(self.right, 1), 4),
            "reasons": dict(self.reasons.most_common()),
            "swapped": self.swapped,
            "swapped_accepted": round(self.swapped_accepted / max(self.swapped, 1), 4),
            "unrestricted": self.unrestricted,
            "unrestricted_accepted": round(self.unrestricted_accepted / max(self.unrestricted, 1), 4),
        }


def evaluate_checker(facts: Sequence[Fact], *, seed: int = 3) -> CheckerScores:
    """Check a sample of the grammar's own pairs of sentence and reply, and of pairs across its variants."""
    random_ = random.Random(seed)
    scores = CheckerScores()
    for fact in facts:
        values = {name: slot_value(kind, fact.language, random_) for name, kind in fact.slots.items()}
        for variant in fact.variants:
            for source, reply in _pairs(variant, variant, values, random_):
                wrong = problems(reply, source, fact.language)
                scores.right += 1
                scores.refused += bool(wrong)
                scores.reasons.update(wrong)
            for other in fact.variants:
                if other.kind not in _POLAR or variant.kind not in (*_POLAR, "conditional"):
                    continue
                if other.kind == variant.kind:
                    continue
                for source, reply in _pairs(variant, other, values, random_):
                    accepted = not problems(reply, source, fact.language)
                    if variant.kind in _POLAR:
                        scores.swapped += 1
                        scores.swapped_accepted += accepted
                    else:
                        scores.unrestricted += 1
                        scores.unrestricted_accepted += accepted
    return scores


def _pairs(
    told: Variant, said: Variant, values: Mapping[str, str], random_: random.Random
) -> Iterator[tuple[Masked, str]]:
    """Yield masked sentences of one variant with masked replies of another (or the same)."""
    for wording, worded in zip(told.wordings, said.wordings, strict=False):
        for sentence in random_.sample(wording.sentences, min(SENTENCES_A_VARIANT, len(wording.sentences))):
            source = mask(expand(sentence, random_, values))
            for manner in MANNERS:
                for template in worded.replies[manner][:REPLIES_A_MANNER]:
                    reply = mask_like(expand(template, random_, values), source.values)
                    if reply is not None:
                        yield source, reply
