"""A desk to try the console on: speaks bot/desk/protocol.md, keeps everything in memory, and checks what it is sent."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.gateway.keys import SETTINGS
from bot.gateway.middleware import secure
from bot.gateway.routes import desk_page, pages
from bot.gateway.settings import GatewaySettings
from tests.e2e.scripted_desk_people import AGENTS, CANNED, INTENTS, ScriptedChat, agent_of, first_chats
from tests.e2e.scripted_shop import card

PASSWORD = "correct horse battery"
COOKIE = "shopkeeper_desk"
SIGN_IN_AGAIN = 4401


class DeskRefusalError(Exception):
    """What the desk answers instead of doing it."""

    def __init__(self, status: int, code: str, text: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.text, self.retry_after_s = status, code, text, retry_after_s


def now(ago_s: float = 0) -> str:
    """Return the time of now, or `ago_s` seconds before, as the protocol writes it."""
    return (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()


class ScriptedDesk:
    """The server: tests look at `chats`, `agents` and `frames`, and make things happen by the other public methods."""

    def __init__(self) -> None:
        self.agents: dict[int, dict[str, Any]] = {agent["id"]: dict(agent) for agent in AGENTS}
        self.chats: dict[str, ScriptedChat] = first_chats()
        self.frames: list[dict[str, Any]] = []
        self.corrections: list[dict[str, Any]] = []
        self.tries_left = 5
        self.url = ""
        self.refuse_messages_with: tuple[str, str] | None = None
        self.slow_s = 0.0
        self.closed = False
        self.ended = False
        self.cut_after_message = False
        self._lines: dict[web.WebSocketResponse, int] = {}
        self._watched: dict[web.WebSocketResponse, set[str]] = {}
        self._ids = itertools.count(100)

    def app(self) -> web.Application:
        """Build the application, with the gateway's own page, files and security headers around it."""
        app = web.Application(middlewares=[secure, self._answer])
        app[SETTINGS] = GatewaySettings(demo=True)
        pages.set_up_templates(app)
        app.add_routes([*desk_page.ROUTES, *pages.ROUTES])
        one = "/desk/api/conversations/{id}"
        app.add_routes([
            web.post("/desk/api/session", self._sign_in),
            web.get("/desk/api/session", self._session),
            web.delete("/desk/api/session", self._sign_out),
            web.get("/desk/api/conversations", self._board),
            web.get(one, self._conversation),
            web.get(f"{one}/messages", self._earlier),
            web.post(f"{one}/{{action:take|assign|hand-back|close}}", self._change),
            web.post(f"{one}/notes", self._note),
            web.post(f"{one}/draft", self._draft),
            web.post(f"{one}/corrections", self._correct),
            web.get("/desk/api/intents", self._fixed({"intents": INTENTS})),
            web.get("/desk/api/canned-replies", self._fixed({"replies": CANNED})),
            web.get("/desk/api/products", self._products),
            web.post("/desk/api/presence", self._presence),
            web.get("/desk/api/overview", self._overview),
            web.get("/desk/ws", self._line),
        ])  # fmt: skip
        return app

    # What tests make happen

    async def say(self, conversation_id: str, text: str, direction: str = "shopper", **more: Any) -> None:
        """Let somebody say something."""
        chat = self.chats[conversation_id]
        message = chat.add(direction, text, now(), **more)
        if direction == "shopper" and chat.item["status"] == "human":
            chat.item["unread"] += 1
        frame = {"type": "message", "conversation_id": conversation_id, "message": message}
        await self._tell(chat, frame | {"unread": chat.item["unread"]})

    async def type(self, conversation_id: str, on: bool = True) -> None:
        """Let the shopper type."""
        chat = self.chats[conversation_id]
        await self._tell(chat, {"type": "typing", "conversation_id": conversation_id, "on": on, "who": "shopper"})

    async def give(self, conversation_id: str, status: str, agent_id: int | None = None) -> None:
        """Change who has a conversation, and tell everybody."""
        chat = self.chats[conversation_id]
        chat.change(status, agent_of(self.agents, agent_id))
        for line in list(self._lines):
            await line.send_json({"type": "item", "item": chat.item})

    async def cut(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Break all lines."""
        for line in list(self._lines):
            await line.close(code=code)

    def frames_of(self, kind: str) -> list[dict[str, Any]]:
        """Return the frames of a type that came so far."""
        return [frame for frame in self.frames if frame["type"] == kind]

    # The API

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            if request.path.startswith("/desk/api/"):
                await asyncio.sleep(self.slow_s)
                self._check(request)
            response: web.StreamResponse = await handler(request)
            return response
        except DeskRefusalError as refusal:
            body = {"error": {"code": refusal.code, "text": refusal.text}}
            headers = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s else {}
            return web.json_response(body, status=refusal.status, headers=headers)

    def _check(self, request: web.Request) -> None:
        signing_in = request.path == "/desk/api/session" and request.method == "POST"
        if request.method != "GET":
            if request.headers.get("Origin") != f"http://{request.host}":
                raise DeskRefusalError(403, "origin")
            if not signing_in and request.headers.get("X-Desk-Token") != self._token(self._me(request)):
                raise DeskRefusalError(403, "origin", "wrong token")
        if not signing_in:
            self._me(request)

    def _me(self, request: web.Request) -> int:
        agent_id = int(request.cookies.get(COOKIE, "0"))
        if agent_id not in self.agents or self.ended:
            raise DeskRefusalError(401, "desk_sign_in")
        return agent_id

    @staticmethod
    def _token(agent_id: int) -> str:
        return f"token-{agent_id}"

    def _session_of(self, agent_id: int) -> dict[str, Any]:
        shop = {"currencies": ["USD", "CNY"], "hours": "Mon-Fri 09:00-18:00 Europe/Berlin", "open": True}
        agent = self.agents[agent_id]
        return {"agent": agent, "token": self._token(agent_id), "expires_at": now(-43200), "shop": shop}

    async def _sign_in(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.tries_left <= 0:
            raise DeskRefusalError(429, "rate_limited", "Too many tries.", retry_after_s=3)
        agent = next((agent for agent in self.agents.values() if agent["login"] == body["login"]), None)
        if agent is None or body["password"] != PASSWORD:
            self.tries_left -= 1
            raise DeskRefusalError(401, "desk_sign_in", "Wrong login or password.")
        response = web.json_response(self._session_of(agent["id"]))
        response.set_cookie(COOKIE, str(agent["id"]), httponly=True, samesite="Strict")
        return response

    async def _session(self, request: web.Request) -> web.Response:
        return web.json_response(self._session_of(self._me(request)))

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = web.json_response({})
        response.del_cookie(COOKIE)
        return response

    def _lists(self, agent_id: int) -> dict[str, Any]:
        items = [chat.item for chat in self.chats.values()]
        human = [item for item in items if item["status"] == "human"]
        others = [item for item in human if item["agent"]["id"] != agent_id]
        return {
            "queue": [item for item in items if item["status"] == "queued"],
            "mine": [item for item in human if item["agent"]["id"] == agent_id],
            "others": others if self.agents[agent_id]["role"] == "supervisor" else [],
        }

    async def _board(self, request: web.Request) -> web.Response:
        return web.json_response(self._lists(self._me(request)))

    def _chat(self, request: web.Request) -> ScriptedChat:
        chat = self.chats.get(request.match_info["id"])
        if chat is None:
            raise DeskRefusalError(404, "not_found", "No such conversation.")
        return chat

    async def _conversation(self, request: web.Request) -> web.Response:
        chat, me = self._chat(request), self._me(request)
        queued = chat.item["status"] == "queued"
        if not (queued or me in chat.had or self.agents[me]["role"] == "supervisor"):
            raise DeskRefusalError(403, "desk_role", "Not your conversation.")
        return web.json_response(chat.conversation(me))

    async def _earlier(self, request: web.Request) -> web.Response:
        before = int(request.query["before"])
        earlier = [message for message in self._chat(request).messages if message["seq"] < before]
        return web.json_response({"messages": earlier[-100:], "more": len(earlier) > 100})

    async def _change(self, request: web.Request) -> web.Response:
        chat, me, action = self._chat(request), self._me(request), request.match_info["action"]
        owner = (chat.item["agent"] or {}).get("id")
        if action == "take":
            if chat.item["status"] != "queued":
                raise DeskRefusalError(409, "desk_not_owner", "Somebody else has it.")
            await self.give(chat.item["conversation_id"], "human", me)
        else:
            if owner != me and not (action == "assign" and self.agents[me]["role"] == "supervisor"):
                raise DeskRefusalError(409, "desk_not_owner", "Somebody else has it.")
            to = (await request.json()).get("agent_id") if action == "assign" else None
            status = {"assign": "human", "hand-back": "bot", "close": "closed"}[action]
            await self.give(chat.item["conversation_id"], status, to)
        return web.json_response(chat.item)

    async def _note(self, request: web.Request) -> web.Response:
        chat, text = self._chat(request), (await request.json())["text"]
        note = {"id": next(self._ids), "agent": agent_of(self.agents, self._me(request)), "text": text}
        note["created_at"] = now()
        chat.notes.append(note)
        await self._tell(chat, {"type": "note", "conversation_id": chat.item["conversation_id"], "note": note})
        return web.json_response(note)

    async def _draft(self, request: web.Request) -> web.Response:
        last = self._chat(request).messages[-1]["text"]
        if "weather" in last:
            return web.json_response({"text": "", "from": "none", "sources": []})
        source = {"document": "Returns", "section": "How to return something", "version": "2026-09"}
        text = "You can return the boots within 30 days."
        return web.json_response({"text": text, "from": "generated", "sources": [source]})

    async def _correct(self, request: web.Request) -> web.Response:
        chat, body = self._chat(request), await request.json()
        correction = {"id": next(self._ids), "seq": body["seq"], "intent": body.get("intent")}
        correction |= {"answer": body.get("answer"), "agent": agent_of(self.agents, self._me(request))}
        correction["created_at"] = now()
        self.corrections.append(correction)
        next(message for message in chat.messages if message["seq"] == body["seq"])["correction"] = correction
        return web.json_response(correction)

    async def _products(self, request: web.Request) -> web.Response:
        numbers = {"": (4,), "watch": (1, 2, 3)}.get(request.query["q"], ())
        currency = "CNY" if request.query["lang"] == "zh" else "USD"
        return web.json_response({"cards": [card(number, currency=currency) for number in numbers]})

    async def _presence(self, request: web.Request) -> web.Response:
        agent = self.agents[self._me(request)]
        agent["away"] = (await request.json())["away"]
        agent["on"] = not agent["away"]
        for line in list(self._lines):
            await line.send_json({"type": "agents", "agents": list(self.agents.values())})
        return web.json_response(agent)

    async def _overview(self, request: web.Request) -> web.Response:
        if self.agents[self._me(request)]["role"] != "supervisor":
            raise DeskRefusalError(403, "desk_role", "For supervisors.")
        numbers = {"waiting": 2, "longest_wait_s": 400, "median_wait_s": 48, "takes": 17}
        return web.json_response(numbers | {"agents": list(self.agents.values())})

    @staticmethod
    def _fixed(answer: dict[str, Any]) -> Any:
        async def handler(request: web.Request) -> web.Response:
            return web.json_response(answer)

        return handler

    # The line

    async def _line(self, request: web.Request) -> web.WebSocketResponse:
        if self.closed or self.ended:
            raise DeskRefusalError(401 if self.ended else 503, "desk_sign_in")
        line = web.WebSocketResponse()
        await line.prepare(request)
        hello = await line.receive_json()
        me = int(request.cookies.get(COOKIE, "0"))
        if hello != {"type": "hello", "token": self._token(me)} or me not in self.agents:
            await line.close(code=SIGN_IN_AGAIN)
            return line
        self._lines[line], self._watched[line] = me, set()
        people = {"agent": self.agents[me], "agents": list(self.agents.values())}
        await line.send_json({"type": "welcome", **people, **self._lists(me)})
        async for received in line:
            if received.type == WSMsgType.TEXT:
                await self._frame(line, me, received.json())
        del self._lines[line], self._watched[line]
        return line

    async def _frame(self, line: web.WebSocketResponse, me: int, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        kind = frame["type"]
        if kind == "ping":
            return await line.send_json({"type": "pong"})
        chat = self.chats[frame["conversation_id"]]
        if kind in {"watch", "unwatch"}:
            (self._watched[line].add if kind == "watch" else self._watched[line].discard)(frame["conversation_id"])
        elif kind == "read":
            chat.item["unread"] = 0
        elif kind == "message":
            await self._message(line, me, chat, frame)
        return None

    async def _message(self, line: web.WebSocketResponse, me: int, chat: ScriptedChat, frame: dict[str, Any]) -> None:
        same = {key: frame[key] for key in ("conversation_id", "client_message_id")}
        assert len(frame["client_message_id"]) <= 40
        if self.refuse_messages_with or (chat.item["agent"] or {}).get("id") != me:
            code, text = self.refuse_messages_with or ("desk_not_owner", "Somebody else has it.")
            return await line.send_json({"type": "error", "code": code, "text": text, **same})
        known = [m for m in chat.messages if m["client_message_id"] == frame["client_message_id"]]
        if not known:
            cards = [card(int(product.removeprefix("watch-"))) for product in frame["product_ids"]]
            reply = {"text": frame["text"], "language": "en", "cards": cards, "sources": [], "quick_replies": []}
            more = {"client_message_id": frame["client_message_id"], "agent": {"name": self.agents[me]["name"]}}
            known = [chat.add("agent", frame["text"], now(), reply=reply if cards else None, **more)]
        if self.cut_after_message:
            self.cut_after_message = False
            return await self.cut()
        await line.send_json({"type": "accepted", "seq": known[0]["seq"], **same})
        about = {"type": "message", "conversation_id": frame["conversation_id"], "unread": chat.item["unread"]}
        return await self._tell(chat, about | {"message": known[0]})

    async def _tell(self, chat: ScriptedChat, frame: dict[str, Any]) -> None:
        owner = (chat.item["agent"] or {}).get("id")
        for line, agent_id in list(self._lines.items()):
            if agent_id == owner or chat.item["conversation_id"] in self._watched[line]:
                await line.send_json(frame)
