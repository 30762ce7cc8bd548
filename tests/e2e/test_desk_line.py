"""The line of the console: live changes, breaks, and what was lost meanwhile."""

import pytest
from playwright.async_api import Route, expect

from tests.e2e.conftest import OpenDesk
from tests.e2e.desk_page import DeskPage
from tests.e2e.scripted_desk import ScriptedDesk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
DOWN = "No connection. Trying again…"


async def test_desk_shows_that_the_line_is_down_and_catches_up(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    desk.closed = True
    await desk.cut()
    await expect(page.line).to_have_text(DOWN)
    await expect(page.banner).to_contain_text("The line is down.")
    desk.chats["liu"].add("shopper", "said meanwhile", "2026-11-27T10:00:00+00:00")
    desk.chats["mia"].change("human", {"id": 2, "name": "Ben"})
    await page.say("written meanwhile")
    await expect(page.page.locator(".pending")).to_contain_text("Goes out when the line is back")
    desk.closed = False
    await page.page.get_by_role("button", name="Try now").click()
    await expect(page.line).to_have_text("")
    await expect(page.turns.filter(has_text="said meanwhile")).to_be_visible()
    await expect(page.page.locator(".pending")).to_have_count(0)
    await expect(page.queue).to_have_count(2)
    assert (await page.bubbles()).count("written meanwhile") == 1
    assert [m["text"] for m in desk.chats["liu"].messages[-2:]] == ["said meanwhile", "written meanwhile"]


async def test_desk_reconnects_by_itself(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    for _ in range(2):
        await desk.cut()
        await expect(page.line).to_have_text(DOWN)
        await expect(page.line).to_have_text("", timeout=10_000)
    await desk.say("tom", "still there?")
    await expect(page.row("tom")).to_contain_text("still there?")


async def test_desk_sends_what_was_cut_off_once(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    desk.cut_after_message = True  # stored, but the console does not hear of it
    await page.say("once")
    await expect(page.line).to_have_text(DOWN)
    await expect(page.page.locator(".pending")).to_have_count(0, timeout=10_000)
    assert [m["text"] for m in desk.chats["liu"].messages].count("once") == 1
    assert (await page.bubbles()).count("once") == 1
    assert len(desk.frames_of("message")) >= 1


async def test_desk_says_that_a_chat_was_lost(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("liu")
    await desk.give("liu", "queued")
    await expect(page.toasts).to_have_text("Your line was away for too long: 刘洋 is back in the queue.")
    await expect(page.banner).to_have_text("Waiting for a person. Take the chat to write.")
    await desk.give("tom", "human", 2)
    await expect(page.toasts.last).to_have_text("Ben now has the chat with Tom Berger.")
    await desk.give("nora", "human", 1)
    await expect(page.toasts.last).to_have_text("You now have the chat with Nora Lind.")
    await expect(page.mine).to_have_count(1)
    desk.closed = True
    await desk.cut()
    desk.chats["nora"].change("queued", None)
    desk.closed = False
    await expect(page.toasts.last).to_have_text(
        "Your line was away for too long: Nora Lind is back in the queue.", timeout=10_000
    )


async def test_desk_says_once_that_many_chats_were_lost(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await desk.give("nora", "human", 1)
    await expect(page.mine).to_have_count(3)
    desk.closed = True
    await desk.cut()
    desk.chats["nora"].change("queued", None)
    desk.chats["liu"].change("human", {"id": 2, "name": "Ben"})
    desk.closed = False
    lost = "While your line was down, 2 of your chats went back to the queue or to others."
    await expect(page.toasts.last).to_have_text(lost, timeout=10_000)
    await expect(page.toasts).to_have_count(2)  # the other one: that the chat with Nora had come


async def test_desk_watches_a_chat_of_the_queue_while_it_is_open(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.open("mia")
    await expect(page.turns).to_have_count(6)
    await desk.say("mia", "Anybody?")
    await expect(page.turns.last).to_contain_text("Anybody?")
    await page.open("liu")
    assert [f["conversation_id"] for f in desk.frames_of("watch")] == ["mia"]
    assert [f["conversation_id"] for f in desk.frames_of("unwatch")] == ["mia"]


async def test_desk_pings_so_that_the_leases_hold(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.page.clock.install()
    await page.sign_in()
    await page.page.clock.run_for(15_500)
    await page.page.clock.run_for(15_000)
    await page.open("mia")  # what was sent before the frame of this has come by then
    await desk.say("mia", "Anybody?")
    await expect(page.turns.last).to_contain_text("Anybody?")
    assert len(desk.frames_of("ping")) == 2


async def test_desk_is_away_and_back_by_a_press(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()
    await page.page.get_by_role("button", name="You are available. Press to be away.").click()
    back = page.page.get_by_role("button", name="You are away: new chats go to others.")
    await expect(back).to_have_text("Away")
    assert desk.agents[1]["away"]
    await back.click()
    await expect(page.page.locator(".pill")).to_have_text("Available")
    assert not desk.agents[1]["away"]


async def test_desk_keeps_the_sound_off_in_this_browser(open_desk: OpenDesk) -> None:
    page: DeskPage = await open_desk()
    await page.page.add_init_script(
        "window.tones = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); }"
    )
    await page.sign_in()
    await page.open("liu")
    tones = "window.tones"
    sound = page.page.get_by_role("button", name="Sound is on")
    await sound.click()
    assert await page.page.evaluate(tones) == 0
    await page.page.get_by_role("button", name="Sound is off").click()
    assert await page.page.evaluate(tones) == 2
    await sound.click()
    await page.page.reload()
    await expect(page.page.get_by_role("button", name="Sound is off")).to_be_visible()


async def test_desk_keeps_what_comes_while_a_chat_is_read(open_desk: OpenDesk, desk: ScriptedDesk) -> None:
    page: DeskPage = await open_desk()
    await page.sign_in()

    async def said_meanwhile(route: Route) -> None:
        answer = await route.fetch()
        await desk.say("liu", "said while it was read")
        await expect(page.row("liu")).to_contain_text("said while it was read")
        await route.fulfill(response=answer)

    await page.page.route("**/conversations/liu?**", said_meanwhile, times=1)
    await page.row("liu").locator(".open").click()
    await expect(page.turns.last).to_contain_text("said while it was read")
    desk.chats["liu"].add("shopper", "missed by the line", "2026-11-27T10:00:00+00:00")
    await desk.say("liu", "the next one")
    await expect(page.turns.filter(has_text="missed by the line")).to_be_visible()
    assert (await page.bubbles())[-3:] == ["said while it was read", "missed by the line", "the next one"]
