"""The application factory of the model server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from aiohttp import web

from nlu_models.dialogue.answering import Answer, Asked, answer_all
from nlu_models.dialogue.sentences import Sentence
from nlu_models.encoder.inference import Job
from nlu_models.serving.batcher import Batcher
from nlu_models.serving.embedding_cache import EmbeddingCache
from nlu_models.serving.keys import BATCHER, CACHE, DIALOGUE, METRICS, MODELS, SETTINGS, STATE
from nlu_models.serving.metrics import ServingMetrics
from nlu_models.serving.middleware import answer_errors, authorise, observe
from nlu_models.serving.models import Models
from nlu_models.serving.routes import ROUTES
from nlu_models.serving.settings import ServingSettings

_BULK_QUEUE_TIMES = 8
_WARM_UP_QUESTION = Asked("how long", "en", (Sentence("Returns", "You have 30 days from delivery."),))
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
        size=lambda job: len(job.text),
        observe=app[METRICS].batch_size.observe,
    )
    app[DIALOGUE] = Batcher(
        _answering(models), max_batch=settings.models_max_replies, max_queue=settings.models_max_queue
    )
    app.add_routes(ROUTES)
    app.cleanup_ctx.append(_inference)
    return app


def _answering(models: Models) -> Callable[[Sequence[Asked]], list[Answer]]:
    dialogue = models.dialogue
    if dialogue is None:
        return lambda questions: []
    generator = dialogue if dialogue.words else None
    return lambda questions: answer_all(questions, dialogue, generator, models.thresholds)


async def _inference(app: web.Application) -> AsyncIterator[None]:
    """Start the inference threads, warm the models up, and end the threads when the server stops."""
    batchers = app[BATCHER], app[DIALOGUE]
    for batcher in batchers:
        batcher.start()
    warm_up = asyncio.create_task(_warm_up(app), name="warm-up")
    yield
    app[STATE]["ready"] = False
    warm_up.cancel()
    await asyncio.gather(warm_up, return_exceptions=True)
    await asyncio.gather(*(batcher.stop(app[SETTINGS].models_stop_s) for batcher in batchers))


async def _warm_up(app: web.Application) -> None:
    for text in _WARM_UP:
        await app[BATCHER].submit([Job(text, understand=True)])
    if app[MODELS].dialogue is not None:
        await app[DIALOGUE].submit([_WARM_UP_QUESTION])
    app[STATE]["ready"] = True
