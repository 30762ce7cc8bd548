"""Signing in to the console, and out of it."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import PASSWORD, SIGN_IN_AGAIN, ScriptedDesk

SHAPES = """async () => {
    const { textsOf } = await import("/desk/static/texts.js");
    const shape = (value) => value && typeof value === "object"
        ? Object.keys(value).sort().map((key) => [key, shape(value[key])])
        : typeof value === "function" ? value.length : Boolean(value);
    return [shape(textsOf("en")), shape(textsOf("zh"))];
}"""
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_desk_says_what_is_wrong_with_a_sign_in(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.visit()
    await expect(page.login).to_be_focused()
    await page.enter("anna", "")
    await expect(page.sign_in_error).to_have_text("Enter your login and your password.")
    await page.enter("anna", "wrong")
    await expect(page.sign_in_error).to_have_text("Login or password is wrong.")
    await expect(page.password).to_be_focused()
    desk.tries_left = 0
    await page.enter("anna", PASSWORD)
    await expect(page.sign_in_error).to_contain_text(re.compile(r"Too many tries\. Try again in [123] s\."))
    await expect(page.page.get_by_role("button", name="Sign in")).to_have_attribute("aria-disabled", "true")
    desk.tries_left = 5
    await expect(page.sign_in_error).to_have_text("You can try again now.")
    await page.password.press("Enter")
    await expect(page.mine).to_have_count(2)


async def test_desk_says_that_it_cannot_be_reached(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.visit("zh")
    await page.page.route("**/desk/api/**", lambda route: route.abort())
    await page.enter("anna", PASSWORD)
    await expect(page.sign_in_error).to_have_text("无法连接客服系统，请检查网络后重试。")


async def test_desk_keeps_the_session_over_a_reload_and_ends_it(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.page.reload()
    await expect(page.heading).to_have_text("刘洋")
    await page.page.get_by_role("button", name="Anna: Account and settings").click()
    await page.page.get_by_role("button", name="Sign out").click()
    await expect(page.login).to_be_focused()
    await page.page.reload()
    await expect(page.login).to_be_visible()


async def test_desk_asks_to_sign_in_again_when_the_session_has_ended(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await desk.cut(SIGN_IN_AGAIN)
    await expect(page.page.get_by_text("Your session has ended. Please sign in again.")).to_be_visible()
    await page.enter("anna", PASSWORD)
    await expect(page.mine).to_have_count(2)


async def test_desk_notices_that_the_session_ended_while_the_line_was_down(
    open_desk: OpenDesk, desk: ScriptedDesk
) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    desk.ended = True
    await desk.cut()
    await expect(page.page.get_by_text("Your session has ended. Please sign in again.")).to_be_visible()


async def test_desk_gives_no_agent_what_another_has_written(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.field.fill("Anna's half sentence")
    await page.page.get_by_role("button", name="Anna: Account and settings").click()
    await page.page.get_by_role("button", name="Sign out").click()
    await page.enter("carol", PASSWORD)
    await page.open("liu")
    await expect(page.field).to_have_value("")
    assert "half sentence" not in await page.page.evaluate("JSON.stringify(sessionStorage)")


async def test_desk_takes_the_language_of_the_browser_and_switches_it(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk(locale="zh-CN")
    await page.page.goto(f"{page.address}/desk")
    await expect(page.page.locator("html")).to_have_attribute("lang", "zh-CN")
    await page.page.get_by_role("button", name="English").click()
    await expect(page.page.get_by_role("button", name="Sign in")).to_be_visible()
    await page.enter("anna", PASSWORD)
    await page.open("liu")
    await page.field.fill("half a sentence")
    await page.page.get_by_role("button", name="Anna: Account and settings").click()
    await page.page.get_by_role("button", name="中文").click()
    await expect(page.page.locator(".lists .queue h2")).to_contain_text("排队中")
    await expect(page.heading).to_have_text("刘洋")
    await expect(page.field).to_have_value("half a sentence")
    await page.page.goto(f"{page.address}/desk")
    await expect(page.page.locator(".lists .mine h2")).to_contain_text("我的会话")


async def test_every_text_is_there_in_both_languages(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.visit()
    english, chinese = await page.page.evaluate(SHAPES)
    assert len(english) > 150
    assert english == chinese
