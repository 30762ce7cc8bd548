import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from catalog.models import Conversation, Direction
from catalog.repositories.agents import disable_agent
from catalog.repositories.conversations import NewMessage, append_messages
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.agents import origin
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.desk.conftest import Ask, SignIn
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import say

Staff = dict[str, int]
EVIL = "<img src=x onerror=alert(1)>"


def understood(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer as the actions do: with cards, and how the message was understood."""
    understanding = {
        "intent": "track_order",
        "confidence": 0.91,
        "decided": "track_order",
        "entities": [{"entity": "order_id", "value": "W123", "text": "W123"}],
    }
    card = {"product_id": "watch-1", "title": "Watch 1", "price_minor": 19900, "currency": "USD"}
    return [{"custom": {**reply("On its way.", cards=[card]), "understanding": understanding}}]


@on_both_engines("database")
async def test_queue_has_the_longest_waiting_first_with_what_it_is_about(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna = await sign_in("anna")
    await gateway.get("/api/session")
    async with gateway.post("/api/session/demo", json={"customer_id": "c1"}, headers=origin(gateway)):
        pass
    body = {"conversation_id": "mia", "text": EVIL}
    async with gateway.post("/api/messages", json=body, headers=origin(gateway)) as response:
        assert response.status == 200
    gateway.session.cookie_jar.clear()
    await ask_for_person("first", "转人工")
    await ask_for_person("second")
    lists = await anna.get("conversations")
    assert (lists["mine"], lists["others"]) == ([], [])
    first, second = lists["queue"]
    assert (first["conversation_id"], first["place"], second["place"]) == ("first", 1, 2)
    assert first["waiting_since"] < second["waiting_since"]
    assert (first["status"], first["reason"], first["channel"]) == ("queued", "requested", "api")
    assert first["summary"] == "转人工"
    assert (first["last"]["direction"], first["customer"], first["agent"]) == ("bot", None, None)
    assert "mia" not in str(lists)


@on_both_engines("database")
async def test_two_agents_who_take_at_once_do_not_both_get_it(sign_in: SignIn, ask_for_person: Ask) -> None:
    anna, ben = await sign_in("anna"), await sign_in("ben")
    for number in range(5):
        await ask_for_person(f"talk-{number}")
        answers = await asyncio.gather(*(_take(who, f"talk-{number}") for who in (anna, ben)))
        assert sorted(status for status, _ in answers) == [200, 409]
        (lost,) = (body for status, body in answers if status == 409)
        assert lost["error"]["code"] == "desk_not_owner"
    mine = [await who.get("conversations") for who in (anna, ben)]
    assert sorted(row["conversation_id"] for lists in mine for row in lists["mine"]) == [f"talk-{n}" for n in range(5)]


async def _take(who: Any, conversation_id: str) -> tuple[int, dict[str, Any]]:
    address = who.address(f"conversations/{conversation_id}/take")
    async with who.browser.post(address, json={}, headers=who.headers) as response:
        return response.status, await response.json()


async def test_agents_see_the_queue_and_their_own_and_supervisors_everything(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna, ben, sara = await sign_in("anna"), await sign_in("ben"), await sign_in("sara")
    await say(gateway, "with-bot", "hello")
    await ask_for_person("taken")
    await anna.get("conversations/taken")
    await anna.act("taken", "take")
    statuses = {}
    for who, name in ((anna, "anna"), (ben, "ben"), (sara, "sara")):
        for talk in ("taken", "with-bot", "nothing"):
            async with who.browser.get(who.address(f"conversations/{talk}")) as response:
                statuses[name, talk] = response.status
    assert statuses == {
        ("anna", "taken"): 200, ("anna", "with-bot"): 403, ("anna", "nothing"): 404,
        ("ben", "taken"): 403, ("ben", "with-bot"): 403, ("ben", "nothing"): 404,
        ("sara", "taken"): 200, ("sara", "with-bot"): 200, ("sara", "nothing"): 404,
    }  # fmt: skip
    for action, body in (("notes", {"text": "x"}), ("draft", {}), ("corrections", {"seq": 2, "answer": "x"})):
        assert (await ben.act("taken", action, body, 403))["error"]["code"] == "desk_role"
    await ben.act("taken", "read", {"seq": 1}, 403)
    await ben.get("conversations/taken/messages", 403, before="9")
    for who in (ben, sara):  # a supervisor has to take it first
        await who.write("taken", "hello", status=409)
        await who.act("taken", "hand-back", status=409)
        await who.act("taken", "close", status=409)
    assert [row["conversation_id"] for row in (await sara.get("conversations"))["others"]] == ["taken"]
    assert (await ben.get("conversations"))["others"] == []
    await ben.get("overview", 403)
    overview = await sara.get("overview")
    assert (overview["waiting"], overview["longest_wait_s"], overview["takes"]) == (0, None, 1)
    assert {agent["login"]: agent["chats"] for agent in overview["agents"]} == {"anna": 1, "ben": 0, "sara": 0}


async def test_nobody_without_a_sign_in_reads_or_does_anything(gateway: Client, ask_for_person: Ask) -> None:
    await ask_for_person("talk")
    router = gateway.app.router
    paths = {(r.method, r.resource.canonical) for r in router.routes() if r.resource is not None}
    desk = {(method, path) for method, path in paths if path.startswith("/desk/api/") and method != "HEAD"}
    assert len(desk) >= 20
    for method, path in desk - {("POST", "/desk/api/session")}:
        address = path.replace("{conversation_id}", "talk")
        async with gateway.request(method, address, json={}, headers=origin(gateway)) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (401, "desk_sign_in"), path
    async with gateway.get("/desk/ws", headers=origin(gateway)) as response:
        assert response.status == 401


@on_both_engines("database")
async def test_owner_and_supervisor_pass_a_conversation_on(
    sign_in: SignIn, ask_for_person: Ask, staff: Staff, database: Database
) -> None:
    anna, ben, sara = await sign_in("anna"), await sign_in("ben"), await sign_in("sara")
    await ask_for_person("talk")
    await anna.act("talk", "assign", {"agent_id": staff["ben"]}, 409)  # not anna's yet
    await anna.act("talk", "take")
    await anna.act("talk", "assign", {"agent_id": 99}, 404)
    moved = await anna.act("talk", "assign", {"agent_id": staff["ben"]})
    assert moved["agent"] == {"id": staff["ben"], "name": "Ben"}
    await anna.act("talk", "assign", {"agent_id": staff["anna"]}, 409)
    await anna.write("talk", "still me?", status=409)
    await ben.write("talk", "now me")
    again = await sara.act("talk", "assign", {"agent_id": staff["sara"]})
    assert again["version"] > moved["version"]
    await ask_for_person("waiting")
    assert (await sara.act("waiting", "assign", {"agent_id": staff["anna"]}))["agent"]["name"] == "Anna"
    with database.session() as session:
        disable_agent(session, "ben", now=datetime.now(UTC))
    await sara.act("talk", "assign", {"agent_id": staff["ben"]}, 404)
    messages = (await sara.get("conversations/talk"))["messages"]
    assert [m["notice"] for m in messages if m["notice"] not in (None, "nobody", "queued")] == [
        "joined",
        "moved",
        "moved",
    ]


async def test_repeated_message_is_kept_once_even_after_the_conversation_is_gone(
    sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna = await sign_in("anna")
    await ask_for_person("talk")
    await anna.act("talk", "take")
    first = await anna.write("talk", "hello", "same")
    assert await anna.write("talk", "hello", "same") == first
    await anna.act("talk", "hand-back")
    assert await anna.write("talk", "hello", "same") == first
    await anna.write("talk", "hello", "another", 409)
    messages = (await anna.get("conversations/talk"))["messages"]
    assert [m["text"] for m in messages if m["direction"] == "agent"] == ["hello"]


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("messages", {"client_message_id": "m", "text": "x" * 4001}, 413),
        ("messages", {"client_message_id": "m", "text": " \n "}, 400),
        ("messages", {"client_message_id": "m" * 41, "text": "x"}, 400),
        ("messages", {"client_message_id": "with blank", "text": "x"}, 400),
        ("messages", {"client_message_id": "m", "product_ids": ["watch-1"] * 11}, 400),
        ("messages", {"text": "x"}, 400),
        ("notes", {"text": ""}, 400),
        ("notes", {"text": "x" * 4001}, 413),
        ("read", {"seq": -1}, 400),
        ("read", {"seq": 2**31}, 400),
        ("assign", {"agent_id": "1"}, 400),
        ("assign", {"agent_id": 2**40}, 400),
        ("corrections", {"seq": 1}, 400),
        ("corrections", {"seq": 2, "intent": "no_such_intent"}, 400),
        ("corrections", {"seq": 1, "intent": "track_order"}, 404),  # the shopper's own
        ("corrections", {"seq": 99, "intent": "track_order"}, 404),
    ],
)
async def test_requests_of_another_shape_are_refused(
    action: str, body: dict[str, Any], status: int, sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna = await sign_in("anna")
    await ask_for_person("talk")
    await anna.act("talk", "take")
    await anna.act("talk", action, body, status)
    assert [m for m in (await anna.get("conversations/talk"))["messages"] if m["direction"] == "agent"] == []


async def test_agent_sees_what_was_understood_and_corrects_it(
    gateway: Client, rasa: ScriptedRasa, sign_in: SignIn, ask_for_person: Ask
) -> None:
    rasa.answers = understood
    await say(gateway, "talk", f"where is W123 {EVIL}")
    await ask_for_person("talk")
    anna = await sign_in("anna")
    await anna.act("talk", "take")
    seen = await anna.get("conversations/talk")
    asked, answered = seen["messages"][:2]
    assert (asked["text"], answered["in_reply_to"]) == (f"where is W123 {EVIL}", asked["seq"])
    assert answered["understanding"]["decided"] == "track_order"
    assert seen["summary"] == {
        "reason": "requested", "asked": [f"where is W123 {EVIL}", "a person please"], "intents": ["track_order"],
        "products": [{"product_id": "watch-1", "title": "Watch 1"}], "orders": ["W123"], "tried": ["On its way."],
        "messages": seen["item"]["last"]["seq"],
    }  # fmt: skip
    correction = await anna.act("talk", "corrections", {"seq": answered["seq"], "intent": "track_refund"})
    added = await anna.act("talk", "corrections", {"seq": answered["seq"], "answer": "It is in customs."})
    assert (correction["id"], added["intent"], added["answer"]) == (added["id"], "track_refund", "It is in customs.")
    again = (await anna.get("conversations/talk"))["messages"][1]
    assert again["correction"] == added
    async with gateway.get("/api/conversations/talk/messages") as response:
        shown = await response.text()
    assert "understanding" not in shown
    assert "customs" not in shown


async def test_panel_has_the_customer_their_orders_and_cart(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask, database: Database
) -> None:
    await ask_for_person("talk")
    with database.session() as session:
        session.execute(update(Conversation).where(Conversation.id == "talk").values(customer_id="c2"))
    anna = await sign_in("anna")
    seen = await anna.get("conversations/talk")
    assert seen["customer"] == {
        "id": "c2", "name": "王磊", "email": "lei@example.com", "language": "zh", "orders": 0,
    }  # fmt: skip
    assert seen["item"]["customer"] == {"id": "c2", "name": "王磊"}
    assert (seen["orders"], seen["cart"]["lines"]) == ([], [])
    assert seen["may"] == {"take": True, "write": False, "assign": False, "hand_back": False, "close": False}
    await anna.act("talk", "take")
    assert (await anna.get("conversations/talk"))["may"] == {
        "take": False, "write": True, "assign": True, "hand_back": True, "close": True,
    }  # fmt: skip


async def test_long_conversations_are_read_page_by_page(
    sign_in: SignIn, ask_for_person: Ask, database: Database
) -> None:
    await ask_for_person("talk")
    with database.session() as session:
        append_messages(session, [NewMessage("talk", Direction.SHOPPER, f"line {n}") for n in range(250)])
    anna = await sign_in("anna")
    seen = await anna.get("conversations/talk")
    pages, more = [seen["messages"]], seen["more"]
    while more:
        older = await anna.get("conversations/talk/messages", before=str(pages[0][0]["seq"]))
        pages.insert(0, older["messages"])
        more = older["more"]
    assert [len(page) for page in pages] == [len(pages[0]), 100, 100]
    assert [m["seq"] for page in pages for m in page] == list(range(1, seen["item"]["last"]["seq"] + 1))
    for wrong in ("", "x", "-1", "９"):
        await anna.get("conversations/talk/messages", 400, before=wrong)


async def test_unread_counts_what_the_owner_has_not_seen(gateway: Client, sign_in: SignIn, ask_for_person: Ask) -> None:
    anna, sara = await sign_in("anna"), await sign_in("sara")
    await ask_for_person("talk")
    async with anna.line():
        await anna.act("talk", "take")
        for text in ("one", "two"):
            await say(gateway, "talk", text)
        (row,) = (await anna.get("conversations"))["mine"]
        before = row["unread"]
        assert before >= 2
        last = row["last"]["seq"]
        assert (await sara.act("talk", "read", {"seq": last}))["unread"] == before  # a look is not reading
        assert (await anna.act("talk", "read", {"seq": last - 1}))["unread"] == 1
        assert (await anna.act("talk", "read", {"seq": 1}))["unread"] == 1  # the mark does not go back
        await anna.write("talk", "answer")
        assert (await anna.get("conversations"))["mine"][0]["unread"] == 0


async def test_lease_that_ran_out_is_not_written_under(
    sign_in: SignIn, ask_for_person: Ask, database: Database
) -> None:
    anna = await sign_in("anna")
    await ask_for_person("talk")
    await anna.act("talk", "take")
    late = datetime.now(UTC) - timedelta(seconds=1)
    with database.session() as session:
        session.execute(update(Conversation).where(Conversation.id == "talk").values(lease_until=late))
    assert (await anna.write("talk", "too late", status=409))["error"]["code"] == "desk_not_owner"


async def test_word_lists_are_in_both_languages(sign_in: SignIn) -> None:
    anna = await sign_in("anna")
    replies = (await anna.get("canned-replies"))["replies"]
    assert all(set(r["title"]) == set(r["text"]) == {"en", "zh"} for r in replies)
    titles = {lang: (await anna.get("intents", lang=lang))["intents"] for lang in ("en", "zh")}
    assert {"name": "return_item", "title": "退货"} in titles["zh"]
    assert [row["name"] for row in titles["en"]] == [row["name"] for row in titles["zh"]]
    found = (await anna.get("products", q="智能手表", lang="zh", currency="USD"))["cards"]
    assert len(found) == 12
    assert {card["currency"] for card in found} == {"USD"}
    assert all("智能手表" in card["title"] for card in found)
