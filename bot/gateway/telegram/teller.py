"""What is said in conversations goes out to chats, from the database, in order, by a cursor for each chat."""

import asyncio
import contextlib
import logging
import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.metrics import GatewayMetrics
from bot.gateway.telegram.errors import ChatGoneError, RefusedError, RetryLaterError, UnreachableError
from bot.gateway.telegram.rendering import Renderer
from bot.gateway.telegram.sender import Sender
from bot.gateway.texts import as_language
from catalog.errors import CatalogError
from catalog.models.base import utc_now
from catalog.repositories.conversations import StoredMessage, message_history
from catalog.repositories.telegram_chats import (
    Telling,
    chats_to_tell,
    mark_blocked,
    note_told,
    start_telling,
    stop_telling,
)
from catalog.session import Database

_LOG = logging.getLogger(__name__)
AT_ONCE = 16
SWEEP_S = 2.0
GATHER_S = 0.02  # news of a busy shop are looked up together
LEASE_S = 60.0
MAX_FAILURES = 12
_LONGEST_PAUSE_S = 300.0
_PAGE = 20
_NOTE_ATTEMPTS = 4


class Teller:
    """Sends to chats what they have not been told.

    The cursor moves after Telegram has taken a part. So nothing is lost, and a part is sent twice only where a process
    dies, or Telegram's answer is lost, between the two.
    """

    def __init__(self, database: Database, sender: Sender, renderer: Renderer, metrics: GatewayMetrics) -> None:
        self._database = database
        self._sender = sender
        self._renderer = renderer
        self._metrics = metrics
        self._name = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._stopping = False
        self._running: dict[int, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look for news now."""
        self._wake.set()

    def start(self) -> None:
        """Begin to send."""
        self._loop = asyncio.create_task(self._tell_for_ever(), name="telegram-teller")

    async def stop(self, timeout_s: float) -> None:
        """End after the parts that are on their way, within a time."""
        self._stopping = True
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop

    async def _tell_for_ever(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                due = await self._database.read(chats_to_tell, now=utc_now(), limit=4 * AT_ONCE)
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("chats cannot be read: %s", type(error).__name__)
                due = []
            for chat_id in due:
                if chat_id not in self._running and len(self._running) < AT_ONCE and not self._stopping:
                    self._begin(chat_id)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S):
                    await self._wake.wait()
                await asyncio.sleep(GATHER_S)

    def _begin(self, chat_id: int) -> None:
        task = asyncio.create_task(self._tell(chat_id), name="telegram-chat")
        self._running[chat_id] = task
        task.add_done_callback(lambda task: self._ended(chat_id, task))

    def _ended(self, chat_id: int, task: "asyncio.Task[None]") -> None:
        self._running.pop(chat_id, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a chat was not told: %s", type(error).__name__, exc_info=error)

    async def _tell(self, chat_id: int) -> None:
        try:
            telling = await self._database.run(
                start_telling, chat_id, self._name, now=utc_now(), lease=timedelta(seconds=LEASE_S)
            )
            if telling is None:
                return
            await self._tell_all(telling)
        except (CatalogError, SQLAlchemyError) as error:
            _LOG.error("the database failed under a chat: %s", type(error).__name__)

    async def _tell_all(self, telling: Telling) -> None:
        pause_s, failed = None, False
        try:
            while not self._stopping:
                messages = await self._database.read(
                    message_history, telling.conversation_id, after_seq=telling.seq, limit=_PAGE, newest=False
                )
                if not messages:
                    break
                for message in messages:
                    moved = await self._tell_message(telling, message)
                    if moved is None or self._stopping:
                        return
                    telling = moved
        except ChatGoneError:
            self._metrics.telegram_sent.labels("blocked").inc()
            await self._database.run(mark_blocked, telling.chat_id, since=utc_now())
        except RetryLaterError as error:
            self._metrics.telegram_sent.labels("flood_limit").inc()
            pause_s = error.after_s
        except UnreachableError as error:
            self._metrics.telegram_sent.labels("unreachable").inc()
            _LOG.warning("Telegram cannot be reached: %s", error)
            pause_s, failed = min(_LONGEST_PAUSE_S, 2.0 ** (telling.failures + 1)), True
        finally:
            until = None if pause_s is None else utc_now() + timedelta(seconds=pause_s)
            await asyncio.shield(
                self._database.run(stop_telling, telling.chat_id, self._name, not_before=until, failed=failed)
            )
            if pause_s is not None:
                asyncio.get_running_loop().call_later(pause_s, self._wake.set)

    async def _tell_message(self, telling: Telling, message: StoredMessage) -> Telling | None:
        """Send what is left of a message; returns the moved cursor, None where the chat is not this process's now."""
        parts = self._renderer.parts(message, telling.chat_id, as_language(telling.language))
        for number, part in enumerate(parts):
            if number < telling.part:
                continue
            try:
                await self._sender.send(telling.chat_id, part)
                self._metrics.telegram_sent.labels("sent").inc()
            except RefusedError as error:
                _LOG.error("Telegram refuses a message: %s", error)
                self._metrics.telegram_sent.labels("refused").inc()
            except UnreachableError:
                if telling.failures < MAX_FAILURES:
                    raise
                _LOG.error("a message is given up after %d rounds", MAX_FAILURES)
                self._metrics.telegram_sent.labels("given_up").inc()
            if number + 1 < len(parts):
                telling = replace(telling, part=number + 1, failures=0)
                if not await self._note(telling):
                    return None
                if self._stopping:
                    return None
        telling = replace(telling, seq=message.seq, part=0, failures=0)
        return telling if await self._note(telling) else None

    async def _note(self, telling: Telling) -> bool:
        """Move the cursor; what was sent must not be sent again, so a busy database is asked more than once."""
        for attempt in range(1, _NOTE_ATTEMPTS + 1):
            try:
                return await asyncio.shield(
                    self._database.run(note_told, telling, self._name, now=utc_now(), lease=timedelta(seconds=LEASE_S))
                )
            except (CatalogError, SQLAlchemyError):
                if attempt == _NOTE_ATTEMPTS:
                    raise
                await asyncio.sleep(0.2 * attempt)
        raise AssertionError("unreachable")
