"""The bridge at work: looks for conversations to carry, takes webhooks, and knows who is there."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.desk.chatwoot.agents_side import AgentsSide, Outcome
from bot.desk.chatwoot.carrier import CHECK_EVERY, LEASE, Carrier, LostError
from bot.desk.chatwoot.client import ChatwootClient
from bot.desk.chatwoot.errors import ChatwootError, UnreachableError
from bot.desk.chatwoot.events import AgentSaid, AgentTypes, Event, StatusChanged
from bot.gateway.conversation_access import OpenConversation
from bot.gateway.errors import BusyError
from bot.gateway.metrics import GatewayMetrics
from catalog.errors import CatalogError
from catalog.models import ConversationStatus
from catalog.models.base import utc_now
from catalog.repositories.chatwoot_links import Work, claim_link, links_due, release_link
from catalog.session import Database

_LOG = logging.getLogger(__name__)
AT_ONCE: Final = 4
SWEEP_S: Final = 2.0
PRESENCE_S: Final = 20.0
FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 300.0
TELL_AFTER: Final = 2  # failures in a row before the shopper is told
_THERE: Final = frozenset({"online", "available"})


class Bridge:
    """Keeps Chatwoot and the shop's conversations together; several processes may do so at once.

    Args:
        database: the shop.
        client: Chatwoot.
        agents: what agents do.
        metrics: where it is counted.
        presence_s: seconds between two looks at who is there.
        first_pause_s: seconds after a first failure; each further one doubles them.
    """

    def __init__(
        self,
        database: Database,
        client: ChatwootClient,
        agents: AgentsSide,
        metrics: GatewayMetrics,
        *,
        presence_s: float = PRESENCE_S,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._database = database
        self._client = client
        self._agents = agents
        self._metrics = metrics
        self._presence_s = presence_s
        self._first_pause_s = first_pause_s
        self._name = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ask: set[str] = set()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._loops: list[asyncio.Task[None]] = []

    def notice(self, _conversation: OpenConversation, frame: dict[str, Any]) -> None:
        """Hear of what happens in conversations."""
        if frame["type"] in ("message", "owner"):
            self._wake.set()

    def start(self) -> None:
        """Begin."""
        self._loops = [
            asyncio.create_task(self._for_ever(self._round), name="chatwoot-bridge"),
            asyncio.create_task(self._for_ever(self._look_who_is_there), name="chatwoot-presence"),
        ]

    async def stop(self, timeout_s: float) -> None:
        """End after what is on its way, within a time."""
        self._stopping.set()  # a cancellation alone may get lost in `asyncio.wait_for` (Python 3.11)
        await _cancel(*self._loops)
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=timeout_s)
            await _cancel(*late)
        await self._client.close()

    async def take(self, event: Event) -> Outcome:
        """Do what a webhook tells.

        Raises:
            CatalogError, SQLAlchemyError, BusyError: the database cannot take it.
        """
        conversation_id = await self._agents.conversation_of(event.chatwoot_id)
        if conversation_id is None:
            return Outcome.IGNORED
        match event:
            case AgentSaid():
                return await self._agents.say(conversation_id, event)
            case AgentTypes():
                await self._agents.type(conversation_id, event)
            case StatusChanged():
                self._ask.add(conversation_id)
                self._wake.set()
        return Outcome.KEPT

    async def _for_ever(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            try:
                await step()
            except (CatalogError, SQLAlchemyError, BusyError) as error:
                _LOG.error("the database failed under the bridge to Chatwoot: %s", type(error).__name__)
                await asyncio.sleep(SWEEP_S)

    async def _round(self) -> None:
        self._wake.clear()
        now = utc_now()
        due = await self._database.read(links_due, now=now, stale=now - CHECK_EVERY, limit=4 * AT_ONCE)
        for conversation_id in dict.fromkeys([*self._ask, *due]):
            if conversation_id not in self._running and len(self._running) < AT_ONCE:
                task = asyncio.create_task(self._carry(conversation_id), name="chatwoot-conversation")
                self._running[conversation_id] = task
                task.add_done_callback(partial(self._ended, conversation_id))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_S):
                await self._wake.wait()

    def _ended(self, conversation_id: str, task: "asyncio.Task[None]") -> None:
        self._running.pop(conversation_id, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("a conversation was not carried to Chatwoot", exc_info=error)

    async def _carry(self, conversation_id: str) -> None:
        ask = conversation_id in self._ask
        try:
            work = await self._database.run(claim_link, conversation_id, self._name, now=utc_now(), lease=LEASE)
            if work is not None:
                self._ask.discard(conversation_id)
                await self._carry_claimed(work, ask=ask)
            elif ask:
                await asyncio.sleep(self._first_pause_s)  # another process has it, or Chatwoot is away
        except (CatalogError, SQLAlchemyError, BusyError) as error:
            _LOG.error("the database failed under the bridge to Chatwoot: %s", type(error).__name__)
            await asyncio.sleep(SWEEP_S)

    async def _carry_claimed(self, work: Work, *, ask: bool) -> None:
        carrier = Carrier(self._database, self._client, self._agents, work, self._name)
        pause_s: float | None = None
        outcome = "cut_off"
        try:
            await carrier.carry(ask=ask)
            outcome = "sent"
        except LostError:
            return
        except ChatwootError as error:
            outcome = "unreachable" if isinstance(error, UnreachableError) else "refused"
            pause_s = min(LONGEST_PAUSE_S, self._first_pause_s * 2.0 ** min(work.failures, 10))
            if isinstance(error, UnreachableError):
                pause_s = max(pause_s, error.after_s or 0.0)
            _LOG.warning("Chatwoot: %s %s; again in %.0f s", outcome, error, pause_s)
        finally:
            self._metrics.chatwoot_sent.labels("sent").inc(carrier.sent)
            self._metrics.chatwoot_sent.labels("given_up").inc(carrier.given_up)
            until = None if pause_s is None else utc_now() + timedelta(seconds=pause_s)
            failures = 0 if outcome == "sent" else work.failures + 1
            await asyncio.shield(
                self._database.run(release_link, work.conversation_id, self._name, not_before=until, failures=failures)
            )
        if outcome != "sent":
            self._metrics.chatwoot_sent.labels(outcome).inc()
            if ask:
                self._ask.add(work.conversation_id)
            if not work.is_open and work.status is ConversationStatus.QUEUED and failures >= TELL_AFTER:
                await self._agents.tell_unreachable(work.conversation_id, work.channel)

    async def _look_who_is_there(self) -> None:
        try:
            members = await self._client.inbox_members()
        except ChatwootError as error:
            _LOG.warning("Chatwoot does not say who is there: %s", error)
        else:
            there = [m for m in members if m.get("availability_status") in _THERE and isinstance(m.get("id"), int)]
            await self._agents.note_present({m["id"]: str(m.get("available_name") or m.get("name")) for m in there})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._presence_s):
                await self._stopping.wait()


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
