"""The desk's part of the gateway: its routes, and what starts and stops with the application."""

from collections.abc import AsyncIterator

from aiohttp import web

from bot.desk import line
from bot.desk.agent_sessions import AgentSessions
from bot.desk.desk import Assistant, Desk
from bot.desk.drafts import Drafts
from bot.desk.keys import AGENT_LIMITS, AGENT_SESSIONS, DESK, DRAFTS, PASSWORD_CHECKS, PRODUCTS, SIGN_IN_LIMITS
from bot.desk.password_checks import PasswordChecks
from bot.desk.products import Products
from bot.desk.routes import conversations, reference, session
from bot.desk.sweep import Sweep
from bot.gateway.keys import CHAT, DATABASE, HAND_OVER, HUB, SETTINGS, SHOP_FRONT
from bot.gateway.message_writer import MessageWriter
from bot.gateway.rate_limits import RateLimits

SIGN_INS_PER_LOGIN = 5
SIGN_INS_PER_ADDRESS = 30
REQUESTS_PER_AGENT = 1200
MODULES = (session, conversations, reference, line)


def set_up_desk(app: web.Application, key: bytes) -> None:
    """Add the desk's routes and limits; `key` signs the cookies."""
    app[AGENT_SESSIONS] = AgentSessions(key)
    app[SIGN_IN_LIMITS] = RateLimits(per_conversation=SIGN_INS_PER_LOGIN, per_address=SIGN_INS_PER_ADDRESS)
    app[PASSWORD_CHECKS] = PasswordChecks()
    app[AGENT_LIMITS] = RateLimits(per_conversation=REQUESTS_PER_AGENT, per_address=REQUESTS_PER_AGENT)
    for module in MODULES:
        app.add_routes(module.ROUTES)
    app.on_shutdown.append(_close_lines)


async def _close_lines(app: web.Application) -> None:
    """Send the consoles away before the server waits for its connections; they come back to the next process."""
    app[DESK].board.restart()


async def run_desk(app: web.Application, writer: MessageWriter, assistant: Assistant) -> AsyncIterator[None]:
    """Start the desk on a chat that runs, and stop it."""
    settings = app[SETTINGS]
    app[PRODUCTS] = Products(app[DATABASE], app[SHOP_FRONT])
    app[DRAFTS] = Drafts(app[DATABASE], settings.models_url, token=settings.internal_token.get_secret_value())
    desk = app[DESK] = Desk(app[DATABASE], writer, app[HUB], app[CHAT].access, app[HAND_OVER], assistant, app[PRODUCTS])
    sweep = Sweep(app[DATABASE], desk)
    desk.start()
    sweep.start()
    yield
    await sweep.stop()
    await desk.stop()
    await app[DRAFTS].close()
