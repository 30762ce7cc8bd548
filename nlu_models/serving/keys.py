"""Typed keys of what the application holds."""

from __future__ import annotations

from aiohttp import web

from nlu_models.serving.batcher import Batcher
from nlu_models.serving.embedding_cache import EmbeddingCache
from nlu_models.serving.metrics import ServingMetrics
from nlu_models.serving.models import Models
from nlu_models.serving.settings import ServingSettings

SETTINGS = web.AppKey("settings", ServingSettings)
MODELS = web.AppKey("models", Models)
BATCHER = web.AppKey("batcher", Batcher)
CACHE = web.AppKey("cache", EmbeddingCache)
METRICS = web.AppKey("metrics", ServingMetrics)
STATE = web.AppKey("state", dict[str, bool])
