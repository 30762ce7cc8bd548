"""The console and the widget on one real gateway: two people who talk to each other in two browsers."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from catalog.session import Database
from tests.e2e.conftest import OpenShop
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_shop import HOSTILE
from tests.integration.gateway.agents import PASSWORD, employ
from tests.integration.gateway.scripted_rasa import ScriptedRasa

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def console(browser: Browser, address: str, database: Database) -> AsyncIterator[DeskPage]:
    """Give Anna's console, signed out; what its scripts or the content policy report fails the test."""
    employ(database, "anna", "Anna")
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    complaints: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield DeskPage(page, address)
    await context.close()
    # Reading the session of somebody who has not signed in is answered with 401, and the browser says so.
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


async def test_agent_and_shopper_talk_from_queue_to_hand_back(
    open_shop: OpenShop, console: DeskPage, dialogue: ScriptedRasa
) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say(f"return {HOSTILE}")
    await console.visit()
    await console.enter("anna", PASSWORD)
    await expect(console.login).to_be_hidden()
    await shop.chat.say("person")
    await expect(console.queue).to_have_count(1)
    await console.queue.first.locator(".open").click()
    await expect(console.turns.first).to_be_visible()
    assert any(HOSTILE in text for text in await console.bubbles())  # as text
    assert await console.page.evaluate("document.body.dataset.hacked") is None
    await console.press("Take")
    await expect(shop.chat.root.get_by_text("Anna has joined the chat.")).to_be_visible()
    await console.say(f"Good morning {HOSTILE}")
    await expect(shop.chat.root.get_by_text("Good morning")).to_be_visible()
    assert await shop.page.evaluate("document.body.dataset.hacked") is None
    asked = len(dialogue.calls)
    await shop.chat.field.fill("thank you Anna")
    await shop.chat.field.press("Enter")
    await expect(console.turns.filter(has_text="thank you Anna")).to_be_visible()
    assert len(dialogue.calls) == asked
    await console.press("Back to the assistant")
    await console.answer("Back to the assistant")
    await expect(shop.chat.root.get_by_text("Anna has left the chat.")).to_be_visible()
    await shop.chat.say("return")
    assert len(dialogue.calls) == asked + 1
