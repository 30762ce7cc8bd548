"""What happens around every request: its id and log line, metrics, errors as problems, security headers, CORS."""

import logging
import secrets
import time

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.errors import BusyError, GatewayError, InvalidRequestError, NotFoundError
from bot.gateway.keys import METRICS, SETTINGS
from bot.gateway.logs import REQUEST_ID
from bot.gateway.problems import problem_response
from bot.gateway.routes.pages import draw
from catalog.errors import CatalogError

_LOG = logging.getLogger("bot.gateway.requests")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, count it, and log it without anything personal."""
    started = time.perf_counter()
    request_id = secrets.token_hex(8)
    token = REQUEST_ID.set(request_id)
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        resource = request.match_info.route.resource
        endpoint = resource.canonical if resource else "unknown"
        took = time.perf_counter() - started
        metrics = request.app[METRICS]
        metrics.requests.labels(endpoint, status).inc()
        metrics.latency.labels(endpoint).observe(took)
        level = logging.DEBUG if endpoint in _QUIET else logging.INFO
        _LOG.log(level, "%s %s %d %.1f ms", request.method, endpoint, status, took * 1000)
        REQUEST_ID.reset(token)
    if not response.prepared:
        response.headers["X-Request-Id"] = request_id
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn the errors of the layers below into problems."""
    try:
        return await handler(request)
    except NotFoundError as error:
        return await _not_found(request, error)
    except GatewayError as error:
        return problem_response(request, error)
    except orjson.JSONDecodeError:
        return problem_response(request, InvalidRequestError("not JSON"))
    except (CatalogError, SQLAlchemyError) as error:
        _LOG.error("the database failed: %s", type(error).__name__)
        return problem_response(request, BusyError("the database failed", retry_after_s=2))
    except web.HTTPRequestEntityTooLarge:
        return problem_response(request, InvalidRequestError("too large"), status=413, code="too_long")
    except web.HTTPNotFound:
        return await _not_found(request, NotFoundError(request.path[:100]))


async def _not_found(request: web.Request, error: NotFoundError) -> web.Response:
    """Answer with a page where a person looks at it in a browser, else with a problem."""
    if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
        return problem_response(request, error)
    return await draw(request, "error.html", {"status": 404}, status=404)


@web.middleware
async def secure(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer preflight requests of allowed pages, and put the security headers on every answer."""
    origin = request.headers.get("Origin", "").lower()
    allowed = origin in request.app[SETTINGS].allowed_origins and request.path.startswith("/api/")
    if request.method == "OPTIONS" and allowed and "Access-Control-Request-Method" in request.headers:
        response: web.StreamResponse = web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, DELETE",
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Max-Age": "600",
            },
        )
    else:
        response = await handler(request)
    if response.prepared:
        return response
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if allowed:
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        response.headers.add("Vary", "Origin")
    return response
