"""What happens around every request: authorisation, metrics, and errors as JSON."""

from __future__ import annotations

import hmac
import logging
import time

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from nlu_models.serving.batcher import QueueFullError, StoppedError
from nlu_models.serving.keys import METRICS, SETTINGS

_LOG = logging.getLogger(__name__)
_OPEN = ("/healthz", "/readyz", "/metrics")
_RETRY_AFTER_S = "1"


def json_response(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


def authorised(request: web.Request, body_token: str | None = None) -> bool:
    """True if no token is asked for, or the request carries it (Rasa sends it in the body)."""
    wanted = request.app[SETTINGS].internal_token.get_secret_value()
    if not wanted:
        return True
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    candidates = [given if scheme.lower() == "bearer" else "", body_token or ""]
    return any(hmac.compare_digest(candidate.encode(), wanted.encode()) for candidate in candidates)


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request and its time."""
    started = time.perf_counter()
    response = await handler(request)
    resource = request.match_info.route.resource
    endpoint = resource.canonical if resource else "unknown"
    metrics = request.app[METRICS]
    metrics.requests.labels(endpoint, response.status).inc()
    metrics.latency.labels(endpoint).observe(time.perf_counter() - started)
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn the errors of the layers below into status codes and JSON bodies."""
    try:
        return await handler(request)
    except orjson.JSONDecodeError as error:
        return _error(400, "invalid_json", str(error))
    except ValidationError as error:
        where = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()[:5]]
        return json_response({"error": "invalid_request", "details": where}, status=400)
    except QueueFullError as error:
        return _error(503, "busy", str(error), {"Retry-After": _RETRY_AFTER_S})
    except StoppedError as error:
        return _error(503, "stopping", str(error), {"Retry-After": _RETRY_AFTER_S})
    except TimeoutError:
        return _error(504, "timeout", "the models took too long")
    except web.HTTPException as error:
        headers = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
        return _error(error.status, error.reason.lower().replace(" ", "_"), error.text or error.reason, headers)
    except (RuntimeError, MemoryError):
        _LOG.exception("inference failed")
        return _error(503, "inference_failed", "the models could not answer", {"Retry-After": _RETRY_AFTER_S})


@web.middleware
async def authorise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests without the token; `/model/parse` looks at the body as well and so checks for itself."""
    if request.path not in (*_OPEN, "/model/parse") and not authorised(request):
        raise web.HTTPUnauthorized(text="a bearer token is needed")
    return await handler(request)


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    return json_response({"error": code, "message": message}, status=status, headers=headers)
