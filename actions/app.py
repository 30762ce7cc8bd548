"""The action server: aiohttp around rasa_sdk's executor; Rasa posts a tracker, an action answers."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.settings import ActionSettings

Running = Callable[[], AbstractAsyncContextManager[Sequence[Action]]]
EXECUTOR: Final = web.AppKey("executor", ActionExecutor)
SETTINGS: Final = web.AppKey("settings", ActionSettings)
MOST_BODY_BYTES: Final = 2_000_000
_OUTCOMES: Final = {200: "answered", 400: "rejected", 504: "time_out"}
logger = logging.getLogger(__name__)


class ActionMetrics:
    """What /metrics shows."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram("shopkeeper_action_seconds", "Time of an action.", ["action"], registry=self.registry)
        self.calls = Counter(
            "shopkeeper_action_calls",
            "Action calls by what came of them.",
            ["action", "outcome"],
            registry=self.registry,
        )


METRICS: Final = web.AppKey("metrics", ActionMetrics)


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


async def webhook(request: web.Request) -> web.Response:
    """Run one action; answers as rasa_sdk's own server does: 400 for a rejection, 404 for an unknown action.

    An action that takes longer than the settings allow answers 504; an error in an action is aiohttp's 500.
    """
    try:
        call = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return _json({"error": "the body is not JSON"}, 400)
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
        return _json({"error": "the body needs next_action and tracker"}, 400)
    name = str(call.get("next_action") or "")
    metrics = request.app[METRICS]
    if name not in request.app[EXECUTOR].actions:
        metrics.calls.labels("unknown", "not_found").inc()
        return _json({"error": f"no action is called '{name}'", "action_name": name}, 404)
    outcome = "error"
    try:
        with metrics.seconds.labels(name).time():
            status, body = await _run(request.app, name, call)
        outcome = _OUTCOMES[status]
    finally:
        metrics.calls.labels(name, outcome).inc()
    return _json(body, status)


async def _run(app: web.Application, name: str, call: dict[str, Any]) -> tuple[int, Any]:
    limit_s = app[SETTINGS].action_timeout_s
    try:
        async with asyncio.timeout(limit_s):
            result = await app[EXECUTOR].run(call)
    except ActionExecutionRejection as error:
        return 400, {"error": str(error), "action_name": error.action_name}
    except TimeoutError:
        logger.exception("%s took longer than %s s", name, limit_s)
        return 504, {"error": "the action took too long", "action_name": name}
    return 200, result.model_dump()


async def health(_: web.Request) -> web.Response:
    """Tell that the process lives and its actions are registered."""
    return _json({"status": "ok"})


async def metrics_page(request: web.Request) -> web.Response:
    """Return the metrics in Prometheus' text format."""
    body = generate_latest(request.app[METRICS].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


@web.middleware
async def _check_token(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    token = request.app[SETTINGS].internal_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and request.path == "/webhook" and not hmac.compare_digest(given.encode(), token.encode()):
        return _json({"error": "the internal token is missing or wrong"}, 401)
    response: web.StreamResponse = await handler(request)
    return response


def create_app(settings: ActionSettings, running: Running) -> web.Application:
    """Build the application.

    Args:
        settings: validated settings.
        running: gives the actions, built with everything that they need, for as long as the server runs.
    """
    app = web.Application(client_max_size=MOST_BODY_BYTES, middlewares=[_check_token])
    app[SETTINGS] = settings
    app[METRICS] = ActionMetrics()
    app[EXECUTOR] = ActionExecutor()

    async def actions(app: web.Application) -> AsyncIterator[None]:
        async with running() as built:
            for action in built:
                app[EXECUTOR].register_action(action)
            yield

    app.cleanup_ctx.append(actions)
    app.router.add_post("/webhook", webhook)
    app.router.add_get("/healthz", health)
    app.router.add_get("/readyz", health)
    app.router.add_get("/metrics", metrics_page)
    return app
