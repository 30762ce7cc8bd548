"""A conversation's way from the assistant to a person and back, over real HTTP and WebSockets."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.desk.keys import DESK
from bot.desk.sweep import Sweep
from catalog.models import Conversation, ConversationStatus, Direction
from catalog.repositories.conversations import message_history
from catalog.repositories.ownership import ask_for_person, peek
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.agents import at_work, employ, now, read_until
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import post, say
from tests.integration.gateway.test_websocket import line, send, texts


def person_wanted(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer the wish for a person as the actions do, all else with itself."""
    if "person" in call["message"] or "人工" in call["message"]:
        language = "zh" if "人工" in call["message"] else "en"
        return [{"custom": reply("Noted. Call 555.", language=language, handoff={"reason": "requested"})}]
    return [{"custom": reply(f"you said {call['message']}")}]


@pytest.fixture
def rasa_hands_over(rasa: ScriptedRasa) -> ScriptedRasa:
    rasa.answers = person_wanted
    return rasa


def owner(database: Database, conversation_id: str) -> ConversationStatus:
    with database.reading() as session:
        found = peek(session, conversation_id)
    assert found is not None
    return found.status


@on_both_engines("database")
async def test_life_of_a_hand_over(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")
    async with at_work(gateway, "anna") as (anna, console), line(gateway, conversation_id) as shopper:
        assert (await read_until(shopper, "welcome"))[0]["owner"]["status"] == "bot"
        await send(shopper, "hello", "s1")
        await read_until(shopper, "cart")

        await send(shopper, "a person please", "s2")
        frames = await read_until(shopper, "owner", status="queued")
        (told,) = [f["message"] for f in frames if f["type"] == "message" and f["message"]["direction"] == "bot"]
        assert told["notice"] == "queued"
        assert "next in line" in told["text"]
        assert "Call 555" not in told["text"]
        assert told["reply"]["handoff"] == {"reason": "requested"}
        assert owner(database, conversation_id) is ConversationStatus.QUEUED
        row = (await read_until(console, "item"))[-1]["item"]
        assert (row["status"], row["reason"], row["place"]) == ("queued", "requested", 1)

        calls = len(rasa_hands_over.calls)
        await send(shopper, "my parcel is wet", "s3")
        await read_until(console, "item")
        assert len(rasa_hands_over.calls) == calls  # the assistant is silent

        assert (await anna.act(conversation_id, "take"))["agent"]["name"] == "Anna"
        frames = await read_until(shopper, "owner", status="human", agent="Anna")
        assert "Anna has joined the chat." in str(frames)
        await anna.write(conversation_id, "Hi! <b>I am sorry</b>")
        said = (await read_until(shopper, "message"))[-1]["message"]
        assert (said["direction"], said["text"], said["agent"]) == ("agent", "Hi! <b>I am sorry</b>", {"name": "Anna"})
        await send(shopper, "thank you", "s4")
        heard = [f for f in await read_until(console, "message", unread=1) if f["type"] == "message"]
        assert heard[-1]["message"]["text"] == "thank you"
        assert len(rasa_hands_over.calls) == calls

        await anna.act(conversation_id, "hand-back")
        frames = await read_until(shopper, "owner", status="bot")
        assert "Anna has left the chat." in str(frames)
        assert {"event": "slot", "name": "tasks", "value": None} in rasa_hands_over.repairs[-1][1]
        await send(shopper, "goodbye", "s5")
        frames = await read_until(shopper, "cart")
        assert "you said goodbye" in str(frames)
    with database.reading() as session:
        rows = message_history(session, conversation_id)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))


async def test_an_answer_that_wants_a_person_is_said_before_the_place_in_the_queue(
    gateway: Client, database: Database, rasa: ScriptedRasa, conversation_id: str
) -> None:
    source = {"document": "Damage", "section": "Broken glass", "version": "1"}
    rasa.answers = lambda call: [
        {"custom": reply("We look at each case.", sources=[source], handoff={"reason": "policy"})}
    ]
    employ(database, "anna")
    async with at_work(gateway, "anna") as (_, console):
        said, told = (await say(gateway, conversation_id, "it came broken"))["replies"]
        row = (await read_until(console, "item"))[-1]["item"]
    assert (said["text"], said["sources"], said["handoff"]) == ("We look at each case.", [source], None)
    assert "next in line" in told["text"]
    assert (told["handoff"], row["status"], row["reason"]) == ({"reason": "policy"}, "queued", "policy")


