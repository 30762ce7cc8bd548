"""Taking, answering and giving away conversations in the console."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import ScriptedDesk
from tests.e2e.scripted_shop import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_desk_shows_the_queue_longest_wait_first_and_takes_from_it(
    open_desk: OpenDesk, desk: ScriptedDesk
) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    assert await page.queue.evaluate_all("rows => rows.map(row => row.dataset.id)") == ["mia", "guest", "hostile"]
    await expect(page.row("mia").locator(".time")).to_contain_text("6 min")
    await expect(page.row("mia")).to_contain_text("Wants a person")
    await expect(page.others).to_have_count(0)
    async with page.answered("take"):
        await page.row("mia").get_by_role("button", name="Take: Mia Chen").click()
    await expect(page.mine).to_have_count(3)
    await expect(page.heading).to_have_text("Mia Chen")
    await expect(page.field).to_be_focused()
    assert desk.chats["mia"].item["agent"]["name"] == "Anna"
    await page.say("Hello Mia")
    await page.say("I see the label.\nOne moment")
    await expect(page.turns.last).to_contain_text("One moment")
    await expect(page.page.locator(".pending")).to_have_count(0)
    assert [m["text"] for m in desk.chats["mia"].messages[-2:]] == ["Hello Mia", "I see the label.\nOne moment"]
    assert (await page.bubbles()).count("Hello Mia") == 1


async def test_desk_shows_what_the_assistant_did_and_who_the_shopper_is(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("mia")
    bot = page.turns.filter(has_text="Open My orders")
    await expect(bot.locator(".chip")).to_contain_text("Track an order · 91%")
    await expect(bot.locator(".sources")).to_have_text("Source: Returns — How to return something, version 2026-09")
    await expect(page.page.locator(".note .bubble")).to_have_text("Called yesterday about the same label.")
    side = page.page.locator(".side")
    for text in ("mia@shop.example", "W100234", "Delivered", "$218", "Watch 1", "black", "Return an item"):
        await expect(side).to_contain_text(text)
    await expect(page.banner).to_have_text("Waiting for a person. Take the chat to write.")


async def test_desk_sends_a_message_at_once_and_offers_to_send_it_again(
    open_desk: OpenDesk, desk: ScriptedDesk
) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    desk.refuse_messages_with = ("busy", "The shop is busy.")
    await page.say("好的")
    pending = page.page.locator(".pending")
    await expect(pending).to_contain_text("The shop is busy.")
    desk.refuse_messages_with = None
    await pending.get_by_role("button", name="Try again").click()
    await expect(pending).to_have_count(0)
    assert [m["text"] for m in desk.chats["liu"].messages[4:]] == ["好的"]


async def test_desk_says_who_was_faster(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("mia")
    desk.slow_s = 0.4
    await page.press("Take")
    await expect(page.mine).to_have_count(3)  # shown before the desk has answered
    await desk.give("mia", "human", 2)
    await expect(page.toasts).to_have_text("Ben was faster and has this chat.")
    await expect(page.mine).to_have_count(2)
    await expect(page.banner).to_have_text("Ben has this chat now.")
    await expect(page.row("mia")).to_have_count(0)
    await page.open("guest")
    await page.press("Take")
    desk.chats["guest"].change("human", {"id": 2, "name": "Ben"})  # this console is not told in time
    await expect(page.toasts.last).to_have_text("Somebody else was faster.")
    await expect(page.row("guest")).to_have_count(0)
    await expect(page.mine).to_have_count(2)


async def test_desk_transfers_hands_back_and_closes(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await page.press("Transfer")
    people = page.dialog.locator(".person")
    assert await people.locator("b").all_inner_texts() == ["Carol", "Ben", "戴敏"]  # those who are there first
    async with page.answered("assign"):
        await people.filter(has_text="Ben").click()
    await expect(page.mine).to_have_count(1)
    await expect(page.banner).to_have_text("Ben has this chat now.")
    assert desk.chats["liu"].item["agent"]["name"] == "Ben"
    await expect(page.toasts).to_have_count(0)  # one's own doing is no loss
    await page.open("tom")
    await page.press("Back to the assistant")
    await page.answer("Cancel")
    await expect(page.mine).to_have_count(1)
    await page.press("Back to the assistant")
    async with page.answered("hand-back"):
        await page.answer("Back to the assistant")
    await expect(page.banner).to_have_text("The assistant has this chat.")
    await expect(page.field).to_be_hidden()
    assert desk.chats["tom"].item["status"] == "bot"
    async with page.answered("take"):
        await page.row("mia").get_by_role("button", name="Take: Mia Chen").click()
    await page.press("Close chat")
    async with page.answered("close"):
        await page.answer("Close chat")
    await expect(page.banner).to_have_text("This chat is closed.")
    assert desk.chats["mia"].item["status"] == "closed"


async def test_desk_shows_hostile_texts_as_texts(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    desk.agents[2]["name"] = HOSTILE
    desk.chats["hostile"].notes.append(
        {"id": 9, "agent": {"id": 2, "name": HOSTILE}, "text": HOSTILE, "created_at": "2026-11-27T09:00:00+00:00"}
    )
    page: DeskPage = await open_desk()
    await page.sign_in(login="carol")
    await page.row("hostile").locator(".take").click()
    await expect(page.heading).to_have_text(HOSTILE)
    await desk.say("hostile", HOSTILE)
    await page.say(HOSTILE)
    await expect(page.turns).to_have_count(5)
    assert set(await page.bubbles()) == {HOSTILE}
    await desk.give("hostile", "human", 2)
    await expect(page.toasts).to_contain_text(HOSTILE)
    await page.page.get_by_role("button", name="Team").click()
    await expect(page.page.locator(".team")).to_contain_text(HOSTILE)
    assert await page.page.locator("img[src=x], b b").count() == 0
    assert await page.page.evaluate("document.body.dataset.hacked ?? null") is None


async def test_desk_reads_earlier_messages_without_moving_the_reader(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("tom")
    await expect(page.turns).to_have_count(100)
    await expect(page.turns.filter(has_text="Line 130")).to_be_in_viewport()
    first = page.turns.filter(has_text="Line 31").first
    await page.transcript.evaluate("box => box.scrollTop = 0")
    await page.press("Show earlier messages")
    await expect(page.turns).to_have_count(130)
    await expect(first).to_be_in_viewport()
    await expect(page.page.get_by_role("button", name="Show earlier messages")).to_be_hidden()


async def test_desk_counts_what_is_unread_and_reads_it(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await expect(page.page).to_have_title("(2) Service desk")
    await expect(page.row("liu").locator(".badge")).to_contain_text("2")
    await page.open("liu")
    await expect(page.page).to_have_title("Service desk")
    assert desk.chats["liu"].item["unread"] == 0
    await desk.say("tom", "Are you there?")
    await expect(page.page).to_have_title("(1) Service desk")
    await expect(page.row("tom")).to_contain_text("Are you there?")
    await expect(page.heard).to_contain_text("New message from Tom Berger")
    await desk.say("liu", "在吗")
    await expect(page.heard).to_contain_text("刘洋: 在吗")
    await desk.type("liu")
    await expect(page.page.locator(".typing")).to_contain_text("刘洋 is typing")
    assert {"type": "read", "conversation_id": "liu", "seq": 4} in desk.frames
