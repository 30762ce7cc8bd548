"""One writer for all conversations: messages that arrive while a transaction runs share the next one."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.errors import BusyError
from catalog.errors import CatalogError, NotOwnerError
from catalog.repositories.conversations import NewMessage, StoredMessage, append_messages
from catalog.session import Database

_LOG = logging.getLogger(__name__)
MAX_WAITING = 2048
MAX_GROUP = 128


@dataclass(frozen=True, slots=True)
class _Waiting:
    message: NewMessage
    stored: "asyncio.Future[StoredMessage]"


class MessageWriter:
    """Group commit of messages; an answer means that the message is in the database.

    Source:
        DeWitt et al., "Implementation techniques for main memory database systems", 1984 (group commit).
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MAX_WAITING)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write_for_ever(), name="message-writer")

    async def stop(self) -> None:
        """Write what waits, then end."""
        if self._task is None:
            return
        await self._queue.join()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def append(self, message: NewMessage) -> "asyncio.Future[StoredMessage]":
        """Take a message; the future holds it as stored. Messages are numbered in the order of these calls.

        Raises:
            BusyError: now, where too many wait; in the future, where the database cannot take it.
            NotOwnerError: in the future, where its author does not have the conversation.
        """
        stored: asyncio.Future[StoredMessage] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait(_Waiting(message, stored))
        except asyncio.QueueFull as error:
            raise BusyError("too many messages wait for the database", retry_after_s=2) from error
        return stored

    async def _write_for_ever(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < MAX_GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await self._write(group)
            finally:
                for _ in group:
                    self._queue.task_done()

    async def _write(self, group: list[_Waiting]) -> None:
        try:
            stored = await self._database.run(append_messages, [waiting.message for waiting in group])
        except Exception as error:  # whatever it is, the writer goes on: there is only one
            if len(group) > 1:
                for waiting in group:  # one bad message must not take the others with it
                    await self._write([waiting])
                return
            if isinstance(error, NotOwnerError):
                _fail(group[0], error)
                return
            expected = isinstance(error, CatalogError | SQLAlchemyError)
            _LOG.error("a message could not be stored: %s", type(error).__name__, exc_info=None if expected else error)
            _fail(group[0], BusyError("the database did not take a message", retry_after_s=2))
            return
        for waiting, row in zip(group, stored, strict=True):
            if not waiting.stored.done():
                waiting.stored.set_result(row)


def _fail(waiting: _Waiting, error: BusyError | NotOwnerError) -> None:
    if not waiting.stored.done():
        waiting.stored.set_exception(error)
        waiting.stored.exception()  # seen, also where nobody waits any more
