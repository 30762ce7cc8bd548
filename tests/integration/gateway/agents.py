"""People at the desk, over real HTTP and WebSockets, in tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import aiohttp
from yarl import URL

from bot.desk.passwords import hash_password
from catalog.models import Role
from catalog.repositories.agents import add_agent
from catalog.session import Database

PASSWORD = "correct horse battery"
Frame = dict[str, Any]


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def employ(database: Database, login: str, name: str = "", role: Role = Role.AGENT) -> int:
    """Make an account with the usual password; returns its id."""
    with database.session() as session:
        return add_agent(session, login, name or login.title(), role, _hash()).agent_id


class Door(Protocol):
    """Where a gateway listens: a test client, or a server."""

    def make_url(self, path: str, /) -> URL:
        """Return a whole address."""
        ...


def origin(gateway: Door) -> dict[str, str]:
    """Return the header that a browser sends from the gateway's own page."""
    return {"Origin": str(gateway.make_url("/")).rstrip("/")}


class Person:
    """An agent with a browser of their own."""

    def __init__(self, gateway: Door, browser: aiohttp.ClientSession) -> None:
        self._gateway = gateway
        self.browser = browser
        self.token = ""
        self.session: dict[str, Any] = {}

    def address(self, path: str) -> str:
        """Return a whole address."""
        return str(self._gateway.make_url(f"/desk/api/{path}"))

    @property
    def headers(self) -> dict[str, str]:
        """Return what the console sends with every changing request."""
        return {**origin(self._gateway), "X-Desk-Token": self.token}

    async def sign_in(self, login: str, password: str = PASSWORD, **headers: str) -> tuple[int, dict[str, Any]]:
        """Sign in; returns status and body."""
        body = {"login": login, "password": password}
        sent = origin(self._gateway) | headers
        async with self.browser.post(self.address("session"), json=body, headers=sent) as response:
            answer: dict[str, Any] = await response.json()
            if response.status == 200:
                self.token, self.session = answer["token"], answer
            return response.status, answer

    async def get(self, path: str, status: int = 200, **query: str) -> Any:
        """Read; the status must be the one expected."""
        async with self.browser.get(self.address(path), params=query) as response:
            body = await response.json()
            assert response.status == status, body
            return body

    async def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """Change something; the status must be the one expected."""
        sent = self.headers | headers
        async with self.browser.post(self.address(path), json=body or {}, headers=sent) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def act(self, conversation_id: str, action: str, body: Any = None, status: int = 200) -> Any:
        """Do something with a conversation."""
        return await self.post(f"conversations/{conversation_id}/{action}", body, status)

    async def write(self, conversation_id: str, text: str, message_id: str = "m1", status: int = 200) -> Any:
        """Say something to the shopper."""
        return await self.act(conversation_id, "messages", {"client_message_id": message_id, "text": text}, status)

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open the console's WebSocket and say hello; the welcome is still to be read."""
        url = self._gateway.make_url("/desk/ws")
        async with self.browser.ws_connect(url, headers=origin(self._gateway)) as socket:
            await socket.send_json({"type": "hello", "token": self.token})
            yield socket


@contextlib.asynccontextmanager
async def person(gateway: Door, login: str) -> AsyncIterator[Person]:
    """Give an agent who has signed in."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        somebody = Person(gateway, browser)
        status, body = await somebody.sign_in(login)
        assert status == 200, body
        yield somebody


@contextlib.asynccontextmanager
async def at_work(gateway: Door, login: str) -> AsyncIterator[tuple[Person, aiohttp.ClientWebSocketResponse]]:
    """Give an agent who is on, with the welcome read."""
    async with person(gateway, login) as somebody, somebody.line() as socket:
        assert (await read_until(socket, "welcome"))[-1]["type"] == "welcome"
        yield somebody, socket


async def read_until(socket: aiohttp.ClientWebSocketResponse, kind: str, **parts: Any) -> list[Frame]:
    """Return the frames up to one of a kind with these parts."""
    frames: list[Frame] = []
    async with asyncio.timeout(5):
        while not frames or frames[-1]["type"] != kind or any(frames[-1].get(k) != v for k, v in parts.items()):
            frames.append(await socket.receive_json())
    return frames


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
