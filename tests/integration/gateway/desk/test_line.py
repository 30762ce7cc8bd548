import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, update

from bot.desk.keys import DESK
from bot.desk.sweep import Sweep
from catalog.models import Conversation
from catalog.repositories.conversations import open_conversation
from catalog.repositories.ownership import ask_for_person
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.agents import Person, read_until
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.desk.conftest import Ask, SignIn
from tests.integration.gateway.talk import say
from tests.integration.gateway.test_websocket import line, send

Socket = aiohttp.ClientWebSocketResponse
Frame = dict[str, Any]


@contextlib.asynccontextmanager
async def console(who: Person) -> AsyncIterator[tuple[Socket, Frame]]:
    """Give an open line with its welcome."""
    async with who.line() as socket:
        yield socket, (await read_until(socket, "welcome"))[-1]


async def row(socket: Socket, conversation_id: str, status: str) -> Frame:
    """Return the next row of a conversation with a status."""
    while True:
        item: Frame = (await read_until(socket, "item"))[-1]["item"]
        if (item["conversation_id"], item["status"]) == (conversation_id, status):
            return item


async def everything(socket: Socket) -> list[Frame]:
    """Return all frames that are under way now."""
    await socket.send_json({"type": "ping"})
    return await read_until(socket, "pong")


