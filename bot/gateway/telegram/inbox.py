"""Updates come in: kept at once, worked on in the background, in order within a chat, each once in all processes."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.gateway.metrics import GatewayMetrics
from bot.gateway.telegram.errors import RetryLaterError, TelegramChannelError
from catalog.errors import CatalogError
from catalog.models.base import utc_now
from catalog.repositories.telegram_updates import (
    ClaimedUpdate,
    NewUpdate,
    claim_updates,
    finish_update,
    forget_updates,
    put_back_update,
    renew_claims,
    store_updates,
)
from catalog.session import Database

_LOG = logging.getLogger(__name__)
AT_ONCE = 16
SWEEP_S = 2.0
LEASE_S = 30.0
MAX_ATTEMPTS = 5
RETRY_S = 3.0
KEPT_DAYS = 3
_FORGET_EVERY_S = 3600.0

Handle = Callable[[ClaimedUpdate], Awaitable[str]]


def lane_of(update: Mapping[str, Any]) -> str:
    """Return the lane of an update: its chat; inline queries have one of their own for each person."""
    for kind in ("message", "edited_message", "channel_post", "my_chat_member"):
        if kind in update:
            return f"chat:{update[kind]['chat']['id']}"
    if "callback_query" in update:
        query = update["callback_query"]
        chat = (query.get("message") or {}).get("chat") or query["from"]
        return f"chat:{chat['id']}"
    if "inline_query" in update:
        return f"inline:{update['inline_query']['from']['id']}"
    return "other"


class Inbox:
    """Keeps updates and has them handled.

    A turn claims its updates under a name of its own, and they are prolonged by that name while it runs. So the update
    of a turn that died, where the database failed when it was to be finished or put back, is free when its lease ends.

    Args:
        database: the shop.
        handle: does what an update asks for and says in a word what it was; it may be called again for one that was cut
            off. `RetryLaterError` puts it back, its chat waits meanwhile.
        metrics: counts.
        retry_s: seconds until an update that failed is tried again, five times in all.
    """

    def __init__(
        self, database: Database, handle: Handle, metrics: GatewayMetrics, *, retry_s: float = RETRY_S
    ) -> None:
        self._database = database
        self._handle = handle
        self._metrics = metrics
        self._retry_s = retry_s
        self._wake = asyncio.Event()
        self._stopping = False
        self._turns: dict[asyncio.Task[None], str] = {}  # the name that each claims under
        self._loops: list[asyncio.Task[None]] = []

    async def store(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Keep updates; they are handled soon.

        Raises:
            KeyError, TypeError, ValueError: not an update.
            CatalogError, SQLAlchemyError: they could not be kept.
        """
        rows = [NewUpdate(int(update["update_id"]), lane_of(update), update) for update in updates]
        new = await self._database.run(store_updates, rows, now=utc_now())
        if new < len(rows):
            self._metrics.telegram_updates.labels("repeated").inc(len(rows) - new)
        self._wake.set()

    def start(self) -> None:
        """Begin to work, also on what was left when another process ended."""
        self._loops = [
            asyncio.create_task(self._take_for_ever(), name="telegram-inbox"),
            asyncio.create_task(self._keep_claims(), name="telegram-claims"),
        ]

    async def stop(self, timeout_s: float) -> None:
        """Let what runs end within a time; the rest is left for the next process."""
        self._stopping = True
        self._wake.set()
        if self._turns:
            _, late = await asyncio.wait(self._turns, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)

    async def _take_for_ever(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                while not self._stopping and len(self._turns) < AT_ONCE and await self._begin_turn():
                    pass
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("updates cannot be read: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S):
                    await self._wake.wait()

    async def _claim(self, worker: str, lane: str | None = None) -> ClaimedUpdate | None:
        lease = timedelta(seconds=LEASE_S)
        claimed = await self._database.run(claim_updates, worker, now=utc_now(), lease=lease, limit=1, lane=lane)
        return claimed[0] if claimed else None

    async def _begin_turn(self) -> bool:
        """Work on the next free update in the background; tell whether there was one."""
        worker = secrets.token_hex(8)
        claimed = await self._claim(worker)
        if claimed is None:
            return False
        task = asyncio.create_task(self._work(claimed, worker), name="telegram-update")
        self._turns[task] = worker
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: "asyncio.Task[None]") -> None:
        del self._turns[task]
        self._wake.set()  # a place is free
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("an update was not finished: %s", type(error).__name__, exc_info=error)

    async def _work(self, claimed: ClaimedUpdate, worker: str) -> None:
        """Handle an update and those behind it in its lane."""
        current: ClaimedUpdate | None = claimed
        while current is not None:
            try:
                done = await self._try(current, worker)
            except asyncio.CancelledError:
                await asyncio.shield(self._put_back(current, worker, 0.0))
                raise
            if not done or self._stopping:
                return
            current = await self._claim(worker, current.lane)

    async def _try(self, claimed: ClaimedUpdate, worker: str) -> bool:
        if claimed.attempts > MAX_ATTEMPTS:
            _LOG.error("update %d failed %d times and is left", claimed.update_id, MAX_ATTEMPTS)
            outcome = "failed"
        else:
            try:
                outcome = await self._handle(claimed)
            except RetryLaterError as error:
                await self._put_back(claimed, worker, error.after_s, counted=error.counted)
                return False
            except TelegramChannelError as error:
                _LOG.warning("an answer to an update did not go through: %s", type(error).__name__)
                outcome = "unanswered"
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("the database failed under an update: %s", type(error).__name__)
                await self._put_back(claimed, worker, self._retry_s)
                return False
            except Exception:  # a fault of ours with one update must not hold up its chat for long
                _LOG.exception("update %d failed", claimed.update_id)
                await self._put_back(claimed, worker, self._retry_s)
                return False
        await self._database.run(finish_update, claimed.update_id, now=utc_now())
        self._metrics.telegram_updates.labels(outcome).inc()
        return True

    async def _put_back(self, claimed: ClaimedUpdate, worker: str, after_s: float, *, counted: bool = True) -> None:
        until = utc_now() + timedelta(seconds=after_s)
        with contextlib.suppress(CatalogError, SQLAlchemyError):  # else its lease runs out
            await self._database.run(put_back_update, claimed.update_id, worker, until=until, counted=counted)
        if after_s < SWEEP_S:
            asyncio.get_running_loop().call_later(after_s, self._wake.set)

    async def _keep_claims(self) -> None:
        """Prolong the leases of the turns that run, and forget old updates now and then."""
        since_s = _FORGET_EVERY_S
        while True:
            try:
                if self._turns:
                    await self._database.run(_renew_all, tuple(self._turns.values()))
                if since_s >= _FORGET_EVERY_S:
                    since_s = 0.0
                    await self._database.run(forget_updates, before=utc_now() - timedelta(days=KEPT_DAYS))
            except (CatalogError, SQLAlchemyError) as error:
                _LOG.error("claims cannot be prolonged: %s", type(error).__name__)
            await asyncio.sleep(LEASE_S / 3)
            since_s += LEASE_S / 3


def _renew_all(session: Session, workers: Sequence[str]) -> None:
    now = utc_now()
    for worker in workers:
        renew_claims(session, worker, now=now, lease=timedelta(seconds=LEASE_S))
