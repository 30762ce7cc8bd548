import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.gateway.conftest import Client, StartGateway
from tests.telegram_server.person import Person
from tests.telegram_server.server import TOKEN, TelegramServer, running_telegram

KEY = "k" * 40
SECRET = hmac.new(KEY.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
PUBLIC_URL = "https://shop.example"
StartTelegram = Callable[..., Awaitable[Client]]


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A Bot API server; no test may break the documentation, unless it empties `violations` itself."""
    async with running_telegram() as server:
        yield server


@pytest.fixture
def start_telegram(start_gateway: StartGateway, telegram: TelegramServer) -> StartTelegram:
    """Start gateways with Telegram by webhook (or as the settings say), and wait until they are connected."""

    async def start(**settings: Any) -> Client:
        before = telegram.count("getMe")
        chosen = {
            "telegram_mode": "webhook",
            "telegram_token": TOKEN,
            "telegram_api_url": telegram.url,
            "telegram_timeout_s": 2.0,
            "public_url": PUBLIC_URL,
            "secret_key": KEY,
            **settings,
        }
        gateway = await start_gateway(**chosen)
        ready = "setWebhook" if chosen["telegram_mode"] == "webhook" else "deleteWebhook"
        await telegram.until(lambda: telegram.count("getMe") > before and telegram.count(ready) > 0)
        return gateway

    return start


@pytest_asyncio.fixture
async def shop(start_telegram: StartTelegram) -> Client:
    return await start_telegram()


@pytest.fixture
def mia(telegram: TelegramServer) -> Person:
    return Person(telegram, 101)


async def deliver(gateway: Client, *updates: dict[str, Any], secret: str = SECRET) -> list[int]:
    """Post updates as Telegram does, one after the other; returns the statuses."""
    statuses = []
    for update in updates:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with gateway.post("/telegram/webhook", json=update, headers=headers) as response:
            statuses.append(response.status)
    return statuses


async def settled(telegram: TelegramServer, person: Person, count: int) -> list[str]:
    """Wait until a person has so many messages, and a moment more; returns their texts."""
    await telegram.until(lambda: len(person.seen) >= count)
    await asyncio.sleep(0.15)
    return person.texts
