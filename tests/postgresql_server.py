"""A private PostgreSQL server for the tests: a temporary directory, a Unix socket, no port."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 15.0
_UNPRIVILEGED = ("postgres", "nobody")
_KEPT_TABLES = {"alembic_version", "catalog_state"}


def _other_user() -> str | None:
    """Return a user to run the server as: PostgreSQL refuses root. None where this process is not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in _UNPRIVILEGED if name in names), None)


class PostgresqlServer:
    """Runs while its context is open; durability is off, for speed."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = _other_user()
        self._folder = Path(tempfile.mkdtemp(prefix="shopkeeper-pg-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Make the cluster and start the server.

        Raises:
            RuntimeError: it does not start; the message holds its log.
        """
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        made = self._run("initdb", "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.decode(errors='replace')}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
        }
        command = [str(self._binaries / "postgres"), "-D", str(data)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = (self._folder / "log").open("wb")
        with log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._folder, user=self._user, env=self._environment()
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and remove its files."""
        if self._process is not None:
            self._process.send_signal(2)  # fast shutdown
            try:
                self._process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(_STOP_TIMEOUT_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextlib.contextmanager
    def emptied_database(self) -> Iterator[str]:
        """Give the address of the database, and empty it at the end: far cheaper than a database for each test."""
        yield self.url
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            names = sorted({name for (name,) in found} - _KEPT_TABLES)
            connection.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE".encode())
            connection.execute(
                "UPDATE catalog_state SET catalog_version = 0, vectors_version = 0, knowledge_version = 0"
            )

    @property
    def url(self) -> str:
        """Return the address of the server's one database."""
        return f"postgresql://shop@/postgres?host={self._folder}"

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(self._binaries / program), *arguments],
            capture_output=True,
            cwd=self._folder,
            user=self._user,
            env=self._environment(),
            timeout=_START_TIMEOUT_S,
            check=False,
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while True:
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = (self._folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {log}")
            try:
                self._administer("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
