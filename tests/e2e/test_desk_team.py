"""What supervisors see and do in the console."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import ScriptedDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_supervisor_sees_the_team_and_moves_a_chat(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in(login="carol")
    await expect(page.others).to_have_count(3)
    await page.page.keyboard.press("g")
    await page.page.keyboard.press("t")
    team = page.page.locator(".team")
    await expect(team.locator("h2")).to_be_focused()
    await expect(team.locator(".numbers")).to_contain_text("48 s")
    await expect(team.locator("tr").filter(has_text="戴敏").first).to_contain_text("Away")
    await expect(team.get_by_role("meter", name="Anna: 2 chats")).to_have_attribute("aria-valuenow", "2")
    await team.get_by_role("button", name="Reassign: 刘洋").click()
    async with page.answered("assign"):
        await page.dialog.locator(".person").filter(has_text="Ben").click()
    await expect(team.locator("tr").filter(has_text="刘洋")).to_contain_text("Ben")
    assert desk.chats["liu"].item["agent"]["name"] == "Ben"
    await team.get_by_role("button", name="Nora Lind", exact=True).click()
    await expect(page.heading).to_have_text("Nora Lind")
    await expect(page.banner).to_have_text("Ben has this chat. You are reading along.")
    await desk.say("nora", "to 5 Hill Road")
    await expect(page.turns.last).to_contain_text("to 5 Hill Road")
    await expect(page.field).to_have_attribute("aria-label", "Internal note")  # not one's own: notes alone


async def test_agent_has_neither_the_team_nor_the_others(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await expect(page.page.get_by_role("button", name="Team")).to_have_count(0)
    await expect(page.page.get_by_role("heading", name="With others")).to_have_count(0)
