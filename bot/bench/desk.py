"""`shopkeeper bench desk`: messages between shoppers and agents through the gateway of a running instance.

Agents and conversations are made in the instance's database by the code that makes them in life; both sides are real
WebSockets. For an instance that is there to be measured: its agents see the conversations meanwhile.
"""

import asyncio
import contextlib
import gc
import random
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

import aiohttp
import numpy as np
import psutil
from sqlalchemy.orm import Session

from bot.bench.processes import cpu_seconds
from bot.bench.turn import BenchError
from bot.desk.changes import hand_back_chat, take_chat
from bot.desk.passwords import hash_password
from catalog.errors import NotOwnerError
from catalog.models import Role
from catalog.repositories.agents import add_agent, disable_agent
from catalog.repositories.conversations import open_conversation
from catalog.repositories.ownership import ask_for_person
from catalog.session import Database

PING_EVERY_S: Final = 15.0
TIMEOUT_S: Final = 30.0
LONGEST_WAIT_S: Final = 10.0
OPENED_AT_ONCE: Final = 50
SETTLE_S: Final = 8.0
_Socket = aiohttp.ClientWebSocketResponse
BASELINE_CHATS, BASELINE_AGENTS, BASELINE_RATE = 5, 1, 5.0


@dataclass(frozen=True, slots=True)
class DeskRun:
    """One run; a message's time is from its sending to its arrival at the other side, lost ones make the run fail."""

    chats: int
    agents: int
    messages: int
    messages_per_s: float
    to_shopper_p50_ms: float
    to_shopper_p99_ms: float
    to_agent_p50_ms: float
    to_agent_p99_ms: float
    cpu_ms_per_message: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Chat:
    conversation_id: str
    agent: int


class _Arrivals:
    """Which messages have been sent, and when they arrived at the other side."""

    def __init__(self) -> None:
        self._sent: dict[str, float] = {}
        self.took: dict[str, list[float]] = {"to_shopper": [], "to_agent": []}
        self._all_there = asyncio.Event()

    def sends(self, direction: str, due: float) -> str:
        """Return the text of the next message of a direction; the clock runs since it was due."""
        text = f"{direction} {secrets.token_hex(8)}"
        self._sent[text] = due
        self._all_there.clear()
        return text

    def arrives(self, direction: str, text: str) -> None:
        """Note an arrival; what is not awaited there (an echo to other tabs) does not count."""
        if text.startswith(direction) and (began := self._sent.pop(text, None)) is not None:
            self.took[direction].append(time.perf_counter() - began)
        if not self._sent:
            self._all_there.set()

    async def complete(self) -> None:
        """Wait until all have arrived.

        Raises:
            BenchError: some do not.
        """
        try:
            await asyncio.wait_for(self._all_there.wait(), LONGEST_WAIT_S)
        except TimeoutError as error:
            raise BenchError(f"{len(self._sent)} messages have not arrived after {LONGEST_WAIT_S:.0f} s") from error


async def run_desk(
    url: str,
    database: Database,
    chats: int,
    agents: int,
    rate: float,
    seconds: float,
    processes: dict[str, psutil.Process],
) -> DeskRun:
    """Let shoppers and agents write to each other for a while.

    Args:
        url: the gateway.
        database: the instance's own.
        chats: open conversations, shared out evenly.
        agents: people at the desk.
        rate: messages a second in all, every other one an agent's.
        seconds: how long.
        processes: whose CPU time is reported, by name; the load's own comes as `load`.

    Raises:
        BenchError: a message did not arrive, or was refused.
    """
    password = secrets.token_urlsafe(12)
    run = secrets.token_hex(4)
    logins = [f"bench-{run}-{number}" for number in range(agents)]
    with database.session() as session:
        ids = _employ(session, logins, password)
        open_chats = _fill(session, run, ids, chats)
    try:
        timeout = aiohttp.ClientTimeout(total=None, connect=TIMEOUT_S)
        connector = aiohttp.TCPConnector(limit=0)  # a WebSocket keeps its connection
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector) as http,
            contextlib.AsyncExitStack() as stack,
        ):
            consoles = [await stack.enter_async_context(_console(url, login, password)) for login in logins]
            shoppers = await _shoppers(http, url, open_chats)
            await asyncio.sleep(SETTLE_S)  # the gateway sends everybody's rows once: they were made behind its back
            return await _talk(open_chats, consoles, shoppers, rate, seconds, processes)
    finally:
        with database.session() as session:
            _tidy(session, logins, ids, open_chats)


