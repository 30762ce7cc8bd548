"""Fixtures for every suite: no network beyond this machine, and a shop's database on each engine."""

import os
import shutil
import socket
import sqlite3  # before TensorFlow, which carries a SQLite without FTS5 whose symbols would be taken instead
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from bot.launch.programs import PROGRAMS, find_postgresql
from catalog.migrations import upgrade
from catalog.session import Database
from tests.postgresql_server import PostgresqlServer
from tests.system.running import instance

__all__ = ["instance"]  # a fixture of several suites, shared by one run

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # compared, not bound


SQLITE_VERSION = sqlite3.sqlite_version
settings.register_profile("shared", deadline=None)  # a machine that runs other tests beside it may be slow at any time
settings.load_profile("shared")
_LONGEST_FIRST = (
    "tests/system/",
    "tests/integration/nlu_models/",
    "tests/integration/rasa/",
    "tests/e2e/",
    "tests/integration/",
    "",
)


_OF_THE_SYSTEM = ("tests/e2e/test_full_system.py", "tests/e2e/test_web_and_telegram_at_the_desk.py")
"""Files marked `system` outside its folder: all share one running system."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests run on several processes, what takes longest begins first, so that all end at about the same time."""
    if hasattr(config, "workerinput"):
        items.sort(
            key=lambda item: next(
                n for n, start in enumerate(_LONGEST_FIRST) if group_of(item.nodeid).startswith(start)
            )
        )
    for item in items:
        if item.get_closest_marker("system") and group_of(item.nodeid) != "tests/system/":
            raise pytest.UsageError(f"{item.nodeid} is marked system: name its file in tests/conftest.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Give each process whole files, and the system's or the engine's tests to one of them."""

    class Groups(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Groups(config, log)


def group_of(nodeid: str) -> str:
    """Return the folder of tests that share what cannot run twice, else the test's file."""
    file = nodeid.partition("::")[0]
    if file in _OF_THE_SYSTEM:
        return "tests/system/"
    return next((folder for folder in ("tests/system/", "tests/integration/rasa/") if file.startswith(folder)), file)


class NetworkAccessError(RuntimeError):
    """A test has tried to reach another machine."""


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    return host == "" or host.startswith(_LOOPBACK)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Fail every connection that leaves this machine."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original: Callable[..., Any] = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, *, _original: Callable[..., Any] = original) -> Any:
            if not _is_loopback(address):
                raise NetworkAccessError(f"a test has tried to connect to {address!r}")
            return _original(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Start a private PostgreSQL server for this run, reached by a Unix socket."""
    if os.environ.get("SHOPKEEPER_SKIP_POSTGRES") == "1":
        pytest.skip("SHOPKEEPER_SKIP_POSTGRES=1")
    binaries = find_postgresql()
    if binaries is None:
        pytest.fail(next(program.lack for program in PROGRAMS if program.name == "PostgreSQL"))
    with PostgresqlServer(binaries) as server:
        with Database(server.url) as database:
            upgrade(database)
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty shop's file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "shop.db"
    with Database(f"sqlite:///{path}") as database:
        upgrade(database)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """Return the address of an empty shop with the newest schema; each test that uses it runs on both engines."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.db')}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    with server.emptied_database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return an empty shop with the newest schema, on each engine."""
    with Database(database_url, threads=2) as opened:
        yield opened


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """Return an empty shop in SQLite, for tests in which the engine plays no part."""
    with Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shop.db')}", threads=2) as opened:
        yield opened
