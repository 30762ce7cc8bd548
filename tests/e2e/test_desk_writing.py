"""The field of the console: canned replies, drafts, products, notes; and correcting the assistant."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import ScriptedDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_canned_replies_come_in_the_language_of_the_shopper_first(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.field.press_sequentially("/")
    await expect(page.canned).to_have_count(6)
    await expect(page.canned.first).to_contain_text("您好，我是Anna，请问有什么可以帮您？")
    await page.field.press_sequentially("order")
    await expect(page.canned).to_have_count(2)
    await page.field.press("ArrowDown")
    await page.field.press("Enter")
    await expect(page.field).to_have_value("Could you give me the order number?")
    await page.field.fill("/nothing like it")
    await expect(page.page.get_by_text("No canned reply fits.")).to_be_visible()
    await page.field.press("Escape")
    await expect(page.page.locator(".canned")).to_be_hidden()
    await expect(page.field).to_have_value("/nothing like it")


async def test_draft_goes_into_the_field_with_its_source_and_is_not_sent(
    open_desk: OpenDesk, desk: ScriptedDesk
) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.press("Draft an answer")
    await expect(page.field).to_have_value("You can return the boots within 30 days.")
    await expect(page.page.locator(".draft-source")).to_contain_text(
        "Drafted from the shop's policies. Check it before you send. Source: Returns — How to return something"
    )
    assert len(desk.chats["liu"].messages) == 4
    await page.field.press("Enter")
    await expect(page.turns).to_have_count(5)
    await expect(page.page.locator(".draft-source")).to_be_hidden()
    await desk.say("liu", "How is the weather?")
    await page.press("Draft an answer")
    await expect(page.toasts).to_contain_text("The shop's policies have nothing on this.")
    await expect(page.field).to_have_value("")


async def test_products_are_found_and_sent_as_cards(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.press("Find products to send")
    await expect(page.dialog.locator(".card")).to_contain_text("Watch 4")  # what is bought most, to begin with
    await page.dialog.get_by_role("searchbox").fill("watch")
    await page.answer("Add: Watch 1")
    await page.answer("Add: Watch 3")
    await page.answer("Add: Watch 3")  # once more takes it out again
    await page.answer("Done")
    await expect(page.page.locator(".chosen li")).to_have_text(["Watch 1"])
    await page.say("这款怎么样？")
    await expect(page.turns.last.locator(".card")).to_contain_text("Watch 1")
    frame = desk.frames_of("message")[-1]
    assert frame["product_ids"] == ["watch-1"]
    await expect(page.page.locator(".chosen li")).to_have_count(0)


async def test_note_is_kept_apart_from_what_the_shopper_gets(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.field.fill("for the shopper")
    await page.press("Internal note")
    await expect(page.field).to_have_value("")
    await page.say("Tags are still on")
    note = page.page.locator(".turn.note")
    await expect(note).to_contain_text("Internal note · Anna")
    assert desk.chats["liu"].notes[0]["text"] == "Tags are still on"
    assert desk.frames_of("message") == []
    await page.press("Reply")
    await expect(page.field).to_have_value("for the shopper")
    assert [frame["on"] for frame in desk.frames_of("typing")] == [True, False]  # typing a note is not shown


async def test_letters_stay_with_their_conversations(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.field.fill("to Liu")
    await page.open("tom")
    await expect(page.field).to_have_value("")
    await page.field.fill("to Tom")
    await page.field.press("Shift+Enter")
    await page.open("liu")
    await expect(page.field).to_have_value("to Liu")
    await page.page.reload()
    await page.open("tom")
    await expect(page.field).to_have_value("to Tom\n")


async def test_correction_gives_the_right_intent_or_answer(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("mia")
    bot = page.page.locator(".turn.bot")
    await bot.first.get_by_role("button", name="Correct").click()
    await expect(page.dialog).to_contain_text("Hi, the boots from last week do not fit.")
    await page.dialog.get_by_role("searchbox").fill("return item")
    await expect(page.dialog.locator(".pick")).to_have_count(1)
    await page.dialog.locator(".pick").click()
    await expect(bot.first).to_contain_text("Corrected by Anna: Return an item")
    await bot.nth(1).get_by_role("button", name="Correct").click()
    await page.dialog.get_by_label("Right answer").fill("Try another browser.")
    await page.answer("Save answer")
    await expect(bot.nth(1)).to_contain_text("Corrected by Anna: Try another browser.")
    assert [(c["seq"], c["intent"], c["answer"]) for c in desk.corrections] == [
        (2, "return_item", None),
        (4, None, "Try another browser."),
    ]
