"""The line breaks in all the ways that lines break; nothing is lost, nothing comes twice."""

import json
import time
from types import SimpleNamespace

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from bot.gateway.sessions import COOKIE
from tests.e2e.conftest import OpenShop
from tests.e2e.pages import ShopPage
from tests.integration.gateway.scripted_rasa import ScriptedRasa

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class Wire:
    """Stands between the widget and the gateway's WebSocket."""

    def __init__(self) -> None:
        self.lines: list[WebSocketRoute] = []
        self.cut_before_accepted = False
        self.loses_messages = False
        self.refuse_with: str | None = None

    async def lay(self, page: Page) -> None:
        """Take over the page's WebSockets."""
        await page.route_web_socket("**/ws", self._connect)

    async def cut(self) -> None:
        """Break the newest line."""
        await self.lines[-1].close()

    async def _connect(self, line: WebSocketRoute) -> None:
        self.lines.append(line)
        server = line.connect_to_server()

        def from_page(frame: str | bytes) -> None:
            sent = json.loads(frame)
            if sent["type"] == "message" and self.refuse_with:
                refusal = {"type": "error", "code": "rate_limited", "text": self.refuse_with}
                line.send(json.dumps(refusal | {"client_message_id": sent["client_message_id"]}))
                self.refuse_with = None
            elif sent["type"] != "message" or not self.loses_messages:
                server.send(frame)

        async def from_server(frame: str | bytes) -> None:
            if self.cut_before_accepted and json.loads(frame)["type"] in {"accepted", "message"}:
                self.cut_before_accepted = False
                await line.close()
            else:
                line.send(frame)

        line.on_message(from_page)
        server.on_message(from_server)


async def test_widget_reconnects_and_goes_on(open_shop: OpenShop) -> None:
    shop, wire = await open_shop(), Wire()
    await wire.lay(shop.page)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("first")
    await wire.cut()
    await expect(shop.chat.banner).to_have_text("No connection. Trying again…")
    await expect(shop.chat.banner).to_be_hidden()
    await shop.chat.say("second")
    assert await shop.chat.texts() == ["first", "You said first", "second", "You said second"]


async def test_widget_message_cut_before_its_receipt_comes_once(open_shop: OpenShop, dialogue: ScriptedRasa) -> None:
    shop, wire = await open_shop(), Wire()
    await wire.lay(shop.page)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("first")
    wire.cut_before_accepted = True
    await shop.chat.say("second")
    assert await shop.chat.texts() == ["first", "You said first", "second", "You said second"]
    assert [call["message"] for call in dialogue.calls] == ["first", "second"]
    await expect(shop.chat.root.locator(".pending")).to_have_count(0)


async def test_widget_message_written_offline_is_sent_after_a_reload(open_shop: OpenShop) -> None:
    shop, wire = await open_shop(), Wire()
    await wire.lay(shop.page)
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.say("first")
    await shop.page.route("**/api/session", lambda route: route.fulfill(status=200, body="{}", headers={}))
    await wire.cut()
    await chat.field.fill("second")
    await chat.field.press("Enter")
    await expect(chat.root.locator(".pending")).to_contain_text("Sending")
    await shop.page.reload()
    await expect(chat.answers).to_have_count(2)
    assert await chat.texts() == ["first", "You said first", "second", "You said second"]


async def test_widget_refused_message_can_be_sent_again(open_shop: OpenShop) -> None:
    shop, wire = await open_shop(), Wire()
    wire.refuse_with = "A little slower, please."
    await wire.lay(shop.page)
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.field.fill("hello")
    await chat.field.press("Enter")
    failed = chat.root.locator(".pending.failed")
    await expect(failed).to_contain_text("A little slower, please.")
    await failed.get_by_role("button", name="Try again").click()
    await expect(chat.answers).to_have_count(1)
    assert await chat.texts() == ["hello", "You said hello"]


