"""A dialogue server that answers by script, behind real HTTP."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answers = Callable[[dict[str, Any]], list[dict[str, Any]]]


def reply(text: str, **parts: Any) -> dict[str, Any]:
    """Return a typed reply as an action sends it."""
    return {
        "text": text,
        "language": "en",
        "cards": [],
        "quick_replies": [],
        "sources": [],
        "handoff": None,
        "expects": None,
        **parts,
    }


def echo(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer every message with itself."""
    return [{"recipient_id": call["sender"], "custom": reply(f"you said {call['message']}")}]


class ScriptedRasa:
    """Rasa's REST channel and its events endpoint; notes what it gets."""

    def __init__(self) -> None:
        self.answers: Answers = echo
        self.status = 200
        self.delay_s = 0.0
        self.calls: list[dict[str, Any]] = []
        self.repairs: list[tuple[str, Any]] = []
        self.at_once: dict[str, int] = {}
        self.most_at_once_of_one = 0
        self.most_at_once = 0
        self._asked = asyncio.Condition()
        self._port: int | None = None
        self._server: TestServer | None = None

    @property
    def url(self) -> str:
        """Return its address, the same after a restart."""
        return f"http://127.0.0.1:{self._port}"

    async def called(self, times: int) -> None:
        """Wait until it has been asked so many times in all."""
        async with asyncio.timeout(5), self._asked:
            await self._asked.wait_for(lambda: len(self.calls) >= times)

    async def start(self) -> None:
        """Listen; on the port of before where there was one."""
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._message)
        app.router.add_post("/conversations/{sender}/tracker/events", self._events)
        app.router.add_get("/webhooks/rest/readyz", self._hello)
        self._server = TestServer(app, port=self._port)
        await self._server.start_server(shutdown_timeout=0.1)
        self._port = self._server.port

    async def stop(self) -> None:
        """Die."""
        if self._server is not None:
            await self._server.close()
            self._server = None

    async def _message(self, request: web.Request) -> web.Response:
        call = json.loads(await request.text())
        self.calls.append(call)
        async with self._asked:
            self._asked.notify_all()
        sender = call["sender"]
        self.at_once[sender] = self.at_once.get(sender, 0) + 1
        self.most_at_once_of_one = max(self.most_at_once_of_one, self.at_once[sender])
        self.most_at_once = max(self.most_at_once, sum(self.at_once.values()))
        try:
            await asyncio.sleep(self.delay_s)
            return web.json_response(self.answers(call), status=self.status)
        finally:
            self.at_once[sender] -= 1

    async def _events(self, request: web.Request) -> web.Response:
        self.repairs.append((request.match_info["sender"], json.loads(await request.text())))
        return web.json_response({})

    async def _hello(self, _request: web.Request) -> web.Response:
        return web.Response(text="Hello from Rasa: 3.6.21")
