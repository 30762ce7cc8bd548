"""Questions, policy sentences and headings as the models read them."""

from __future__ import annotations

from collections.abc import Sequence

from nlu_models.dialogue.grammar import Language


def question_text(previous: str, question: str) -> str:
    """Return what is read of a question: the shopper's message before it, where there is one, and the question."""
    return f"{previous} / {question}" if previous else question


def sentence_text(heading: str, sentence: str) -> str:
    """Return what is read of a sentence: its heading and itself."""
    return f"{heading}: {sentence}" if heading else sentence


def join_sentences(texts: Sequence[str], language: Language) -> str:
    """Return sentences that are worded together as one text."""
    return ("" if language == "zh" else " ").join(texts)
