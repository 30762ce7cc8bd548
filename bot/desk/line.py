"""`/desk/ws`: an agent's line. The protocol stands in `protocol.md`."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.desk.access import check_own_origin, desk_errors, signed_in_agent
from bot.desk.agent_sessions import AgentSession
from bot.desk.bodies import ConversationFrame, HelloFrame, ReadFrame, SayFrame, TypingFrame
from bot.desk.changes import LEASE
from bot.desk.desk import is_supervisor
from bot.desk.errors import DeskNotOwnerError, DeskSignInError
from bot.desk.keys import AGENT_LIMITS, AGENT_SESSIONS, DESK
from bot.desk.presentation import agent_as_json, item_as_json
from bot.gateway.errors import BusyError, GatewayError, InvalidRequestError
from bot.gateway.keys import CONNECTIONS, DATABASE
from bot.gateway.presentation import JsonObject
from bot.gateway.requests import parse_body, parse_json
from bot.gateway.texts import Language, say
from bot.gateway.visitors import client_address, language_of
from bot.gateway.wire import Wire
from catalog.errors import CatalogError
from catalog.repositories.agents import AgentView, note_seen
from catalog.repositories.ownership import renew

_LOG = logging.getLogger(__name__)
B = TypeVar("B", bound=BaseModel)
MAX_FRAME_BYTES = 64 << 10
OUTBOX = 1024
MAX_WATCHED = 20
HELLO_TIMEOUT_S = 20.0
SILENCE_S = 45.0
SIGN_IN_AGAIN, COME_BACK, RESTART = 4401, 1013, 1012


class Line:
    """One open WebSocket of one agent.

    Args:
        app: the gateway.
        wire: an upgraded connection.
        session: the sign-in of its cookie.
        agent: who that is.
        language: of errors.
    """

    def __init__(
        self,
        app: web.Application,
        wire: Wire,
        session: AgentSession,
        agent: AgentView,
        language: Language,
    ) -> None:
        self.agent_id = agent.agent_id
        self.sees_all = is_supervisor(agent)
        self.watching: set[str] = set()
        self._desk = app[DESK]
        self._sessions = app[AGENT_SESSIONS]
        self._limits = app[AGENT_LIMITS]
        self._database = app[DATABASE]
        self._wire = wire
        self.session = session
        self._agent = agent
        self._language: Language = language

    def post(self, frame: JsonObject) -> None:
        """Take a frame for this agent; a line that cannot keep up is closed, and comes back for the whole picture."""
        self._wire.post(frame)

    def end(self) -> None:
        """Close soon: the sign-in has ended."""
        self._wire.close_soon(SIGN_IN_AGAIN)

    def restart(self) -> None:
        """Close soon: the server restarts."""
        self._wire.close_soon(RESTART)

    async def run(self) -> None:
        """Serve the line until it closes."""
        try:
            await self._converse()
        finally:
            self._desk.board.leave(self)

    async def _converse(self) -> None:
        async with asyncio.timeout(HELLO_TIMEOUT_S):
            hello = await self._receive()
        if hello is None or not self._may_enter(hello):
            self.end()
            return
        await self._seen()
        self._desk.board.join(self)  # before the lists are read: what changes meanwhile follows them
        await self._welcome()
        self._desk.agents_changed()
        while True:
            async with asyncio.timeout(SILENCE_S):
                frame = await self._receive()
            if frame is None:
                return
            await self._handle(frame)

    def _may_enter(self, hello: JsonObject) -> bool:
        try:
            body = parse_body(HelloFrame, hello)
        except GatewayError:
            return False
        return hello.get("type") == "hello" and self._sessions.token_is_right(self.session, body.token)

    async def _welcome(self) -> None:
        queue, mine, others = await self._desk.lists(self._agent)
        lists = {"queue": queue, "mine": mine, "others": others}
        rows = {name: [item_as_json(item) for item in items] for name, items in lists.items()}
        agents = await self._desk.agents()
        self.post({"type": "welcome", "agent": agent_as_json(self._agent), **rows, "agents": agents})

    async def _handle(self, frame: JsonObject) -> None:
        with self._errors(frame):
            match frame.get("type"):
                case "ping":
                    await self._seen()
                    self.post({"type": "pong"})
                case "message":
                    await self._say(self._body(SayFrame, frame))
                case "typing":
                    typing = self._body(TypingFrame, frame)
                    if await self._desk.type(self._agent, typing.conversation_id, on=typing.on):
                        self._desk.board.tell_typing(typing.conversation_id, self, on=typing.on)
                case "read":
                    read = self._body(ReadFrame, frame)
                    await self._desk.read(self._agent, read.conversation_id, read.seq)
                case "watch":
                    await self._watch(self._body(ConversationFrame, frame).conversation_id)
                case "unwatch":
                    self.watching.discard(self._body(ConversationFrame, frame).conversation_id)
                case _:
                    raise InvalidRequestError("unknown type")

    async def _say(self, said: SayFrame) -> None:
        stored = await self._desk.send(
            self._agent, said.conversation_id, said.client_message_id, said.text, said.product_ids
        )
        self.post(
            {
                "type": "accepted",
                "conversation_id": said.conversation_id,
                "client_message_id": said.client_message_id,
                "seq": stored.seq,
            }
        )

    async def _watch(self, conversation_id: str) -> None:
        if len(self.watching) >= MAX_WATCHED:
            raise InvalidRequestError(f"at most {MAX_WATCHED} conversations are looked at")
        await self._desk.readable(self._agent, conversation_id)
        self.watching.add(conversation_id)

    async def _seen(self) -> None:
        """Note that the agent is there and prolong their leases.

        Raises:
            DeskSignInError: the account is disabled, or the password has changed.
        """
        version = await self._database.run(_seen, self.agent_id)
        if version != self.session.credential_version:
            raise DeskSignInError("the sign-in has ended")

    @staticmethod
    def _body(kind: type[B], frame: JsonObject) -> B:
        return parse_body(kind, {key: value for key, value in frame.items() if value is not None})

    async def _receive(self) -> JsonObject | None:
        """Return the next frame, None at the end; what is not a JSON object is answered with an error."""
        while (text := await self._wire.receive()) is not None:
            try:
                frame = parse_json(text.encode("utf-8", "replace"))
            except orjson.JSONDecodeError:
                frame = None
            if isinstance(frame, dict):
                try:
                    self._limits.take_request("frame", str(self.agent_id))
                except GatewayError as error:
                    self._report(error, frame)
                    return None
                return frame
            self._report(InvalidRequestError("not a JSON object"), {})
        return None

    @contextlib.contextmanager
    def _errors(self, frame: JsonObject) -> Iterator[None]:
        """Answer what is wrong with a frame; a sign-in that has ended closes the line."""
        try:
            with desk_errors():
                yield
        except DeskSignInError:
            self.end()
        except GatewayError as error:
            self._report(error, frame)
        except (CatalogError, SQLAlchemyError) as error:
            _LOG.error("the database failed under an agent's line: %s", type(error).__name__)
            self._report(BusyError(retry_after_s=2), frame)

    def _report(self, error: GatewayError, frame: JsonObject) -> None:
        answer: JsonObject = {"type": "error", "code": error.code, "text": say(error.code, self._language)}
        for key in ("conversation_id", "client_message_id"):
            if isinstance(frame.get(key), str):
                answer[key] = frame[key][:64]
        if error.retry_after_s:
            answer["retry_after_s"] = error.retry_after_s
        self.post(answer)
        if isinstance(error, DeskNotOwnerError) and isinstance(frame.get("conversation_id"), str):
            self._desk.announce_soon(frame["conversation_id"][:64])


async def open_line(request: web.Request) -> web.StreamResponse:
    """Upgrade to a WebSocket, for an agent who is signed in and a page of this server."""
    check_own_origin(request)
    session, agent = await signed_in_agent(request)
    language = language_of(request)
    with request.app[CONNECTIONS].admitted(client_address(request)):
        socket = web.WebSocketResponse(max_msg_size=MAX_FRAME_BYTES, heartbeat=SILENCE_S)
        await socket.prepare(request)
        wire = Wire(request, socket, room=OUTBOX)
        async with wire.sending():
            try:
                await Line(request.app, wire, session, agent, language).run()
            except DeskSignInError:
                wire.close_soon(SIGN_IN_AGAIN)
            except TimeoutError:
                wire.close_soon(COME_BACK)
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("the database failed under an agent's line: %s", type(error).__name__)
                wire.close_soon(COME_BACK)
    return socket


def _seen(session: Session, agent_id: int) -> int | None:
    now = datetime.now(UTC)
    version = note_seen(session, agent_id, now=now)
    if version is not None:
        renew(session, agent_id, now=now, lease=LEASE)
    return version


ROUTES = (web.get("/desk/ws", open_line),)
