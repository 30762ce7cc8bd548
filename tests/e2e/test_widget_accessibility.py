"""WCAG 2.2 AA: axe-core finds nothing, and everything works with the keyboard alone."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenShop
from tests.e2e.pages import ShopPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


async def violations(page: Page, axe_source: str) -> list[str]:
    """Return what axe-core finds wrong on the page as it is, shadow roots included."""
    await page.evaluate(axe_source)
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
    found = await page.evaluate(f"axe.run(document, {options})")
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_widget_has_no_accessibility_violations(
    open_shop: OpenShop, axe_source: str, device: dict[str, Any], scheme: str
) -> None:
    shop: ShopPage = await open_shop(**device, color_scheme=scheme, reduced_motion="reduce")
    await shop.visit()
    assert await violations(shop.page, axe_source) == []
    chat = shop.chat
    await chat.open()
    await chat.say("how do I return this")
    await chat.say("我想看看手表")
    await chat.say("show me watches")
    assert await violations(shop.page, axe_source) == []
    await chat.press_on_card("Add to cart")
    await chat.strip.click()
    await expect(chat.cart_lines).to_have_count(1)
    assert await violations(shop.page, axe_source) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["1280", "390"])
async def test_product_page_has_no_accessibility_violations(
    open_shop: OpenShop, axe_source: str, device: dict[str, Any], language: str
) -> None:
    shop: ShopPage = await open_shop(**device, color_scheme="light" if language == "en" else "dark")
    await shop.visit("/products/watch-1", language)
    await shop.account.click()
    assert await violations(shop.page, axe_source) == []


async def test_widget_works_with_the_keyboard_alone(open_shop: OpenShop) -> None:
    shop: ShopPage = await open_shop(reduced_motion="reduce")
    await shop.visit()
    chat, keys = shop.chat, shop.page.keyboard
    await chat.launcher.focus()
    await keys.press("Enter")
    await expect(chat.field).to_be_focused()
    await keys.type("show me")
    await keys.press("Shift+Enter")
    await keys.type("watches")
    await expect(chat.field).to_have_value("show me\nwatches")
    await keys.press("Enter")
    await expect(chat.answers).to_have_count(1)
    rail = chat.answers.last.locator(".rail")
    await rail.focus()
    await keys.press("ArrowRight")
    await rail.evaluate("rail => new Promise((done) => setTimeout(done, 300))")
    assert await rail.evaluate("rail => rail.scrollLeft") > 0
    await keys.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_widget_keeps_the_focus_inside_on_a_phone(open_shop: OpenShop) -> None:
    shop: ShopPage = await open_shop(**PHONE)
    await shop.visit()
    await shop.chat.open()
    for _ in range(20):
        await shop.page.keyboard.press("Tab")
        assert await shop.page.evaluate("['SHOPKEEPER-CHAT', 'BODY'].includes(document.activeElement.tagName)")


async def test_widget_targets_are_large_enough(open_shop: OpenShop) -> None:
    shop: ShopPage = await open_shop(**PHONE)
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say("show me watches")
    for target in await shop.chat.root.locator("button:visible").all():
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, await target.inner_text()


async def test_widget_that_opens_by_itself_leaves_the_focus_with_the_page(open_shop: OpenShop) -> None:
    shop: ShopPage = await open_shop()
    await shop.visit()
    await shop.chat.open()
    await shop.page.reload()
    await expect(shop.chat.panel).to_be_visible()
    assert await shop.page.evaluate("document.activeElement.tagName") == "BODY"


async def test_widget_stays_open_while_escape_ends_an_input_method(open_shop: OpenShop) -> None:
    shop: ShopPage = await open_shop()
    await shop.visit()
    await shop.chat.open()
    escape = {"key": "Escape", "bubbles": True, "isComposing": True}
    await shop.chat.field.dispatch_event("keydown", escape)
    await expect(shop.chat.panel).to_be_visible()
    await shop.chat.field.dispatch_event("keydown", {**escape, "isComposing": False})
    await expect(shop.chat.panel).to_be_hidden()