async def test_welcome_has_the_lists_and_rows_follow_every_change(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna, ben, sara = await sign_in("anna"), await sign_in("ben"), await sign_in("sara")
    await ask_for_person("early")
    await ben.act("early", "take")
    async with console(anna) as (annas, welcome), console(ben) as (bens, own), console(sara) as (saras, all_):
        assert [welcome[name] for name in ("queue", "mine", "others")] == [[], [], []]
        assert [item["conversation_id"] for item in own["mine"]] == ["early"]
        assert [item["conversation_id"] for item in all_["others"]] == ["early"]
        assert welcome["agent"]["login"] == "anna"
        assert {agent["login"] for agent in welcome["agents"]} == {"anna", "ben", "sara"}
        await ask_for_person("late", "my parcel is wet")
        rows = [await row(socket, "late", "queued") for socket in (annas, bens, saras)]
        assert [(r["place"], r["summary"], r["version"]) for r in rows] == [(1, "my parcel is wet", 1)] * 3
        await ben.act("late", "take")
        assert (await row(bens, "late", "human"))["last"] is not None
        assert (await row(saras, "late", "human"))["summary"] == "my parcel is wet"
        taken = await row(annas, "late", "human")
        assert (taken["agent"]["name"], taken["last"], taken["summary"]) == ("Ben", None, "")
        await say(gateway, "late", "a secret for Ben")
        await ben.act("late", "close")
        await row(saras, "late", "closed")
        assert "late" not in str(await everything(annas))  # it had left anna's lists before


async def test_messages_go_to_owner_and_watchers_alone(gateway: Client, sign_in: SignIn, ask_for_person: Ask) -> None:
    anna, ben, sara = await sign_in("anna"), await sign_in("ben"), await sign_in("sara")
    await ask_for_person("talk")
    async with console(anna) as (annas, _), console(ben) as (bens, _), console(sara) as (saras, _):
        await bens.send_json({"type": "watch", "conversation_id": "talk"})
        await everything(bens)
        await say(gateway, "talk", "while waiting")
        heard = (await read_until(bens, "message"))[-1]
        assert (heard["conversation_id"], heard["message"]["text"]) == ("talk", "while waiting")
        await anna.act("talk", "take")
        await saras.send_json({"type": "watch", "conversation_id": "talk"})
        await everything(saras)
        await everything(bens)
        await say(gateway, "talk", "only for Anna")
        for socket in (annas, saras):
            while (heard := (await read_until(socket, "message"))[-1])["message"]["text"] != "only for Anna":
                pass
            assert heard["message"]["direction"] == "shopper"
        await anna.write("talk", "answered")
        assert (await read_until(saras, "message"))[-1]["message"]["agent"] == {"name": "Anna"}
        assert "only for Anna" not in str(await everything(bens))  # he may not look any more
        await saras.send_json({"type": "unwatch", "conversation_id": "talk"})
        await everything(saras)
        await say(gateway, "talk", "unwatched")
        await read_until(annas, "message")
        assert "unwatched" not in str([f for f in await everything(saras) if f["type"] == "message"])


async def test_watching_is_for_those_who_may_read(gateway: Client, sign_in: SignIn, ask_for_person: Ask) -> None:
    anna, ben = await sign_in("anna"), await sign_in("ben")
    await say(gateway, "with-bot", "hello")
    await ask_for_person("talk")
    await anna.act("talk", "take")
    async with console(ben) as (bens, _):
        for talk, code in (("talk", "desk_role"), ("with-bot", "desk_role"), ("none", "not_found")):
            await bens.send_json({"type": "watch", "conversation_id": talk})
            error = (await read_until(bens, "error"))[-1]
            assert (error["code"], error["conversation_id"]) == (code, talk)


async def test_errors_name_the_message_and_the_line_stays(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna = await sign_in("anna")
    await ask_for_person("talk")
    async with console(anna) as (annas, _):
        message = {"type": "message", "conversation_id": "talk", "client_message_id": "m1", "text": "hello"}
        await annas.send_json(message)
        error = (await read_until(annas, "error"))[-1]
        assert (error["code"], error["conversation_id"], error["client_message_id"]) == ("desk_not_owner", "talk", "m1")
        assert error["text"]
        for wrong in ({"type": "fly"}, {"type": "message"}, {**message, "text": "x" * 5000}, {"type": 5}):
            await annas.send_json(wrong)
            assert (await read_until(annas, "error"))[-1]["code"] in ("invalid", "too_long")
        for data in ("not json", "[]", "7"):
            await annas.send_str(data)
            assert (await read_until(annas, "error"))[-1]["code"] == "invalid"
        assert (await everything(annas))[-1] == {"type": "pong"}


async def test_fault_in_a_round_does_not_end_the_sweep(
    gateway: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = asyncio.Queue[None]()

    async def fail(_: Sweep) -> None:
        rounds.put_nowait(None)
        raise TimeoutError

    monkeypatch.setattr(Sweep, "round", fail)
    sweep = Sweep(database, gateway.app[DESK], every_s=0.01)
    sweep.start()
    async with asyncio.timeout(5):
        for _ in range(2):
            await rounds.get()
    await sweep.stop()


@on_both_engines("database")
async def test_ping_prolongs_the_leases_and_silence_loses_them(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask, database: Database
) -> None:
    anna, ben = await sign_in("anna"), await sign_in("ben")
    for talk in ("kept", "lost"):
        await ask_for_person(talk)
    await ask_for_person("younger")
    sweep = Sweep(database, gateway.app[DESK])
    async with console(anna) as (annas, _), console(ben) as (bens, _), line(gateway, "lost") as shopper:
        await anna.act("kept", "take")
        await ben.act("lost", "take")
        await set_lease(database, "kept", timedelta(seconds=5))
        await everything(annas)
        assert await lease(database, "kept") > datetime.now(UTC) + timedelta(seconds=30)
        await set_lease(database, "lost", timedelta(seconds=-1))
        await everything(bens)  # a lease that has run out does not come back by itself
        await sweep.round()
        back = await row(annas, "lost", "queued")
        assert (back["place"], back["agent"]) == (1, None)  # before the younger one
        assert (await row(bens, "lost", "queued"))["version"] == back["version"]
        await read_until(shopper, "owner", status="human")  # the page was told before that it waits
        frames = await read_until(shopper, "owner", status="queued")
        assert "lost" in [f["message"]["notice"] for f in frames if f["type"] == "message"]
        await ben.write("lost", "hello?", status=409)
        assert (await anna.act("lost", "take"))["agent"]["name"] == "Anna"


async def set_lease(database: Database, conversation_id: str, ahead: timedelta) -> None:
    until = datetime.now(UTC) + ahead
    with database.session() as session:
        session.execute(update(Conversation).where(Conversation.id == conversation_id).values(lease_until=until))


async def lease(database: Database, conversation_id: str) -> datetime:
    with database.reading() as session:
        until = session.scalar(select(Conversation.lease_until).where(Conversation.id == conversation_id))
    assert until is not None
    return until


async def test_changes_by_another_process_are_noticed(gateway: Client, sign_in: SignIn, database: Database) -> None:
    anna = await sign_in("anna")
    async with console(anna) as (annas, _):
        with database.session() as session:
            open_conversation(session, "elsewhere", channel="telegram", language="zh")
            ask_for_person(session, "elsewhere", reason="upset", now=datetime.now(UTC))
        await Sweep(database, gateway.app[DESK]).round()
        item = await row(annas, "elsewhere", "queued")
        assert (item["reason"], item["channel"], item["language"], item["last"]) == ("upset", "telegram", "zh", None)


async def test_places_move_up_on_the_shoppers_pages(gateway: Client, sign_in: SignIn, ask_for_person: Ask) -> None:
    anna = await sign_in("anna")
    async with console(anna), line(gateway, "second") as shopper:
        await ask_for_person("first")
        await ask_for_person("second")
        await read_until(shopper, "owner", status="queued", place=2)
        await anna.act("first", "take")
        await read_until(shopper, "owner", status="queued", place=1)


async def test_an_agent_with_two_tabs_sees_the_same_in_both(
    gateway: Client, sign_in: SignIn, ask_for_person: Ask
) -> None:
    anna = await sign_in("anna")
    await ask_for_person("talk")
    async with console(anna) as (first, _), console(anna) as (second, _), line(gateway, "talk") as shopper:
        await anna.act("talk", "take")
        message = {"type": "message", "conversation_id": "talk", "client_message_id": "m1", "text": "hi"}
        await asyncio.gather(first.send_json(message), second.send_json(message))  # sent again after a reconnect
        accepted = [(await read_until(socket, "accepted"))[-1]["seq"] for socket in (first, second)]
        assert accepted[0] == accepted[1]
        await send(shopper, "thanks", "s1")
        frames = await read_until(shopper, "accepted")
        assert [f["message"]["text"] for f in frames if f["type"] == "message"].count("hi") == 1
