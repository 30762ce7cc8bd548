"""Everything learned that one server process holds."""

from __future__ import annotations

from dataclasses import dataclass

from nlu_models.encoder.inference import InferenceModel
from nlu_models.serving.labels import TrainedUnderstanding
from nlu_models.serving.ranker_port import Ranker


@dataclass(frozen=True)
class Models:
    """The loaded models; `ranker` is None where its weights are not installed."""

    inference: InferenceModel
    trained: TrainedUnderstanding
    encoder_version: str
    ranker: Ranker | None = None
