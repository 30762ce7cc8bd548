"""The one place that prepares and loads the models."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from nlu_models.dialogue.answering import Thresholds
from nlu_models.dialogue.installed import load_dialogue
from nlu_models.encoder.export import ExportedEncoder, prepare_encoder, prepare_understanding
from nlu_models.encoder.inference import InferenceModel, Job
from nlu_models.serving.labels import TrainedUnderstanding, read_trained
from nlu_models.serving.models import Models
from nlu_models.serving.ranker_port import Ranker
from nlu_models.serving.settings import ServingSettings

Report = Callable[[str], None]
_RANKER_MODULE = "nlu_models.ranking.serving_ranker"


def prepare(
    settings: ServingSettings, *, report: Report = lambda step: None
) -> tuple[ExportedEncoder, TrainedUnderstanding, Path]:
    """Download, convert and export whatever is missing in the cache.

    Args:
        report: told about each step before it begins.

    Returns:
        The exported encoder, the checked trained weights, and their exported graph.

    Raises:
        EncoderError: something needed cannot be had; the message says what to do.
    """
    report("fetch the base weights")
    encoder = prepare_encoder(settings.models_dir, reference=settings.models_base, report=report)
    report("check the trained weights")
    trained = read_trained(settings.models_weights_dir, base_fingerprint=encoder.fingerprint)
    graph = prepare_understanding(settings.models_dir, trained.weights, encoder, report=report)
    return encoder, trained, graph


def load_models(settings: ServingSettings, *, report: Report = lambda step: None) -> Models:
    """Prepare what is missing and load everything.

    Raises:
        EncoderError: see `prepare`.
    """
    encoder, trained, graph = prepare(settings, report=report)
    report("load the models")
    inference = InferenceModel(encoder, graph, threads=settings.models_threads)
    dialogue, thresholds = load_dialogue(
        settings.models_weights_dir, encoder, inference, threads=settings.models_threads
    ) or (None, Thresholds())
    return Models(
        inference=inference,
        trained=trained,
        encoder_version=f"encoder-{encoder.folder.name.removeprefix('encoder-')}",
        ranker=load_ranker(settings.models_weights_dir),
        dialogue=dialogue,
        thresholds=thresholds,
    )


def intent_predictor(settings: ServingSettings) -> Callable[[Sequence[str]], list[str]]:
    """Return the served model's likeliest intent of each text, as `/model/parse` ranks it first.

    Raises:
        EncoderError: see `prepare`.
    """
    models = load_models(settings)
    labels = models.trained.labels.intents

    def predict(texts: Sequence[str]) -> list[str]:
        outcomes = models.inference.run([Job(text, "query", True) for text in texts])
        return [labels[int(outcome.intent.argmax())] if outcome.intent is not None else "" for outcome in outcomes]

    return predict


def load_ranker(weights_dir: Path) -> Ranker | None:
    """Load the ranker if its weights are installed."""
    if not (weights_dir / "ranker.safetensors").is_file():
        return None
    module = importlib.import_module(_RANKER_MODULE)
    return cast(Ranker, module.ServingRanker.load(weights_dir))
