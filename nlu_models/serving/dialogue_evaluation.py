"""The dialogue models as the model server runs them, over merchants' questions."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from nlu_models.dialogue.answering import Answer, Asked, answer_all
from nlu_models.dialogue.merchants import Merchant, Question
from nlu_models.dialogue.reader_data import NEAREST, answers
from nlu_models.dialogue.sections import sentence_text
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.thresholds import ReadQuestion, choose_thresholds
from nlu_models.encoder.config import Float32
from nlu_models.encoder.errors import EncoderError
from nlu_models.encoder.inference import InferenceModel, Job
from nlu_models.evaluation.dialogue import Judged, judge
from nlu_models.manifest import amend_entry
from nlu_models.serving.bootstrap import load_models
from nlu_models.serving.settings import ServingSettings

_MISSING = "the reader's weights are not installed: run `shopkeeper train matcher` and `shopkeeper train reader`"


class Retrieval:
    """The sentences of a merchant nearest to a question by embedding; numbered steps come with their whole list."""

    def __init__(self, inference: InferenceModel, nearest: int = NEAREST) -> None:
        self._inference, self._nearest = inference, nearest
        self._vectors: dict[tuple[str, str], Float32] = {}

    def __call__(self, merchant: Merchant, question: Question) -> list[Sentence]:
        """Return the candidates in the order of the policy."""
        sentences = merchant.policies.get(question.language, ())
        if not sentences:
            return []
        key = merchant.name, question.language
        if key not in self._vectors:
            texts = [sentence_text(sentence.heading, sentence.text) for sentence in sentences]
            self._vectors[key] = self._embed(texts, "passage")
        scores = self._vectors[key] @ self._embed([question.asked], "query")[0]
        best = set(np.argsort(-scores, kind="stable")[: self._nearest].tolist())
        lists = {sentences[i].heading for i in best if sentences[i].step}
        return [s for i, s in enumerate(sentences) if i in best or (s.step and s.heading in lists)]

    def _embed(self, texts: Sequence[str], kind: Any) -> Float32:
        return np.stack([outcome.embedding for outcome in self._inference.run([Job(text, kind) for text in texts])])


def judge_served(merchants: Sequence[Merchant], settings: ServingSettings, *, wording: bool) -> list[Judged]:
    """Ask every question as the model server answers it.

    Raises:
        EncoderError: no reader is installed.
    """
    models = load_models(settings)
    dialogue = models.dialogue
    if dialogue is None:
        raise EncoderError(_MISSING)
    generator = dialogue if wording and dialogue.words else None

    def reply(asked: Asked) -> Answer:
        return answer_all([asked], dialogue, generator, models.thresholds)[0]

    return judge(merchants, reply, Retrieval(models.inference), answers)


def fit_thresholds(merchants: Sequence[Merchant], settings: ServingSettings) -> dict[str, Any]:
    """Choose calibration and thresholds on merchants' questions as the model server reads them, and write them to the
    reader's entry in the manifest.

    Returns:
        The entry.

    Raises:
        EncoderError: matcher or reader are not installed.
    """
    models = load_models(settings)
    if models.dialogue is None:
        raise EncoderError(_MISSING)
    candidates, read = Retrieval(models.inference), []
    for merchant in merchants:
        for question in merchant.questions:
            sentences = candidates(merchant, question)
            asked = Asked(question.text, question.language, sentences, question.before)
            read.append(ReadQuestion.of(question, sentences, *models.dialogue.read(asked)))
    calibration, thresholds, scores = choose_thresholds(read)
    return amend_entry(
        settings.models_weights_dir,
        "reader",
        {"calibration": asdict(calibration), "thresholds": asdict(thresholds), "validation": asdict(scores)},
    )


def table(reports: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the figures as a table, a column a language."""
    grid = Table("", *reports)
    flat = {language: _flat(report) for language, report in reports.items()}
    for name in next(iter(flat.values()), {}):
        grid.add_row(name, *(str(rows.get(name, "")) for rows in flat.values()))
    out = io.StringIO()
    Console(file=out, width=100).print(grid)
    return out.getvalue()


def _flat(report: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in report.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            found[name] = value
    return found