async def test_widget_two_tabs_show_the_same_conversation(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("first")
    other = type(shop)(await shop.page.context.new_page(), shop.address)
    await other.visit()
    await other.chat.open()
    await expect(other.chat.answers).to_have_count(1)
    await other.chat.say("second")
    await expect(shop.chat.answers).to_have_count(2)
    assert await shop.chat.texts() == await other.chat.texts()


async def test_widget_begins_anew_where_the_conversation_is_somebody_elses(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("first")
    await shop.page.context.clear_cookies()
    await shop.page.reload()
    await expect(shop.chat.answers).to_have_count(0)
    await shop.chat.say("again")
    assert await shop.chat.texts() == ["again", "You said again"]


async def test_widget_message_that_waits_when_the_session_ends_is_sent_in_the_next_conversation(
    open_shop: OpenShop, dialogue: ScriptedRasa
) -> None:
    shop, wire = await open_shop(), Wire()
    await wire.lay(shop.page)
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.say("first")
    wire.loses_messages = True
    await chat.field.fill("second")
    await chat.field.press("Enter")
    await expect(chat.root.locator(".pending")).to_contain_text("Sending")
    wire.loses_messages = False
    await shop.page.context.clear_cookies()
    await shop.page.reload()
    await expect(chat.answers).to_contain_text(["You said second"])
    assert await chat.texts() == ["second", "You said second"]
    assert [call["message"] for call in dialogue.calls] == ["first", "second"]
    await expect(chat.root.locator(".pending")).to_have_count(0)


async def test_widget_message_refused_because_the_sign_in_has_ended_is_sent_in_the_next_conversation(
    open_shop: OpenShop, dialogue: ScriptedRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.sign_in("Mia Chen")
    await shop.chat.open()
    await shop.chat.say("first")
    tomorrow_s = time.time() + 24 * 3600
    monkeypatch.setattr("bot.gateway.routes.websocket.time", SimpleNamespace(time=lambda: tomorrow_s))
    await shop.chat.field.fill("second")
    await shop.chat.field.press("Enter")
    await expect(shop.chat.answers).to_contain_text(["You said second"])
    assert await shop.chat.texts() == ["second", "You said second"]
    assert [call["message"] for call in dialogue.calls] == ["first", "second"]


async def _leave_a_message_waiting(shop: ShopPage, wire: Wire, text: str) -> None:
    wire.loses_messages = True
    await shop.chat.field.fill(text)
    await shop.chat.field.press("Enter")
    await expect(shop.chat.root.locator(".pending")).to_contain_text(text)


async def test_widget_message_that_waits_is_sent_for_the_customer_who_wrote_it_alone(
    open_shop: OpenShop, dialogue: ScriptedRasa
) -> None:
    shop, wire = await open_shop(), Wire()
    await wire.lay(shop.page)
    await shop.visit()
    await shop.sign_in("Mia Chen")
    await shop.chat.open()
    await _leave_a_message_waiting(shop, wire, "I am Mia")
    await shop.sign_out()
    wire.loses_messages = False
    await shop.chat.say("I am nobody")
    await shop.sign_in("王磊")
    await shop.chat.say("I am Lei")
    await expect(shop.chat.root.locator(".pending")).to_have_count(0)
    assert "I am Mia" not in await shop.chat.root.inner_text()
    await shop.sign_in("Mia Chen")
    await expect(shop.chat.answers).to_contain_text(["You said I am Mia"])
    said = {call["message"]: call["metadata"]["customer_id"] for call in dialogue.calls}
    assert said == {"I am nobody": None, "I am Lei": "c2", "I am Mia": "c1"}


async def test_widget_guests_message_that_waits_goes_along_with_the_conversation(
    open_shop: OpenShop, dialogue: ScriptedRasa
) -> None:
    shop, wire = await open_shop(), Wire()
    await wire.lay(shop.page)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("first")
    await _leave_a_message_waiting(shop, wire, "second")
    wire.loses_messages = False
    await shop.sign_in("Mia Chen")
    await expect(shop.chat.answers).to_have_count(2)
    assert await shop.chat.texts() == ["first", "You said first", "second", "You said second"]
    assert [call["metadata"]["customer_id"] for call in dialogue.calls] == [None, "c1"]


async def test_widget_does_not_talk_without_a_session(browser: Browser, address: str) -> None:
    async with await browser.new_context() as context:
        shop = ShopPage(await context.new_page(), address)
        await shop.page.route("**/api/session", lambda route: route.fulfill(status=429, json={}), times=2)
        await shop.visit()
        await shop.chat.open()
        await shop.chat.say("hello")
        assert COOKIE in {cookie.get("name") for cookie in await context.cookies()}
