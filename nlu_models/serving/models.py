"""Everything learned that one server process holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from nlu_models.dialogue.answering import Thresholds
from nlu_models.dialogue.dialogue_model import DialogueModel
from nlu_models.encoder.inference import InferenceModel
from nlu_models.serving.labels import TrainedUnderstanding
from nlu_models.serving.ranker_port import Ranker


@dataclass(frozen=True)
class Models:
    """The loaded models; `ranker` and `dialogue` are None where their weights are not installed."""

    inference: InferenceModel
    trained: TrainedUnderstanding
    encoder_version: str
    ranker: Ranker | None = None
    dialogue: DialogueModel | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
