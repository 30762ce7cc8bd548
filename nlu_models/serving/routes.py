"""The endpoints (docs/architecture.md, the model server)."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import psutil
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from nlu_models.dialogue.answering import Asked
from nlu_models.dialogue.sentences import split_sentences
from nlu_models.encoder.inference import Job, Outcome
from nlu_models.serving.command_spelling import corrected_command, corrected_words
from nlu_models.serving.keys import BATCHER, CACHE, DIALOGUE, METRICS, MODELS, SETTINGS, STATE
from nlu_models.serving.middleware import authorised, json_response
from nlu_models.serving.ranker_port import Ranker
from nlu_models.serving.readings import (
    FALLBACK,
    button_reading,
    empty_reading,
    has_content,
    model_reading,
    pack_embedding,
)
from nlu_models.serving.requests import EncodeRequest, GenerateRequest, ParseRequest, RankItemsRequest, RankRequest

_MIB = 1 << 20
_MOST_SENTENCES = 96


async def parse(request: web.Request) -> web.Response:
    """Understand one message."""
    body = ParseRequest.model_validate(orjson.loads(await request.read()))
    if not authorised(request, body.token):
        raise web.HTTPUnauthorized(text="a bearer token is needed")
    trained = request.app[MODELS].trained
    reading = button_reading(body.text, trained.version)
    if reading is None and not has_content(body.text):
        reading = empty_reading(body.text, trained.version)
    if reading is None:
        reading = await _read(request, corrected_command(body.text) or body.text)
        again = corrected_words(body.text) if reading["intent"]["name"] == FALLBACK else None
        if again is not None and (second := await _read(request, again))["intent"]["name"] != FALLBACK:
            reading = second
        if reading["text"] != body.text:  # places in the text are those of the corrected one
            reading |= {"text": body.text, "entities": []}
    return json_response(reading)


async def _read(request: web.Request, text: str) -> dict[str, Any]:
    (outcome,) = await _run(request, [Job(text, understand=True)])
    return model_reading(text, outcome, request.app[MODELS].trained)


async def encode(request: web.Request) -> web.Response:
    """Embed texts; those asked for before come from memory."""
    body = EncodeRequest.model_validate(orjson.loads(await request.read()))
    limit = request.app[SETTINGS].models_max_texts
    if len(body.texts) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, len(body.texts), text=f"at most {limit} texts a request")
    cache, metrics = request.app[CACHE], request.app[METRICS]
    found = {text: cache.get(body.kind, text) for text in body.texts}
    missing = [text for text, embedding in found.items() if embedding is None]
    metrics.cache_hits.inc(len(found) - len(missing))
    if missing:
        outcomes = await _run(request, [Job(text, body.kind) for text in missing], bulk=len(missing) > 1)
        for text, outcome in zip(missing, outcomes, strict=True):
            found[text] = pack_embedding(outcome.embedding)
            cache.put(body.kind, text, found[text] or "")
    models = request.app[MODELS]
    return json_response(
        {
            "embeddings": [found[text] for text in body.texts],
            "dimension": models.inference.dimension,
            "model": models.encoder_version,
        }
    )


async def put_items(request: web.Request) -> web.Response:
    """Load the ranker's product table."""
    ranker = _ranker(request)
    large = request.clone(client_max_size=request.app[SETTINGS].models_max_items_mb * _MIB)
    raw = await large.read()
    body = await asyncio.to_thread(lambda: RankItemsRequest.model_validate(orjson.loads(raw)))
    items = [dict(item) for item in body.items]
    try:
        await asyncio.to_thread(ranker.put_items, body.version, items)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return json_response({"version": body.version, "items": len(items)})


async def rank(request: web.Request) -> web.Response:
    """Score candidates for a shopper."""
    ranker = _ranker(request)
    body = RankRequest.model_validate(orjson.loads(await request.read()))
    history = [dict(event) for event in body.history]
    try:
        probabilities = ranker.probabilities(body.version, history, body.candidates)
    except LookupError as error:
        raise web.HTTPConflict(text="the product table of this version is not loaded: put the items again") from error
    return json_response({"probabilities": [float(p) for p in probabilities]})


async def generate(request: web.Request) -> web.Response:
    """Answer a service question from the passages given, and from nothing else."""
    if request.app[MODELS].dialogue is None:
        raise web.HTTPServiceUnavailable(
            text="the reader's weights are not installed: run `shopkeeper train matcher` and `shopkeeper train reader`"
        )
    body = GenerateRequest.model_validate(orjson.loads(await request.read()))
    places = [
        (place, sentence)
        for place, passage in enumerate(body.passages)
        for sentence in split_sentences(passage.text, passage.section)
    ][:_MOST_SENTENCES]
    sentences = tuple(sentence for _, sentence in places)
    asked = Asked(body.question, body.language, sentences, body.previous)
    async with asyncio.timeout(request.app[SETTINGS].models_timeout_s):
        (answer,) = await request.app[DIALOGUE].submit([asked])
    metrics = request.app[METRICS]
    metrics.replies.labels(answer.how, answer.kind, body.language).inc()
    for reason in answer.refused:
        metrics.refusals.labels(reason, body.language).inc()
    return json_response(
        {
            "text": answer.text,
            "kind": answer.kind,
            "how": answer.how,
            "sure": answer.sure,
            "sentences": [{"passage": places[i][0], "text": sentences[i].text} for i in answer.chosen],
            "refused": answer.refused,
        }
    )


async def healthz(_: web.Request) -> web.Response:
    """The process lives."""
    return json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """The models are loaded and warm, and the queue has room."""
    ready = request.app[STATE]["ready"]
    models = request.app[MODELS]
    body = {"ready": ready, "model": models.trained.version, "encoder": models.encoder_version,
            "ranker": models.ranker is not None, "dialogue": models.dialogue is not None}  # fmt: skip
    return json_response(body, status=200 if ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    found = request.app[METRICS]
    found.waiting.set(request.app[BATCHER].waiting)
    found.resident.set(psutil.Process().memory_info().rss)
    return web.Response(body=generate_latest(found.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = [
    web.post("/model/parse", parse),
    web.post("/encode", encode),
    web.put("/rank/items", put_items),
    web.post("/rank", rank),
    web.post("/generate", generate),
    web.get("/healthz", healthz),
    web.get("/readyz", readyz),
    web.get("/metrics", metrics),
]


async def _run(request: web.Request, jobs: list[Job], *, bulk: bool = False) -> list[Outcome]:
    settings = request.app[SETTINGS]
    async with asyncio.timeout(settings.models_bulk_timeout_s if bulk else settings.models_timeout_s):
        return await request.app[BATCHER].submit(jobs, bulk=bulk)


def _ranker(request: web.Request) -> Ranker:
    ranker: Any = request.app[MODELS].ranker
    if ranker is None:
        raise web.HTTPServiceUnavailable(text="the ranker's weights are not installed: run `shopkeeper train ranker`")
    return ranker  # type: ignore[no-any-return]
