import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from bot.gateway import wire as module
from bot.gateway.wire import Wire

Served = Callable[[Wire], Awaitable[None]]
BIG = {"text": "x" * 60_000}


@contextlib.asynccontextmanager
async def served(serve: Served, room: int = 8) -> AsyncIterator[tuple[aiohttp.ClientWebSocketResponse, asyncio.Event]]:
    """Connect to a wire that a function serves; give the client's side, and an event that its handler has ended."""
    ended = asyncio.Event()

    async def handle(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        wire = Wire(request, socket, room=room)
        try:
            async with wire.sending():
                await serve(wire)
        finally:
            ended.set()
        return socket

    app = web.Application()
    app.router.add_get("/", handle)
    client: TestClient[web.Request, web.Application]
    async with TestClient(TestServer(app)) as client, client.ws_connect("/", autoclose=False) as socket:
        yield socket, ended


async def _read_to_the_end(wire: Wire) -> None:
    while await wire.receive() is not None:
        pass


async def test_wire_waits_for_the_answer_to_its_close() -> None:
    async def serve(wire: Wire) -> None:
        asyncio.get_running_loop().call_later(0.05, wire.close_soon, 1012)
        asyncio.get_running_loop().call_later(0.06, wire.close_soon, 1013)  # too late
        await _read_to_the_end(wire)

    async with served(serve) as (socket, ended):
        message = await socket.receive(timeout=5)
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1012)
        await asyncio.sleep(0.1)
        assert not ended.is_set(), "hung up before the client has answered: the code could be lost"
        await socket.send_str("was on its way")
        await socket.close(code=1012)
        await asyncio.wait_for(ended.wait(), 5)


async def test_wire_sends_what_was_posted_before_its_end_and_nothing_after() -> None:
    async def serve(wire: Wire) -> None:
        for number in range(3):
            wire.post({"n": number})
        wire.close_soon(4401)
        wire.post({"n": 3})
        assert await wire.receive() is None

    async with served(serve) as (socket, _):
        frames = [await socket.receive(timeout=5) for _ in range(4)]
        assert [frame.data for frame in frames] == ['{"n":0}', '{"n":1}', '{"n":2}', 4401]


async def test_wire_whose_client_reads_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLUSH_TIMEOUT_S", 0.1)
    monkeypatch.setattr(module, "CLOSE_TIMEOUT_S", 0.1)

    async def serve(wire: Wire) -> None:
        async def fill() -> None:
            while True:
                wire.post(BIG)
                await asyncio.sleep(0)

        filling = asyncio.create_task(fill())
        await _read_to_the_end(wire)
        filling.cancel()

    async with served(serve) as (_, ended):  # the client takes nothing
        await asyncio.wait_for(ended.wait(), 5)


async def test_wire_hangs_up_where_a_frame_is_not_taken_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND_TIMEOUT_S", 0.1)

    async def serve(wire: Wire) -> None:
        for _ in range(500):
            wire.post(BIG)
        await _read_to_the_end(wire)

    async with served(serve, room=500) as (_, ended):
        await asyncio.wait_for(ended.wait(), 5)


async def test_wire_ends_quietly_where_the_client_has_gone() -> None:
    gone = asyncio.Event()

    async def serve(wire: Wire) -> None:
        await _read_to_the_end(wire)
        gone.set()
        for _ in range(5):
            wire.post(BIG)

    async with served(serve) as (socket, ended):
        await socket.close(code=1001)
        await asyncio.wait_for(ended.wait(), 0.5)
        assert gone.is_set()
