import asyncio
from collections.abc import Sequence

import pytest

from bot.gateway.responder import Answer, AssistantResponder, Question
from bot.gateway.texts import has_han
from catalog.models import Direction, Label
from catalog.repositories.carts import add_to_cart
from catalog.repositories.conversations import NewMessage, append_messages, message_history, open_conversation
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import post, say


@on_both_engines("database")
async def test_message_is_answered_and_both_sides_are_kept(
    gateway: Client, conversation_id: str, database: Database
) -> None:
    body = await say(gateway, conversation_id, "hello")
    assert body["replies"][0]["text"] == "you said hello"
    assert body["cart"] == {"lines": [], "total_minor": 0, "currency": "USD"}
    assert set(body) == {"replies", "cart"}
    with database.reading() as session:
        kept = message_history(session, conversation_id)
    assert [(m.seq, m.direction.value, m.text) for m in kept] == [
        (1, "shopper", "hello"),
        (2, "bot", "you said hello"),
    ]


async def test_message_without_cookie_gets_no_cookie_and_no_customer(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    response = await gateway.post("/api/messages", json={"conversation_id": conversation_id, "text": "hi"})
    assert "Set-Cookie" not in response.headers
    assert rasa.calls[0]["metadata"] == {
        "conversation_id": conversation_id,
        "language": None,
        "channel": "api",
        "customer_id": None,
        "trace": True,
    }


async def test_messages_of_one_conversation_reach_rasa_in_order_and_one_at_a_time(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.delay_s = 0.02
    await say(gateway, conversation_id, "first")
    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(say(gateway, conversation_id, f"message {number}"))
            await asyncio.sleep(0.004)
    assert rasa.most_at_once_of_one == 1
    assert [call["message"] for call in rasa.calls[1:]] == [f"message {n}" for n in range(6)]


async def test_conversations_are_answered_side_by_side(gateway: Client, rasa: ScriptedRasa) -> None:
    rasa.delay_s = 0.1
    bodies = await asyncio.gather(*(say(gateway, f"side-by-side-{n}", f"hello {n}") for n in range(8)))
    assert [body["replies"][0]["text"] for body in bodies] == [f"you said hello {n}" for n in range(8)]
    assert rasa.most_at_once == 8


@on_both_engines("database")
async def test_message_sent_again_is_neither_kept_nor_asked_twice(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa, database: Database
) -> None:
    rasa.delay_s = 0.05
    twice = await asyncio.gather(*(say(gateway, conversation_id, "buy it", client_message_id="m-1") for _ in range(2)))
    later = await say(gateway, conversation_id, "buy it", client_message_id="m-1")
    assert twice[0] == twice[1]
    assert later["replies"] == twice[0]["replies"]
    assert len(rasa.calls) == 1
    with database.reading() as session:
        assert [m.seq for m in message_history(session, conversation_id)] == [1, 2]


async def test_kept_but_unanswered_message_is_answered_when_it_comes_again(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa, database: Database
) -> None:
    with database.session() as session:  # as a gateway leaves it that was killed before the answer
        open_conversation(session, conversation_id, channel="api")
        append_messages(session, [NewMessage(conversation_id, Direction.SHOPPER, "hi", None, "m-1")])
    body = await say(await start_gateway(), conversation_id, "hi", client_message_id="m-1")
    assert body["replies"][0]["text"] == "you said hi"
    with database.reading() as session:
        assert [m.seq for m in message_history(session, conversation_id)] == [1, 2]


async def test_typed_slash_never_reaches_rasa(gateway: Client, conversation_id: str, rasa: ScriptedRasa) -> None:
    for text in ("/restart", "//restart", " / /restart", "／restart", '/inform{"a": 1}', "\u200b/restart"):
        await say(gateway, conversation_id, text)
    assert [call["message"] for call in rasa.calls] == [*["restart"] * 4, 'inform{"a": 1}', "restart"]


async def test_trace_moves_the_understanding_up(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa
) -> None:
    seen = {"intent": "greet", "confidence": 0.9, "entities": [], "categories": [], "language": "en"}
    rasa.answers = lambda call: [{"custom": reply("hello", understanding=seen)}]
    body = await say(await start_gateway(trace=True), conversation_id, "hi")
    assert body["understanding"] == seen
    assert "understanding" not in body["replies"][0]
    assert rasa.calls[0]["metadata"]["trace"] is True


async def test_understanding_stays_hidden_without_trace(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"custom": reply("hello", understanding={"intent": "greet"})}]
    assert "understanding" not in str(await say(gateway, conversation_id, "hi"))


async def test_language_follows_the_last_reply(gateway: Client, conversation_id: str, rasa: ScriptedRasa) -> None:
    rasa.answers = lambda call: [{"custom": reply("您好", language="zh")}]
    await say(gateway, conversation_id, "hello")
    await say(gateway, conversation_id, "hello again")
    await say(gateway, conversation_id, "hello again", language="en")
    assert [call["metadata"]["language"] for call in rasa.calls] == [None, "zh", "en"]


@on_both_engines("database")
async def test_history_gives_what_came_after_a_number(gateway: Client, conversation_id: str) -> None:
    await say(gateway, conversation_id, "one")
    await say(gateway, conversation_id, "two")
    async with gateway.get(f"/api/conversations/{conversation_id}/messages", params={"after": 2}) as response:
        body = await response.json()
    assert [(m["seq"], m["text"]) for m in body["messages"]] == [(3, "two"), (4, "you said two")]
    assert body["messages"][0]["reply"] is None
    assert body["messages"][1]["reply"]["text"] == "you said two"


async def test_unsafe_addresses_of_cards_are_taken_out(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    card = {"product_id": "p", "title": "<b>x</b>", "price_minor": 1, "currency": "USD", "url": "javascript:alert(1)"}
    rasa.answers = lambda call: [{"custom": reply("see", cards=[{**card, "image_url": "/images/watch.svg"}])}]
    body = await say(gateway, conversation_id, "show")
    shown = body["replies"][0]["cards"][0]
    assert (shown["url"], shown["image_url"], shown["title"]) == (None, "/images/watch.svg", "<b>x</b>")


async def test_fault_in_a_turn_is_told_and_what_waits_behind_is_answered(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    respond = AssistantResponder.respond

    async def fail_once(self: AssistantResponder, question: Question) -> Sequence[Answer]:
        if question.message == "first":
            await asyncio.sleep(0.1)
            raise RuntimeError("a fault of ours")
        return await respond(self, question)

    monkeypatch.setattr(AssistantResponder, "respond", fail_once)
    first = asyncio.create_task(post(gateway, conversation_id, "first", client_message_id="m1"))
    await asyncio.sleep(0.05)
    assert (await say(gateway, conversation_id, "second"))["replies"][0]["text"] == "you said second"
    status, body = await first
    assert (status, body["error"]["code"]) == (500, "internal")
    monkeypatch.undo()
    again = await say(gateway, conversation_id, "first", client_message_id="m1")
    assert again["replies"][0]["text"] == "you said first"


async def test_cart_names_what_was_chosen_in_the_language_of_the_answer(
    gateway: Client, conversation_id: str, database: Database, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [
        {"custom": reply(call["message"], language="zh" if has_han(call["message"]) else "en")}
    ]
    await say(gateway, conversation_id, "hello")
    with database.session() as session:
        session.add(Label(kind="value", key="black", name_en="black", name_zh="黑色"))
        add_to_cart(session, conversation_id, "watch-1-1", currency="CNY")
    for text, color in (("hello", "black"), ("你好", "黑色")):
        (line,) = (await say(gateway, conversation_id, text))["cart"]["lines"]
        assert line["options"] == {"color": color}
