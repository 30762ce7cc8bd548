"""From token probabilities to entities in the raw text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu_models.encoder.config import Float32
from nlu_models.encoder.inference import softmax
from nlu_models.intent.prices import marked_bound
from nlu_models.intent.values import find_entities, normalise_value

MODEL, PATTERN = "UnderstandingModel", "PatternExtractor"


@dataclass(frozen=True)
class Entity:
    """An entity: half-open place in characters of the raw text, value, confidence, and who found it."""

    entity: str
    start: int
    end: int
    value: Any
    confidence: float
    extractor: str


def read_entities(
    text: str, offsets: Sequence[tuple[int, int]], logits: Float32, labels: Sequence[str]
) -> list[Entity]:
    """Decode the token head and add what patterns find; where both mark the same place, the pattern wins.

    Args:
        text: the raw message.
        offsets: T places in it, `(0, 0)` for tokens that are not part of it.
        logits: `(T, labels)`.
        labels: `O`, `B-<entity>`, `I-<entity>`.

    Returns:
        Entities from left to right, none overlapping.
    """
    certain = [Entity(e.entity, e.start, e.end, e.value, 1.0, PATTERN) for e in find_entities(text)]
    found = list(certain)
    for start, end, entity, confidence in _prices_checked(text, _spans(text, offsets, softmax(logits), labels)):
        if any(start < other.end and end > other.start for other in found):
            continue
        value = normalise_value(entity, text[start:end], context=text)
        if value is not None:
            found.append(Entity(entity, start, end, value, confidence, MODEL))
    return sorted(found, key=lambda e: e.start)


def _spans(
    text: str, offsets: Sequence[tuple[int, int]], probabilities: Float32, labels: Sequence[str]
) -> list[tuple[int, int, str, float]]:
    """Join labelled tokens; an `I-` that follows no such entity begins one (tokens may disagree)."""
    best = probabilities.argmax(axis=-1).tolist()
    peaks = probabilities.max(axis=-1).tolist()
    spans: list[tuple[int, int, str, list[float]]] = []
    open_entity = ""
    for (start, end), label, peak in zip(offsets, best, peaks, strict=False):
        if end <= start:
            continue
        begin, _, entity = labels[label].partition("-")
        inside_word = bool(spans) and spans[-1][1] == start and _joined(text, start)
        if entity and entity == open_entity and (begin == "I" or inside_word):
            first, _, _, peaks_so_far = spans[-1]
            spans[-1] = (first, end, entity, [*peaks_so_far, peak])
        elif entity:
            spans.append((start, end, entity, [peak]))
        open_entity = entity
    return [(*_whole_words(text, s, e), entity, sum(p) / len(p)) for s, e, entity, p in spans]


def _prices_checked(text: str, spans: list[tuple[int, int, str, float]]) -> list[tuple[int, int, str, float]]:
    """Let the words beside a price say which limit it is; drop what is none, with all marks in the same word.

    Of "sony wh-1000xm5" only "sony" stays marked: a name is not cut into pieces.
    """
    checked, dropped = [], []
    for start, end, entity, confidence in spans:
        bound: str | None = entity
        if entity in ("price_min", "price_max"):
            bound = marked_bound(text, start, end, "price_min" if entity == "price_min" else "price_max")
        if bound is None:
            dropped.append(_word_around(text, start, end))
        else:
            checked.append((start, end, bound, confidence))
    return [span for span in checked if not any(first <= span[0] and span[1] <= last for first, last in dropped)]


def _word_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the whole Latin word or number around a place, hyphens inside it included."""
    while start > 0 and (_wordly(text[start - 1]) or text[start - 1] == "-"):
        start -= 1
    while end < len(text) and (_wordly(text[end]) or text[end] == "-"):
        end += 1
    return start, end


def _joined(text: str, at: int) -> bool:
    """True if the characters on both sides belong to one Latin word or number."""
    return 0 < at < len(text) and _wordly(text[at - 1]) and _wordly(text[at])


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span that cuts neither a word nor a number in two; one may end where the other begins ("500ml")."""
    while _joined(text, start) and text[start - 1].isdigit() == text[start].isdigit():
        start -= 1
    while _joined(text, end) and text[end - 1].isdigit() == text[end].isdigit():
        end += 1
    return start, end


def _wordly(character: str) -> bool:
    return character.isascii() and character.isalnum()
