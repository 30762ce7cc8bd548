"""A shopper chats in a real browser."""

import pytest
from playwright.async_api import expect
from yarl import URL

from catalog.session import Database
from tests.e2e.conftest import OpenShop
from tests.e2e.scripted_shop import CARDS, HOSTILE
from tests.integration.gateway.agents import at_work, employ, read_until
from tests.integration.gateway.scripted_rasa import ScriptedRasa

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class Address:
    """The gateway, for those who come without the browser."""

    def __init__(self, address: str) -> None:
        self._url = URL(address)

    def make_url(self, path: str, /) -> URL:
        """Return a whole address."""
        return self._url.join(URL(path))


async def test_widget_answers_in_both_languages(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    english = await chat.say("show me watches")
    assert await chat.text_of(english) == "Here are five watches."
    assert await english.get_attribute("lang") == "en"
    chinese = await chat.say("我想看看手表")
    assert await chat.text_of(chinese) == "为您找到一款手表。"
    assert await chinese.get_attribute("lang") == "zh-CN"
    await expect(chat.cards).to_contain_text("¥199")


async def test_widget_switches_its_own_language(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.root.get_by_role("button", name="中文").click()
    await expect(chat.field).to_have_attribute("aria-label", "输入消息")
    await shop.page.reload()
    await expect(chat.field).to_have_attribute("aria-label", "输入消息")


async def test_widget_adds_to_cart_by_card_and_survives_reload(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.say("show me watches")
    added = await chat.press_on_card("Add to cart")
    assert await chat.text_of(added) == "It is in your cart."
    await expect(chat.strip).to_contain_text("1 item")
    await expect(chat.strip).to_contain_text("$199")
    texts = await chat.texts()

    await shop.page.reload()
    await expect(chat.panel).to_be_visible()
    await expect(chat.answers).to_have_count(2)
    assert await chat.texts() == texts
    await chat.strip.click()
    await expect(chat.cart_lines).to_have_count(1)
    await expect(chat.cart_lines).to_contain_text("Watch 1")


async def test_widget_quick_reply_is_sent_and_then_put_away(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.say("show me watches")
    answer = await chat.press("Cheaper ones")
    assert await chat.text_of(answer) == "Here is a cheaper one."
    await expect(chat.root.locator(".chip", has_text="Cheaper ones")).to_be_hidden()


async def test_widget_shows_sources_and_handoff(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.say("how do I return this")
    await expect(chat.sources).to_have_text("Source: Returns — How to return something, version 2026-09")
    await chat.say("a person please")
    await expect(chat.root.locator(".turn").last).to_contain_text("Nobody from our team is online")
    await expect(chat.root.locator(".names p")).to_have_text("In line for a person")
    await chat.press("Back to the assistant")
    await expect(chat.root.locator(".names p")).to_have_text("Automated assistant")


async def test_widget_shows_a_person_who_joins_writes_and_leaves(
    open_shop: OpenShop, address: str, database: Database
) -> None:
    employ(database, "anna")
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    async with at_work(Address(address), "anna") as (anna, console):
        await chat.say("a person please")
        await expect(chat.root.locator(".turn").last).to_contain_text("next in line")
        (row,) = (await anna.get("conversations"))["queue"]
        conversation_id = row["conversation_id"]
        await anna.act(conversation_id, "take")
        await expect(chat.root.locator(".day").last).to_have_text("Anna has joined the chat.")
        await expect(chat.root.locator(".names p")).to_have_text("Anna")
        await console.send_json({"type": "typing", "conversation_id": conversation_id, "on": True})
        await expect(chat.root.locator(".typing .unseen")).to_have_text("Anna Typing")
        await anna.write(conversation_id, HOSTILE)
        said = chat.root.locator(".turn.agent")
        assert await chat.text_of(said) == HOSTILE
        await expect(said.locator(".meta")).to_contain_text("Anna")
        await expect(chat.root.locator(".typing")).to_have_count(0)
        await chat.field.press_sequentially("th")
        assert (await read_until(console, "typing"))[-1]["who"] == "shopper"
        await anna.act(conversation_id, "hand-back")
        await expect(chat.root.locator(".day").last).to_contain_text("Anna has left the chat.")
        await expect(chat.root.locator(".names p")).to_have_text("Automated assistant")


async def test_widget_shows_markup_as_text_and_drops_script_addresses(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    answer = await chat.say(f"hostile {HOSTILE}")
    assert await chat.text_of(answer) == HOSTILE
    assert await chat.text_of(chat.shopper_turns.last) == f"hostile {HOSTILE}"
    assert await chat.cards.locator("a").count() == 0
    assert await chat.cards.locator("img").count() == 0
    assert await shop.page.evaluate("document.body.dataset.hacked") is None


async def test_widget_keyboard_follows_what_is_asked(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.say("send it by email")
    await expect(chat.field).to_have_attribute("inputmode", "email")
    await chat.say("thanks")
    await expect(chat.field).to_have_attribute("inputmode", "text")


async def test_widget_counts_down_near_the_limit(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await expect(chat.counter).to_be_hidden()
    await chat.field.fill("a" * 3950)
    await expect(chat.counter).to_have_text("50 characters left")


async def test_widget_counts_unread_answers_while_closed(open_shop: OpenShop, dialogue: ScriptedRasa) -> None:
    dialogue.delay_s = 1.0
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    await chat.field.fill("hello")
    await chat.field.press("Enter")
    await chat.close()
    await expect(chat.badge).to_have_text("1")
    await expect(chat.launcher).to_have_attribute("aria-label", "Open the chat (1 unread)")
    await chat.open()
    await expect(chat.badge).to_be_hidden()


async def test_widget_shows_all_cards_in_a_rail_with_arrows(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    chat = shop.chat
    await chat.open()
    answer = await chat.say("show me watches")
    await expect(chat.cards).to_have_count(CARDS)
    await expect(chat.cards.nth(1)).to_contain_text("Sponsored")
    await expect(chat.cards.nth(2)).to_contain_text("Out of stock")
    on, back = answer.locator(".arrow.on"), answer.locator(".arrow.back")
    await expect(back).to_be_hidden()
    for _ in range(CARDS):
        if await on.is_visible():
            await on.click()
            await shop.page.wait_for_timeout(400)
    await expect(chat.cards.last).to_be_in_viewport(ratio=0.95)
    await expect(back).to_be_visible()


async def test_widget_is_dark_where_the_shopper_wants_it_dark(open_shop: OpenShop) -> None:
    for scheme, color in (("light", "rgb(255, 253, 250)"), ("dark", "rgb(28, 25, 22)")):
        shop = await open_shop(color_scheme=scheme)
        await shop.visit()
        await shop.chat.open()
        await expect(shop.chat.panel).to_have_css("background-color", color)


async def test_widget_stays_at_the_end_while_the_field_grows(open_shop: OpenShop) -> None:
    shop = await open_shop(reduced_motion="reduce")
    await shop.visit()
    chat = shop.chat
    await chat.open()
    for number in range(6):
        await chat.say(f"message {number}")
    time = chat.answers.last.locator("time")
    await expect(time).to_be_in_viewport()
    await chat.field.fill("one\ntwo\nthree\nfour\nfive")
    await expect(time).to_be_in_viewport(ratio=1)
    await chat.log.evaluate("log => log.scrollTo(0, 0)")
    await chat.field.fill("")
    await shop.page.wait_for_timeout(200)
    assert await chat.log.evaluate("log => log.scrollTop") == 0
