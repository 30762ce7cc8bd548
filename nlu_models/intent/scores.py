"""What the training is steered and reported by: intent accuracy and macro F1, category accuracy, entity F1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from nlu_models.intent.dataset import Example
from nlu_models.intent.labels import TOKEN_LABELS


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of one split, from 0 to 1; None where no row of the split has labels of that task."""

    intent_accuracy: float | None
    intent_macro_f1: float | None
    category_accuracy: float | None
    entity_f1: float | None
    combined: float


def entities_of(labels: Sequence[int]) -> set[tuple[int, int, str]]:
    """Return `(start, end, entity)` of the spans that BIO label ids spell; ids below zero are passed over."""
    spans: set[tuple[int, int, str]] = set()
    start, entity, end = -1, "", -1
    for index, label in enumerate(labels):
        if label < 0:
            continue
        name = TOKEN_LABELS[label]
        if name.startswith("I-") and entity == name[2:]:
            end = index + 1
            continue
        if entity:
            spans.add((start, end, entity))
        entity = name[2:] if name != "O" else ""
        start, end = index, index + 1
    if entity:
        spans.add((start, end, entity))
    return spans


def entity_f1(examples: Sequence[Example], token_logits: Sequence[Any]) -> float | None:
    """Micro F1 of exact spans over the examples whose entities are annotated; None where none is."""
    hits = predicted = wanted = annotated = 0
    for example, logits in zip(examples, token_logits, strict=True):
        if not (example.tokens >= 0).any():
            continue
        annotated += 1
        guess = np.where(example.tokens >= 0, logits[: len(example.tokens)].argmax(-1), -1)
        found, gold = entities_of(guess.tolist()), entities_of(example.tokens.tolist())
        hits, predicted, wanted = hits + len(found & gold), predicted + len(found), wanted + len(gold)
    return 2 * hits / max(predicted + wanted, 1) if annotated else None


def score(examples: Sequence[Example], intents: Any, categories: Any, tokens: Sequence[Any]) -> Scores:
    """Score logits against examples.

    `combined` is the mean of intent macro F1, category accuracy and entity F1, of those that the split has labels for.
    """
    gold = np.array([example.intent for example in examples])
    kind = np.array([example.category for example in examples])
    rows, kinds = gold >= 0, kind >= 0
    guess = np.asarray(intents).argmax(-1)
    accuracy = float((guess[rows] == gold[rows]).mean()) if rows.any() else None
    macro = float(f1_score(gold[rows], guess[rows], average="macro", zero_division=0)) if rows.any() else None
    category = float((np.asarray(categories).argmax(-1)[kinds] == kind[kinds]).mean()) if kinds.any() else None
    spans = entity_f1(examples, tokens)
    known = [value for value in (macro, category, spans) if value is not None]
    return Scores(accuracy, macro, category, spans, sum(known) / max(len(known), 1))
