"""The server itself: chats as people see them, faults on demand, and updates for polling bots."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.telegram_server.rules import RefusedRequestError, check

TOKEN = "4200:AAtest_token_of_a_bot_that_is_none_01"
USERNAME = "lantern_bot"
HANG_S = 30.0


@dataclass(frozen=True)
class Fault:
    """A failing answer: an HTTP status, or (0) none at all; `after` says whether the request was carried out."""

    status: int
    description: str = ""
    retry_after: int | None = None
    after: bool = False


def flood_limit(seconds: int) -> Fault:
    """Return the answer to too many requests."""
    return Fault(429, f"Too Many Requests: retry after {seconds}", seconds)


@dataclass
class Shown:
    """A message as a person sees it."""

    message_id: int
    text: str
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    photo: str | None = None
    edits: int = 0

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All buttons, row by row."""
        return [button for row in self.keyboard for button in row]

    def button(self, title: str) -> str:
        """Return the callback data of the button with a title."""
        return next(str(button["callback_data"]) for button in self.buttons if button["text"] == title)


class TelegramServer:
    """A Bot API server for one bot."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.violations: list[str] = []
        self.chats: dict[int, list[Shown]] = {}
        self.blocked: set[int] = set()
        self.left: list[int] = []
        self.open_queries: set[str] = set()
        self.query_answers: dict[str, dict[str, Any]] = {}
        self.webhook: dict[str, Any] | None = None
        self.updates: deque[dict[str, Any]] = deque()
        self.fault: Callable[[str, dict[str, Any]], Fault | None] = lambda _method, _values: None
        self._numbers = itertools.count(1000)
        self._files = itertools.count(1)
        self._changed = asyncio.Event()
        self._server: TestServer | None = None

    @property
    def url(self) -> str:
        """Return its address, without `/bot`."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}"

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=20 << 20)
        app.router.add_post("/bot{token}/{method}", self._take)
        self._server = TestServer(app)
        await self._server.start_server(shutdown_timeout=0.1)

    async def stop(self) -> None:
        """End."""
        if self._server is not None:
            await self._server.close()

    def texts(self, chat_id: int) -> list[str]:
        """Return the texts that a chat shows, in order."""
        return [shown.text for shown in self.chats.get(chat_id, ())]

    def count(self, method: str) -> int:
        """Return how often a method was called and carried out."""
        return sum(called == method for called, _ in self.calls)

    async def until(self, condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait until something is the case."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._changed.clear()
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.1)
                except TimeoutError:
                    continue

    async def _take(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        values = {
            key: value.file.read() if isinstance(value, web.FileField) else str(value)
            for key, value in (await request.post()).items()
        }
        try:
            parsed = check(method, values)
        except (RefusedRequestError, KeyError, ValueError) as error:
            self.violations.append(f"{method}: {error!r}")
            return _bad_request(str(error))
        fault = self.fault(method, parsed)
        if fault is not None and not fault.after:
            return await _fail(fault)
        if parsed.get("chat_id") in self.blocked:
            return await _fail(Fault(403, "Forbidden: bot was blocked by the user"))
        try:
            result = await self._do(method, parsed)
        except RefusedRequestError as error:
            return _bad_request(str(error))
        self.calls.append((method, parsed))
        self._changed.set()
        return await _fail(fault) if fault is not None else _answer(200, {"ok": True, "result": result})

    async def _do(self, method: str, values: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return {
                    "id": int(TOKEN.split(":")[0]), "is_bot": True, "first_name": "Lantern", "username": USERNAME,
                    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
                }  # fmt: skip
            case "getUpdates":
                return await self._get_updates(values)
            case "setWebhook":
                self.webhook = values
            case "deleteWebhook":
                self.webhook = None
            case "sendMessage" | "sendPhoto":
                return self._send(values)
            case "editMessageText" | "editMessageCaption" | "editMessageMedia":
                return self._edit(values)
            case "answerCallbackQuery":
                if values["callback_query_id"] not in self.open_queries:
                    raise RefusedRequestError("query is too old and response timeout expired or query ID is invalid")
                self.open_queries.discard(values["callback_query_id"])
                self.query_answers[values["callback_query_id"]] = values
            case "answerInlineQuery":
                self.query_answers[values["inline_query_id"]] = values
            case "leaveChat":
                self.left.append(values["chat_id"])
        return True

    async def _get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise RefusedRequestError("can't use getUpdates method while webhook is active")
        offset = int(values.get("offset", 0))
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        if not self.updates:
            await asyncio.sleep(0.05)
        return list(self.updates)[: int(values.get("limit", 100))]

    def _send(self, values: dict[str, Any]) -> dict[str, Any]:
        shown = Shown(next(self._numbers), values.get("shown", ""), _keyboard(values))
        if "photo" in values:
            shown.photo = self._photo(values["photo"])
        self.chats.setdefault(values["chat_id"], []).append(shown)
        return _message(values["chat_id"], shown)

    def _edit(self, values: dict[str, Any]) -> dict[str, Any]:
        found = [m for m in self.chats.get(values["chat_id"], ()) if m.message_id == values["message_id"]]
        if not found:
            raise RefusedRequestError("message to edit not found")
        shown, after = found[0], (values.get("shown", ""), _keyboard(values))
        if "text" in values and shown.photo is not None:
            raise RefusedRequestError("there is no text in the message to edit")
        if (shown.text, shown.keyboard) == after:
            raise RefusedRequestError("message is not modified: specified new message content is exactly the same")
        shown.text, shown.keyboard = after
        if "media" in values:
            shown.photo = self._photo(values["media"]["media"])
        shown.edits += 1
        return _message(values["chat_id"], shown)

    def _photo(self, source: Any) -> str:
        known = isinstance(source, str) and not source.startswith("attach://")
        return str(source) if known else f"file-{next(self._files)}"


def _keyboard(values: dict[str, Any]) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = values.get("reply_markup", {}).get("inline_keyboard", [])
    return found


def _message(chat_id: int, shown: Shown) -> dict[str, Any]:
    message: dict[str, Any] = {
        "message_id": shown.message_id,
        "date": 1_790_000_000,
        "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "group", "first_name": "P"},
    }
    if shown.photo is None:
        return message | {"text": shown.text}
    photo = {"file_id": shown.photo, "file_unique_id": shown.photo, "width": 640, "height": 640}
    return message | {"caption": shown.text, "photo": [photo]}


async def _fail(fault: Fault) -> web.Response:
    if fault.status == 0:
        await asyncio.sleep(HANG_S)
    body: dict[str, Any] = {"ok": False, "error_code": fault.status, "description": fault.description}
    if fault.retry_after is not None:
        body["parameters"] = {"retry_after": fault.retry_after}
    return _answer(fault.status or 504, body)


def _bad_request(words: str) -> web.Response:
    return _answer(400, {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"})


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


@asynccontextmanager
async def running_telegram() -> AsyncIterator[TelegramServer]:
    """Run a Bot API server; a request that its documentation does not allow fails the test at the end, unless it
    empties `violations` itself."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()
    assert server.violations == []
