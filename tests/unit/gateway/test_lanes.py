import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.gateway.errors import BusyError, RateLimitedError
from bot.gateway.lanes import Lanes


def noting(notes: list[str], name: str, gate: asyncio.Event | None = None) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        notes.append(f"{name} begins")
        if gate is not None:
            await gate.wait()
        await asyncio.sleep(0)
        notes.append(f"{name} ends")

    return job


def lanes(*, max_running: int = 8, max_waiting: int = 100, max_waiting_per_lane: int = 4) -> Lanes:
    return Lanes(max_running=max_running, max_waiting=max_waiting, max_waiting_per_lane=max_waiting_per_lane)


async def test_jobs_of_one_lane_run_one_after_the_other() -> None:
    notes: list[str] = []
    chosen = lanes()
    for name in "abc":
        chosen.submit("one", noting(notes, name))
    await chosen.stop(1)
    assert notes == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]
    assert chosen.waiting == 0


async def test_lane_that_hangs_does_not_hold_up_others() -> None:
    notes: list[str] = []
    chosen, gate = lanes(), asyncio.Event()
    chosen.submit("slow", noting(notes, "slow", gate))
    chosen.submit("quick", noting(notes, "quick"))
    await asyncio.sleep(0.01)
    assert "quick ends" in notes
    assert "slow ends" not in notes
    gate.set()
    await chosen.stop(1)


async def test_bounds_refuse_further_jobs() -> None:
    chosen, gate = lanes(max_waiting=5, max_waiting_per_lane=3), asyncio.Event()
    for _ in range(3):
        chosen.submit("one", noting([], "x", gate))
    with pytest.raises(RateLimitedError):
        chosen.submit("one", noting([], "x", gate))
    chosen.submit("two", noting([], "x", gate))
    chosen.submit("three", noting([], "x", gate))
    with pytest.raises(BusyError):
        chosen.submit("four", noting([], "x", gate))
    gate.set()
    await chosen.stop(1)
    chosen.submit("one", noting([], "x"))
    await chosen.stop(1)


async def test_stop_cancels_what_takes_too_long() -> None:
    chosen = lanes()
    chosen.submit("one", noting([], "x", asyncio.Event()))
    await asyncio.sleep(0)
    await chosen.stop(0.01)
    assert chosen.waiting == 0
