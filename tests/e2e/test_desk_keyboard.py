"""The console without a mouse: single keys, and where the focus is."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import ScriptedDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_desk_works_with_single_keys(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    keys = page.page.keyboard
    await keys.press("j")
    await expect(page.heading).to_have_text("Mia Chen")
    await expect(page.row("mia").locator(".open")).to_be_focused()
    await keys.press("j")
    await expect(page.heading).to_contain_text("Guest")
    await keys.press("k")
    await expect(page.heading).to_have_text("Mia Chen")
    await keys.press("t")
    await expect(page.mine).to_have_count(3)
    await expect(page.field).to_be_focused()
    await keys.type("xbt?")  # letters while one types
    await expect(page.field).to_have_value("xbt?")
    await expect(page.dialog).to_have_count(0)
    await page.field.fill("")
    await keys.press("Escape")
    await expect(page.transcript).to_be_focused()
    await keys.press("d")
    await expect(page.field).to_have_value("You can return the boots within 30 days.")
    await page.field.fill("")
    await keys.press("Escape")
    await keys.press("/")
    await expect(page.canned.first).to_be_visible()
    await keys.press("Escape")
    await page.field.fill("")
    await keys.press("Escape")
    await keys.press("n")
    await expect(page.field).to_have_attribute("aria-label", "Internal note")
    await keys.press("Escape")
    await keys.press("p")
    await expect(page.dialog.get_by_role("searchbox")).to_be_focused()
    await keys.press("Escape")
    await keys.press("b")
    await expect(page.dialog).to_contain_text("Hand back to the assistant?")
    await keys.press("Escape")
    await keys.press("g")
    await keys.press("q")
    await expect(page.row("guest").locator(".open")).to_be_focused()
    await keys.press("g")
    await keys.press("m")
    await expect(page.row("liu").locator(".open")).to_be_focused()
    await keys.press("x")
    async with page.answered("close"):
        await keys.press("Enter")
    await expect(page.banner).to_have_text("This chat is closed.")
    assert desk.chats["mia"].item["status"] == "closed"


async def test_desk_shows_its_keys_and_turns_them_off(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    keys = page.page.keyboard
    await keys.press("?")
    await expect(page.dialog).to_contain_text("Go to the queue")
    await page.dialog.get_by_label("Single-key shortcuts").uncheck()
    await keys.press("Escape")
    await keys.press("j")
    await page.page.reload()
    await expect(page.rows.first).to_be_visible()
    await keys.press("j")
    await expect(page.page.get_by_text("Choose a chat on the left.")).to_be_visible()


async def test_desk_keeps_the_focus_where_one_works(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await expect(page.field).to_be_focused()
    await page.field.press_sequentially("我看")
    await desk.say("liu", "还在吗")
    await desk.give("mia", "human", 2)
    await expect(page.queue).to_have_count(2)
    await expect(page.turns).to_have_count(5)
    await page.field.press_sequentially("一下")
    await expect(page.field).to_have_value("我看一下")
    await page.row("tom").locator(".open").focus()
    await desk.say("tom", "Hello?")
    await expect(page.row("tom")).to_contain_text("Hello?")
    await expect(page.row("tom").locator(".open")).to_be_focused()
    await page.page.keyboard.press("Enter")
    await page.press("Transfer")
    await page.page.keyboard.press("Escape")
    await expect(page.page.get_by_role("button", name="Transfer")).to_be_focused()


async def test_desk_shows_one_pane_at_a_time_on_a_phone(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    await page.sign_in(language="zh")
    await expect(page.transcript).to_be_hidden()
    await page.row("liu").locator(".open").tap()
    await expect(page.transcript).to_be_visible()
    await expect(page.row("liu")).to_be_hidden()
    await page.press("客户与订单")
    await expect(page.transcript).to_be_hidden()
    await expect(page.page.locator(".side h2")).to_be_focused()
    await page.page.get_by_role("button", name="返回会话").tap()
    await expect(page.heading).to_be_focused()
    await page.press("返回列表")
    await expect(page.row("liu").locator(".open")).to_be_focused()
    await page.row("tom").locator(".open").tap()
    await expect(page.transcript).to_be_visible()
    await page.page.go_back()
    await expect(page.transcript).to_be_hidden()
    await expect(page.row("tom")).to_be_visible()
