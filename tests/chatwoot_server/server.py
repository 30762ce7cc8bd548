"""The server itself: contacts, conversations and messages of one account, agents who act, and faults on demand."""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk.chatwoot.signatures import SIGNATURE, TIMESTAMP, sign
from tests.chatwoot_server.rules import violations

TOKEN = "test-token-of-an-administrator"
SECRET = "test-secret-of-the-webhook"
ACCOUNT = 7
INBOX = 45
Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A failing answer: an HTTP status, or (0) none at all; `after` says whether the request was carried out."""

    status: int
    after: bool = False


@dataclass
class Chat:
    """A conversation in Chatwoot."""

    number: int
    contact_id: int
    source_id: str
    custom_attributes: Json
    status: str = "open"
    messages: list[Json] = field(default_factory=list)

    def texts(self, *, private: bool, kind: str = "incoming") -> list[str]:
        """Return what was said by one side."""
        wanted = {"incoming": 0, "outgoing": 1}[kind]
        return [m["content"] for m in self.messages if m["private"] is private and m["message_type"] == wanted]

    @property
    def said(self) -> list[str]:
        """What the shopper said."""
        return self.texts(private=False)

    @property
    def notes(self) -> list[str]:
        """The private notes."""
        return self.texts(private=True, kind="outgoing")


class ChatwootServer:
    """One account with one API inbox."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.calls: list[tuple[str, str]] = []
        self.contacts: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.members: list[Json] = []
        self.fault: Callable[[str, str], Fault | None] = lambda _method, _path: None
        self.webhook: str | None = None
        self.signs = True
        self.webhooks_lost = False
        self._numbers = itertools.count(1000)
        self._server: TestServer | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}"

    async def start(self) -> None:
        """Listen."""
        base = f"/api/v1/accounts/{ACCOUNT}"
        app = web.Application()
        for method, path, handler in (
            ("GET", "/contacts/search", self._search_contacts),
            ("POST", "/contacts", self._create_contact),
            ("GET", "/contacts/{id}/conversations", self._contact_conversations),
            ("POST", "/conversations", self._create_conversation),
            ("GET", "/conversations/{id}", self._show),
            ("POST", "/conversations/{id}/toggle_status", self._toggle_status),
            ("GET", "/conversations/{id}/messages", self._messages),
            ("POST", "/conversations/{id}/messages", self._create_message),
            ("GET", "/inbox_members/{id}", self._inbox_members),
        ):
            app.router.add_route(method, base + path, self._guarded(path, handler))
        app.router.add_route("*", "/{path:.*}", self._unknown)
        self._server = TestServer(app)
        await self._server.start_server(shutdown_timeout=0.1)

    async def stop(self) -> None:
        """End."""
        if self._server is not None:
            await self._server.close()

    def employ(self, user_id: int, name: str, availability: str = "online") -> Json:
        """Make an agent, who is there."""
        agent = {
            "id": user_id,
            "account_id": ACCOUNT,
            "availability_status": availability,
            "name": name,
            "available_name": name,
            "email": f"{name.lower()}@example.com",
            "role": "agent",
        }
        self.members.append(agent)
        return agent

    @property
    def chat(self) -> Chat:
        """The only conversation."""
        (chat,) = self.chats.values()
        return chat

    def count(self, method: str, path: str) -> int:
        """Return how often a call was made; `path` as the reference writes it."""
        return self.calls.count((method, path))

    async def until(self, condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait until something is the case."""
        async with asyncio.timeout(timeout_s):
            while not condition():  # noqa: ASYNC110  (the shop's database changes too, which tells nobody here)
                await asyncio.sleep(0.02)

    async def reply(self, agent: Json, text: str, chat: Chat | None = None, **fields: Any) -> int:
        """Let an agent write; returns how the webhook was answered, 0 where it was lost."""
        chat = chat or self.chat
        message = self._add(chat, text, 1, private=False, sender=_user(agent)) | fields
        chat.messages[-1] = message
        return await self.send_webhook(self.message_event(chat, message))

    async def note(self, agent: Json, text: str) -> int:
        """Let an agent write a private note; returns how the webhook was answered."""
        message = self._add(self.chat, text, 1, private=True, sender=_user(agent))
        return await self.send_webhook(self.message_event(self.chat, message))

    async def change_status(self, status: str, chat: Chat | None = None) -> int:
        """Let an agent change a conversation's status; returns how the webhook was answered."""
        chat = chat or self.chat
        chat.status = status
        return await self.send_webhook(self.status_event(chat))

    def message_event(self, chat: Chat, message: Json) -> Json:
        """Return `message_created`."""
        return {
            "event": "message_created",
            "account": {"id": ACCOUNT, "name": "Shop"},
            "additional_attributes": {},
            "content_attributes": message["content_attributes"],
            "content_type": "text",
            "content": message["content"],
            "conversation": self.conversation(chat),
            "created_at": "2026-11-27T09:00:00.000Z",
            "id": message["id"],
            "inbox": {"id": INBOX, "name": "Assistant"},
            "message_type": {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}[message["message_type"]],
            "private": message["private"],
            "sender": message["sender"],
            "source_id": None,
        } | ({"attachments": message["attachments"]} if "attachments" in message else {})

    def status_event(self, chat: Chat) -> Json:
        """Return `conversation_status_changed`."""
        changed = [{"status": {"previous_value": "open", "current_value": chat.status}}]
        return self.conversation(chat) | {"event": "conversation_status_changed", "changed_attributes": changed}

    def typing_event(self, agent: Json, *, on: bool, private: bool = False) -> Json:
        """Return `conversation_typing_on` or `…_off`."""
        return {
            "event": f"conversation_typing_{'on' if on else 'off'}",
            "user": _user(agent),
            "conversation": self.conversation(self.chat),
            "is_private": private,
        }

    def conversation(self, chat: Chat) -> Json:
        """Return a conversation as webhooks and the API show it."""
        return {
            "id": chat.number,
            "inbox_id": INBOX,
            "status": chat.status,
            "channel": "Channel::Api",
            "can_reply": True,
            "contact_inbox": {"source_id": chat.source_id},
            "custom_attributes": chat.custom_attributes,
            "messages": [],
            "meta": {"sender": self.contacts[chat.contact_id], "assignee": None},
        }

    async def send_webhook(self, event: Json, secret: str = SECRET) -> int:
        """Post an event as Chatwoot does."""
        if self.webhooks_lost or self.webhook is None:
            return 0
        body, stamp = json.dumps(event).encode(), str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Chatwoot-Delivery": "d1"}
        if self.signs:
            headers |= {TIMESTAMP: stamp, SIGNATURE: sign(body, stamp, secret)}
        timeout = aiohttp.ClientTimeout(total=5)
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(self.webhook, data=body, headers=headers) as response,
        ):
            return response.status

    def _guarded(self, path: str, handler: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            if request.headers.get("api_access_token") != TOKEN:
                return web.json_response({"error": "Invalid Access Token"}, status=401)
            fault = self.fault(request.method, path)
            if fault is None or fault.after:
                self.calls.append((request.method, path))
                with contextlib.suppress(KeyError):
                    answer: web.StreamResponse = await handler(request)
                    if fault is None:
                        return answer
                if fault is None:
                    return web.json_response({"error": "Resource could not be found"}, status=404)
            if fault.status == 0:
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            return web.json_response({"error": "trouble"}, status=fault.status)

        return handle

    async def _unknown(self, request: web.Request) -> web.Response:
        self.violations.append(f"{request.method} {request.path} is not documented")
        return web.json_response({}, status=404)

    async def _body(self, request: web.Request, kind: str) -> Json:
        body: Json = await request.json()
        self.violations += violations(kind, body)
        return body

    async def _search_contacts(self, request: web.Request) -> web.Response:
        self.violations += [f"search: {key} is not documented" for key in request.query.keys() - {"q", "sort", "page"}]
        wanted = request.query["q"].casefold()
        keys = ("name", "email", "identifier", "phone_number")
        found = [c for c in self.contacts.values() if any(wanted in str(c.get(key) or "").casefold() for key in keys)]
        return web.json_response({"meta": {"count": len(found), "current_page": 1}, "payload": found})

    async def _create_contact(self, request: web.Request) -> web.Response:
        body = await self._body(request, "contact")
        for key in ("identifier", "email"):
            if body.get(key) and any(c.get(key) == body[key] for c in self.contacts.values()):
                return web.json_response({"message": f"{key} has already been taken"}, status=422)
        contact = {"id": next(self._numbers), "type": "contact", **body}
        self.contacts[contact["id"]] = contact
        return web.json_response({"payload": {"contact": contact, "contact_inbox": {"source_id": "x"}}})

    async def _contact_conversations(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        _ = self.contacts[number]
        found = [self.conversation(chat) for chat in self.chats.values() if chat.contact_id == number]
        return web.json_response({"payload": found})

    async def _create_conversation(self, request: web.Request) -> web.Response:
        body = await self._body(request, "conversation")
        _ = self.contacts[body["contact_id"]]
        number = next(self._numbers)
        self.chats[number] = Chat(
            number,
            body["contact_id"],
            body["source_id"],
            body.get("custom_attributes", {}),
            body.get("status", "open"),
        )
        return web.json_response({"id": number, "account_id": ACCOUNT, "inbox_id": body["inbox_id"]})

    def _chat(self, request: web.Request) -> Chat:
        return self.chats[int(request.match_info["id"])]

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self.conversation(self._chat(request)))

    async def _toggle_status(self, request: web.Request) -> web.Response:
        body, chat = await self._body(request, "status"), self._chat(request)
        changed, chat.status = chat.status != body["status"], body["status"]
        if changed:
            asyncio.get_running_loop().create_task(self.send_webhook(self.status_event(chat)))
        success = {"success": True, "current_status": chat.status, "conversation_id": chat.number}
        return web.json_response({"meta": {}, "payload": success})

    async def _messages(self, request: web.Request) -> web.Response:
        return web.json_response({"meta": {}, "payload": self._chat(request).messages[-20:]})

    async def _create_message(self, request: web.Request) -> web.Response:
        body, chat = await self._body(request, "message"), self._chat(request)
        incoming = body.get("message_type") == "incoming"
        sender = {"id": chat.contact_id, "type": "contact"} if incoming else {"id": 1, "name": "Admin", "type": "user"}
        message = self._add(chat, body["content"], 0 if incoming else 1, private=body["private"], sender=sender)
        message["content_attributes"] = body.get("content_attributes", {})
        if incoming and chat.status == "resolved":
            chat.status = "open"
        asyncio.get_running_loop().create_task(self.send_webhook(self.message_event(chat, message)))
        return web.json_response(message)

    async def _inbox_members(self, request: web.Request) -> web.Response:
        if int(request.match_info["id"]) != INBOX:
            raise KeyError(INBOX)
        return web.json_response({"payload": self.members})

    def _add(self, chat: Chat, text: str, kind: int, *, private: bool, sender: Json) -> Json:
        message = {
            "id": next(self._numbers),
            "content": text,
            "account_id": ACCOUNT,
            "inbox_id": INBOX,
            "conversation_id": chat.number,
            "message_type": kind,
            "created_at": int(time.time()),
            "private": private,
            "status": "sent",
            "content_type": "text",
            "content_attributes": {},
            "sender": sender,
        }
        chat.messages.append(message)
        return message


def _user(agent: Json) -> Json:
    return {"id": agent["id"], "name": agent["name"], "email": agent["email"], "type": "user"}
