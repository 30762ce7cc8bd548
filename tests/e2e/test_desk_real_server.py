"""The console on the real gateway and desk, with a shopper in the real widget; only the dialogue behind is scripted."""

from typing import Any

import pytest
from playwright.async_api import expect

from catalog.models import Role
from tests.e2e.conftest import OpenShop
from tests.e2e.desk_page import DeskPage
from tests.e2e.pages import ShopPage
from tests.e2e.scripted_shop import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def _ask_for_a_person(shop: ShopPage, language: str = "en") -> None:
    await shop.visit(language=language)
    await shop.chat.open()
    await shop.chat.say("how do I return this")
    await shop.chat.say("I want a person")


async def test_first_of_two_agents_gets_the_chat_and_gives_it_on(open_shop: OpenShop, employ_and_sign_in: Any) -> None:
    anna: DeskPage = await employ_and_sign_in("anna")
    ben: DeskPage = await employ_and_sign_in("ben")
    shop: ShopPage = await open_shop()
    await _ask_for_a_person(shop)
    await ben.queue.locator(".open").click()
    await expect(ben.banner).to_have_text("Waiting for a person. Take the chat to write.")
    await anna.queue.locator(".take").click()
    await expect(ben.banner).to_have_text("Anna has this chat now.")
    await expect(ben.queue).to_have_count(0)
    await expect(ben.field).to_be_hidden()
    await anna.press("Transfer")
    await anna.dialog.locator(".person").filter(has_text="Ben").click()
    await expect(ben.mine).to_have_count(1)
    await expect(ben.toasts).to_contain_text("You now have the chat with")
    await expect(ben.field).to_be_visible()
    await expect(anna.mine).to_have_count(0)
    await ben.say("Ben here")
    await expect(shop.chat.root.locator(".turn.agent")).to_contain_text("Ben here")
    await ben.press("Close chat")
    await ben.answer("Close chat")
    await expect(ben.banner).to_have_text("This chat is closed.")


async def test_take_that_comes_second_is_said_so(open_shop: OpenShop, employ_and_sign_in: Any) -> None:
    anna: DeskPage = await employ_and_sign_in("anna")
    ben: DeskPage = await employ_and_sign_in("ben")
    await _ask_for_a_person(await open_shop())
    await expect(ben.queue).to_have_count(1)

    async def after_anna(route: Any) -> None:
        async with anna.answered("take"):  # then the line has told Ben's console, too
            await anna.queue.locator(".take").click()
        await route.continue_()

    await ben.page.route("**/take**", after_anna)
    await ben.queue.locator(".take").click()
    await expect(ben.toasts).to_have_text("Anna was faster and has this chat.")
    await expect(ben.mine).to_have_count(0)
    await expect(ben.queue).to_have_count(0)


async def test_bot_is_corrected_and_a_supervisor_sees_and_moves_all(
    open_shop: OpenShop, employ_and_sign_in: Any
) -> None:
    anna: DeskPage = await employ_and_sign_in("anna")
    sara: DeskPage = await employ_and_sign_in("sara", Role.SUPERVISOR)
    await _ask_for_a_person(await open_shop())
    await anna.queue.locator(".take").click()
    bot = anna.page.locator(".turn.bot").filter(has_text="Open My orders")
    await bot.get_by_role("button", name="Correct").click()
    await anna.dialog.get_by_role("searchbox").fill("return policy")
    await anna.dialog.locator(".pick").first.click()
    await expect(bot.locator(".corrected")).to_contain_text("Corrected by Anna:")
    await anna.page.reload()
    await expect(bot.locator(".corrected")).to_contain_text("Corrected by Anna:")
    await expect(sara.others).to_have_count(1)
    await sara.page.get_by_role("button", name="Team").click()
    team = sara.page.locator(".team")
    await expect(team.get_by_role("meter", name="Anna: 1 chat")).to_be_visible()
    await expect(team.locator(".numbers")).to_contain_text("Taken, 24 h1")
    await team.get_by_role("button", name="Reassign").click()
    await sara.dialog.locator(".person").filter(has_text="Sara").click()
    await expect(sara.mine).to_have_count(1)
    await expect(anna.toasts).to_contain_text("Sara now has the chat with")
    await expect(anna.banner).to_have_text("Sara has this chat now.")


async def test_line_that_breaks_loses_nothing(open_shop: OpenShop, employ_and_sign_in: Any) -> None:
    anna: DeskPage = await employ_and_sign_in("anna")
    shop: ShopPage = await open_shop()
    await _ask_for_a_person(shop)
    await anna.queue.locator(".take").click()
    await expect(anna.field).to_be_focused()
    await anna.page.context.set_offline(True)
    await anna.page.evaluate("document.querySelector('shopkeeper-desk').console.line.later()")
    await expect(anna.line).to_have_text("No connection. Trying again…")
    await anna.say("written without a line")
    await shop.chat.field.fill("are you there?")
    await shop.chat.field.press("Enter")
    await anna.page.context.set_offline(False)
    await expect(anna.line).to_have_text("", timeout=15_000)
    await expect(shop.chat.root.locator(".turn.agent")).to_contain_text("written without a line")
    await expect(anna.turns.filter(has_text="are you there?")).to_be_visible()
    await expect(anna.page.locator(".pending")).to_have_count(0)
    assert (await anna.bubbles()).count("written without a line") == 1


async def test_hostile_words_of_shopper_and_agent_stay_words(open_shop: OpenShop, employ_and_sign_in: Any) -> None:
    name = '<img src=x onerror="1">'
    anna: DeskPage = await employ_and_sign_in("anna", name=name)
    shop: ShopPage = await open_shop()
    await shop.visit()
    await shop.chat.open()
    await shop.chat.say(HOSTILE)
    await shop.chat.say("a person")
    await anna.queue.locator(".take").click()
    await expect(anna.turns.filter(has_text=HOSTILE).first).to_be_visible()
    await anna.say(HOSTILE)
    await expect(shop.chat.root.locator(".turn.agent")).to_contain_text(HOSTILE)
    for page in (anna.page, shop.page):
        assert await page.locator("img[src=x], img[src='data:,x']").count() == 0
        assert await page.evaluate("document.body.dataset.hacked ?? null") is None


async def test_wrong_password_and_too_many_tries_are_told_apart(employ_and_sign_in: Any) -> None:
    anna: DeskPage = await employ_and_sign_in("anna")
    await anna.page.get_by_role("button", name="Account and settings").click()
    await anna.page.get_by_role("button", name="Sign out").click()
    for _ in range(4):
        await anna.enter("anna", "wrong password")
        await expect(anna.sign_in_error).to_have_text("Login or password is wrong.")
        await expect(anna.page.get_by_role("button", name="Sign in")).to_be_visible()
    await anna.enter("anna", "wrong password")
    await expect(anna.sign_in_error).to_contain_text("Too many tries. Try again in")
