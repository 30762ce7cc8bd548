"""`/ws`: the widget's line. The protocol stands in `openapi.yml`."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any

import orjson
from aiohttp import WSCloseCode, web
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.chat import Turn
from bot.gateway.conversation_access import Visitor
from bot.gateway.errors import ForeignOriginError, GatewayError, InvalidRequestError, RateLimitedError
from bot.gateway.incoming import Incoming
from bot.gateway.keys import CHAT, CONNECTIONS, HAND_OVER, HUB, LIMITS
from bot.gateway.presentation import owner_as_json
from bot.gateway.requests import HelloFrame, MessageBody, parse_body, parse_json
from bot.gateway.texts import Language, has_han, say
from bot.gateway.visitors import client_address, language_of, origin_is_known, session_of, visitor_of
from bot.gateway.wire import Wire
from catalog.errors import CatalogError

_LOG = logging.getLogger(__name__)
MAX_FRAME_BYTES = 64 << 10
OUTBOX = 256
HISTORY_LIMIT = 200
HELLO_TIMEOUT_S = 20.0
HEARTBEAT_S = 30.0


class Line:
    """One open WebSocket of one conversation."""

    def __init__(self, request: web.Request, wire: Wire) -> None:
        self._app = request.app
        self._wire = wire
        self._session = session_of(request)
        self._address = client_address(request)
        self._language: Language = language_of(request)
        self._held: list[dict[str, Any]] | None = None
        self._following: set[asyncio.Task[None]] = set()

    @property
    def visitor(self) -> Visitor:
        """Who is at the other end; a customer's time may run out while the line is open."""
        visitor = visitor_of(self._session)
        if self._session and self._session.customer_until_s < time.time():
            return Visitor(visitor.session_id)
        return visitor

    def post(self, frame: dict[str, Any]) -> None:
        """Take a frame for this shopper; a line that cannot keep up is closed, and comes back for what it missed."""
        if self._held is not None:
            self._held.append(frame)
        else:
            self._wire.post(frame)

    def end(self) -> None:
        """Close soon, so that the page connects anew with its new session."""
        self._wire.close_soon(WSCloseCode.SERVICE_RESTART)

    async def run(self) -> None:
        """Serve the line until it closes."""
        try:
            await self._converse()
        finally:
            for task in self._following:
                task.cancel()

    async def _converse(self) -> None:
        async with asyncio.timeout(HELLO_TIMEOUT_S):
            hello = await self._hello()
        if hello is None:
            return
        with self._app[HUB].watching(hello.conversation_id, self):
            await self._welcome(hello)
            while (frame := await self._receive()) is not None:
                await self._handle(hello.conversation_id, frame)

    async def _hello(self) -> HelloFrame | None:
        """Wait for a hello that is admitted; errors before it are answered, and the line stays."""
        while (frame := await self._receive()) is not None:
            with self._errors():
                if frame.get("type") == "ping":
                    self.post({"type": "pong"})
                    continue
                if frame.get("type") != "hello":
                    raise InvalidRequestError("hello comes first")
                hello = parse_body(HelloFrame, frame)
                self._language = hello.language or self._language
                self._app[LIMITS].take_request("hello", self._address)
                await self._app[CHAT].access.find(hello.conversation_id, self.visitor)
                return hello
        return None

    async def _welcome(self, hello: HelloFrame) -> None:
        """Send what was missed; frames that arrive meanwhile follow it."""
        self._held = []
        chat = self._app[CHAT]
        messages = await chat.history(hello.conversation_id, hello.last_seq, HISTORY_LIMIT)
        cart = await chat.carts.read(hello.conversation_id, self._language)
        owner = owner_as_json(await self._app[HAND_OVER].how_it_stands(hello.conversation_id))
        held, self._held = self._held, None
        welcome = {"conversation_id": hello.conversation_id, "messages": messages, "cart": cart, "owner": owner}
        self.post({"type": "welcome", **welcome})
        known = messages[-1]["seq"] if messages else hello.last_seq
        for frame in held:
            if frame["type"] != "message" or frame["message"]["seq"] > known:
                self.post(frame)

    async def _handle(self, conversation_id: str, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "ping":
                self.post({"type": "pong"})
            case "message":
                await self._take(conversation_id, frame)
            case "typing":
                await self._type(conversation_id, on=frame.get("on") is True)
            case _:
                with self._errors():
                    raise InvalidRequestError("unknown type")

    async def _type(self, conversation_id: str, *, on: bool) -> None:
        with self._errors():
            conversation = await self._app[CHAT].access.find(conversation_id, self.visitor)
            if conversation is not None:
                self._app[HUB].tell_listeners(conversation, {"type": "shopper_typing", "on": on})

    async def _take(self, conversation_id: str, frame: dict[str, Any]) -> None:
        given = frame.get("client_message_id")
        message_id = given if isinstance(given, str) else None
        with self._errors(message_id):
            body = parse_body(MessageBody, {key: value for key, value in frame.items() if value is not None})
            self._language = "zh" if has_han(body.text) else body.language or self._language
            self._app[LIMITS].take_message(conversation_id, self._address)
            incoming = Incoming(
                conversation_id, body.text, "web", body.payload or None, body.client_message_id, body.language
            )
            turn = await self._app[CHAT].take(incoming, self.visitor)
            stored = await turn.stored
            self.post({"type": "accepted", "client_message_id": message_id, "seq": stored.seq})
            self._follow(self._watch(turn, message_id))

    async def _watch(self, turn: Turn, message_id: str | None) -> None:
        with self._errors(message_id):
            await asyncio.shield(turn.finished)

    def _follow(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _receive(self) -> dict[str, Any] | None:
        """Return the next frame, None at the end; what is not a JSON object is answered with an error."""
        while (text := await self._wire.receive()) is not None:
            try:
                self._app[LIMITS].take_request("frame", self._address)
            except RateLimitedError as error:  # pings and hellos without end: the line is closed
                self._report(error)
                return None
            try:
                frame = parse_json(text.encode("utf-8", "replace"))
            except orjson.JSONDecodeError:
                frame = None
            if isinstance(frame, dict):
                return frame
            with self._errors():
                raise InvalidRequestError("not a JSON object")
        return None

    @contextlib.contextmanager
    def _errors(self, message_id: str | None = None) -> Iterator[None]:
        try:
            yield
        except GatewayError as error:
            self._report(error, message_id)

    def _report(self, error: GatewayError, message_id: str | None = None) -> None:
        frame: dict[str, Any] = {"type": "error", "code": error.code, "text": say(error.code, self._language)}
        if message_id:
            frame["client_message_id"] = message_id
        if error.retry_after_s:
            frame["retry_after_s"] = error.retry_after_s
        self.post(frame)


async def open_line(request: web.Request) -> web.StreamResponse:
    """Upgrade to a WebSocket, unless a foreign page asks or too many are open."""
    if "Origin" in request.headers and not origin_is_known(request):
        raise ForeignOriginError(request.headers["Origin"][:100])
    with request.app[CONNECTIONS].admitted(client_address(request)):
        socket = web.WebSocketResponse(max_msg_size=MAX_FRAME_BYTES, heartbeat=HEARTBEAT_S)
        await socket.prepare(request)
        wire = Wire(request, socket, room=OUTBOX)
        async with wire.sending():
            try:
                await Line(request, wire).run()
            except TimeoutError:
                wire.close_soon(WSCloseCode.OK)
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("the database failed under a line: %s", type(error).__name__)
                wire.close_soon(WSCloseCode.TRY_AGAIN_LATER)
    return socket


ROUTES = (web.get("/ws", open_line),)
