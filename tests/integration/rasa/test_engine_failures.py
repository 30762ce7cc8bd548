import asyncio
import contextlib
import os
import signal
import sqlite3
import time

import aiohttp
import pytest

from bot.gateway.rasa_client import RasaClient
from tests.integration.rasa.conftest import Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")
LISTEN = {"event": "action", "name": "action_listen"}


async def test_sigkill_in_the_middle_of_a_task_loses_nothing(shop: Shop) -> None:
    await shop.engine.say("killed", "hello")
    await shop.engine.say("killed", "buy")
    await shop.engine.say("killed", "name Emma")
    await shop.engine.kill()
    await shop.engine.start()
    assert (await shop.engine.tracker("killed"))["slots"]["shopping"] == {"turns": 1}
    assert await shop.engine.say("killed", "how much is it") == ["action_show_price answers", "Which city, Emma?"]
    assert await shop.engine.say("killed", "city Rome") == ["checkout done: Emma, Rome"]


async def test_dead_action_server_fails_the_turn_and_keeps_loop_and_slots(shop: Shop) -> None:
    await shop.engine.say("no-actions", "buy")
    await shop.engine.say("no-actions", "name Emma")
    await shop.actions.stop()
    try:
        started = time.monotonic()
        for text in ("city Rome", "how much is it", "city Rome"):
            status, body = await shop.engine.post("no-actions", text)
            assert (status, body["error"]) == (503, "action_failed")
        assert time.monotonic() - started < 3
    finally:
        await shop.actions.start()
    assert await shop.engine.say("no-actions", "city Rome") == ["checkout done: Emma, Rome"]


async def test_broken_rule_action_fails_the_turn_and_the_next_turn_works(shop: Shop) -> None:
    shop.recorder.broken.add("action_small_talk")
    status, body = await shop.engine.post("broken", "hello")
    assert (status, body) == (503, {"error": "action_failed", "action": "action_small_talk"})
    shop.recorder.broken.clear()
    assert await shop.engine.say("broken", "hello") == ["action_small_talk answers"]


@pytest.mark.parametrize("answer", [(503, {"error": "busy"}), (200, []), (200, {"text": "no intent"})])
async def test_unusable_parse_reaches_the_action_as_a_failure_of_the_models(
    shop: Shop, answer: tuple[int, object]
) -> None:
    shop.models.answer = answer
    assert await shop.engine.say(f"unusable-{answer[0]}", "hello") == ["action_clarify answers"]
    assert shop.recorder.turns[-1].failure == "models"
    assert shop.recorder.turns[-1].text == "hello"


async def test_dead_model_server_is_noticed_at_once_and_its_return_too(shop: Shop) -> None:
    await shop.models.stop()
    try:
        started = time.monotonic()
        assert await shop.engine.say("no-models", "hello") == ["action_clarify answers"]
        assert time.monotonic() - started < 2
        assert shop.recorder.turns[-1].failure == "models"
    finally:
        await shop.models.start()
    assert await shop.engine.say("no-models", "hello") == ["action_small_talk answers"]
    assert shop.recorder.turns[-1].failure is None


async def test_hanging_model_server_costs_three_seconds(shop: Shop) -> None:
    shop.models.delay_s = 8.0
    started = time.monotonic()
    assert await shop.engine.say("slow-models", "hello") == ["action_clarify answers"]
    assert 2.5 < time.monotonic() - started < 4.5


async def test_caller_who_gives_up_leaves_the_conversation_as_it_was(shop: Shop) -> None:
    await shop.engine.say("gave-up", "buy")
    shop.models.delay_s = 1.5
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.4):
            await shop.engine.post("gave-up", "name Emma")
    shop.models.delay_s = 0.0
    started = time.monotonic()
    assert (await shop.engine.say("gave-up", "name Carla"))[-1].startswith("Which city")
    assert time.monotonic() - started < 4
    assert (await shop.engine.tracker("gave-up"))["slots"]["tasks"][0]["slots"]["name"] == "Carla"