async def _talk(
    chats: Sequence[_Chat],
    consoles: Sequence[_Socket],
    shoppers: Sequence[_Socket],
    rate: float,
    seconds: float,
    processes: dict[str, psutil.Process],
) -> DeskRun:
    """Send at a steady rate, whatever comes back; count from the moment at which a message was due."""
    arrivals = _Arrivals()
    tasks = [asyncio.create_task(_listen(socket, "to_shopper", arrivals)) for socket in shoppers]
    tasks += [asyncio.create_task(_listen(socket, "to_agent", arrivals)) for socket in consoles]
    gc.collect()
    gc.freeze()  # the load's own garbage collection is not the desk's time
    watched = {**processes, "load": psutil.Process()}
    before, began = cpu_seconds(watched), time.perf_counter()
    count = int(rate * seconds)
    try:
        for number in range(count):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            place = (number // 2 * 7919) % len(chats)
            await _send(chats[place], consoles, shoppers[place], number, due, arrivals)
            _fail_with(tasks)
        await arrivals.complete()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gc.unfreeze()
    elapsed, after = time.perf_counter() - began, cpu_seconds(watched)
    figures = {
        f"{name}_p{part}_ms": round(float(np.percentile(took, part)) * 1000, 1)
        for name, took in arrivals.took.items()
        for part in (50, 99)
    }
    return DeskRun(
        chats=len(chats),
        agents=len(consoles),
        messages=count,
        messages_per_s=round(count / elapsed, 1),
        **figures,
        cpu_ms_per_message={name: round((after[name] - before[name]) / count * 1000, 2) for name in watched},
    )


async def _send(
    chat: _Chat, consoles: Sequence[_Socket], shopper: _Socket, number: int, due: float, arrivals: _Arrivals
) -> None:
    """Send one message, an agent's and a shopper's in turn."""
    message_id = f"bench-{number}-{secrets.token_hex(4)}"
    if number % 2:
        text = arrivals.sends("to_agent", due)
        await shopper.send_json({"type": "message", "client_message_id": message_id, "text": text})
        return
    text = arrivals.sends("to_shopper", due)
    frame = {"type": "message", "conversation_id": chat.conversation_id, "client_message_id": message_id, "text": text}
    await consoles[chat.agent].send_json(frame)


async def _listen(socket: _Socket, direction: str, arrivals: _Arrivals) -> None:
    """Note what arrives at one side."""
    author = "agent" if direction == "to_shopper" else "shopper"
    async for message in socket:
        frame = message.json()
        if frame["type"] == "error":
            raise BenchError(f"a message was refused: {frame}")
        if frame["type"] == "message" and frame["message"]["direction"] == author:
            arrivals.arrives(direction, frame["message"]["text"])
    raise BenchError(f"a line was closed with {socket.close_code}")


async def _ping(console: _Socket) -> None:
    """Keep an agent's leases."""
    await asyncio.sleep(PING_EVERY_S * random.random())  # consoles do not beat in step
    while True:
        await console.send_json({"type": "ping"})
        await asyncio.sleep(PING_EVERY_S)


def _fail_with(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        if task.done() and (error := task.exception()) is not None:
            raise error


@contextlib.asynccontextmanager
async def _console(url: str, login: str, password: str) -> AsyncIterator[_Socket]:
    """Sign an agent in and open the console's line."""
    headers = {"Origin": url}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        body = {"login": login, "password": password}
        async with browser.post(f"{url}/desk/api/session", json=body) as response:
            session = await response.json()
        if response.status != 200:
            raise BenchError(f"signing in was answered with {response.status}: {session}")
        async with browser.ws_connect(f"{url}/desk/ws", max_msg_size=0) as socket:
            await socket.send_json({"type": "hello", "token": session["token"]})
            await _until(socket, "welcome")
            beat = asyncio.create_task(_ping(socket))
            try:
                yield socket
            finally:
                beat.cancel()


async def _shoppers(http: aiohttp.ClientSession, url: str, chats: Sequence[_Chat]) -> list[_Socket]:
    """Open the shoppers' lines, some at a time."""
    opened: list[_Socket] = []
    for start in range(0, len(chats), OPENED_AT_ONCE):
        part = chats[start : start + OPENED_AT_ONCE]
        opened += await asyncio.gather(*(_shopper(http, url, chat) for chat in part))
    return opened


async def _shopper(http: aiohttp.ClientSession, url: str, chat: _Chat) -> _Socket:
    socket = await http.ws_connect(f"{url}/ws", headers={"Origin": url})
    await socket.send_json({"type": "hello", "conversation_id": chat.conversation_id})
    await _until(socket, "welcome")
    return socket


async def _until(socket: _Socket, kind: str) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while (await socket.receive_json())["type"] != kind:
            pass


def _employ(session: Session, logins: Sequence[str], password: str) -> list[int]:
    password_hash = hash_password(password)
    return [add_agent(session, login, login, Role.AGENT, password_hash).agent_id for login in logins]


def _fill(session: Session, run: str, agents: Sequence[int], chats: int) -> list[_Chat]:
    """Open conversations and give them to the agents in turn."""
    opened = []
    for number in range(chats):
        chat = _Chat(f"bench-desk-{run}-{number}", number % len(agents))
        now = datetime.now(UTC)
        open_conversation(session, chat.conversation_id, channel="web", language="en")
        ask_for_person(session, chat.conversation_id, reason="requested", now=now)
        take_chat(session, chat.conversation_id, agents[chat.agent], now=now)
        opened.append(chat)
    return opened


def _tidy(session: Session, logins: Sequence[str], agents: Sequence[int], chats: Sequence[_Chat]) -> None:
    """Give every conversation back and end the accounts."""
    now = datetime.now(UTC)
    for chat in chats:
        with contextlib.suppress(NotOwnerError):
            hand_back_chat(session, chat.conversation_id, agents[chat.agent], now=now)
    for login in logins:
        disable_agent(session, login, now=now)


def bench_desk(
    url: str,
    database: Database,
    chats: int,
    agents: int,
    rate: float,
    seconds: float,
    processes: dict[str, psutil.Process],
) -> dict[str, object]:
    """Run the whole desk and, as the baseline in the same run, one agent with a few chats."""
    baseline = asyncio.run(
        run_desk(url, database, BASELINE_CHATS, BASELINE_AGENTS, BASELINE_RATE, seconds / 2, processes)
    )
    run = asyncio.run(run_desk(url, database, chats, agents, rate, seconds, processes))
    return {"run": asdict(run), "baseline": asdict(baseline)}
