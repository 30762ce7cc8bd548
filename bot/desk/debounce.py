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
        self._waiting: set[str] = set()

    def ask(self, key: str) -> None:
        """Have the job run soon."""
        if key in self._waiting:
            return
        self._waiting.add(key)
        asyncio.get_running_loop().call_later(self._wait_s, self._run, key)

    def _run(self, key: str) -> None:
        self._waiting.discard(key)
        self._job(key)
