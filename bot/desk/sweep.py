"""What the desk does every few seconds by itself: leases that ran out, changes made elsewhere, who is there."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.desk.changes import expire_chats, some_expired
from bot.desk.desk import Desk
from catalog.errors import CatalogError
from catalog.repositories.agents import list_agents
from catalog.repositories.desk_work import desk_items, desk_versions
from catalog.session import Database

_LOG = logging.getLogger(__name__)
EVERY_S = 3.0


class Sweep:
    """Puts conversations of agents who are gone back to the queue, and keeps all consoles up to date.

    Args:
        every_s: the pause between two rounds.
    """

    def __init__(self, database: Database, desk: Desk, *, every_s: float = EVERY_S) -> None:
        self._database = database
        self._desk = desk
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None
        self._begun = False

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._sweep_for_ever(), name="desk-sweep")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def round(self) -> None:
        """Do it once."""
        now = datetime.now(UTC)
        if await self._database.read(some_expired, now=now):
            for changed in await self._database.run(expire_chats, now=now):
                await self._desk.tell(changed)
        await self._notice_changes()
        await self._end_outdated_lines(now)
        await self._desk.tell_agents()

    async def _end_outdated_lines(self, now: datetime) -> None:
        """Close the consoles of agents who were disabled or have a new password."""
        if self._desk.board.lines:
            agents = await self._database.read(list_agents, now=now)
            self._desk.board.end_outdated({agent.agent_id: agent.credential_version for agent in agents})

    async def _notice_changes(self) -> None:
        """Send rows that another process, or a command, has changed."""
        board = self._desk.board
        now = await self._database.read(desk_versions)
        gone = [key for key in board.known() if key not in now]
        changed = [key for key, version in now.items() if board.version(key) != version]
        for conversation_id in (*gone, *changed):
            await self._desk.announce(conversation_id)

    async def _begin(self) -> None:
        """Learn how things stand; nobody looks on yet, so nobody need be told."""
        if not self._begun:
            self._desk.board.learn(await self._database.read(desk_items), told=True)
            self._begun = True

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self._begin()
                await self.round()
            except Exception as error:  # whatever it is, the next round comes: nobody else ends leases
                expected = isinstance(error, CatalogError | SQLAlchemyError)
                _LOG.error("the desk's round failed: %s", type(error).__name__, exc_info=None if expected else error)
            await asyncio.sleep(self._every_s)
