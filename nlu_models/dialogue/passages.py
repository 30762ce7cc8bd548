"""Passages as the reader reads them: some sentences that follow each other under one heading, after a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nlu_models.dialogue.sentences import Sentence

MOST_SENTENCES: Final = 8
LONGEST_ROW: Final = 256
QUESTION, HEADING, FIRST_SENTENCE = 1, 2, 3
"""What a piece of a row belongs to; 0 is none: start, end and padding. Sentence k has `FIRST_SENTENCE + k`."""
_QUESTION, _HEADING, _SENTENCE, _PASSAGE = 48, 16, 72, 176


def passages_of(sentences: Sequence[Sentence], lengths: Sequence[int]) -> list[range]:
    """Return the passages of a policy, as places of sentences.

    Args:
        sentences: N, in their order.
        lengths: how many pieces each of them has.
    """
    found: list[range] = []
    used = 0
    for at, (sentence, length) in enumerate(zip(sentences, lengths, strict=True)):
        size = min(length, _SENTENCE)
        here = found[-1] if found else None
        if (
            here is None
            or sentence.heading != sentences[here.start].heading
            or len(here) == MOST_SENTENCES
            or used + size > _PASSAGE
        ):
            found.append(range(at, at + 1))
            used = size
        else:
            found[-1] = range(here.start, at + 1)
            used += size
    return found


def reading_row(
    question: Sequence[int], heading: Sequence[int], sentences: Sequence[Sequence[int]], *, start: int, end: int
) -> tuple[list[int], list[int]]:
    """Return the pieces of `<s> question </s></s> heading </s> sentences </s>`, and what each belongs to; of a long
    question the end is kept."""
    return joined_row(question, heading, [sentence[:_SENTENCE] for sentence in sentences], start=start, end=end)


def joined_row(
    question: Sequence[int], heading: Sequence[int], texts: Sequence[Sequence[int]], *, start: int, end: int
) -> tuple[list[int], list[int]]:
    """Return what `reading_row` does, of texts as long as they are."""
    ids, parts = [start], [0]
    for part, some, ends in (
        (QUESTION, question[-_QUESTION:], 2),
        (HEADING, heading[:_HEADING], 1),
        *((FIRST_SENTENCE + at, text, 0) for at, text in enumerate(texts)),
    ):
        ids += [*some, *[end] * ends]
        parts += [*[part] * len(some), *[0] * ends]
    return [*ids, end], [*parts, 0]
