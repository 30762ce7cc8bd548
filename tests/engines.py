"""Tests that run on SQLite and on PostgreSQL: those whose SQL matters, not all of them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql_server import PostgresqlServer

ENGINES = ("sqlite", "postgresql")


def on_both_engines(fixture: str) -> pytest.MarkDecorator:
    """Run a test twice, the fixture that gives the database being made on each engine."""
    return pytest.mark.parametrize(fixture, ENGINES, indirect=True)


def on_postgresql(request: pytest.FixtureRequest) -> bool:
    """Tell whether a fixture is asked for PostgreSQL; where nothing is asked, it is SQLite."""
    return getattr(request, "param", "sqlite") == "postgresql"


@contextlib.contextmanager
def database_address(request: pytest.FixtureRequest, sqlite_file: Path) -> Iterator[str]:
    """Give the address of a database of the engine that is asked for, emptied at the end.

    Args:
        request: of the fixture that `on_both_engines` names.
        sqlite_file: where the SQLite file is, or will be.
    """
    if not on_postgresql(request):
        yield f"sqlite:///{sqlite_file}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    with server.emptied_database() as url:
        yield url
