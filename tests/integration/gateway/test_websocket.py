import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.gateway.texts import say as own_words
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.talk import origin, say

Frame = dict[str, Any]
Socket = aiohttp.ClientWebSocketResponse


@contextlib.asynccontextmanager
async def line(
    gateway: Client, conversation_id: str, last_seq: int = 0, headers: dict[str, str] | None = None
) -> AsyncIterator[Socket]:
    """Open a WebSocket and say hello; the welcome is still to be read."""
    async with gateway.ws_connect("/ws", headers=origin(gateway) | (headers or {})) as socket:
        await socket.send_json({"type": "hello", "conversation_id": conversation_id, "last_seq": last_seq})
        yield socket


async def read_until(socket: Socket, kind: str, **parts: Any) -> list[Frame]:
    """Return the frames up to one of a kind."""
    frames: list[Frame] = []
    async with asyncio.timeout(5):
        while not frames or frames[-1]["type"] != kind or any(frames[-1].get(k) != v for k, v in parts.items()):
            frames.append(await socket.receive_json())
    return frames


def texts(frames: list[Frame]) -> list[str]:
    return [frame["message"]["text"] for frame in frames if frame["type"] == "message"]


async def send(socket: Socket, text: str, message_id: str, **parts: Any) -> None:
    await socket.send_json({"type": "message", "client_message_id": message_id, "text": text, **parts})


async def test_line_welcomes_accepts_shows_typing_and_replies(gateway: Client, conversation_id: str) -> None:
    async with line(gateway, conversation_id) as socket:
        welcome = await socket.receive_json()
        assert (welcome["type"], welcome["messages"], welcome["cart"]["lines"]) == ("welcome", [], [])
        await send(socket, "hello", "m-1")
        frames = await read_until(socket, "cart")
    assert {"type": "accepted", "client_message_id": "m-1", "seq": 1} in frames
    assert [frame["on"] for frame in frames if frame["type"] == "typing"] == [True, False]
    assert texts(frames) == ["hello", "you said hello"]
    own, answer = (frame["message"] for frame in frames if frame["type"] == "message")
    assert (own["seq"], own["client_message_id"], own["reply"]) == (1, "m-1", None)
    assert (answer["seq"], answer["direction"], answer["reply"]["language"]) == (2, "bot", "en")


async def test_all_tabs_of_a_conversation_see_all_messages(gateway: Client, conversation_id: str) -> None:
    async with line(gateway, conversation_id) as one, line(gateway, conversation_id) as two:
        await read_until(one, "welcome")
        await read_until(two, "welcome")
        await send(one, "from one", "m-1")
        assert texts(await read_until(two, "cart")) == ["from one", "you said from one"]
        await say(gateway, conversation_id, "by REST")
        assert texts(await read_until(two, "cart")) == ["by REST", "you said by REST"]


