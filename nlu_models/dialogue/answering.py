"""From a question and policy sentences to a checked reply: read, word, check, and fall back to the sentence itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import numpy as np
import yaml

from nlu_models.dialogue.checker import problems
from nlu_models.dialogue.corpus import KINDS
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.listed import introduces, items_after, lead_of, rows_meant
from nlu_models.dialogue.merchants import NOT_COVERED
from nlu_models.dialogue.sections import join_sentences, question_text
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.values import find_values
from nlu_models.dialogue.wording import Masked, mask, unmask
from nlu_models.encoder.config import Float32

_NONE: Final = KINDS.index("none")
_MOST_SENTENCES: Final = 2
_ALSO_UNSURE: Final = 0.2
_HOW: Final = re.compile(r"\bhow\b|\bsteps?\b|如何|怎么|怎样|步骤|流程|操作", re.IGNORECASE)
_ASKS_HOW: Final = re.compile(
    r"\bhow (?:do|to|can|does|should)\b|\bwalk me through\b|\bsteps?\b|\bprocedure\b"
    r"|如何|怎样|步骤|流程|(?:怎么|咋)(?:退|换|弄|办|操作|申请|取消|预约|报修|寄)",
    re.IGNORECASE,
)
_MOST_STEPS: Final = 7
_CLAIMS: Final = ("yes", "no", "conditional")
"""Kinds whose opening ("No: ", "That depends. ") is wrong where the kind is."""
_CONFIRMS: Final = re.compile(
    r"\b(?:right|correct|is ?n'?t it|are ?n'?t they|yes or no)\s*\W*$|\bis it true\b"
    r"|(?:对吧|对吗|对不对|是吧|没错吧|真的吗)\W*$",
    re.IGNORECASE,
)
_HAS_PASSED: Final = re.compile(  # what was, or what is spent: it is no claim about the rule
    r"\b(?:ago|old|already|earlier|late|since|spen[dt]\w*|pa(?:id|ying)|bought|ordered|arrived|came|got|received|had|used)\b"
    r"|\border\w*\s+(?:is|was|of|for)\b|了|前|花|买|下单|收到",
    re.IGNORECASE,
)
_MARKS: Final = "；;，,、 "
_ENUMERATES: Final = re.compile(r"[（(](?:a|i|一|1)[)）].*[（(](?:b|ii|二|2)[)）]", re.IGNORECASE | re.DOTALL)
"""Items in one sentence, "… for (a) software, (b) earphones": none of them says anything without its beginning."""
_CJK_OPENINGS: Final = (
    ("可以", re.compile(r"能|可以|可不可以|行不行|行吗|支持|允许|让不让|给不给|退得|换得")),
    ("有", re.compile(r"有没有|有.*[吗么嘛]|有无")),
    ("要", re.compile(r"要不要|需不需要|要.*[吗么嘛]|需要|用不用|必须")),
    ("是", re.compile(r"")),
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the reader must be sure of, chosen on the validation merchants.

    `covered`: that the best sentence answers at all; `sure`: the same, below which it is called the closest and one
    that may be meant instead is told too; `also`: the share of that which a further one must have to be told too;
    `polarity`: that it is yes, no or depends, below which the sentence is told without saying so.
    """

    covered: float = 0.5
    sure: float = 0.5
    also: float = 0.7
    polarity: float = 0.8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what came before it and the sentences that may answer it."""

    question: str
    language: Language
    sentences: Sequence[Sentence]
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of a question: the sentences that answer, by their place, the kind of answer, and whether it
    is sure of them."""

    kind: str
    chosen: tuple[int, ...]
    sure: bool = True


