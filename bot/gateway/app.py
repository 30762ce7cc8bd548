"""The application factory of the gateway: the one place where its parts are put together."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.desk.chatwoot import routes as chatwoot_routes
from bot.desk.chatwoot.lifecycle import with_chatwoot
from bot.desk.hand_over import HandOver
from bot.desk.hours import OpeningHours
from bot.desk.lifecycle import run_desk, set_up_desk
from bot.gateway.chat import Chat
from bot.gateway.connections import Connections
from bot.gateway.hub import Hub
from bot.gateway.keys import (
    CHAT,
    CONNECTIONS,
    DATABASE,
    HAND_OVER,
    HUB,
    LIMITS,
    METRICS,
    RASA,
    SESSIONS,
    SETTINGS,
    SHOP_FRONT,
)
from bot.gateway.lanes import Lanes
from bot.gateway.message_writer import MessageWriter
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.middleware import answer_errors, observe, secure
from bot.gateway.pages.shop_front import ShopFront
from bot.gateway.rasa_client import RasaClient
from bot.gateway.rate_limits import RateLimits
from bot.gateway.responder import AssistantResponder
from bot.gateway.routes import desk_page, events, health, messages, pages, session, websocket
from bot.gateway.sessions import Sessions
from bot.gateway.settings import GatewaySettings
from bot.gateway.telegram import routes as telegram_routes
from bot.gateway.telegram.lifecycle import with_telegram
from bot.secret_key import secret_key
from catalog.session import Database

MAX_BODY_BYTES = 64 << 10
STOP_TIMEOUT_S = 5.0
_DAY_S = 86400
_HOUR_S = 3600


def create_app(settings: GatewaySettings, database: Database | None = None) -> web.Application:
    """Build the application.

    Args:
        settings: addresses, keys, limits.
        database: the shop; where None, the one of the settings is opened, and closed at the end.
    """
    app = web.Application(middlewares=[observe, secure, answer_errors], client_max_size=MAX_BODY_BYTES)
    app[SETTINGS] = settings
    app[METRICS] = GatewayMetrics()
    app[HUB] = Hub()
    app[SHOP_FRONT] = ShopFront()
    app[LIMITS] = RateLimits(
        per_conversation=settings.rate_per_minute,
        per_address=max(settings.rate_per_address, settings.rate_per_minute),
    )
    app[CONNECTIONS] = Connections(most=settings.max_connections, most_per_address=settings.max_connections_per_address)
    key = (settings.secret_key.get_secret_value() or secret_key(settings.data_dir)).encode()
    app[SESSIONS] = Sessions(
        key,
        life_s=settings.session_days * _DAY_S,
        customer_life_s=settings.customer_hours * _HOUR_S,
        cross_site=bool(settings.allowed_origins),
    )
    for module in (messages, session, events, health, pages, desk_page, websocket, telegram_routes, chatwoot_routes):
        app.add_routes(module.ROUTES)
    set_up_desk(app, key)
    pages.set_up_templates(app)

    async def with_database(app: web.Application) -> AsyncIterator[None]:
        app[DATABASE] = database or Database(settings.database_address)
        await app[DATABASE].warm_up()
        yield
        if database is None:
            app[DATABASE].close()

    app.cleanup_ctx.extend([with_database, _with_rasa, _with_chat, with_telegram, with_chatwoot])
    return app


async def _with_rasa(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    app[RASA] = RasaClient(
        settings.rasa_url, token=settings.internal_token.get_secret_value(), connections=settings.max_turns
    )
    yield
    await app[RASA].close()


async def _with_chat(app: web.Application) -> AsyncIterator[None]:
    """Start the writer and the lanes; at the end, what runs is finished and what was said is written."""
    settings = app[SETTINGS]
    writer = MessageWriter(app[DATABASE])
    lanes = Lanes(
        max_running=settings.max_turns,
        max_waiting=settings.max_waiting,
        max_waiting_per_lane=settings.max_waiting_per_conversation,
    )
    assistant = AssistantResponder(app[RASA], timeout_s=settings.rasa_timeout_s, metrics=app[METRICS])
    app[HAND_OVER] = HandOver(app[DATABASE], OpeningHours.parse(settings.desk_hours))
    app[CHAT] = Chat(
        app[DATABASE],
        writer,
        lanes,
        app[HUB],
        assistant,
        app[HAND_OVER],
        app[METRICS],
        turn_timeout_s=settings.turn_timeout_s,
    )
    writer.start()
    async with contextlib.asynccontextmanager(run_desk)(app, writer, assistant):
        yield
        await lanes.stop(STOP_TIMEOUT_S)
    await writer.stop()
