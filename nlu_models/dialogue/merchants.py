"""Merchants whose policies were written by hand, and questions to them: validation and test (data/README.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from nlu_models.dialogue.grammar import LANGUAGES, Language
from nlu_models.dialogue.sections import question_text
from nlu_models.dialogue.sentences import Sentence, split_sentences

NOT_COVERED = "not_covered"
ANSWER_KINDS = ("yes", "no", "value", "steps", "conditional", NOT_COVERED)
_FRONT_MATTER = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)


class MerchantError(ValueError):
    """A merchant's folder is not as data/README.md describes it; the message names the file."""


@dataclass(frozen=True, slots=True)
class Question:
    """A shopper's question with what a right answer is; `sentences` as the policy has them, none if not covered."""

    text: str
    language: Language
    previous: tuple[str, ...]
    kind: str
    sentences: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]
    reference: str

    @property
    def before(self) -> str:
        """The shopper's message before it, "" for none."""
        return self.previous[-1] if self.previous else ""

    @property
    def asked(self) -> str:
        """What the models read of it."""
        return question_text(self.before, self.text)


@dataclass(frozen=True, slots=True)
class Merchant:
    """A shop: its policy sentences by language, and questions where there are some."""

    name: str
    policies: dict[Language, tuple[Sentence, ...]]
    questions: tuple[Question, ...]


def load_merchants(folder: Path) -> list[Merchant]:
    """Read every merchant below a folder.

    Raises:
        MerchantError: a file is not as described.
    """
    return [load_merchant(path) for path in sorted(folder.iterdir()) if path.is_dir()]


def load_merchant(folder: Path, questions: Path | None = None) -> Merchant:
    """Read one merchant; the questions lie in `questions.yml` where no other file is given.

    Raises:
        MerchantError: a file is not as described, or there is no policy.
    """
    policies: dict[Language, tuple[Sentence, ...]] = {}
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower() != "readme.md":
            language, sentences = _read_policy(path)
            policies[language] = (*policies.get(language, ()), *sentences)
    if not policies:
        raise MerchantError(f"{folder}: there is no policy (*.md)")
    file = questions or folder / "questions.yml"
    return Merchant(folder.name, policies, tuple(_read_questions(file)) if file.exists() else ())


def _read_policy(path: Path) -> tuple[Language, list[Sentence]]:
    text = path.read_text("utf-8")
    found = _FRONT_MATTER.match(text)
    fields: Any = yaml.safe_load(found[1]) if found else None
    if not found or not isinstance(fields, dict) or fields.get("language") not in LANGUAGES:
        raise MerchantError(f"{path}: it must begin with front matter with a language, en or zh")
    sentences = split_sentences(text[found.end() :], str(fields.get("title") or ""))
    return cast(Language, fields["language"]), sentences


def _read_questions(path: Path) -> Iterator[Question]:
    rows = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(rows, list):
        raise MerchantError(f"{path}: it must be a list of questions")
    for number, row in enumerate(rows, 1):
        try:
            yield _question(row)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise MerchantError(f"{path}: question {number}: {error!r}") from error


def _question(row: dict[str, Any]) -> Question:
    kind = {True: "yes", False: "no"}.get(row["kind"], row["kind"])  # unquoted, YAML reads them as truth values
    if kind not in ANSWER_KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(ANSWER_KINDS)}")
    return Question(
        text=str(row["question"]),
        language=row["language"],
        previous=_texts(row.get("previous")),
        kind=kind,
        sentences=_texts(row.get("sentences")),
        required=tuple(_texts(group) for group in row.get("required") or ()),
        forbidden=_texts(row.get("forbidden")),
        reference=str(row.get("reference") or ""),
    )


def _texts(value: Any) -> tuple[str, ...]:
    values: Sequence[Any] = [value] if isinstance(value, str) else value or ()
    return tuple(map(str, values))
