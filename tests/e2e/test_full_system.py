"""A shopper in a real browser on the whole running system: real models, real dialogue, real shop."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from bot.launch.instance import Instance
from catalog.models import BehaviourEvent, Conversation, EventKind
from catalog.session import Database
from tests.e2e.pages import ShopPage
from tests.e2e.test_widget_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.asyncio(loop_scope="session")]
EVENTS_ARRIVE_S = 3.0
SCREENSHOTS = Path(__file__).parent / "screenshots"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WORDS = {
    "en": {"search": "smartwatch under $200", "return": "how do I return something", "add": "Add to cart"},
    "zh": {"search": "1500元以下的智能手表", "return": "如何操作退货", "add": "加入购物车"},
}


@pytest_asyncio.fixture(loop_scope="session")
async def profiles(browser: Browser) -> AsyncIterator[Any]:
    """Return a function that opens a page in a fresh profile; what the console reports fails the test."""
    contexts, complaints = [], []

    async def fresh(**options: Any) -> Page:
        context = await browser.new_context(**{**DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return page

    yield fresh
    for context in contexts:
        await context.close()
    assert complaints == []


async def add_first_with_choices(shop: ShopPage, title: str) -> int:
    """Press a card's button, then a button for each question about the variant; return how many were asked."""
    await shop.chat.press_on_card(title)
    for asked in range(5):
        chips = shop.chat.answers.last.locator(".chip:visible")
        if await shop.chat.strip.is_visible():
            return asked
        await shop.chat.press(await chips.first.inner_text())
    raise AssertionError("the questions about the variant do not end")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_shopper_searches_adds_by_card_and_survives_a_reload(
    instance: Instance,
    profiles: Any,
    language: str,
) -> None:
    words = WORDS[language]
    shop = ShopPage(await profiles(), instance.gateway_url)
    await shop.visit(language=language)
    await expect(shop.tiles.first).to_be_visible()
    chat = shop.chat
    await chat.open()
    found = await chat.say(words["search"])
    assert await found.get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    await expect(chat.cards.first).to_be_visible()

    await add_first_with_choices(shop, words["add"])
    await expect(chat.strip).to_contain_text({"en": "1 item", "zh": "1"}[language])
    said = await chat.texts()
    assert len(said) >= 4

    await shop.page.reload()
    await expect(chat.panel).to_be_visible()
    await expect(chat.answers).not_to_have_count(0)
    assert await chat.texts() == said
    await chat.strip.click()
    await expect(chat.cart_lines).to_have_count(1)


async def test_shopper_answers_the_question_about_the_variant_by_a_button(
    instance: Instance,
    profiles: Any,
) -> None:
    shop = ShopPage(await profiles(), instance.gateway_url)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("t-shirt")
    assert await add_first_with_choices(shop, WORDS["en"]["add"]) >= 1, "size or colour was guessed"
    await expect(shop.chat.strip).to_contain_text("1 item")


async def test_shopper_changes_the_language_in_one_conversation(
    instance: Instance,
    profiles: Any,
) -> None:
    shop = ShopPage(await profiles(), instance.gateway_url)
    await shop.visit()
    await shop.chat.open()
    for language, tag in (("en", "en"), ("zh", "zh-CN"), ("en", "en")):
        answer = await shop.chat.say(WORDS[language]["return"])
        assert await answer.get_attribute("lang") == tag
        await expect(shop.chat.sources.first).to_be_visible()


async def test_demo_customer_asks_for_the_order(instance: Instance, profiles: Any) -> None:
    shop = ShopPage(await profiles(), instance.gateway_url)
    await shop.visit()
    await shop.account.click()
    name = (await shop.page.locator(".account button").first.inner_text()).split()[-1]
    await shop.account.click()
    await shop.sign_in(name)
    await shop.chat.open()
    answer = await shop.chat.say("where is my order")
    orders = answer.locator(".chip").or_(shop.chat.root.locator(".chip:visible")).filter(has_text="W")
    if await orders.count() > 1:  # a customer with several is asked which
        answer = await shop.chat.press(await orders.first.inner_text())
    text = await shop.chat.text_of(answer)
    assert "sign in" not in text.lower(), text
    assert any(character.isdigit() for character in text), text


