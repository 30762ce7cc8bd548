"""`shopkeeper bench turn`: whole turns through the gateway of a running instance."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import aiohttp
import numpy as np
import psutil

from bot.bench.processes import cpu_seconds

SEARCHES = (
    "smartwatch under $200",
    "智能手表",
    "wireless headphones",
    "1500元以下的手表",
    "red running shoes",
    "便宜的蓝牙音箱",
    "coffee machine",
    "儿童积木",
)
BASELINE = ("hello", "你好")
TIMEOUT_S = 30.0


class BenchError(RuntimeError):
    """A turn was not answered as it should be; figures would be worthless."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `clients` shoppers at once, each waiting for the answer before the next message."""

    turn: str
    clients: int
    messages: int
    messages_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_message: dict[str, float]


async def _say(session: aiohttp.ClientSession, url: str, conversation: str, text: str, *, cards: bool) -> float:
    started = time.perf_counter()
    async with session.post(f"{url}/api/messages", json={"conversation_id": conversation, "text": text}) as response:
        body = await response.json()
    elapsed = time.perf_counter() - started
    if response.status != 200:
        raise BenchError(f"{text!r} was answered with {response.status}: {body}")
    if cards and not any(reply["cards"] for reply in body["replies"]):
        raise BenchError(f"{text!r} brought no products: {body['replies']}")
    return elapsed


async def _client(
    session: aiohttp.ClientSession, url: str, texts: Sequence[str], deadline: float, *, cards: bool
) -> list[float]:
    """One shopper: a conversation of eight messages, then a new one, until the time is over."""
    took: list[float] = []
    conversation = ""
    for number, text in enumerate(itertools.cycle(texts)):
        if time.perf_counter() > deadline:
            return took
        if number % 8 == 0:
            conversation = f"bench-{secrets.token_urlsafe(12)}"
        took.append(await _say(session, url, conversation, text, cards=cards))
    return took


async def run_turns(url: str, clients: int, seconds: float, turn: str, processes: dict[str, psutil.Process]) -> Run:
    """Let `clients` shoppers talk for `seconds`.

    Args:
        url: the gateway.
        clients: shoppers at once.
        seconds: how long; a first half second warms up and does not count.
        processes: whose CPU time is reported, by name; the load's own comes as `load`.
        turn: `search` (product searches in both languages) or `greeting` (the same path without a search).

    Raises:
        BenchError: an answer was not a good one.
    """
    texts = SEARCHES if turn == "search" else BASELINE
    cards = turn == "search"
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        await _client(session, url, texts, time.perf_counter() + 0.5, cards=cards)
        watched = {**processes, "load": psutil.Process()}
        before = cpu_seconds(watched)
        started = time.perf_counter()
        shifted = [texts[n % len(texts) :] + texts[: n % len(texts)] for n in range(clients)]
        work = (_client(session, url, mine, started + seconds, cards=cards) for mine in shifted)
        took = [t for client in await asyncio.gather(*work) for t in client]
        elapsed = time.perf_counter() - started
        after = cpu_seconds(watched)
    p50, p99 = np.percentile(took, (50, 99)) * 1000
    cpu = {name: round((after[name] - before[name]) / len(took) * 1000, 2) for name in watched}
    rate = round(len(took) / elapsed, 1)
    return Run(turn, clients, len(took), rate, round(float(p50), 1), round(float(p99), 1), cpu)


def bench_turns(
    url: str, clients: Sequence[int], seconds: float, processes: dict[str, psutil.Process]
) -> dict[str, object]:
    """Run searches and, as the baseline in the same run, greetings, for each number of clients."""
    runs = [asyncio.run(run_turns(url, n, seconds, "search", processes)) for n in clients]
    baseline = [asyncio.run(run_turns(url, n, seconds / 2, "greeting", processes)) for n in clients]
    return {"runs": [asdict(run) for run in runs], "baseline": [asdict(run) for run in baseline]}
