from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.desk.chatwoot import bridge, carrier
from tests.chatwoot_server.server import ACCOUNT, INBOX, SECRET, TOKEN, ChatwootServer
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.test_hand_over import person_wanted

StartBridge = Callable[..., Awaitable[Client]]


@pytest_asyncio.fixture
async def chatwoot() -> AsyncIterator[ChatwootServer]:
    """A Chatwoot; no test may break the API reference, unless it empties `violations` itself."""
    server = ChatwootServer()
    await server.start()
    yield server
    await server.stop()
    assert server.violations == []


@pytest.fixture
def start_bridge(
    start_gateway: StartGateway, chatwoot: ChatwootServer, rasa: ScriptedRasa, monkeypatch: pytest.MonkeyPatch
) -> StartBridge:
    """Start gateways whose desk is Chatwoot, and wait until they know who is there; pauses are short."""
    rasa.answers = person_wanted
    for module, name, value in ((bridge, "SWEEP_S", 0.2), (bridge, "LONGEST_PAUSE_S", 0.2)):
        monkeypatch.setattr(module, name, value)

    async def start(**settings: Any) -> Client:
        chosen = {
            "chatwoot_url": chatwoot.url,
            "chatwoot_token": TOKEN,
            "chatwoot_account": ACCOUNT,
            "chatwoot_inbox": INBOX,
            "chatwoot_webhook_secret": SECRET,
            "chatwoot_timeout_s": 2.0,
            **settings,
        }
        asked = chatwoot.count("GET", "/inbox_members/{id}")
        gateway = await start_gateway(**chosen)
        chatwoot.webhook = str(gateway.make_url("/chatwoot/webhook"))
        if chosen["chatwoot_token"] == TOKEN and chatwoot.fault("GET", "/inbox_members/{id}") is None:
            await chatwoot.until(lambda: chatwoot.count("GET", "/inbox_members/{id}") > asked)
        return gateway

    return start


@pytest.fixture
def checks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chatwoot is asked how conversations stand all the time."""
    for module in (bridge, carrier):
        monkeypatch.setattr(module, "CHECK_EVERY", timedelta(seconds=0.2))
