"""People answer in Chatwoot: the whole life of a hand-over over real HTTP and WebSockets."""

import aiohttp
import pytest

from catalog.models import ConversationStatus, Direction
from catalog.repositories.agents import list_agents
from catalog.repositories.conversations import StoredMessage, message_history
from catalog.session import Database
from tests.chatwoot_server.server import SECRET, ChatwootServer
from tests.engines import on_both_engines
from tests.integration.gateway.agents import Person, at_work, employ, now, read_until
from tests.integration.gateway.chatwoot.conftest import StartBridge
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.talk import origin, say
from tests.integration.gateway.test_hand_over import owner
from tests.integration.gateway.test_websocket import line, send


def history(database: Database, conversation_id: str) -> list[StoredMessage]:
    with database.reading() as session:
        return message_history(session, conversation_id)


@on_both_engines("database")
async def test_life_of_a_conversation_in_chatwoot(
    start_bridge: StartBridge,
    database: Database,
    chatwoot: ChatwootServer,
    rasa: ScriptedRasa,
    conversation_id: str,
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    async with line(gateway, conversation_id) as shopper:
        await send(shopper, "hello **you** {{ contact.email }}", "s1")
        await read_until(shopper, "cart")
        await send(shopper, "a person please", "s2")
        frames = await read_until(shopper, "owner", status="queued")
        assert "you're next in line" in str(frames)

        await chatwoot.until(lambda: bool(chatwoot.chats) and "a person please" in chatwoot.chat.said)
        chat = chatwoot.chat
        (note,) = chat.notes
        assert note.startswith("**Handed over by the shopping assistant** – the shopper asked for a person")
        assert r"Shopper: hello \*\*you\*\* \{\{ contact.email" in note
        assert "Assistant: you said hello" in note
        assert chat.said == ["a person please"]
        assert chat.custom_attributes["shopkeeper_conversation"] == conversation_id

        await send(shopper, "my parcel is wet", "s3")
        await chatwoot.until(lambda: chat.said == ["a person please", "my parcel is wet"])
        asked = len(rasa.calls)

        assert await chatwoot.note(anna, "what a mess, poor thing") == 200
        assert await chatwoot.reply(anna, "Hi! <b>I am sorry</b>") == 200
        frames = await read_until(shopper, "owner", status="human", agent="Anna")
        assert "Anna has joined the chat." in str(frames)
        if not any(f["type"] == "message" and f["message"]["direction"] == "agent" for f in frames):
            frames += await read_until(shopper, "message")
        said = [f["message"] for f in frames if f["type"] == "message" and f["message"]["direction"] == "agent"]
        assert [(m["text"], m["agent"]) for m in said] == [("Hi! <b>I am sorry</b>", {"name": "Anna"})]

        assert await chatwoot.send_webhook(chatwoot.typing_event(anna, on=True)) == 200
        assert (await read_until(shopper, "typing", on=True))[-1]["agent"] == "Anna"
        await send(shopper, "thank you", "s4")
        await chatwoot.until(lambda: chat.said[-1] == "thank you")
        assert len(rasa.calls) == asked  # the assistant is silent

        assert await chatwoot.change_status("resolved") == 200
        frames = await read_until(shopper, "owner", status="bot")
        assert "Anna has left the chat." in str(frames)
        await chatwoot.until(lambda: bool(rasa.repairs))
        assert {"event": "slot", "name": "tasks", "value": None} in rasa.repairs[-1][1]
        await send(shopper, "goodbye", "s5")
        assert "you said goodbye" in str(await read_until(shopper, "cart"))
    assert chat.status == "resolved"
    assert "goodbye" not in str(chat.messages)
    rows = history(database, conversation_id)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert "poor thing" not in str(rows)
    assert chat.notes == [note, "what a mess, poor thing"]


async def test_a_message_of_an_agent_is_said_once(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str, checks_often: None
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    assert await chatwoot.reply(anna, "Hello") == 200
    event = chatwoot.message_event(chatwoot.chat, chatwoot.chat.messages[-1])
    for _ in range(3):
        assert await chatwoot.send_webhook(event) == 200
    checks = chatwoot.count("GET", "/conversations/{id}/messages")
    await chatwoot.until(lambda: chatwoot.count("GET", "/conversations/{id}/messages") > checks + 2)
    said = [row.text for row in history(database, conversation_id) if row.direction is Direction.AGENT]
    assert said == ["Hello"]


async def test_what_webhooks_did_not_tell_is_fetched(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str, checks_often: None
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    chatwoot.webhooks_lost = True
    await chatwoot.reply(anna, "One")
    await chatwoot.reply(anna, "Two")

    def said() -> list[str]:
        return [row.text for row in history(database, conversation_id) if row.direction is Direction.AGENT]

    await chatwoot.until(lambda: said() == ["One", "Two"])
    assert owner(database, conversation_id) is ConversationStatus.HUMAN
    await chatwoot.change_status("resolved")
    await chatwoot.until(lambda: owner(database, conversation_id) is ConversationStatus.BOT)
    assert said() == ["One", "Two"]


@pytest.mark.parametrize("signed", [True, False])
async def test_only_chatwoot_is_believed(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str, signed: bool
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    chatwoot.signs = signed
    if signed:
        chatwoot.webhooks_lost = True
        await chatwoot.reply(anna, "Give me your password")
        chatwoot.webhooks_lost = False
        event = chatwoot.message_event(chatwoot.chat, chatwoot.chat.messages.pop())
        assert await chatwoot.send_webhook(event, secret="s" * 30) == 403
    else:
        address = chatwoot.webhook
        assert await chatwoot.reply(anna, "Give me your password") == 403
        chatwoot.webhook = f"{address}?secret={'s' * 30}"
        assert await chatwoot.reply(anna, "Give me your password") == 403
        chatwoot.webhook = f"{address}?secret={SECRET}"
        chatwoot.chat.messages.clear()
        assert await chatwoot.reply(anna, "Hello") == 200
    said = [row.text for row in history(database, conversation_id) if row.direction is Direction.AGENT]
    assert said == ([] if signed else ["Hello"])


async def test_the_webhook_is_not_there_while_the_bridge_is_off(
    start_gateway: StartBridge, chatwoot: ChatwootServer
) -> None:
    gateway = await start_gateway()
    async with gateway.post("/chatwoot/webhook?secret=", json={"event": "message_created"}) as response:
        assert response.status == 404
    assert chatwoot.calls == []


async def test_nobody_is_there(start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str) -> None:
    chatwoot.employ(21, "Anna", availability="offline")
    gateway = await start_bridge()
    replies = (await say(gateway, conversation_id, "转人工客服"))["replies"]
    assert "人工客服现在不在线" in replies[-1]["text"]
    await chatwoot.until(lambda: bool(chatwoot.chats) and chatwoot.chat.said == ["转人工客服"])
    assert chatwoot.chat.notes[0].startswith("**智能助手转接**：顾客要求人工客服")
    assert "顾客" in chatwoot.contacts[chatwoot.chat.contact_id]["name"]


async def test_a_shopper_who_stops_waiting_and_asks_again(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    chat = chatwoot.chat
    await say(gateway, conversation_id, "back to the assistant")
    await chatwoot.until(lambda: chat.status == "resolved")
    assert chat.notes[-1] == "The shopper went back to the assistant and no longer waits."
    await say(gateway, conversation_id, "between us")
    await say(gateway, conversation_id, "a person please, again")
    await chatwoot.until(lambda: chat.said[-1] == "a person please, again")
    assert chat.status == "open"
    assert "Shopper: between us" in chat.notes[-1]
    assert "between us" not in chat.said
    assert owner(database, conversation_id) is ConversationStatus.QUEUED
    assert len(chatwoot.chats) == len(chatwoot.contacts) == 1


async def test_a_request_resolved_without_an_answer_ends_the_wait(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, rasa: ScriptedRasa, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    await chatwoot.change_status("resolved")
    await chatwoot.until(lambda: owner(database, conversation_id) is ConversationStatus.BOT)
    await chatwoot.until(lambda: "closed your request" in history(database, conversation_id)[-1].text)
    await chatwoot.until(lambda: bool(rasa.repairs))
    assert "you said hello" in str(await say(gateway, conversation_id, "hello"))


async def test_an_agent_writes_to_somebody_who_is_with_the_assistant_and_another_takes_over(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    anna, ben = chatwoot.employ(21, "Anna"), chatwoot.employ(22, "Ben")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    await chatwoot.change_status("resolved")
    await chatwoot.until(lambda: owner(database, conversation_id) is ConversationStatus.BOT)
    assert await chatwoot.reply(anna, "One more thing") == 200
    assert owner(database, conversation_id) is ConversationStatus.HUMAN
    assert await chatwoot.reply(ben, "Or two") == 200
    texts = [row.text for row in history(database, conversation_id)[-4:]]
    assert texts == ["Anna has joined the chat.", "One more thing", "Ben has taken over from here.", "Or two"]
    await chatwoot.until(lambda: chatwoot.chat.status == "open")


async def test_a_conversation_that_the_console_has_is_not_taken_away(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    anna = chatwoot.employ(21, "Anna")
    employ(database, "zoe")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    async with at_work(gateway, "zoe") as (zoe, _):
        await zoe.act(conversation_id, "take")
        await zoe.write(conversation_id, "It's me")
        await chatwoot.until(lambda: chatwoot.chat.notes[-1] == "Zoe: It's me")
        assert await chatwoot.reply(anna, "Hello") == 409
        hello = next(message for message in chatwoot.chat.messages if message["content"] == "Hello")
        assert await chatwoot.send_webhook(chatwoot.message_event(chatwoot.chat, hello)) == 409
        refused = [note for note in chatwoot.chat.notes if note.startswith("Not delivered: a colleague")]
        assert len(refused) == 1
        await zoe.act(conversation_id, "hand-back")
    await chatwoot.until(lambda: chatwoot.chat.status == "resolved")
    assert "Hello" not in [row.text for row in history(database, conversation_id)]


async def test_too_long_automatic_and_attached(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    assert await chatwoot.reply(anna, "x" * 4001) == 409
    assert chatwoot.chat.notes[-1] == "Not delivered: a message may have at most 4000 characters."
    bot = {"id": 3, "name": "Bot", "type": "agent_bot"}
    assert await chatwoot.reply(anna, "We are closed", sender=None) == 200
    assert await chatwoot.reply(anna, "I am a bot", sender=bot) == 200
    assert await chatwoot.reply(anna, "No word of public", private=None) == 200
    assert owner(database, conversation_id) is ConversationStatus.QUEUED
    photo = [{"data_url": "https://chatwoot.example/photo.png", "file_type": "image"}]
    assert await chatwoot.reply(anna, "Look", attachments=photo) == 200
    said = [row.text for row in history(database, conversation_id) if row.direction is Direction.AGENT]
    assert said == ["Look\nhttps://chatwoot.example/photo.png"]


async def test_a_customer_is_the_same_contact_in_all_conversations(
    start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    chatwoot.contacts[5] = {"id": 5, "type": "contact", "name": "Mia", "email": "MIA@example.com"}
    gateway = await start_bridge()
    async with gateway.post("/api/session/demo", json={"customer_id": "c1"}, headers=origin(gateway)) as response:
        assert response.status == 200, await response.text()
    for number, text in enumerate(("a person please", "a person please now")):
        body = {"conversation_id": f"{conversation_id}-{number}", "text": text}
        async with gateway.post("/api/messages", json=body, headers=origin(gateway)) as response:
            assert response.status == 200, await response.text()
    await chatwoot.until(lambda: sum(len(chat.said) for chat in chatwoot.chats.values()) == 2)
    assert {chat.contact_id for chat in chatwoot.chats.values()} == {5}
    assert "Customer: Mia Chen" in next(iter(chatwoot.chats.values())).notes[0]


async def test_the_metrics_count(start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    await chatwoot.reply(anna, "Hello")
    async with gateway.get("/metrics") as response:
        counted = await response.text()
    assert 'shopkeeper_gateway_chatwoot_agents_messages_total{outcome="kept"} 1.0' in counted


async def test_nobody_signs_in_with_an_account_of_chatwoot(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()

    def known() -> list[str]:
        with database.reading() as session:
            return [agent.login for agent in list_agents(session, now=now()) if agent.on]

    await chatwoot.until(lambda: known() == ["chatwoot-21"])
    async with aiohttp.ClientSession() as browser:
        for password in ("!", "", "correct horse battery"):
            assert (await Person(gateway, browser).sign_in("chatwoot-21", password))[0] in (400, 401)
