"""Reading annotated messages: `messages/<language>/<author>/<intent>.txt`, entities inline as `[text](entity)`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlu_models.intent.labels import ENTITIES, INTENTS

ANNOTATION = re.compile(r"\[([^\[\]]+)\]\(([a-z_]+)\)")


class MessageFileError(ValueError):
    """A training file breaks the format; the text names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Span:
    """An entity in a text, as a half-open range of characters."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True, slots=True)
class Message:
    """One example: any of its labels may be missing (None), and then carries no loss."""

    text: str
    intent: str | None
    spans: tuple[Span, ...] | None
    language: str
    author: str
    category: str | None = None


def parse_annotated(line: str) -> tuple[str, tuple[Span, ...]]:
    """Split an annotated line into its plain text and its spans.

    Raises:
        ValueError: an unknown entity, or a bracket that is left over.
    """
    text, spans, last = "", [], 0
    for match in ANNOTATION.finditer(line):
        if match[2] not in ENTITIES:
            raise ValueError(f"unknown entity {match[2]!r}")
        text += line[last : match.start()]
        spans.append(Span(len(text), len(text) + len(match[1]), match[2]))
        text += match[1]
        last = match.end()
    text += line[last:]
    if "](" in text:
        raise ValueError("a bracket is left open or closed twice")
    return text, tuple(spans)


def read_messages(folder: Path, authors: frozenset[str]) -> Iterator[Message]:
    """Yield the messages of the named authors, in a fixed order.

    Raises:
        MessageFileError: a file is not named after an intent, or a line breaks the annotation format.
    """
    for path in sorted(folder.glob("*/*/*.txt")):
        language, author, intent = path.parts[-3], path.parts[-2], path.stem
        if author not in authors:
            continue
        if intent not in INTENTS:
            raise MessageFileError(f"{path}: no intent is called {intent!r}; see nlu_models/intent/labels.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                text, spans = parse_annotated(line.strip())
            except ValueError as error:
                raise MessageFileError(f"{path}:{number}: {error}") from error
            yield Message(text, intent, spans, language, author)
