"""Telegram over HTTP: the webhook, links to Telegram, and the way back to the page."""

import hmac
import time
from datetime import UTC, datetime

import orjson
import segno
from aiohttp import web

from bot.gateway.errors import InvalidRequestError, NotFoundError
from bot.gateway.keys import CHAT, DATABASE, HUB, LIMITS, SESSIONS
from bot.gateway.problems import json_response
from bot.gateway.requests import HelloFrame, read_body
from bot.gateway.routes.pages import draw
from bot.gateway.sessions import BrowserSession
from bot.gateway.telegram.channel import WEBHOOK_PATH, TelegramChannel
from bot.gateway.telegram.links import LIFE_S
from bot.gateway.visitors import check_origin, client_address, is_secure, session_of, visitor_of
from catalog.models import LinkTarget
from catalog.repositories.channel_links import LinkView
from catalog.repositories.customers import get_customer

TELEGRAM = web.AppKey("telegram", TelegramChannel)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (a header's name)
MAX_UPDATE_BYTES = 1 << 20  # a long text that answers another one, every character escaped
_QR_SCALE = 4


async def take_update(request: web.Request) -> web.Response:
    """Keep an update and say so at once; it is handled in the background."""
    channel = request.app.get(TELEGRAM)
    if channel is None or not channel.takes_webhooks:
        raise NotFoundError("no webhook")
    given = request.headers.get(SECRET_HEADER, "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), channel.webhook_secret.encode()):
        return web.Response(status=403)
    update = orjson.loads(await request.clone(client_max_size=MAX_UPDATE_BYTES).read())
    try:
        await channel.inbox.store([update])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequestError("not an update") from error
    return web.Response()


async def make_link(request: web.Request) -> web.Response:
    """Return a one-time link, also as a QR code, that takes a conversation of this session to Telegram."""
    check_origin(request)
    request.app[LIMITS].take_request("link", client_address(request))
    channel = _channel(request)
    if channel.username is None:
        raise NotFoundError("not connected yet")
    body = await read_body(request, HelloFrame)
    session = session_of(request)
    visitor = visitor_of(session)
    conversation = await request.app[CHAT].access.open(body.conversation_id, visitor, "web", body.language)
    customer = conversation.customer_of(visitor)
    until = datetime.fromtimestamp(session.customer_until_s, UTC) if session and customer else None
    code = await channel.links.issue(LinkTarget.TELEGRAM, LinkView(body.conversation_id, customer, until))
    url = f"https://t.me/{channel.username}?start={code}"
    picture = segno.make(url, micro=False, error="m").svg_data_uri(scale=_QR_SCALE, light="#fff", dark="#000")
    return json_response({"url": url, "qr": picture, "expires_in_s": LIFE_S})


async def offer_return(request: web.Request) -> web.Response:
    """Draw the page that asks whether to go on here: nothing is used up by looking (messengers look at links)."""
    request.app[LIMITS].take_request("link", client_address(request))
    code = request.query.get("code", "")
    link = await _channel(request).links.read_to_web(code)
    customer = None
    if link is not None and link.customer_id is not None and _left_s(link) > 0:
        customer = await request.app[DATABASE].read(get_customer, link.customer_id)
    carried = customer.name if customer else None
    view: dict[str, object] = {"code": code if link else None, "conversation": None, "carried": carried}
    return await draw(request, "continue.html", view, status=200 if link else 404)


async def take_return(request: web.Request) -> web.Response:
    """Take a conversation into this browser's session; who was signed in there is signed in here, no longer."""
    check_origin(request)
    request.app[LIMITS].take_request("link", client_address(request))
    channel, form = _channel(request), await request.post()
    session = session_of(request) or request.app[SESSIONS].begin()
    link = await channel.links.to_web(str(form.get("code", "")), session.session_id)
    if link is None:
        nothing = {"code": None, "conversation": None, "carried": None}
        return await draw(request, "continue.html", nothing, status=404)
    request.app[CHAT].access.forget(link.conversation_id)
    if link.customer_id is not None and link.customer_until is not None and _left_s(link) > 0:
        until_s = link.customer_until.timestamp()
        session = BrowserSession(session.session_id, session.expires_s, link.customer_id, until_s)
        request.app[HUB].end_session(session.session_id)
    view = {"code": None, "conversation": link.conversation_id, "carried": None}
    response = await draw(request, "continue.html", view)
    request.app[SESSIONS].write(response, session, secure=is_secure(request))
    return response


def _channel(request: web.Request) -> TelegramChannel:
    channel = request.app.get(TELEGRAM)
    if channel is None:
        raise NotFoundError("Telegram is off")
    return channel


def _left_s(link: LinkView) -> float:
    return (link.customer_until.timestamp() if link.customer_until else 0.0) - time.time()


ROUTES = (
    web.post(WEBHOOK_PATH, take_update),
    web.post("/api/telegram/link", make_link),
    web.get("/telegram/continue", offer_return),
    web.post("/telegram/continue", take_return),
)
