"""What the widget offers to tap at the start: the demo shop's, a merchant's own, or four that fit any shop."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenShop
from tests.e2e.pages import ShopPage
from tests.e2e.scripted_shop import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NEUTRAL = ["What's popular?", "Where's my order?", "How do returns work?", "How much is shipping?"]
NEUTRAL_ZH = ["有哪些热销款", "我的快递到哪了", "怎么退货", "运费怎么算"]


async def put_on_a_page(shop: ShopPage, **attributes: str) -> None:
    """Put a widget with these data attributes, and no others, in the place of the demo shop's, and open the chat."""
    await shop.visit()
    await shop.page.evaluate(
        """(attributes) => {
            const tag = document.createElement("script");
            for (const [name, value] of Object.entries(attributes)) tag.setAttribute(name, value);
            const chat = document.createElement("shopkeeper-chat");
            chat.settings = { server: `${location.origin}/`, ...tag.dataset };
            document.querySelector("shopkeeper-chat").replaceWith(chat);
        }""",
        {f"data-{name.replace('_', '-')}": value for name, value in attributes.items()},
    )
    await shop.chat.open()


async def test_demo_shop_has_its_own_starters_in_both_languages(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await shop.visit()
    await shop.chat.open()
    await expect(shop.chat.root.locator(".chip").first).to_have_text("Smartwatch under $200")
    await shop.chat.root.get_by_role("button", name="中文").click()
    await expect(shop.chat.root.locator(".chip").first).to_have_text("1500元以下的智能手表")


async def test_merchants_page_has_starters_that_fit_any_shop(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await put_on_a_page(shop)
    await expect(shop.chat.root.locator(".chip")).to_have_text(NEUTRAL)
    await shop.chat.root.get_by_role("button", name="中文").click()
    await expect(shop.chat.root.locator(".chip")).to_have_text(NEUTRAL_ZH)


async def test_merchants_own_starters_are_shown_as_text_and_sent(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await put_on_a_page(shop, starters=f"Roses for Sunday | {HOSTILE} ||", starters_zh="周日送到的玫瑰")
    await expect(shop.chat.root.locator(".chip")).to_have_text(["Roses for Sunday", HOSTILE])
    assert await shop.page.evaluate("document.body.dataset.hacked") is None
    assert await shop.chat.text_of(await shop.chat.press("Roses for Sunday")) == "You said Roses for Sunday"
    await shop.chat.root.get_by_role("button", name="中文").click()
    await expect(shop.chat.root.locator(".chip")).to_have_text(["周日送到的玫瑰"])


async def test_empty_starters_leave_them_out(open_shop: OpenShop) -> None:
    shop = await open_shop()
    await put_on_a_page(shop, starters="")
    await expect(shop.chat.root.locator(".bubble")).to_have_count(1)
    await expect(shop.chat.root.locator(".chips")).to_have_count(0)
