"""Lanes: work of one conversation runs in order, that of different conversations side by side, all within bounds."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from bot.gateway.errors import BusyError, RateLimitedError

Job = Callable[[], Awaitable[None]]


class Lanes:
    """One queue a conversation, alive while it has work; at most `max_running` jobs run at once.

    Args:
        max_running: jobs of all conversations that run at once.
        max_waiting: jobs in all that may be under way.
        max_waiting_per_lane: jobs of one conversation that may be under way.
    """

    def __init__(self, *, max_running: int, max_waiting: int, max_waiting_per_lane: int) -> None:
        self._slots = asyncio.Semaphore(max_running)
        self._max_waiting = max_waiting
        self._max_waiting_per_lane = max_waiting_per_lane
        self._queues: dict[str, deque[Job]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.waiting = 0

    def admit(self, conversation_id: str) -> None:
        """Raise where a further job of this conversation would be refused.

        Raises:
            RateLimitedError: the conversation has too much waiting.
            BusyError: there is too much waiting in all.
        """
        if len(self._queues.get(conversation_id, ())) >= self._max_waiting_per_lane:
            raise RateLimitedError("too many messages of one conversation wait", retry_after_s=2)
        if self.waiting >= self._max_waiting:
            raise BusyError("too many conversations wait", retry_after_s=2)

    def is_busy(self, conversation_id: str) -> bool:
        """Tell whether a job of this conversation runs or waits."""
        return conversation_id in self._queues

    def submit(self, conversation_id: str, job: Job) -> None:
        """Put a job at the end of its conversation's lane. A job handles its own errors.

        Raises:
            RateLimitedError, BusyError: as `admit`.
        """
        self.admit(conversation_id)
        self.waiting += 1
        queue = self._queues.get(conversation_id)
        if queue is not None:
            queue.append(job)
            return
        self._queues[conversation_id] = deque([job])
        task = asyncio.create_task(self._drive(conversation_id), name="lane")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drive(self, conversation_id: str) -> None:
        queue = self._queues[conversation_id]
        try:
            while queue:
                try:
                    async with self._slots:
                        await queue[0]()
                finally:
                    queue.popleft()
                    self.waiting -= 1
        finally:
            self.waiting -= len(queue)
            del self._queues[conversation_id]

    async def stop(self, timeout_s: float) -> None:
        """Let what runs end within a time, then cancel it."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=timeout_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
