"""Questions, policy sentences and headings as the models read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.wording import Pieces

_QUESTION: Final = 56
_TEXT: Final = 144


def question_text(previous: str, question: str) -> str:
    """Return what is read of a question: the shopper's message before it, where there is one, and the question."""
    return f"{previous} / {question}" if previous else question


def sentence_text(heading: str, sentence: str) -> str:
    """Return what is read of a sentence: its heading and itself."""
    return f"{heading}: {sentence}" if heading else sentence


def join_sentences(texts: Sequence[str], language: Language) -> str:
    """Return sentences that are worded together as one text."""
    return ("" if language == "zh" else " ").join(texts)


def wording_row(pieces: Pieces, question: Sequence[int], text: Sequence[int]) -> list[int]:
    """Return the pieces that the generator reads: `<s> question </s></s> text </s>`; of a question the end is kept."""
    return [pieces.start, *question[-_QUESTION:], pieces.end, pieces.end, *text[:_TEXT], pieces.end]
