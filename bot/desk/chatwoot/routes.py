"""Chatwoot's webhook."""

import time

import orjson
from aiohttp import web

from bot.desk.chatwoot.bridge import Bridge
from bot.desk.chatwoot.events import read_event
from bot.desk.chatwoot.signatures import is_from_chatwoot
from bot.gateway.errors import InvalidRequestError, NotFoundError
from bot.gateway.keys import SETTINGS
from bot.gateway.problems import json_response

CHATWOOT = web.AppKey("chatwoot", Bridge)
WEBHOOK_PATH = "/chatwoot/webhook"
MAX_WEBHOOK_BYTES = 1 << 20


async def take_webhook(request: web.Request) -> web.Response:
    """Do what Chatwoot tells; 200 means that it is done or nothing of ours, 409 that the shopper does not get it."""
    bridge = request.app.get(CHATWOOT)
    if bridge is None:
        raise NotFoundError("Chatwoot is off")
    settings = request.app[SETTINGS]
    body = await _read(request)
    secret = settings.chatwoot_webhook_secret.get_secret_value()
    if not is_from_chatwoot(body, request.headers, request.query.get("secret"), secret, now_s=time.time()):
        return web.Response(status=403)
    try:
        event = read_event(orjson.loads(body), settings.chatwoot_inbox)
    except ValueError as error:
        raise InvalidRequestError("not an event of Chatwoot") from error
    if event is None:
        return json_response({"outcome": "ignored"})
    outcome = await bridge.take(event)
    return json_response({"outcome": outcome.value}, status=409 if outcome.is_refusal else 200)


async def _read(request: web.Request) -> bytes:
    """Return the body; the application's own limit is for shoppers, and a webhook repeats a whole conversation."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_WEBHOOK_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_WEBHOOK_BYTES, len(body))
    return bytes(body)


ROUTES = (web.post(WEBHOOK_PATH, take_webhook),)
