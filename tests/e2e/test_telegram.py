"""From the shop page to Telegram and back, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from bot.gateway.app import create_app
from bot.gateway.settings import GatewaySettings
from bot.gateway.telegram.words import word
from catalog.session import Database
from tests.e2e.conftest import OpenShop
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.telegram_server.person import Person
from tests.telegram_server.server import TOKEN, TelegramServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PUBLIC_URL = "https://shop.example"


@pytest_asyncio.fixture(loop_scope="session")
async def address(
    database: Database, dialogue: ScriptedRasa, telegram: TelegramServer, tmp_path: Path
) -> AsyncIterator[str]:
    """Start the gateway with Telegram and return its address."""
    settings = GatewaySettings(
        rasa_url=dialogue.url,
        data_dir=tmp_path,
        demo=True,
        public_url=PUBLIC_URL,
        telegram_mode="polling",
        telegram_token=TOKEN,
        telegram_api_url=telegram.url,
    )
    server = TestServer(create_app(settings, database))
    await server.start_server(shutdown_timeout=0.5)
    await telegram.until(lambda: telegram.count("getUpdates") > 0)
    yield str(server.make_url("/"))
    await server.close()


async def test_conversation_goes_to_telegram_and_back(
    open_shop: OpenShop, telegram: TelegramServer, address: str, axe_source: str
) -> None:
    shop, mia = await open_shop(), Person(telegram, 101)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("watches")
    await shop.chat.close()
    await shop.page.get_by_text("Continue in Telegram").first.locator("..").click()
    link = shop.page.get_by_role("link", name="Open Telegram")
    await expect(link).to_be_visible()
    await expect(shop.page.get_by_role("img", name="QR code")).to_be_visible()
    await shop.page.evaluate(axe_source)
    found = await shop.page.evaluate("axe.run('[data-telegram]', {runOnly: ['wcag2a', 'wcag2aa']})")
    assert [violation["id"] for violation in found["violations"]] == []
    code = (await link.get_attribute("href") or "").partition("?start=")[2]

    telegram.updates.append(mia.says(f"/start {code}"))
    await telegram.until(lambda: mia.texts == [word("linked", "en")])
    telegram.updates.extend([mia.says("return"), mia.says("/web")])
    await telegram.until(lambda: len(mia.seen) == 3)
    url = next(button["url"] for shown in mia.seen for button in shown.buttons)

    phone = await open_shop(viewport={"width": 390, "height": 800})
    await phone.page.goto(address + url.removeprefix(PUBLIC_URL).removeprefix("/"))
    await phone.page.get_by_role("button", name="Continue here").click()
    await expect(phone.page.get_by_role("heading", level=1)).to_have_text("Find what fits, or simply ask.")
    await phone.chat.open()
    await expect(phone.chat.shopper_turns).to_have_count(2)
    assert (await phone.chat.texts())[0] == "watches"
    await phone.chat.say("watches")
    await telegram.until(lambda: len(mia.seen) == 5)
