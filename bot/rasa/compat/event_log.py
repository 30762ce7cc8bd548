"""An append-only log of conversation events in SQLite, written by one thread that commits for many at once."""

import asyncio
import json
import queue
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    sender TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (sender, seq)
) WITHOUT ROWID
"""
MOST_AT_ONCE = 256
BUSY_TIMEOUT_S = 2.0
EventBody = dict[str, Any]


class _Write(NamedTuple):
    sender: str
    first: int
    bodies: list[str]
    replace: bool
    done: "Future[None]"


def _write(connection: sqlite3.Connection, group: Sequence[_Write]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for item in group:
        if item.replace:
            connection.execute("DELETE FROM events WHERE sender = ?", (item.sender,))
        connection.executemany(
            "INSERT INTO events (sender, seq, body) VALUES (?, ?, ?)",
            [(item.sender, item.first + n, body) for n, body in enumerate(item.bodies)],
        )
    connection.execute("COMMIT")


class EventLog:
    """Keeps the events of conversations; `append` returns when they are on the disk (WAL, `synchronous=FULL`)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._reader = self._connect()
        self._reading = threading.Lock()
        self._queue: queue.Queue[_Write | None] = queue.Queue(maxsize=4096)
        self._thread = threading.Thread(target=self._work, name="event-log", daemon=True)
        self._thread.start()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            str(self._path), isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(SCHEMA)
        return connection

    def read(self, sender: str) -> list[EventBody]:
        """Return a conversation's events, oldest first; empty where it is unknown."""
        with self._reading:
            rows = self._reader.execute("SELECT body FROM events WHERE sender = ? ORDER BY seq", (sender,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def senders(self) -> list[str]:
        """Return the ids of all conversations."""
        with self._reading:
            return [row[0] for row in self._reader.execute("SELECT DISTINCT sender FROM events")]

    async def append(self, sender: str, first: int, events: Sequence[EventBody], *, replace: bool = False) -> None:
        """Write events, the first of them with sequence number `first`; `replace` removes what was there before.

        Raises:
            sqlite3.Error: they could not be written.
            UnicodeEncodeError: a text has half a character (a lone surrogate).
            queue.Full: too much waits to be written.
        """
        done: Future[None] = Future()
        bodies = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in events]
        self._queue.put_nowait(_Write(sender, first, bodies, replace, done))
        await asyncio.wrap_future(done)

    def _work(self) -> None:
        connection = self._connect()
        stopping = False
        while not stopping:
            items = [self._queue.get()]
            while len(items) < MOST_AT_ONCE and not self._queue.empty():
                items.append(self._queue.get_nowait())
            stopping = None in items
            # A caller who gave up while waiting has cancelled: that turn is dropped as a whole.
            group = [item for item in items if item is not None and item.done.set_running_or_notify_cancel()]
            self._commit(connection, group)
        connection.close()

    def _commit(self, connection: sqlite3.Connection, group: Sequence[_Write]) -> None:
        """Write a group in one transaction; where that fails, each by itself, so that one cannot spoil the others.

        Whatever is wrong with a turn, this thread goes on: all conversations wait for it.
        """
        try:
            _write(connection, group)
        except Exception as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if len(group) == 1:
                group[0].done.set_exception(error)
                return
            for item in group:
                self._commit(connection, [item])
            return
        for item in group:
            item.done.set_result(None)

    def close(self) -> None:
        """Write what waits, then close."""
        self._queue.put(None)
        self._thread.join(10)
        self._reader.close()
