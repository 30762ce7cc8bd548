"""Collect jobs while the model is busy, and run what has gathered together on one thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")
Observe = Callable[[int], None]
_BULK_BATCH = 8
_BULK_CHARACTERS = 1500


class QueueFullError(RuntimeError):
    """Too many jobs wait; the caller should come back later."""


class StoppedError(RuntimeError):
    """The batcher takes no more jobs."""


@dataclass
class _Entry(Generic[Job, Outcome]):
    job: Job
    result: asyncio.Future[Outcome] = field(repr=False)


class Batcher(Generic[Job, Outcome]):
    """A bounded queue in front of one inference thread.

    There is no waiting time for a batch to fill: a lone message runs at once, and messages that arrive while the
    model is busy form the next batch. Messages go before bulk texts (`/encode`), of which few run at a time, so
    that an import of products does not keep a shopper waiting.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Job]], list[Outcome]],
        *,
        max_batch: int,
        max_queue: int,
        max_bulk: int = 0,
        size: Callable[[Job], int] = lambda job: 1,
        observe: Observe = lambda size: None,
    ) -> None:
        """Set up; `start` begins.

        Args:
            run: called on the inference thread with 1 to `max_batch` jobs.
            max_queue: messages that may wait.
            max_bulk: bulk texts that may wait.
            size: of a job, in characters; bulk texts run together up to 1,500.
            observe: told the size of each batch.
        """
        self._run, self._size, self._observe = run, size, observe
        self._max_batch, self._max_queue, self._max_bulk = max_batch, max_queue, max_bulk
        self._messages: deque[_Entry[Job, Outcome]] = deque()
        self._bulk: deque[_Entry[Job, Outcome]] = deque()
        self._wake = asyncio.Event()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="inference")
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def waiting(self) -> int:
        """Jobs in the queue."""
        return len(self._messages) + len(self._bulk)

    def start(self) -> None:
        """Begin to run jobs; needs a running event loop."""
        self._task = asyncio.create_task(self._work(), name="batcher")

    async def stop(self, timeout_s: float) -> None:
        """Refuse new jobs, finish those that wait within `timeout_s`, then end the thread."""
        self._stopping = True
        self._wake.set()
        if self._task:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._task), timeout_s)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for entry in (*self._messages, *self._bulk):
            entry.result.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def submit(self, jobs: Sequence[Job], *, bulk: bool = False) -> list[Outcome]:
        """Queue jobs and wait for all their results.

        Raises:
            QueueFullError: they do not fit into the queue; none was queued.
            StoppedError: the server is stopping.
        """
        if self._stopping:
            raise StoppedError("the model server is stopping")
        queue, limit = (self._bulk, self._max_bulk) if bulk else (self._messages, self._max_queue)
        if len(queue) + len(jobs) > limit:
            raise QueueFullError(f"{len(queue)} texts are waiting already")
        loop = asyncio.get_running_loop()
        entries = [_Entry(job, loop.create_future()) for job in jobs]
        queue.extend(entries)
        self._wake.set()
        try:
            return list(await asyncio.gather(*(entry.result for entry in entries)))
        finally:
            for entry in entries:
                entry.result.cancel()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = self._next_batch()
            if not batch:
                if self._stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            self._observe(len(batch))
            jobs = [entry.job for entry in batch]
            try:
                outcomes = await loop.run_in_executor(self._executor, self._run, jobs)
            except Exception as error:  # whatever it is, it is theirs who asked: the next batch must be run
                for entry in batch:
                    if not entry.result.done():
                        entry.result.set_exception(error)
                continue
            for entry, outcome in zip(batch, outcomes, strict=True):
                if not entry.result.done():
                    entry.result.set_result(outcome)

    def _next_batch(self) -> list[_Entry[Job, Outcome]]:
        bulk = min(_BULK_BATCH, self._max_batch)
        return self._take(self._messages, self._max_batch) or self._take(self._bulk, bulk, _BULK_CHARACTERS)

    def _take(
        self, queue: deque[_Entry[Job, Outcome]], count: int, characters: float = float("inf")
    ) -> list[_Entry[Job, Outcome]]:
        """Take up to `count` entries whose callers still wait, and as many as `characters` allows (at least one)."""
        taken: list[_Entry[Job, Outcome]] = []
        while queue and len(taken) < count and characters > 0:
            entry = queue.popleft()
            if not entry.result.done():
                taken.append(entry)
                characters -= self._size(entry.job)
        return taken
