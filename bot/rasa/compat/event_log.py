"""An append-only log of conversation events in SQLite, written by one thread that commits for many at once."""

import asyncio
import json
import queue
import sqlite3
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    sender TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (sender, seq)
) WITHOUT ROWID
"""
MOST_AT_ONCE = 256
EventBody = Dict[str, Any]


class _Write(NamedTuple):
    sender: str
    first: int
    bodies: List[str]
    replace: bool
    done: "Future[None]"


class EventLog:
    """Keeps the events of conversations; `append` returns when they are on the disk (WAL, `synchronous=FULL`)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._reader = self._connect()
        self._reading = threading.Lock()
        self._queue: "queue.Queue[Optional[_Write]]" = queue.Queue(maxsize=4096)
        self._thread = threading.Thread(target=self._work, name="event-log", daemon=True)
        self._thread.start()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(str(self._path), isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(SCHEMA)
        return connection

    def read(self, sender: str) -> List[EventBody]:
        """Return a conversation's events, oldest first; empty where it is unknown."""
        with self._reading:
            rows = self._reader.execute("SELECT body FROM events WHERE sender = ? ORDER BY seq", (sender,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def senders(self) -> List[str]:
        """Return the ids of all conversations."""
        with self._reading:
            return [row[0] for row in self._reader.execute("SELECT DISTINCT sender FROM events")]

    async def append(self, sender: str, first: int, events: Sequence[EventBody], *, replace: bool = False) -> None:
        """Write events, the first of them with sequence number `first`; `replace` removes what was there before.

        Raises:
            sqlite3.Error: they could not be written.
            queue.Full: too much waits to be written.
        """
        done: "Future[None]" = Future()
        bodies = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in events]
        self._queue.put_nowait(_Write(sender, first, bodies, replace, done))
        await asyncio.wrap_future(done)

    def _work(self) -> None:
        connection = self._connect()
        while True:
            item = self._queue.get()
            if item is None:
                connection.close()
                return
            group = [item]
            while len(group) < MOST_AT_ONCE and not self._queue.empty():
                following = self._queue.get_nowait()
                if following is None:
                    self._queue.put(None)
                    break
                group.append(following)
            self._commit(connection, group)

    def _commit(self, connection: sqlite3.Connection, group: Sequence[_Write]) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            for write in group:
                if write.replace:
                    connection.execute("DELETE FROM events WHERE sender = ?", (write.sender,))
                connection.executemany(
                    "INSERT INTO events (sender, seq, body) VALUES (?, ?, ?)",
                    [(write.sender, write.first + n, body) for n, body in enumerate(write.bodies)],
                )
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for write in group:
                write.done.set_exception(error)
            return
        for write in group:
            write.done.set_result(None)

    def close(self) -> None:
        """Write what waits, then close."""
        self._queue.put(None)
        self._thread.join(10)
        self._reader.close()
