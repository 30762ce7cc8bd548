"""Health, readiness, metrics, and the schema."""

import hmac
from functools import cache
from pathlib import Path

import orjson
import yaml
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.gateway.errors import NotFoundError
from bot.gateway.keys import CHAT, CONNECTIONS, DATABASE, METRICS, RASA, SETTINGS
from bot.gateway.problems import json_response
from bot.gateway.visitors import client_address
from catalog.errors import CatalogError


async def health(_request: web.Request) -> web.Response:
    """Say that the process lives."""
    return json_response({"status": "ok"})


async def readiness(request: web.Request) -> web.Response:
    """Say whether the database answers and the assistant can be reached, and what is missing."""
    missing = [] if await _database_answers(request) else ["database"]
    rasa = request.app[RASA]
    if rasa.breaker.is_open or not await rasa.is_reachable():  # an open breaker notices a return a moment later
        missing.append("dialogue")
    body = {"status": "not ready" if missing else "ready", "missing": missing}
    return json_response(body, status=503 if missing else 200)


async def _database_answers(request: web.Request) -> bool:
    try:
        await request.app[DATABASE].read(_ask)
    except (CatalogError, SQLAlchemyError):
        return False
    return True


def _ask(session: Session) -> None:
    session.execute(text("SELECT count(*) FROM conversations WHERE id = ''"))


async def metrics(request: web.Request) -> web.Response:
    """Return the metrics, to this machine or with the token."""
    token = request.app[SETTINGS].metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    allowed = bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
    if not allowed and client_address(request) is not None:
        raise NotFoundError("metrics are for this machine")
    values = request.app[METRICS]
    values.connections.set(request.app[CONNECTIONS].open)
    values.waiting.set(request.app[CHAT].waiting)
    return web.Response(body=generate_latest(values.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def schema(_request: web.Request) -> web.Response:
    """Return the OpenAPI document."""
    return web.Response(body=_schema(), content_type="application/json", headers={"Cache-Control": "max-age=300"})


@cache
def _schema() -> bytes:
    return orjson.dumps(yaml.safe_load((Path(__file__).parents[1] / "openapi.yml").read_text("utf-8")))


ROUTES = (
    web.get("/healthz", health),
    web.get("/readyz", readiness),
    web.get("/metrics", metrics),
    web.get("/api/openapi.json", schema),
)