async def test_line_comes_back_without_loss_and_doubles(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.delay_s = 0.1
    async with line(gateway, conversation_id) as socket:
        await read_until(socket, "welcome")
        await send(socket, "hello", "m-1")
        await read_until(socket, "accepted")
    async with line(gateway, conversation_id, last_seq=1) as socket:  # the answer came while nobody was there
        await send(socket, "hello", "m-1")
        frames = await read_until(socket, "accepted")
        if "you said hello" not in str(frames):
            frames += await read_until(socket, "cart")
    seen = texts(frames) + [m["text"] for m in frames[0]["messages"]]
    assert seen == ["you said hello"]
    assert len(rasa.calls) == 1
    async with line(gateway, conversation_id) as socket:
        welcome = (await read_until(socket, "welcome"))[0]
    assert [(m["seq"], m["text"]) for m in welcome["messages"]] == [(1, "hello"), (2, "you said hello")]


async def test_messages_sent_at_once_are_answered_in_order(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.delay_s = 0.01
    async with line(gateway, conversation_id) as socket:
        for number in range(5):
            await send(socket, f"m{number}", f"id-{number}")
        frames: list[Frame] = []
        for _ in range(5):
            frames += await read_until(socket, "cart")
    assert [text for text in texts(frames) if text.startswith("you")] == [f"you said m{n}" for n in range(5)]
    assert rasa.most_at_once_of_one == 1


async def test_errors_are_frames_and_the_line_stays(start_gateway: StartGateway, conversation_id: str) -> None:
    gateway = await start_gateway(rate_per_minute=2)
    async with line(gateway, conversation_id) as socket:
        await read_until(socket, "welcome")
        await send(socket, "x" * 4001, "m-1", language="zh")
        too_long = await socket.receive_json()
        assert (too_long["code"], too_long["client_message_id"]) == ("too_long", "m-1")
        await socket.send_str("no json")
        assert (await socket.receive_json())["code"] == "invalid"
        await socket.send_json({"type": "dance"})
        assert (await socket.receive_json())["code"] == "invalid"
        for number in range(2):
            await send(socket, "hi", f"ok-{number}")
            await read_until(socket, "cart")
        await send(socket, "hi", "m-2")
        limited = await socket.receive_json()
        assert (limited["code"], limited["client_message_id"]) == ("rate_limited", "m-2")
        assert limited["text"] == own_words("rate_limited", "en")
        assert limited["retry_after_s"] >= 1
        await socket.send_json({"type": "ping"})
        assert await socket.receive_json() == {"type": "pong"}


async def test_line_to_a_foreign_conversation_is_refused(
    gateway: Client, start_gateway: StartGateway, conversation_id: str
) -> None:
    await (await gateway.get("/api/session")).read()
    async with line(gateway, conversation_id) as mine:
        await read_until(mine, "welcome")
        stranger = await start_gateway()
        async with line(stranger, conversation_id) as early:  # nothing is there yet
            await read_until(early, "welcome")
            await send(mine, "my secret", "m-1")
            await read_until(mine, "cart")
            await send(early, "hi", "m-2")
            assert (await early.receive_json())["code"] == "forbidden"
        async with line(stranger, conversation_id) as late:
            assert (await late.receive_json())["code"] == "forbidden"


async def test_watcher_without_a_right_gets_nothing(gateway: Client, conversation_id: str) -> None:
    async with line(gateway, conversation_id) as early:  # opened without a cookie, before the conversation exists
        await read_until(early, "welcome")
        await (await gateway.get("/api/session")).read()
        async with line(gateway, conversation_id) as mine:
            await read_until(mine, "welcome")
            await send(mine, "my secret", "m-1")
            await read_until(mine, "cart")
            await early.send_json({"type": "ping"})
            assert await early.receive_json() == {"type": "pong"}


async def test_signing_in_or_out_closes_the_lines_of_the_session(gateway: Client, conversation_id: str) -> None:
    await (await gateway.get("/api/session")).read()
    async with line(gateway, conversation_id) as socket:
        await read_until(socket, "welcome")
        await gateway.post("/api/session/demo", json={"customer_id": "c1"}, headers=origin(gateway))
        message = await asyncio.wait_for(socket.receive(), 5)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.SERVICE_RESTART)
        assert socket.close_code == aiohttp.WSCloseCode.SERVICE_RESTART


async def test_page_of_another_site_cannot_open_a_line(gateway: Client, conversation_id: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with line(gateway, conversation_id, headers={"Origin": "https://evil.example"}):
            pass
    assert refused.value.status == 403


async def test_connections_of_one_address_are_bounded(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(max_connections_per_address=2)
    there = {"X-Forwarded-For": "203.0.113.9"}
    async with line(gateway, "one", headers=there), line(gateway, "two", headers=there):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with line(gateway, "three", headers=there):
                pass
        assert refused.value.status == 429
    async with line(gateway, "four", headers=there) as socket:
        assert (await socket.receive_json())["type"] == "welcome"
