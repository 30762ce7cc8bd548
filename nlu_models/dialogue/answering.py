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
from nlu_models.dialogue.merchants import NOT_COVERED
from nlu_models.dialogue.sections import join_sentences, question_text
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.values import find_values
from nlu_models.dialogue.wording import Masked, mask, unmask
from nlu_models.encoder.config import Float32

_NONE: Final = KINDS.index("none")
_MOST_SENTENCES: Final = 2
_AROUND: Final = 4
_SHORT: Final = 3
"""A section of that many sentences is quoted as a whole: its sentences qualify each other."""
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
_CJK_OPENINGS: Final = (
    ("可以", re.compile(r"能|可以|可不可以|行不行|行吗|支持|允许|让不让|给不给|退得|换得")),
    ("有", re.compile(r"有没有|有.*[吗么嘛]|有无")),
    ("要", re.compile(r"要不要|需不需要|要.*[吗么嘛]|需要|用不用|必须")),
    ("是", re.compile(r"")),
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the reader must be sure of, chosen on the validation merchants.

    `covered`: that the best sentence answers at all; `sure`: the same, below which its whole section is quoted; `also`:
    the share of that which a further one must have to be told too; `polarity`: that it is yes, no or depends, below
    which the sentence is told without saying so.
    """

    covered: float = 0.5
    sure: float = 0.5
    also: float = 0.5
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
    """What the reader made of a question: the sentences that answer, by their place, and the kind of answer; `whole`
    where they are a section in which the answer is likely to stand."""

    kind: str
    chosen: tuple[int, ...]
    whole: bool = False


How = Literal["worded", "quoted", "not_covered"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply; `how` tells whether the generator's words or the sentence itself are said.

    `refused` has the checker's reasons for each sentence whose wording it refused, `drafts` what was worded.
    """

    text: str
    kind: str
    how: How
    chosen: tuple[int, ...] = ()
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


def read(asked: Asked, probabilities: Float32, thresholds: Thresholds, *, quoting: bool = False) -> Reading:
    """Choose the sentences that answer and the kind of the answer.

    A numbered list answers as a whole. A question that names a value ("so I have 30 days, right?") is answered yes or
    no by comparing it with the sentence's own value of that kind. Where the answer is quoted, not worded, a short
    section is told as a whole.
    """
    answering = 1 - probabilities[:, _NONE]
    best = int(np.argmax(answering))
    if answering[best] < thresholds.covered:
        return Reading(NOT_COVERED, ())
    sure = probabilities[best, 1:] / answering[best]
    kind = KINDS[1 + int(np.argmax(sure))]
    top = asked.sentences[best]
    if steps := _steps(asked, best, likely=kind == "steps"):
        return Reading("steps", steps)
    section = _section(asked.sentences, best)
    if answering[best] < thresholds.sure or (quoting and 1 < len(section) <= _SHORT):
        return Reading(_premise(asked.question, top.text) or "value", section, whole=True)
    more = [
        int(i)
        for i in np.argsort(-answering, kind="stable")[1:_MOST_SENTENCES]
        if answering[i] >= thresholds.also * answering[best]
    ]
    if top.text.endswith(("?", "？")) and best + 1 in section:  # a question in the policy: its answer comes next
        more.append(best + 1)
    chosen = tuple(sorted({best, *more}))
    if kind in _CLAIMS and float(sure.max()) < thresholds.polarity:
        kind = "value"
    return Reading(_premise(asked.question, top.text) or kind, chosen)


def _section(sentences: Sequence[Sentence], best: int) -> tuple[int, ...]:
    """Return the sentences of a section, at most a few before and after the best of them."""
    near = range(max(best - _AROUND, 0), min(best + _AROUND + 1, len(sentences)))
    return tuple(i for i in near if sentences[i].heading == sentences[best].heading)


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

    "I had it for two weeks, can it go back?" names a value too, but does not ask whether it is that one.
    """
    if not _CONFIRMS.search(question):
        return None
    told = find_values(sentence)
    for claimed in find_values(question):
        if claimed.kind in ("number", "name"):
            continue
        same = {value.normal for value in told if value.kind == claimed.kind}
        if len(same) == 1:
            return "yes" if claimed.normal in same else "no"
    return None


def answer_all(
    questions: Sequence[Asked], reader: Reader, generator: Generator | None, thresholds: Thresholds
) -> list[Answer]:
    """Answer each question from its own sentences and from nothing else; all are worded together."""
    readings = [
        read(asked, reader.judge(asked), thresholds, quoting=generator is None)
        if asked.sentences
        else Reading(NOT_COVERED, ())
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
    """Return what is worded, all sentences together; a section that is quoted and steps are told in full."""
    if reading.whole or not reading.chosen or reading.kind == "steps":
        return None
    text = join_sentences([asked.sentences[i].text for i in reading.chosen], asked.language)
    return ToWord(question_text(asked.previous, asked.question), mask(text), asked.language)


def _answer(asked: Asked, reading: Reading, wanted: ToWord | None, draft: str | None) -> Answer:
    """Return the draft where there is one and the checker passes it, else the sentences."""
    if reading.kind == NOT_COVERED:
        return Answer("", NOT_COVERED, "not_covered")
    how: How = "quoted"
    said = [asked.sentences[i].text for i in reading.chosen]
    refused: tuple[str, ...] = ()
    if wanted is not None and draft is not None:
        refused = tuple(problems(draft, wanted.text, asked.language))
        if not refused:
            how, draft = "worded", unmask(draft, wanted.text.values)
            said = [draft]
    text = _composed(said, reading.kind, how, asked)
    return Answer(text, reading.kind, how, reading.chosen, refused, () if draft is None else (draft,))


@cache
def _openings() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "openings.yml").read_text("utf-8"))
    return content


def opening(kind: str, how: How, asked: Asked) -> str:
    """Return what is said before the fact; the same question gets the same."""
    table = _openings()[asked.language]
    if kind in ("yes", "no"):
        choices = table[kind]
        if asked.language == "zh":
            choices = choices[next(name for name, pattern in _CJK_OPENINGS if pattern.search(asked.question))]
    elif kind in ("steps", "conditional"):
        choices = table[kind]
    else:
        choices = table["quoted" if how == "quoted" else "plain"]
    return str(choices[sum(map(ord, asked.question)) % len(choices)])


def _composed(said: Sequence[str], kind: str, how: How, asked: Asked) -> str:
    start = opening(kind, how, asked)
    if kind == "steps" and len(said) > 1:
        return "\n".join((start, *(f"{number}. {text}" for number, text in enumerate(said, 1))))
    joined = ("" if asked.language == "zh" else " ").join(_ended(text, asked.language) for text in said)
    if asked.language == "en" and start.endswith((": ", ", ")) and not start.startswith(("Our", "This")):
        joined = _lowered(joined)
    return f"{start if kind != 'steps' else ''}{joined}"


def _ended(text: str, language: Language) -> str:
    text = text.rstrip("；;，,、 ")
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
