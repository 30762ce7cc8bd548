"""Starts and stops the bridge to Chatwoot with the application, where it is on."""

from collections.abc import AsyncIterator

from aiohttp import web

from bot.desk.chatwoot.agents_side import AgentsSide
from bot.desk.chatwoot.bridge import Bridge
from bot.desk.chatwoot.client import ChatwootClient
from bot.desk.chatwoot.routes import CHATWOOT
from bot.desk.keys import DESK
from bot.gateway.keys import CHAT, DATABASE, HAND_OVER, HUB, METRICS, RASA, SETTINGS
from bot.gateway.responder import AssistantResponder

STOP_TIMEOUT_S = 5.0


async def with_chatwoot(app: web.Application) -> AsyncIterator[None]:
    """Run the bridge while the application runs; it ends before the desk does."""
    settings = app[SETTINGS]
    if not settings.chatwoot_url:
        yield
        return
    client = ChatwootClient.of(settings)
    assistant = AssistantResponder(app[RASA], timeout_s=settings.rasa_timeout_s, metrics=app[METRICS])
    agents = AgentsSide(
        app[DATABASE], app[DESK], app[HAND_OVER], app[HUB], app[CHAT].access, assistant, client, app[METRICS]
    )
    bridge = app[CHATWOOT] = Bridge(app[DATABASE], client, agents, app[METRICS])
    app[HUB].watch_all(bridge.notice)
    bridge.start()
    yield
    app[HUB].unwatch_all(bridge.notice)
    await bridge.stop(STOP_TIMEOUT_S)
