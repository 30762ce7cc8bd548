"""A real dialogue engine in its own process, a scripted model server, and the action server around test actions."""

import asyncio
import contextlib
import json
import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from rasa_sdk import Action

from actions.app import create_app
from actions.settings import ActionSettings
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
START_TIMEOUT_S = 120
_BUTTON = re.compile(r"/(\w+)(\{.*\})?$")


class Server:
    """An aiohttp application that can be stopped and started again on its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self._runner: web.AppRunner | None = None

    def app(self) -> web.Application:
        """Build the application."""
        raise NotImplementedError

    async def start(self) -> None:
        """Listen."""
        self._runner = web.AppRunner(self.app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop(self) -> None:
        """Close the socket and all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


class ScriptedModels(Server):
    """Understands the texts that a test has told it, and buttons; everything else is `nlu_fallback`."""

    def __init__(self) -> None:
        super().__init__()
        self.intents: dict[str, str] = {}
        self.requests: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.delay_s = 0.0
        self.answer: tuple[int, Any] | None = None

    def app(self) -> web.Application:
        """Build the application."""
        app = web.Application()
        app.router.add_post("/model/parse", self._parse)
        return app

    async def _parse(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.requests.append(body)
        self.tokens.append(request.headers.get("Authorization"))
        await asyncio.sleep(self.delay_s)
        if self.answer is not None:
            return web.json_response(self.answer[1], status=self.answer[0])
        text = body["text"]
        intent, entities = self.intents.get(text, "nlu_fallback"), []
        button = _BUTTON.match(text)
        if button:
            intent = button[1]
            entities = [{"entity": k, "value": v, "text": str(v)} for k, v in json.loads(button[2] or "{}").items()]
        return web.json_response(
            {
                "text": text,
                "intent": {"name": intent, "confidence": 0.9},
                "intent_ranking": [{"name": intent, "confidence": 0.9}],
                "entities": entities,
                "categories": [{"slug": "smartwatch", "probability": 0.8}],
                "embedding": "AAAA" * 256,
                "model": "scripted",
            }
        )


class ActionServer(Server):
    """The product's action server with a test's actions."""

    def __init__(self, actions: Sequence[Action], token: str = "") -> None:
        super().__init__()
        self._actions = actions
        self._token = token

    def app(self) -> web.Application:
        """Build the application."""

        @contextlib.asynccontextmanager
        async def running() -> AsyncIterator[Sequence[Action]]:
            yield self._actions

        settings = ActionSettings(internal_token=self._token, action_timeout_s=2.0)
        return create_app(settings, running)


class Engine:
    """`python -m bot.rasa.serve` on a free port.

    Args:
        data_dir: the tracker log lies here.
        models_port: of the model server.
        actions_port: of the action server.
        token: the internal token, or "".
    """

    def __init__(self, data_dir: Path, models_port: int, actions_port: int, token: str = "") -> None:
        self.port = free_port()
        self.data_dir = data_dir
        self.token = token
        self._environment = {
            **os.environ,
            "SHOPKEEPER_DATA_DIR": str(data_dir),
            "SHOPKEEPER_PORT": str(self.port),
            "SHOPKEEPER_HOST": "127.0.0.1",
            "SHOPKEEPER_MODELS_URL": f"http://127.0.0.1:{models_port}",
            "SHOPKEEPER_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
            "SHOPKEEPER_INTERNAL_TOKEN": token,
        }
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def http(self) -> aiohttp.ClientSession:
        """A client; open while the engine runs."""
        assert self._http is not None
        return self._http

    def share_model(self, cache: Path) -> None:
        """Use the trained core model in `cache`, so that it is trained once and not for each test."""
        cache.mkdir(parents=True, exist_ok=True)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        (self.data_dir / "rasa").symlink_to(cache, target_is_directory=True)

    async def start(self) -> None:
        """Start the process and wait until the model is loaded."""
        log = (self.data_dir / "rasa.log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            str(RASA_PYTHON),
            *("-m", "bot.rasa.serve"),
            cwd=ROOT,
            env=self._environment,
            stdout=log,
            stderr=asyncio.subprocess.STDOUT,
        )
        log.close()
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await self.is_ready():
                assert self._process.returncode is None, self.log()[-4000:]
                await asyncio.sleep(0.1)

    def log(self) -> str:
        """Return everything that the process wrote."""
        return (self.data_dir / "rasa.log").read_text("utf-8", errors="replace")

    async def is_ready(self) -> bool:
        """Ask as a supervisor would: 200 only once the model is loaded."""
        try:
            async with self.http.get(f"{self.url}/status", params=self._query()) as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _query(self) -> dict[str, str]:
        return {"token": self.token} if self.token else {}

    async def post(self, sender: str, text: str, **metadata: Any) -> tuple[int, Any]:
        """Send a message and return status and body."""
        body = {"sender": sender, "message": text, "metadata": {"language": "en", **metadata}}
        async with self.http.post(f"{self.url}/webhooks/rest/webhook", json=body) as response:
            return response.status, await response.json()

    async def say(self, sender: str, text: str, **metadata: Any) -> list[str]:
        """Send a message and return the texts of the typed replies."""
        status, messages = await self.post(sender, text, **metadata)
        assert status == 200, messages
        return [message["custom"]["text"] for message in messages]

    async def tracker(self, sender: str) -> Mapping[str, Any]:
        """Return the tracker with all its events."""
        params = {"include_events": "ALL", **self._query()}
        async with self.http.get(f"{self.url}/conversations/{sender}/tracker", params=params) as response:
            assert response.status == 200
            tracker: dict[str, Any] = await response.json()
            return tracker

    async def add_events(self, sender: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Append events as the gateway does."""
        address = f"{self.url}/conversations/{sender}/tracker/events"
        async with self.http.post(address, json=list(events), params=self._query()) as response:
            assert response.status == 200, await response.text()