How = Literal["worded", "quoted", "not_covered"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply; `how` tells whether the generator's words or the sentence itself are said, `sure` whether it calls
    itself the answer or but the closest that there is.

    `refused` has the checker's reasons for each sentence whose wording it refused, `drafts` what was worded.
    """

    text: str
    kind: str
    how: How
    chosen: tuple[int, ...] = ()
    sure: bool = True
    refused: tuple[str, ...] = ()
    drafts: tuple[str, ...] = field(default=())


class Reader(Protocol):
    """Judges sentences."""

    def judge(self, asked: Asked) -> Float32:
        """Return probabilities `(N, K)` over `KINDS` for the N sentences."""
        ...


@dataclass(frozen=True, slots=True)
class ToWord:
    """A masked text of the policy that the generator words as the answer to a question."""

    question: str
    text: Masked
    language: Language


class Generator(Protocol):
    """Words texts."""

    def word(self, wanted: Sequence[ToWord]) -> Sequence[str | None]:
        """Return a reply with symbols for each masked text, None for one that it cannot word."""
        ...


def read(asked: Asked, probabilities: Float32, thresholds: Thresholds) -> Reading:
    """Choose the sentences that answer and the kind of the answer.

    A numbered list answers as a whole. A question that names a value ("so I have 30 days, right?") is answered yes or
    no by comparing it with the sentence's own value of that kind.
    """
    answering = 1 - probabilities[:, _NONE]
    best = int(np.argmax(answering))
    if answering[best] < thresholds.covered:
        return Reading(NOT_COVERED, ())
    kinds = probabilities[best, 1:] / answering[best]
    kind = KINDS[1 + int(np.argmax(kinds))]
    top = asked.sentences[best]
    sure = bool(answering[best] >= thresholds.sure)
    if steps := _steps(asked, best, likely=kind == "steps"):
        return Reading("steps", steps, sure)
    if sure and top.row:
        return Reading("value", rows_meant(asked.sentences, best, asked.question, asked.previous))
    if sure and introduces(asked.sentences, best):
        return Reading("value", items_after(asked.sentences, best))
    least = (thresholds.also if sure else _ALSO_UNSURE) * answering[best]
    near = [int(i) for i in np.argsort(-answering, kind="stable")[1:_MOST_SENTENCES] if answering[i] >= least]
    chosen = {best, *(i for i in near if kind != "steps" or asked.sentences[i].heading == top.heading)}
    if top.text.endswith(("?", "？")) and _heading(asked, best + 1) == top.heading:
        chosen.add(best + 1)  # a question in the policy: its answer comes next
    if not sure or (kind in _CLAIMS and float(kinds.max()) < thresholds.polarity):
        kind = "value"
    return Reading((_premise(asked.question, top.text) if sure else None) or kind, tuple(sorted(chosen)), sure)


def _heading(asked: Asked, at: int) -> str | None:
    return asked.sentences[at].heading if at < len(asked.sentences) else None


def _steps(asked: Asked, best: int, *, likely: bool) -> tuple[int, ...]:
    """Return the numbered list that a sentence belongs to, or introduces ("This is how:"); else nothing.

    A contract numbers its clauses too: a list is one of steps where the reader takes the sentence for one (`likely`),
    where its heading or the sentence before asks how, or where the question does and the list is short.
    """
    sentences = asked.sentences
    heading = sentences[best].heading
    introduced = sentences[best].text.endswith((":", "：")) and any(s.step for s in sentences[best + 1 : best + 2])
    if not (sentences[best].step or introduced):
        return ()
    steps = tuple(i for i, s in enumerate(sentences) if s.step and s.heading == heading)
    short = len(steps) <= _MOST_STEPS and bool(_ASKS_HOW.search(asked.question))
    return steps if likely or introduced or short or _HOW.search(heading) else ()


def _premise(question: str, sentence: str) -> str | None:
    """Return yes or no where the question wants a value confirmed of a kind that the sentence has once.

    "I had it for two weeks, can it go back?" names a value too, but does not ask whether it is that one. Where the
    policy has 30 days, "I got it 12 days ago, I can still return it, right?" is no wrong claim about it.
    """
    if not _CONFIRMS.search(question):
        return None
    told = find_values(sentence)
    for claimed in find_values(question):
        if claimed.kind in ("number", "name"):
            continue
        same = {value.normal for value in told if value.kind == claimed.kind}
        if len(same) == 1:
            if claimed.normal in same:
                return "yes"
            return None if _HAS_PASSED.search(question) else "no"
    return None


def answer_all(
    questions: Sequence[Asked], reader: Reader, generator: Generator | None, thresholds: Thresholds
) -> list[Answer]:
    """Answer each question from its own sentences and from nothing else; all are worded together."""
    readings = [
        read(asked, reader.judge(asked), thresholds) if asked.sentences else Reading(NOT_COVERED, ())
        for asked in questions
    ]
    wanted = [
        None if generator is None else _to_word(asked, reading)
        for asked, reading in zip(questions, readings, strict=True)
    ]
    every = [one for one in wanted if one is not None]
    drafts = iter(generator.word(every) if generator is not None and every else ())
    return [
        _answer(asked, reading, one, None if one is None else next(drafts))
        for asked, reading, one in zip(questions, readings, wanted, strict=True)
    ]


def _to_word(asked: Asked, reading: Reading) -> ToWord | None:
    """Return what is worded, all sentences together; steps, rows, and what is told after something or as a list, are
    told in full."""
    texts = [asked.sentences[i].text for i in reading.chosen]
    if not texts or reading.kind == "steps" or _is_listed(asked, reading) or any(map(_ENUMERATES.search, texts)):
        return None
    ended = [text if text.endswith(("；", ";")) else _ended(text, asked.language) for text in texts[:-1]]
    text = join_sentences([*ended, texts[-1]], asked.language)
    return ToWord(question_text(asked.previous, asked.question), mask(text), asked.language)


def _answer(asked: Asked, reading: Reading, wanted: ToWord | None, draft: str | None) -> Answer:
    """Return the draft where there is one and the checker passes it, else the sentences."""
    if reading.kind == NOT_COVERED:
        return Answer("", NOT_COVERED, "not_covered")
    how: How = "quoted"
    said = _told(asked, reading)
    refused: tuple[str, ...] = ()
    if wanted is not None and draft is not None:
        refused = tuple(problems(draft, wanted.text, asked.language))
        if not refused:
            how, draft = "worded", unmask(draft, wanted.text.values)
            said = [draft]
    text = _composed(said, reading, how, asked)
    return Answer(text, reading.kind, how, reading.chosen, reading.sure, refused, () if draft is None else (draft,))


def _is_listed(asked: Asked, reading: Reading) -> bool:
    """Tell whether rows of a table are said, or items after what introduces them."""
    return any(asked.sentences[i].row or lead_of(asked.sentences, i) for i in reading.chosen)


def _told(asked: Asked, reading: Reading) -> list[str]:
    """Return the sentences as they are told: rows with their columns, items after what introduces them."""
    if reading.kind == "steps":
        return [asked.sentences[i].text for i in reading.chosen]
    found: list[str] = []
    last = ""
    for i in reading.chosen:
        one, lead = asked.sentences[i], lead_of(asked.sentences, i)
        if lead and lead == last:
            found[-1] = f"{found[-1].rstrip(_MARKS)}{'；' if asked.language == 'zh' else '; '}{one.text}"
        else:
            found.append(join_sentences([lead, one.text], asked.language) if lead else one.row or one.text)
        last = lead
    return found


@cache
def _openings() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "openings.yml").read_text("utf-8"))
    return content


def opening(reading: Reading, how: How, asked: Asked) -> str:
    """Return what is said before the fact; the same question gets the same."""
    table = _openings()[asked.language]
    if not reading.sure:
        choices = table["closest"]
    elif reading.kind in ("yes", "no"):
        choices = table[reading.kind]
        if asked.language == "zh":
            choices = choices[next(name for name, pattern in _CJK_OPENINGS if pattern.search(asked.question))]
    elif reading.kind in ("steps", "conditional"):
        choices = table[reading.kind]
    else:
        choices = table["quoted" if how == "quoted" and not _is_listed(asked, reading) else "plain"]
    return str(choices[sum(map(ord, asked.question)) % len(choices)])


def _composed(said: Sequence[str], reading: Reading, how: How, asked: Asked) -> str:
    start = opening(reading, how, asked)
    numbered = all(asked.sentences[i].step for i in reading.chosen)
    if reading.kind == "steps" and len(said) > 1 and numbered:
        return "\n".join((start.rstrip(), *(f"{number}. {text}" for number, text in enumerate(said, 1))))
    table = len(said) > 1 and all(asked.sentences[i].row for i in reading.chosen)
    between = "\n" if table else "" if asked.language == "zh" else " "
    joined = between.join(_ended(text, asked.language) for text in said)
    if asked.language == "en" and start.endswith((": ", ", ")) and not start.startswith(("Our", "This")):
        joined = _lowered(joined)
    return f"{start if reading.kind != 'steps' or not reading.sure else ''}{joined}"


def _ended(text: str, language: Language) -> str:
    text = text.rstrip(_MARKS)
    return text if text[-1:] in ".!?。！？…" else f"{text}{'。' if language == 'zh' else '.'}"


def _lowered(text: str) -> str:
    """Begin with a small letter where the word is an ordinary one."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first in _ORDINARY else text


_ORDINARY: Final = frozenset(
    {"You", "Your", "We", "Our", "The", "A", "An", "It", "If", "This", "That", "These", "Those", "All", "Any", "Most"}
    | {"To", "For", "From", "In", "On", "At", "Once", "As", "Both", "Each", "There", "They", "Just", "Items", "Orders"}
    | {
        "Sale",
        "Returns",
        "Refunds",
        "Opened",
        "Standard",
        "Express",
        "Please",
        "When",
        "While",
        "Only",
        "Every",
        "With",
    }
)
