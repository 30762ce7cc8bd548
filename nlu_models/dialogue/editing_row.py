"""What the generator reads: a question and a text as pieces, and the piece that each of the text's units begins in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlu_models.dialogue.edits import Unit
from nlu_models.dialogue.passages import joined_row
from nlu_models.dialogue.wording import Pieces

MIDDLE: Final = 8
"""So many layers, the base's first four and the reader's next four, are run before the generator's own."""
_TEXT: Final = 140
PLACES: Final = 4
"""Characters of a piece that are told apart: a Chinese piece may hold several units."""


@dataclass(frozen=True, slots=True)
class EditingRow:
    """Pieces, what each belongs to, and for each unit that was read, and the end, its piece and its character there."""

    ids: list[int]
    parts: list[int]
    units: list[int]
    places: list[int]


def editing_rows(
    pieces: Pieces, questions: Sequence[str], texts: Sequence[tuple[str, Sequence[Unit]]]
) -> list[EditingRow]:
    """Return `<s> question </s></s></s> text </s>` for each question and text, as the reader reads a passage without a
    heading; of a long question the end is read, of a long text the beginning."""
    found = []
    told = pieces.placed([text for text, _ in texts], _TEXT)
    for question, (ids, spans), (_, units) in zip(pieces.ids(questions), told, texts, strict=True):
        row, parts = joined_row(question, [], [ids], start=pieces.start, end=pieces.end)
        first = len(row) - 1 - len(ids)
        at, starts, places = 0, list[int](), list[int]()
        for unit in units:
            while at < len(spans) and spans[at][1] <= unit.start:
                at += 1
            if at == len(spans):
                break
            starts.append(first + at)
            places.append(min(max(unit.start - spans[at][0], 0), PLACES - 1))
        found.append(EditingRow(row, parts, [*starts, len(row) - 1], [*places, 0]))
    return found
