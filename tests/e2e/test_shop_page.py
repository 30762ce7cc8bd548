"""The demo shop around the widget."""

import asyncio
import json
from collections.abc import Callable

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from catalog.models import BehaviourEvent, EventKind
from catalog.session import Database
from tests.e2e.conftest import OpenShop

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
EVENT_TIMEOUT_S = 8.0


async def events_of(database: Database, enough: Callable[[set[str]], bool]) -> set[str]:
    """Wait until enough kinds of events are stored; return the kinds."""
    kinds: set[str] = set()
    async with asyncio.timeout(EVENT_TIMEOUT_S):
        while not enough(kinds):
            await asyncio.sleep(0.1)
            with database.session() as session:
                kinds = {str(getattr(kind, "value", kind)) for kind in session.scalars(select(BehaviourEvent.kind))}
    return kinds


async def test_shop_says_that_it_is_a_demo_in_both_languages(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    await expect(shop.demo_notice).to_contain_text("synthetic")
    await shop.visit(language="zh")
    await expect(shop.demo_notice).to_contain_text("模拟数据")
    await expect(shop.chat.hint).to_contain_text("想找什么")


async def test_shop_signs_a_demo_customer_in_and_out(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.sign_in("Mia Chen")
    await expect(shop.account).to_contain_text("Mia Chen")
    await shop.sign_out()
    await expect(shop.account).to_contain_text("Sign in")


async def test_shop_records_what_is_seen_and_clicked(open_shop: OpenShop, database: Database) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.tiles.first.get_by_role("link").click()
    await expect(shop.page.locator("main.product")).to_be_visible()
    kinds = await events_of(database, lambda kinds: {"impression", "click", "view"} <= kinds)
    assert kinds == {"impression", "click", "view"}


async def test_widget_sends_the_click_on_a_card_and_the_shop_writes_the_addition(
    open_shop: OpenShop, database: Database
) -> None:
    shop = await open_shop()
    sent: list[str] = []
    shop.page.on(
        "request", lambda request: sent.append(request.post_data or "") if "api/events" in request.url else None
    )
    await shop.visit("/products/watch-7")
    await shop.chat.open()
    await shop.chat.say("show me watches")
    await expect(shop.chat.cards).to_have_count(5)
    await shop.chat.press_on_card("Add to cart")
    await expect(shop.chat.strip).to_contain_text("1 item")
    await shop.page.reload()
    await events_of(database, lambda kinds: {"view", "click"} <= kinds)
    await shop.chat.say("show me watches")
    await shop.chat.press_on_card("Add to cart", 2)
    await expect(shop.chat.strip).to_contain_text("2 items")
    of_the_chat = [event for body in sent for event in json.loads(body)["events"] if event["place"] == "chat"]
    assert [(event["kind"], event["rank"]) for event in of_the_chat] == [("click", 1), ("click", 2)]
    with database.reading() as session:
        rows = session.scalars(select(BehaviourEvent).order_by(BehaviourEvent.id)).all()
        chat = [row for row in rows if row.kind is not EventKind.VIEW]
        assert sorted(row.kind.value for row in chat if row.channel != "chat") == ["add_to_cart", "add_to_cart"]
        assert {row.kind for row in chat if row.channel == "chat"} == {EventKind.CLICK}
        assert len({row.session_id for row in rows}) == len({row.shopper_id for row in rows}) == 1


async def test_product_page_tells_the_assistant_what_was_chosen(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit("/products/watch-1")
    await shop.choose("black")
    await shop.page.get_by_role("button", name="Add to cart").click()
    await expect(shop.chat.shopper_turns.first).to_contain_text("Add Watch 1 (black) to my cart")


async def test_product_page_shows_price_and_stock_of_the_choice(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit("/products/watch-1")
    await shop.choose("pink")
    await expect(shop.page.locator("#price")).to_contain_text("$209")
    await expect(shop.page.locator("#stock")).to_have_text("Out of stock")


async def test_shop_search_finds_nothing_kindly_and_offers_the_assistant(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit("/?q=zzzzqqq")
    await shop.page.locator("main").get_by_role("button", name="Ask the assistant").click()
    await expect(shop.chat.panel).to_be_visible()


async def test_pages_do_not_scroll_sideways_on_a_phone(open_shop: OpenShop) -> None:
    shop = await open_shop(viewport={"width": 390, "height": 800}, is_mobile=True)
    for path in ("/", "/products/watch-1", "/?category=smartwatches"):
        await shop.visit(path)
        assert await shop.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", ["/", "/?q=watch", "/products/watch-1"])
async def test_pages_fit_a_narrow_screen(open_shop: OpenShop, path: str) -> None:
    shop = await open_shop(viewport={"width": 320, "height": 568}, is_mobile=True)
    await shop.visit(path)
    assert await shop.page.evaluate("document.documentElement.scrollWidth") == 320
