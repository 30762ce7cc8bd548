"""Work that is asked for often and done once in a while."""

import asyncio
from collections.abc import Callable


class Debounce:
    """Runs a job for a key at most once in a while: many messages of one queue row are one row to send.

    Args:
        job: what to run.
        wait_s: how long what comes meanwhile is gathered.
    """

    def __init__(self, job: Callable[[str], None], wait_s: float) -> None:
        self._job = job
        self._wait_s = wait_s
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def ask(self, key: str) -> None:
        """Have the job run soon."""
        if key in self._waiting:
            return
        self._waiting[key] = asyncio.get_running_loop().call_later(self._wait_s, self._run, key)

    def stop(self) -> None:
        """Forget what was asked for and has not begun."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()

    def _run(self, key: str) -> None:
        del self._waiting[key]
        self._job(key)