async def test_failed_save_is_an_error_and_the_turn_never_happened(shop: Shop) -> None:
    await shop.engine.say("unsaved", "hello")
    with contextlib.closing(sqlite3.connect(shop.engine.data_dir / "tracker.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        status, _ = await shop.engine.post("unsaved", "hello")
        other.execute("ROLLBACK")
    assert status == 500
    assert (await shop.engine.tracker("unsaved"))["slots"]["shopping"] == {"turns": 1}
    await shop.engine.say("unsaved", "hello")
    assert (await shop.engine.tracker("unsaved"))["slots"]["shopping"] == {"turns": 2}


async def test_acknowledged_turns_survive_sigkill_under_load(shop: Shop) -> None:
    acknowledged = dict.fromkeys((f"load-{n}" for n in range(16)), 0)
    loaded = asyncio.Event()

    async def talk(sender: str) -> None:
        with contextlib.suppress(aiohttp.ClientError):
            while True:
                await shop.engine.say(sender, "hello")
                acknowledged[sender] += 1
                if min(acknowledged.values()) == 4:
                    loaded.set()

    clients = [asyncio.create_task(talk(sender)) for sender in acknowledged]
    async with asyncio.timeout(60):
        await loaded.wait()
    os.kill(shop.engine.pid, signal.SIGKILL)
    await asyncio.gather(*clients)
    await shop.engine.kill()
    await shop.engine.start()
    for sender, turns in acknowledged.items():
        tracker = await shop.engine.tracker(sender)
        kept = tracker["slots"]["shopping"]["turns"]
        assert turns <= kept <= turns + 1, sender
        assert await shop.engine.say(sender, "buy") == ["Your name?"]


async def test_gateways_repair_ends_the_loop_and_rules_answer_again(shop: Shop) -> None:
    await shop.engine.say("repair", "buy")
    await shop.engine.add_events("repair", [{"event": "active_loop", "name": None}, LISTEN])
    tracker = await shop.engine.tracker("repair")
    assert not tracker["active_loop"].get("name")
    assert await shop.engine.say("repair", "how much is it") == ["action_show_price answers"]


async def test_gateways_resume_wakes_a_paused_conversation_without_repeating_anything(shop: Shop) -> None:
    await shop.engine.say("paused", "hello")
    await shop.engine.add_events("paused", [{"event": "pause"}])
    assert await shop.engine.say("paused", "hello") == []
    await shop.engine.add_events("paused", [LISTEN, {"event": "resume"}])
    before = len(shop.recorder.turns)
    assert await shop.engine.say("paused", "how much is it") == ["action_show_price answers"]
    assert [turn.intent for turn in shop.recorder.turns[before:]] == ["ask_price"]


async def test_what_was_asked_or_offered_does_not_survive_a_person(shop: Shop) -> None:
    await shop.engine.say("desk", "hello")
    await shop.engine.say("desk", "buy")
    state = {
        "language": "zh",
        "asked": "怎么退货",
        "about": "returns",
        "offered": "/contact_human_agent",
        "failures": 1,
    }
    await shop.engine.add_events("desk", [{"event": "slot", "name": "conversation", "value": state}])
    gateway = RasaClient(shop.engine.url, token=shop.engine.token)
    try:
        assert await gateway.resume("desk")
    finally:
        await gateway.close()
    tracker = await shop.engine.tracker("desk")
    slots = tracker["slots"]
    assert not tracker["active_loop"].get("name")
    assert (slots["tasks"], slots["conversation"], slots["shopping"]) == (None, {"language": "zh"}, {"turns": 1})
    assert await shop.engine.say("desk", "how much is it") == ["action_show_price answers"]


async def test_http_api_asks_for_the_token(shop: Shop) -> None:
    async with aiohttp.ClientSession() as stranger:
        for path in ("/status", "/conversations/killed/tracker", "/domain"):
            async with stranger.get(f"{shop.engine.url}{path}") as response:
                assert response.status == 401, path


async def test_token_goes_to_the_model_server(shop: Shop) -> None:
    await shop.engine.say("token", "hello")
    assert shop.models.tokens[-1] == f"Bearer {shop.engine.token}"


async def test_malformed_message_is_refused(shop: Shop) -> None:
    bodies: tuple[object, ...] = (
        {"sender": "x"},
        {"message": "hello"},
        {"sender": "x", "message": 3},
        {"sender": 3, "message": "hello"},
        [],
    )
    for body in bodies:
        async with shop.engine.http.post(f"{shop.engine.url}/webhooks/rest/webhook", json=body) as response:
            assert response.status == 400, body
