"""One WebSocket of a shopper or an agent: what goes out, what comes in, and the code that it closes with."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from bot.gateway.presentation import JsonObject

SEND_TIMEOUT_S = 15.0
FLUSH_TIMEOUT_S = 1.0
CLOSE_TIMEOUT_S = 5.0
_ENDS = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED)


class Wire:
    """An upgraded connection that others may write to, or ask to close, at any time.

    It is closed by the task that reads it, when nobody reads: only then is the other side's answer to the close waited
    for. A connection that is hung up before may take the code with it, and the other side sees 1006.

    Args:
        request: the request that was upgraded.
        socket: its WebSocket.
        room: how many frames may wait to be sent.
    """

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, *, room: int) -> None:
        self._request = request
        self._socket = socket
        self._outbox: asyncio.Queue[JsonObject] = asyncio.Queue(room)
        self._code: int | None = None
        self._reading: asyncio.Timeout | None = None

    def post(self, frame: JsonObject) -> None:
        """Take a frame without waiting; where there is no room, the wire is closed with 1013: come back."""
        if self._code is not None:
            return
        try:
            self._outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.close_soon(WSCloseCode.TRY_AGAIN_LATER)

    def close_soon(self, code: int) -> None:
        """Let `receive` end; the wire closes with this code when its context ends. The first code counts."""
        if self._code is not None:
            return
        self._code = code
        if self._reading is not None:
            self._reading.reschedule(asyncio.get_running_loop().time())

    async def receive(self) -> str | None:
        """Return the next text; None when the other side has gone, or the wire is to close."""
        while self._code is None:
            try:
                async with asyncio.timeout(None) as self._reading:
                    message = await self._socket.receive()
            except TimeoutError:
                return None
            finally:
                self._reading = None
            if message.type in _ENDS:
                return None
            if message.type is WSMsgType.TEXT:
                return str(message.data)
        return None

    @contextlib.asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send what is posted while the context lasts; then send the rest and close."""
        sender = asyncio.create_task(self._send_for_ever(), name="wire-sender")
        try:
            yield
            await self._flush(sender)
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender
        await self._close()

    async def _send_for_ever(self) -> None:
        while True:
            frame = await self._outbox.get()
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await self._socket.send_str(orjson.dumps(frame).decode())
            except (ConnectionError, TimeoutError):
                self._hang_up()
                return
            self._outbox.task_done()

    async def _flush(self, sender: asyncio.Task[None]) -> None:
        sent = asyncio.create_task(self._outbox.join())
        await asyncio.wait({sent, sender}, timeout=FLUSH_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
        sent.cancel()

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._socket.close(code=WSCloseCode.OK if self._code is None else self._code)
        except TimeoutError:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()
