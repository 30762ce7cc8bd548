"""Chatwoot is away, answers with errors, takes a request and says nothing: nothing is lost, nothing is there twice."""

import asyncio
from collections.abc import Callable

import pytest

from bot.gateway.settings import GatewaySettings
from catalog.models import ConversationStatus
from catalog.repositories.conversations import message_history
from catalog.session import Database
from tests.chatwoot_server.server import ChatwootServer, Fault
from tests.engines import on_both_engines
from tests.integration.gateway.chatwoot.conftest import StartBridge
from tests.integration.gateway.talk import say
from tests.integration.gateway.test_hand_over import owner
from tests.integration.gateway.test_websocket import line, read_until, send

Answers = Callable[[str, str], Fault | None]
CONTACTS, CHATS, MESSAGES = "/contacts", "/conversations", "/conversations/{id}/messages"


def once(method: str, path: str, fault: Fault, *, skip: int = 0) -> Answers:
    """Fail one call, after some that go well."""
    left = [skip, 1]

    def answer(called: str, at: str) -> Fault | None:
        if (called, at) != (method, path):
            return None
        if left[0]:
            left[0] -= 1
            return None
        left[1] -= 1
        return fault if left[1] >= 0 else None

    return answer


@pytest.mark.parametrize("status", [0, 500])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("path", "skip"), [(CONTACTS, 0), (CHATS, 0), (MESSAGES, 0), (MESSAGES, 1), (MESSAGES, 2)])
async def test_an_answer_that_is_lost_makes_nothing_twice(
    start_bridge: StartBridge,
    chatwoot: ChatwootServer,
    conversation_id: str,
    path: str,
    skip: int,
    after: bool,
    status: int,
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    chatwoot.fault = once("POST", path, Fault(status, after=after), skip=skip)
    await say(gateway, conversation_id, "a person please")
    await say(gateway, conversation_id, "it is wet")
    await say(gateway, conversation_id, "very wet")
    await chatwoot.until(lambda: bool(chatwoot.chats) and chatwoot.chat.said[-1:] == ["very wet"])
    assert chatwoot.chat.said == ["a person please", "it is wet", "very wet"]
    assert len(chatwoot.chat.notes) == len(chatwoot.contacts) == 1


async def test_a_shopper_hears_once_that_the_team_cannot_be_reached(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    chatwoot.fault = lambda method, path: Fault(502) if path != "/inbox_members/{id}" else None
    async with line(gateway, conversation_id) as shopper:
        await read_until(shopper, "welcome")
        await send(shopper, "a person please", "s1")
        told: list[str] = []
        async with asyncio.timeout(10):
            while not any("can't get through" in text for text in told):
                told.append(str((await read_until(shopper, "message"))[-1]["message"]["text"]))
    assert "The answer" not in told[-1]
    assert "Their answer will appear here in this chat" in told[-1]
    await say(gateway, conversation_id, "hello?")
    await asyncio.sleep(1)  # several tries more
    with database.reading() as session:
        rows = message_history(session, conversation_id)
    assert sum("can't get through" in row.text for row in rows) == 1
    assert owner(database, conversation_id) is ConversationStatus.QUEUED
    chatwoot.fault = lambda method, path: None
    await chatwoot.until(lambda: bool(chatwoot.chats) and chatwoot.chat.said == ["a person please", "hello?"])


async def test_chatwoot_away_at_the_start_means_that_nobody_is_there(
    start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    chatwoot.fault = lambda method, path: Fault(0)
    gateway = await start_bridge()
    replies = (await say(gateway, conversation_id, "a person please"))["replies"]
    assert "Nobody from our team is online" in replies[-1]["text"]
    await asyncio.sleep(1)
    assert len((await say(gateway, conversation_id, "wet"))["replies"]) == 1  # the receipt; no second bad news
    chatwoot.fault = lambda method, path: None
    await chatwoot.until(lambda: bool(chatwoot.chats) and chatwoot.chat.said == ["a person please", "wet"])


async def test_a_wrong_token_stops_nothing_else(
    start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    gateway = await start_bridge(chatwoot_token="wrong")
    assert (await say(gateway, conversation_id, "hello"))["replies"][0]["text"] == "you said hello"
    replies = (await say(gateway, conversation_id, "a person please"))["replies"]
    assert "Nobody from our team is online" in replies[-1]["text"]
    assert chatwoot.chats == {}


async def test_a_message_that_is_refused_again_and_again_is_left_out(
    start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    refusals = [3]

    def refuse(method: str, path: str) -> Fault | None:
        if (method, path) == ("POST", MESSAGES) and refusals[0]:
            refusals[0] -= 1
            return Fault(422)
        return None

    chatwoot.fault = refuse
    await say(gateway, conversation_id, "strange")
    await say(gateway, conversation_id, "normal")
    await chatwoot.until(lambda: chatwoot.chat.said[-1] == "normal")
    assert chatwoot.chat.said == ["a person please", "normal"]


async def test_a_conversation_that_was_deleted_there_is_opened_anew(
    start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    chatwoot.chats.clear()
    chatwoot.contacts.clear()
    await say(gateway, conversation_id, "are you there?")
    await chatwoot.until(lambda: bool(chatwoot.chats) and "are you there?" in chatwoot.chat.said)
    assert "Shopper: a person please" in chatwoot.chat.notes[0]


async def test_an_agent_who_writes_before_the_end_was_carried_over_is_not_sent_away(
    start_bridge: StartBridge, database: Database, chatwoot: ChatwootServer, conversation_id: str, checks_often: None
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    chatwoot.fault = lambda method, path: Fault(500) if path.endswith("toggle_status") else None
    await chatwoot.change_status("resolved")
    await chatwoot.until(lambda: owner(database, conversation_id) is ConversationStatus.BOT)
    assert await chatwoot.reply(anna, "One more thing") == 200
    chatwoot.fault = lambda method, path: None
    await chatwoot.until(lambda: chatwoot.chat.status == "open")
    checks = chatwoot.count("GET", "/conversations/{id}")
    await chatwoot.until(lambda: chatwoot.count("GET", "/conversations/{id}") > checks + 2)
    assert owner(database, conversation_id) is ConversationStatus.HUMAN
    assert chatwoot.chat.said == ["a person please"]


async def test_a_failing_database_is_not_answered_with_success(
    start_bridge: StartBridge,
    database: Database,
    chatwoot: ChatwootServer,
    conversation_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna = chatwoot.employ(21, "Anna")
    gateway = await start_bridge()
    await say(gateway, conversation_id, "a person please")
    await chatwoot.until(lambda: bool(chatwoot.chats) and bool(chatwoot.chat.said))
    with monkeypatch.context() as patch:
        patch.setattr(database, "_max_waiting", 0)
        assert await chatwoot.reply(anna, "Hello") == 503
    event = chatwoot.message_event(chatwoot.chat, chatwoot.chat.messages[-1])
    assert await chatwoot.send_webhook(event) == 200


@on_both_engines("database")
async def test_two_gateways_send_everything_once(
    start_bridge: StartBridge, chatwoot: ChatwootServer, conversation_id: str
) -> None:
    chatwoot.employ(21, "Anna")
    first, second = await start_bridge(), await start_bridge()
    await say(first, conversation_id, "a person please")
    for number in range(6):
        await say((first, second)[number % 2], conversation_id, f"message {number}")
    await chatwoot.until(lambda: bool(chatwoot.chats) and chatwoot.chat.said[-1:] == ["message 5"])
    assert chatwoot.chat.said == ["a person please", *(f"message {number}" for number in range(6))]
    assert len(chatwoot.chat.notes) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"chatwoot_token": ""}, "SHOPKEEPER_CHATWOOT_TOKEN"),
        ({"chatwoot_account": 0}, "SHOPKEEPER_CHATWOOT_ACCOUNT"),
        ({"chatwoot_inbox": 0}, "SHOPKEEPER_CHATWOOT_INBOX"),
        ({"chatwoot_webhook_secret": "short"}, "SHOPKEEPER_CHATWOOT_WEBHOOK_SECRET"),
        ({"chatwoot_url": "chat.example"}, "https://"),
    ],
)
def test_half_a_configuration_is_refused(changed: dict[str, object], words: str) -> None:
    good = {
        "chatwoot_url": "https://chat.example/",
        "chatwoot_token": "t",
        "chatwoot_account": 1,
        "chatwoot_inbox": 2,
        "chatwoot_webhook_secret": "w" * 16,
    }
    assert GatewaySettings(**good).chatwoot_url == "https://chat.example"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=words):
        GatewaySettings(**(good | changed))  # type: ignore[arg-type]
