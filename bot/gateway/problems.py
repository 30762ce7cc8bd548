"""Errors as a shopper's program gets them: a status, a code, and words in the shopper's language."""

from typing import Any

import orjson
from aiohttp import web

from bot.gateway.errors import GatewayError
from bot.gateway.texts import Language, say
from bot.gateway.visitors import language_of

LANGUAGE_KEY = web.RequestKey("language", str)
STATUSES = {
    "invalid": 400,
    "empty": 400,
    "too_long": 413,
    "forbidden": 403,
    "origin": 403,
    "sign_in": 401,
    "desk_sign_in": 401,
    "desk_role": 403,
    "desk_not_owner": 409,
    "not_found": 404,
    "rate_limited": 429,
    "busy": 503,
    "unavailable": 503,
}


def json_response(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


def problem_response(
    request: web.Request, error: GatewayError, *, status: int | None = None, code: str | None = None
) -> web.Response:
    """Return a `Problem`; handlers that know the shopper's language have put it into the request."""
    language: Language = "zh" if request.get(LANGUAGE_KEY, language_of(request)) == "zh" else "en"
    name = code or error.code
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else None
    body = {"error": {"code": name, "text": say(name, language)}}
    return json_response(body, status=status or STATUSES.get(name, 500), headers=headers)
