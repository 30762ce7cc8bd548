"""The grammar of training shops (data/README.md): facts, their variants, and templates with choices and slots."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
Manner = Literal["brief", "warm"]
MANNERS: tuple[Manner, ...] = ("brief", "warm")
SLOT = re.compile(r"\{(\w+)\}")
_MARKS = re.compile(r"[\[\]|]")


class GrammarError(ValueError):
    """A grammar file is not as data/README.md describes it; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates of one policy sentence and of what the reply says of it."""

    sentences: tuple[str, ...]
    replies: Mapping[Manner, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a shop can have it; a variant of kind `steps` has several wordings, in order, others have one."""

    name: str
    kind: str
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a shop's policy tells; `slots` is {name: type, or the words it can be}."""

    topic: str
    name: str
    language: Language
    slots: Mapping[str, str | tuple[str, ...]]
    questions: tuple[str, ...]
    follow_ups: tuple[str, ...]
    premises: tuple[str, ...]
    opposite_questions: tuple[str, ...]
    variants: tuple[Variant, ...]


def load_facts(folder: Path, language: Language) -> list[Fact]:
    """Read all facts of a language.

    Raises:
        GrammarError: a file is not as described.
    """
    return [fact for path in sorted((folder / language).glob("*.yml")) for fact in _read(path, language)]


def _read(path: Path, language: Language) -> list[Fact]:
    content = yaml.safe_load(path.read_text("utf-8"))
    try:
        return [_fact(row, content["topic"], language) for row in content["facts"]]
    except (KeyError, TypeError, AttributeError, GrammarError) as error:
        raise GrammarError(f"{path.name}: {error!r}") from error


def _fact(row: Mapping[str, Any], topic: str, language: Language) -> Fact:
    slots = {name: tuple(map(str, kind)) if isinstance(kind, list) else kind for name, kind in _map(row, "slots")}
    fact = Fact(
        topic=topic,
        name=row["fact"],
        language=language,
        slots=slots,
        questions=_texts(row, "questions"),
        follow_ups=_texts(row, "follow_ups"),
        premises=_texts(row, "premises"),
        opposite_questions=_texts(row, "opposite_questions"),
        variants=tuple(_variant(variant) for variant in row["variants"]),
    )
    for template in _templates(fact):
        parse(template)
        unknown = set(SLOT.findall(template)) - slots.keys()
        if unknown:
            raise GrammarError(f"{fact.name}: {sorted(unknown)} is no slot, in {template!r}")
    return fact


def _variant(row: Mapping[str, Any]) -> Variant:
    kind = {True: "yes", False: "no"}.get(row["kind"], row["kind"])  # unquoted, YAML reads them as truth values
    parts = row["steps"] if kind == "steps" and row.get("steps") else [row]
    wordings = tuple(
        Wording(_texts(part, "sentences"), {manner: _texts(part, manner) for manner in MANNERS}) for part in parts
    )
    return Variant(str(row["variant"]), kind, wordings)


def _map(row: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    return list((row.get(name) or {}).items())


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(map(str, row.get(name) or ()))


def _templates(fact: Fact) -> list[str]:
    found = [*fact.questions, *fact.follow_ups, *fact.premises, *fact.opposite_questions]
    for variant in fact.variants:
        for wording in variant.wordings:
            found += [*wording.sentences, *(text for texts in wording.replies.values() for text in texts)]
    return found


Node = str | tuple[tuple["Node", ...], ...]


@cache
def parse(template: str) -> tuple[Node, ...]:
    """Return a template as a sequence of texts and choices, a choice being the sequences to choose from.

    Raises:
        GrammarError: brackets do not balance.
    """
    stack: list[list[list[Node]]] = [[[]]]
    last = 0
    for mark in _MARKS.finditer(template):
        if mark.start() > last:
            stack[-1][-1].append(template[last : mark.start()])
        last = mark.end()
        if mark[0] == "[":
            stack.append([[]])
        elif mark[0] == "|" and len(stack) > 1:
            stack[-1].append([])
        elif mark[0] == "]" and len(stack) > 1:
            choice = stack.pop()
            stack[-1][-1].append(tuple(tuple(sequence) for sequence in choice))
        else:
            raise GrammarError(f"a bracket too many in {template!r}")
    if len(stack) != 1:
        raise GrammarError(f"a bracket is not closed in {template!r}")
    stack[0][0].append(template[last:])
    return tuple(stack[0][0])


def expand(template: str, random_: random.Random, values: Mapping[str, str]) -> str:
    """Return one of the texts that a template stands for, its slots filled.

    Raises:
        KeyError: a slot has no value.
    """

    def write(sequence: Sequence[Node]) -> str:
        return "".join(node if isinstance(node, str) else write(random_.choice(node)) for node in sequence)

    text = SLOT.sub(lambda match: values[match[1]], write(parse(template)))
    return re.sub(r" {2,}", " ", text).strip()
