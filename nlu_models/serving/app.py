"""The application factory of the model server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from nlu_models.encoder.inference import Job
from nlu_models.serving.batcher import Batcher
from nlu_models.serving.embedding_cache import EmbeddingCache
from nlu_models.serving.keys import BATCHER, CACHE, METRICS, MODELS, SETTINGS, STATE
from nlu_models.serving.metrics import ServingMetrics
from nlu_models.serving.middleware import answer_errors, authorise, observe
from nlu_models.serving.models import Models
from nlu_models.serving.routes import ROUTES
from nlu_models.serving.settings import ServingSettings

_BULK_QUEUE_TIMES = 8
_WARM_UP = ("hi", "智能手表", "where is my order #W1234567, it should have been here two days ago")


def create_app(settings: ServingSettings, models: Models) -> web.Application:
    """Build the application around loaded models; it becomes ready once they have run a few texts.

    Args:
        settings: limits, time-outs and the token.
        models: what `load_models` returned, or fakes.
    """
    app = web.Application(
        middlewares=[observe, answer_errors, authorise], client_max_size=settings.models_max_body_mb << 20
    )
    app[SETTINGS], app[MODELS] = settings, models
    app[METRICS] = ServingMetrics()
    app[CACHE] = EmbeddingCache(settings.models_cache_texts)
    app[STATE] = {"ready": False}
    app[BATCHER] = Batcher(
        models.inference.run,
        max_batch=settings.models_max_batch,
        max_queue=settings.models_max_queue,
        max_bulk=settings.models_max_texts * _BULK_QUEUE_TIMES,
        observe=app[METRICS].batch_size.observe,
    )
    app.add_routes(ROUTES)
    app.cleanup_ctx.append(_inference)
    return app


async def _inference(app: web.Application) -> AsyncIterator[None]:
    """Start the inference thread, warm the models up, and end the thread when the server stops."""
    batcher = app[BATCHER]
    batcher.start()
    warm_up = asyncio.create_task(_warm_up(app), name="warm-up")
    yield
    app[STATE]["ready"] = False
    warm_up.cancel()
    await asyncio.gather(warm_up, return_exceptions=True)
    await batcher.stop(app[SETTINGS].models_stop_s)


async def _warm_up(app: web.Application) -> None:
    for text in _WARM_UP:
        await app[BATCHER].submit([Job(text, understand=True)])
    app[STATE]["ready"] = True
