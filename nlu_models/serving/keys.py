"""Typed keys of what the application holds."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from nlu_models.dialogue.answering import Answer, Asked
from nlu_models.encoder.inference import Job, Outcome
from nlu_models.serving.batcher import Batcher
from nlu_models.serving.embedding_cache import EmbeddingCache
from nlu_models.serving.metrics import ServingMetrics
from nlu_models.serving.models import Models
from nlu_models.serving.settings import ServingSettings

SETTINGS = web.AppKey("settings", ServingSettings)
MODELS = web.AppKey("models", Models)
BATCHER: Final = web.AppKey("batcher", Batcher[Job, Outcome])
DIALOGUE: Final = web.AppKey("dialogue", Batcher[Asked, Answer])
CACHE = web.AppKey("cache", EmbeddingCache)
METRICS = web.AppKey("metrics", ServingMetrics)
STATE = web.AppKey("state", dict[str, bool])