async def test_nobody_is_there_and_it_is_said_at_once(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")  # has an account, and has never been heard of
    replies = (await say(gateway, conversation_id, "a person please"))["replies"]
    assert [r["text"] for r in replies][:1] == ["Noted. Call 555."]  # how else people can be reached
    assert "Nobody from our team is online" in replies[-1]["text"]
    assert "in this chat" in replies[-1]["text"]
    assert "mail" not in replies[-1]["text"]
    assert owner(database, conversation_id) is ConversationStatus.QUEUED
    (receipt,) = (await say(gateway, conversation_id, "it is wet"))["replies"]
    assert "added that to your message" in receipt["text"]
    assert [button["title"] for button in receipt["quick_replies"]] == ["Back to the assistant"]
    assert (await say(gateway, conversation_id, "very wet"))["replies"] == []
    assert len(rasa_hands_over.calls) == 1


async def test_outside_the_hours_the_next_opening_is_named(
    start_gateway: StartGateway, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")
    soon = now() + timedelta(days=2)
    hours = f"{soon:%a} 09:00-10:00 UTC"
    gateway = await start_gateway(desk_hours=hours)
    async with at_work(gateway, "anna"):
        replies = (await say(gateway, conversation_id, "转人工客服"))["replies"]
    weekday = "周" + "一二三四五六日"[soon.weekday()]
    assert f"客服{weekday}09:00上班" in replies[-1]["text"]
    assert owner(database, conversation_id) is ConversationStatus.QUEUED


@pytest.mark.parametrize("words", ["Back to the assistant!", "不用转人工了"])
async def test_a_waiting_shopper_goes_back_by_word_and_by_button(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str, words: str
) -> None:
    replies = (await say(gateway, conversation_id, "a person please"))["replies"]
    (back,) = replies[-1]["quick_replies"]
    replies = (await say(gateway, conversation_id, words))["replies"]
    assert owner(database, conversation_id) is ConversationStatus.BOT
    assert len(replies) == 1
    await say(gateway, conversation_id, "a person please")
    await say(gateway, conversation_id, back["title"], payload=back["payload"])
    assert owner(database, conversation_id) is ConversationStatus.BOT
    assert "you said hello" in str(await say(gateway, conversation_id, "hello"))
    replies = (await say(gateway, conversation_id, back["title"], payload=back["payload"]))["replies"]
    assert "already talking to the assistant" in replies[0]["text"]


async def test_a_late_answer_of_the_assistant_is_dropped(
    gateway: Client, database: Database, rasa: ScriptedRasa, conversation_id: str
) -> None:
    await say(gateway, conversation_id, "hello")
    rasa.delay_s = 0.4
    turn = asyncio.create_task(say(gateway, conversation_id, "and?"))
    await rasa.called(2)
    with database.session() as session:
        ask_for_person(session, conversation_id, reason="upset", now=now())
    assert (await turn)["replies"] == []
    with database.reading() as session:
        assert [row.text for row in message_history(session, conversation_id)] == ["hello", "you said hello", "and?"]


async def test_a_message_that_waited_behind_a_hand_over_is_not_the_assistants(
    gateway: Client, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    rasa_hands_over.delay_s = 0.2
    first = asyncio.create_task(say(gateway, conversation_id, "a person please"))
    await rasa_hands_over.called(1)
    second = await say(gateway, conversation_id, "it is wet")
    assert (await first)["replies"][-1]["handoff"] == {"reason": "requested"}
    assert len(rasa_hands_over.calls) == 1
    assert not any(reply["handoff"] for reply in second["replies"])


async def test_a_hand_over_that_fails_is_not_announced(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    await say(gateway, conversation_id, "hello")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ownership_changes RENAME TO elsewhere")
    status, body = await post(gateway, conversation_id, "a person please")
    assert (status, body["error"]["code"]) == (503, "busy")
    with database.reading() as session:
        last = message_history(session, conversation_id)[-1]
    assert (last.direction, last.text) == (Direction.SHOPPER, "a person please")
    assert owner(database, conversation_id) is ConversationStatus.BOT


async def test_the_apologys_button_leads_to_a_person_while_the_dialogue_is_down(
    gateway: Client, database: Database, rasa: ScriptedRasa, conversation_id: str
) -> None:
    await rasa.stop()
    (person,) = (await say(gateway, conversation_id, "hello"))["replies"][0]["quick_replies"]
    replies = (await say(gateway, conversation_id, person["title"], payload=person["payload"]))["replies"]
    assert "in their queue" in replies[-1]["text"]
    assert owner(database, conversation_id) is ConversationStatus.QUEUED


async def test_a_lost_lease_puts_the_shopper_to_the_head_of_the_queue(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa
) -> None:
    employ(database, "anna")
    async with at_work(gateway, "anna") as (anna, _console), line(gateway, "first") as shopper:
        for conversation_id in ("first", "second"):
            await say(gateway, conversation_id, "a person please")
        await anna.act("first", "take")
        await read_until(shopper, "owner", status="human")
        with database.session() as session:
            session.execute(
                update(Conversation).where(Conversation.id == "first").values(lease_until=now() - timedelta(seconds=1))
            )
        await anna.write("first", "too late", status=409)
        await Sweep(database, gateway.app[DESK]).round()
        frames = await read_until(shopper, "owner", status="queued")
        assert "The connection to Anna was lost." in str(frames)
        lists = await anna.get("conversations")
        assert [(row["conversation_id"], row["place"]) for row in lists["queue"]] == [("first", 1), ("second", 2)]


async def test_a_closed_conversation_opens_again_when_the_shopper_writes(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")
    async with at_work(gateway, "anna") as (anna, _console):
        await say(gateway, conversation_id, "a person please")
        await anna.act(conversation_id, "take")
        await anna.act(conversation_id, "close")
        assert owner(database, conversation_id) is ConversationStatus.CLOSED
        assert "you said hello" in str(await say(gateway, conversation_id, "hello"))
    assert owner(database, conversation_id) is ConversationStatus.BOT
    assert rasa_hands_over.repairs


async def test_typing_is_seen_on_both_sides_and_notes_on_one(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")
    async with at_work(gateway, "anna") as (anna, console), line(gateway, conversation_id) as shopper:
        await read_until(shopper, "welcome")
        await send(shopper, "a person please", "s1")
        await read_until(shopper, "owner", status="queued")
        await anna.act(conversation_id, "take")
        await read_until(shopper, "owner", status="human")
        await console.send_json({"type": "typing", "conversation_id": conversation_id, "on": True})
        assert (await read_until(shopper, "typing", on=True))[-1]["agent"] == "Anna"
        await shopper.send_json({"type": "typing", "on": True})
        assert (await read_until(console, "typing"))[-1]["who"] == "shopper"
        await anna.act(conversation_id, "notes", {"text": "is a friend of the boss"})
        assert (await read_until(console, "note"))[-1]["note"]["text"] == "is a friend of the boss"
        sent = {"type": "message", "conversation_id": conversation_id, "client_message_id": "m1", "text": "hello"}
        await console.send_json(sent)
        await console.send_json(sent)
        await read_until(console, "accepted")
        await read_until(console, "accepted")
        frames = await read_until(shopper, "message")
        await send(shopper, "ok", "s2")
        frames += await read_until(shopper, "accepted")
    assert texts(frames) == ["hello", "ok"]  # once, although sent twice
    async with line(gateway, conversation_id) as shopper:
        assert "boss" not in str(await read_until(shopper, "welcome"))
    async with gateway.get(f"/api/conversations/{conversation_id}/messages") as response:
        assert "boss" not in await response.text()


async def test_a_shopper_cannot_use_up_an_agents_message_id(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")
    async with at_work(gateway, "anna") as (anna, _console):
        status, _body = await post(gateway, conversation_id, "hello", client_message_id="agent 1 m1")
        assert status == 400
        await say(gateway, conversation_id, "a person please", client_message_id="m1")
        await anna.act(conversation_id, "take")
        assert (await anna.write(conversation_id, "hello", "m1"))["client_message_id"] == "m1"


async def test_products_are_sent_as_cards(
    gateway: Client, database: Database, rasa_hands_over: ScriptedRasa, conversation_id: str
) -> None:
    employ(database, "anna")
    async with at_work(gateway, "anna") as (anna, _console):
        await say(gateway, conversation_id, "a person please")
        await anna.act(conversation_id, "take")
        found = (await anna.get("products", q="watch", lang="en"))["cards"]
        body = {"client_message_id": "m1", "text": "", "product_ids": [found[0]["product_id"]]}
        sent = await anna.act(conversation_id, "messages", body)
        assert sent["reply"]["cards"] == found[:1]
        await anna.act(conversation_id, "messages", {**body, "client_message_id": "m2", "product_ids": ["none"]}, 404)
        await anna.act(conversation_id, "messages", {**body, "client_message_id": "m3", "product_ids": []}, 400)
