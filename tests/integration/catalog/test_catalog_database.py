"""Sessions, the executor, and two processes that write at once."""

import asyncio
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import DatabaseBusyError, DatabaseTimeoutError
from catalog.models import CatalogState, Conversation
from catalog.repositories.catalog_state import bump, versions
from catalog.session import Database


def _add(session: Session, conversation_id: str) -> None:
    session.add(Conversation(id=conversation_id, channel="web"))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Conversation)) or 0


async def test_run_commits_and_read_sees_it(database: Database) -> None:
    await database.warm_up()
    await database.run(_add, "one")
    assert await database.read(_count) == 1


async def test_run_rolls_back_on_an_exception(database: Database) -> None:
    def add_and_fail(session: Session) -> None:
        _add(session, "one")
        session.flush()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await database.run(add_and_fail)
    assert await database.read(_count) == 0


def test_reading_refuses_writes(database: Database) -> None:
    with database.reading() as session:
        _add(session, "one")
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.flush()
        session.rollback()


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(Conversation(id="one", channel="web", customer_id="nobody"))


async def test_a_slow_call_ends_in_a_timeout_and_does_not_stop_others(database_url: str) -> None:
    with Database(database_url, threads=2, timeout_s=0.2) as database:

        def sleep(_session: Session) -> None:
            time.sleep(0.6)

        started = time.monotonic()
        slow = asyncio.create_task(database.read(sleep))
        assert await database.read(lambda session: session.scalar(text("SELECT 1"))) == 1
        with pytest.raises(DatabaseTimeoutError):
            await slow
        assert time.monotonic() - started < 0.5


async def test_more_calls_than_the_bound_are_refused(database_url: str) -> None:
    with Database(database_url, threads=1, max_waiting=2) as database:
        gate = threading.Event()
        waiting = [asyncio.create_task(database.read(lambda _session: gate.wait(5))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(DatabaseBusyError):
            await database.read(lambda _session: None)
        gate.set()
        await asyncio.gather(*waiting)


def test_two_processes_that_write_lose_nothing(database: Database) -> None:
    """Two `Database` objects stand for two processes: each reads, then writes what it has read plus one."""

    def count_up(own: Database) -> None:
        for _ in range(25):
            with own.session() as session:
                row = session.scalars(select(CatalogState).with_for_update()).one()
                row.catalog_version += 1

    with Database(database.url.render_as_string(hide_password=False)) as other:
        threads = [threading.Thread(target=count_up, args=(own,)) for own in (database, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    with database.reading() as session:
        assert versions(session)[0] == 50


def test_bump_counts_one_counter_only(database: Database) -> None:
    with database.session() as session:
        bump(session, "vectors_version")
        assert versions(session) == (0, 1, 0)


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "mysql://host/shop"])
def test_unsupported_addresses_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        Database(address)


async def test_a_task_that_reads_for_ever_ends_when_it_is_cancelled_whenever_that_is(tmp_path: Path) -> None:
    """`asyncio.wait_for` of Python 3.11 swallows a cancellation that comes as the call ends."""
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")

    async def read_for_ever() -> None:
        while True:
            await database.read(lambda _: None)

    for rounds in range(200):
        task = asyncio.create_task(read_for_ever())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=2)
        assert task.cancelled(), rounds
    database.close()
