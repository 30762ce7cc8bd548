"""A circuit breaker for the dialogue server: a dead one is not hammered, and its return is noticed within a second."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

FAILURES_THAT_OPEN = 3
PROBE_EVERY_S = 0.5


class Breaker:
    """Closed while calls go well. Open, calls fail at once, and a probe asks every half second until it succeeds.

    Args:
        probe: asks whether the server is back; returns a bool and raises nothing.

    Source:
        M. Nygard, "Release It!", 2007 (circuit breaker), with an active probe instead of a half-open call.
    """

    def __init__(self, probe: Callable[[], Awaitable[bool]]) -> None:
        self._probe = probe
        self._failures = 0
        self._probing: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether calls should not be tried now."""
        return self._probing is not None

    def succeeded(self) -> None:
        """Note a call that was answered."""
        self._failures = 0

    def failed(self, *, refused: bool) -> None:
        """Note a failed call; a refused connection opens at once, other failures after three in a row."""
        self._failures += 1
        if (refused or self._failures >= FAILURES_THAT_OPEN) and self._probing is None:
            self._probing = asyncio.create_task(self._wait_for_recovery(), name="breaker-probe")

    async def _wait_for_recovery(self) -> None:
        reachable = False
        while not reachable:
            await asyncio.sleep(PROBE_EVERY_S)
            reachable = await self._probe()
        self._failures = 0
        self._probing = None

    async def stop(self) -> None:
        """End the probe."""
        if self._probing is not None:
            self._probing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._probing
            self._probing = None
