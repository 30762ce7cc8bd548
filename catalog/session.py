"""One `Database` a process: engines, sessions, and the executor that keeps SQL off the event loop."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar, cast

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from catalog.errors import DatabaseAddressError, DatabaseBusyError, DatabaseTimeoutError

P = ParamSpec("P")
T = TypeVar("T")

_WARM_UP_TIMEOUT_S = 10.0
_LOCK_TIMEOUT_MS = 5000
_ROWS_ANALYSED = 2000


class Database:
    """The shop's database, SQLite or PostgreSQL.

    SQLite runs in WAL mode with foreign keys on and `synchronous=NORMAL`: after a crash of the process nothing
    committed is lost, after a power failure the last few transactions may be (the file stays sound). A write
    transaction takes the write lock at once (`BEGIN IMMEDIATE`) through a pool of one connection, so that writers
    of one process queue instead of failing; readers have their own connections, which refuse writes.

    Args:
        url: `sqlite:///file.db`, `postgresql://…` or `postgres://…`. SQLite in memory is refused.
        threads: size of the executor behind `run` and `read`.
        timeout_s: how long one `run` or `read` may take; on PostgreSQL no single statement runs for ten times as long.
        max_waiting: calls that may be under way or waiting at once.
        busy_timeout_s: how long a statement waits for another process's lock.

    Raises:
        DatabaseAddressError: the address names no file, or no supported engine.
    """

    def __init__(
        self,
        url: str,
        *,
        threads: int = 4,
        timeout_s: float = 8.0,
        max_waiting: int = 512,
        busy_timeout_s: float = 5.0,
    ) -> None:
        self.url = _normal_url(url)
        self._timeout_s = timeout_s
        self._max_waiting = max_waiting
        self._threads = threads
        self._under_way = 0
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, 1, busy_timeout_s, read_only=False)
            self._reading_engine = _sqlite_engine(self.url, threads, busy_timeout_s, read_only=True)
        else:
            self.engine = _postgresql_engine(self.url, threads, timeout_s)
            self._reading_engine = self.engine.execution_options(postgresql_readonly=True)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="database")

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the engine is SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def name(self) -> str:
        """Return what a merchant knows the database by: the file's whole path, or the address without its password."""
        return str(Path(self.url.database or "").resolve()) if self.is_sqlite else self.url.render_as_string()

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session in one write transaction: committed at the end, rolled back on an exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session in one read transaction; a write in it is refused by the engine."""
        with Session(self._reading_engine, expire_on_commit=False, autoflush=False) as session, session.begin():
            yield session

    async def run(self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function(session, …)` in the executor, in one write transaction.

        Raises:
            DatabaseTimeoutError: it took longer than `timeout_s`; the transaction may still be committed.
            DatabaseBusyError: too many calls wait already.
        """
        return await self._submit(self.session, lambda session: function(session, *args, **kwargs))

    async def read(self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function(session, …)` in the executor, in one read transaction; otherwise as `run`."""
        return await self._submit(self.reading, lambda session: function(session, *args, **kwargs))

    async def _submit(
        self,
        scope: Callable[[], contextlib.AbstractContextManager[Session]],
        work: Callable[[Session], T],
    ) -> T:
        if self._under_way >= self._max_waiting:
            raise DatabaseBusyError(f"{self._under_way} database calls are waiting")

        def call() -> T:
            with scope() as session:
                return work(session)

        self._under_way += 1
        future = asyncio.get_running_loop().run_in_executor(self._executor, call)
        future.add_done_callback(self._finished)
        try:
            async with asyncio.timeout(self._timeout_s):  # wait_for may swallow a cancellation before Python 3.12
                return await asyncio.shield(future)
        except TimeoutError as error:
            if future.done():
                raise
            raise DatabaseTimeoutError(f"a database call took longer than {self._timeout_s} s") from error

    def _finished(self, future: "asyncio.Future[T]") -> None:
        self._under_way -= 1
        if not future.cancelled():
            future.exception()  # seen here, for a caller that has given up waiting

    def analyse(self) -> None:
        """Count what the tables hold, so that statements begin with the narrowest index; to be called after a load.

        Without it SQLite reads every price of the shop for each search in a category.
        """
        with self.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_ANALYSED}")
            connection.exec_driver_sql("ANALYZE")

    async def warm_up(self) -> None:
        """Start every thread of the executor and open a read connection in each, before the first shopper comes."""
        barrier = Barrier(self._threads, timeout=_WARM_UP_TIMEOUT_S)

        def connect() -> None:
            with self._reading_engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
                with contextlib.suppress(BrokenBarrierError):
                    barrier.wait()

        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._executor, connect) for _ in range(self._threads)))

    def close(self) -> None:
        """End the executor (what runs is waited for) and close every connection."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._reading_engine.dispose()
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def _normal_url(address: str) -> URL:
    if address.startswith("postgres://"):
        address = "postgresql://" + address.removeprefix("postgres://")
    try:
        url = make_url(address)
    except ArgumentError as error:  # what was given may hold a password: it is not said
        raise DatabaseAddressError("DATABASE_URL: no address; use sqlite:///file or postgresql://") from error
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise DatabaseAddressError(f"DATABASE_URL: {backend} is not supported; use sqlite:///file or postgresql://")
    if not url.database or url.database == ":memory:":
        raise DatabaseAddressError("DATABASE_URL: SQLite needs a file, sqlite:///path/to/shop.db")
    return url


def _sqlite_engine(url: URL, connections: int, busy_timeout_s: float, *, read_only: bool) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        json_serializer=_as_json,
        json_deserializer=orjson.loads,
        connect_args={"timeout": busy_timeout_s, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA busy_timeout={int(busy_timeout_s * 1000)}")
        cursor.execute("PRAGMA cache_size=-16000")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    event.listen(engine, "begin", _begin_reading if read_only else _begin_writing)
    return engine


def _begin_reading(connection: Connection) -> None:
    """Begin on the driver's own connection: it cannot fail, and costs a fiftieth."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.execute("BEGIN")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _as_json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _postgresql_engine(url: URL, connections: int, timeout_s: float) -> Engine:
    statement_ms = int(timeout_s * 10_000)
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=2,
        pool_timeout=30,
        pool_pre_ping=True,
        json_serializer=_as_json,
        json_deserializer=orjson.loads,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c timezone=UTC -c lock_timeout={_LOCK_TIMEOUT_MS} -c statement_timeout={statement_ms}",
        },
    )