async def test_what_a_shopper_does_is_counted_once_and_for_one_shopper(instance: Instance, profiles: Any) -> None:
    shop = ShopPage(await profiles(), instance.gateway_url)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("samsonite guardit")
    shown = await shop.chat.cards.count()
    assert shown >= 1
    await shop.chat.press_on_card("Add to cart")
    await expect(shop.chat.strip).to_contain_text("1 item")
    await shop.visit(urlsplit(str(await shop.chat.root.locator("a.title").first.get_attribute("href"))).path)
    before = await shop.chat.answers.count()
    await shop.page.locator("#add").click()
    await shop.chat.answer(before)
    await expect(shop.chat.strip).to_contain_text("2 items")
    await shop.chat.press("Check out")
    for line in ("Jane Miller", "jane@example.com", "12 Rose Street, Boston", "02108", "card", "yes"):
        await shop.chat.say(line)
    await expect(shop.chat.strip).to_be_hidden()

    talk = await shop.page.evaluate("document.querySelector('shopkeeper-chat').store.id")
    await asyncio.sleep(EVENTS_ARRIVE_S)  # one too many would come by then
    with Database(f"sqlite:///{instance.data / 'shop.db'}") as database, database.reading() as session:
        events = session.scalars(select(BehaviourEvent).where(BehaviourEvent.shopper_id == talk)).all()
        browser = session.scalars(select(Conversation.session_id).where(Conversation.id == talk)).one()
        everything = session.scalars(select(BehaviourEvent).where(BehaviourEvent.session_id.in_([browser, talk]))).all()
    assert {event.id for event in events} == {event.id for event in everything}
    assert {event.session_id for event in events} == {browser}
    of = {kind: [event for event in events if event.kind is kind] for kind in EventKind}
    in_chat = [event for event in of[EventKind.IMPRESSION] if event.channel != "grid"]
    assert [(event.rank, event.propensity) for event in in_chat] == [(rank, 1.0) for rank in range(1, shown + 1)]
    assert [event.quantity for event in of[EventKind.ADD_TO_CART]] == [1, 1]
    assert [event.quantity for event in of[EventKind.PURCHASE]] == [2]
    assert len(of[EventKind.VIEW]) == 1
    assert [event.rank for event in of[EventKind.CLICK]] == [1]
    assert {event.product_id for kind in list(EventKind)[1:] for event in of[kind]} == {in_chat[0].product_id}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["1280", "390"])
async def test_pages_are_accessible_and_photographed(
    instance: Instance,
    profiles: Any,
    axe_source: str,
    device: dict[str, Any],
    language: str,
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    name = f"{language}-{device['viewport']['width']}"
    shop = ShopPage(await profiles(**device), instance.gateway_url)
    await shop.visit(language=language)
    await shop.page.screenshot(path=SCREENSHOTS / f"{name}-page.png")
    assert await violations(shop.page, axe_source) == []
    await shop.chat.open()
    await shop.page.screenshot(path=SCREENSHOTS / f"{name}-opened.png")
    await shop.chat.say(WORDS[language]["return"])
    await shop.page.screenshot(path=SCREENSHOTS / f"{name}-return.png")
    await shop.chat.say(WORDS[language]["search"])
    await expect(shop.chat.cards.first).to_be_visible()
    await shop.page.screenshot(path=SCREENSHOTS / f"{name}-search.png")
    await add_first_with_choices(shop, WORDS[language]["add"])
    await shop.page.screenshot(path=SCREENSHOTS / f"{name}-added.png")
    assert await violations(shop.page, axe_source) == []
