import asyncio

import pytest

from bot.gateway import breaker as breaker_module
from bot.gateway.breaker import Breaker


@pytest.fixture(autouse=True)
def _probe_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker_module, "PROBE_EVERY_S", 0.01)


class Server:
    """Something to probe."""

    def __init__(self) -> None:
        self.up = False
        self.probes = 0

    async def probe(self) -> bool:
        self.probes += 1
        return self.up


async def test_refused_connection_opens_and_recovery_closes() -> None:
    server = Server()
    breaker = Breaker(server.probe)
    breaker.failed(refused=True)
    assert breaker.is_open
    await asyncio.sleep(0.05)
    assert breaker.is_open
    assert server.probes > 1
    server.up = True
    await asyncio.sleep(0.05)
    assert not breaker.is_open


async def test_other_failures_open_after_three_in_a_row() -> None:
    breaker = Breaker(Server().probe)
    states = []
    for outcome in "ffsffff":
        if outcome == "f":
            breaker.failed(refused=False)
        else:
            breaker.succeeded()
        states.append(breaker.is_open)
    await breaker.stop()
    assert states == [False, False, False, False, False, True, True]


async def test_closed_breaker_does_not_probe() -> None:
    server = Server()
    breaker = Breaker(server.probe)
    breaker.failed(refused=False)
    await asyncio.sleep(0.05)
    assert server.probes == 0
