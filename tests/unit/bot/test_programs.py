"""What the tests need is found where people have it, and a lack is one clear line."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.launch.instance import ROOT
from bot.launch.programs import AXE_LOCK, PROGRAMS, find_browser, find_postgresql, install

SKIPS = {program.skip for program in PROGRAMS}


def program(path: Path, text: str = "exit 0") -> Path:
    """Write a program that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def find_all(path: Path, *names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the first step of `make test` on another PATH."""
    kept = {name: value for name, value in os.environ.items() if name not in SKIPS}
    return subprocess.run(
        [sys.executable, "-m", "bot.launch.programs", *names],
        cwd=ROOT, env=kept | {"PATH": str(path), "HOME": str(path)} | environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def cluster(folder: Path) -> Path:
    """Write the two programs of a PostgreSQL server."""
    for name in ("initdb", "postgres"):
        program(folder / name)
    return folder


def test_browser_on_the_path_comes_before_an_application_of_macos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = program(tmp_path / "Applications" / "Google Chrome.app" / "Contents" / "MacOS" / "Google Chrome")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_browser([]) is None
    assert find_browser([str(tmp_path / "missing"), str(application)]) == application
    chrome = program(tmp_path / "bin" / "google-chrome")
    assert find_browser([str(application)]) == chrome


def test_postgresql_is_found_through_pg_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = cluster(tmp_path / "somewhere" / "bin")
    program(tmp_path / "path" / "pg_config", f"echo {binaries}")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert find_postgresql(tmp_path / "root") == binaries


@pytest.mark.parametrize(
    ("places", "newest"),
    [
        (("usr/lib/postgresql/9/bin", "usr/lib/postgresql/15/bin"), "usr/lib/postgresql/15/bin"),
        (("opt/homebrew/opt/postgresql@16/bin", "opt/homebrew/opt/postgresql@17/bin"),
         "opt/homebrew/opt/postgresql@17/bin"),
    ],
)  # fmt: skip
def test_postgresql_is_found_in_the_usual_places_newest_first(
    places: Iterable[str], newest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert find_postgresql(tmp_path) is None
    for place in places:
        cluster(tmp_path / place)
    assert find_postgresql(tmp_path) == tmp_path / newest


def test_client_without_a_server_is_no_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin" / "initdb")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_postgresql(tmp_path / "root") is None


@pytest.mark.skipif(find_browser() is not None and find_browser([]) is None, reason="macOS has a browser off the PATH")
def test_missing_browser_stops_the_tests_with_one_line(tmp_path: Path) -> None:
    done = find_all(tmp_path, "chromium")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "cannot test: the browser tests need Chromium: install it (Debian: apt-get install chromium; "
        "macOS: brew install --cask chromium), or leave them out with SHOPKEEPER_SKIP_BROWSER=1"
    ]


def test_missing_npm_is_one_line(tmp_path: Path) -> None:
    done = find_all(tmp_path, "npm")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "the accessibility tests need npm: install it" in done.stderr


def test_tests_that_are_left_out_are_named(tmp_path: Path) -> None:
    done = find_all(tmp_path, SHOPKEEPER_SKIP_BROWSER="1", SHOPKEEPER_SKIP_POSTGRES="1")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "leaving out the browser tests: SHOPKEEPER_SKIP_BROWSER=1",
        "leaving out the tests on PostgreSQL: SHOPKEEPER_SKIP_POSTGRES=1",
        "leaving out the accessibility tests: SHOPKEEPER_SKIP_BROWSER=1",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="apt is asked as root only")
def test_root_on_debian_installs_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    program(tmp_path / "bin" / "apt-get", f'echo "$@" >> {calls}')
    install(PROGRAMS[:2], {"PATH": str(tmp_path / "bin")})
    assert calls.read_text().splitlines() == [
        "update -qq",
        "install -y --no-install-recommends chromium fonts-noto-cjk postgresql",
    ]


def test_axe_is_locked_by_its_hash() -> None:
    lock = (AXE_LOCK / "package-lock.json").read_text("utf-8")
    assert '"integrity": "sha512-' in lock
    assert "://" not in lock, "no registry's address"
