"""What `make` says on a machine that lacks something: one clear line each, before anything is made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASH, MAKE = shutil.which("bash") or "bash", shutil.which("make") or "make"
TIMEOUT_S = 60


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what the first steps need, without environments."""
    folder = tmp_path / "shopkeeper"
    for path in ("Makefile", "pyproject.toml", "requirements-dev.lock", ".ci", "bot/__init__.py", "bot/launch",
                 "bot/rasa/requirements.lock"):  # fmt: skip
        source, target = ROOT / path, folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return folder


def run(folder: Path, *command: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with nothing of this machine on its PATH."""
    path.mkdir(exist_ok=True)
    return subprocess.run(
        command, cwd=folder, env={"PATH": str(path), "HOME": str(path), "PYENV_ROOT": str(path)} | environment,
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the lines that the project wrote; make adds its own about the failed target."""
    return [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: ***")]


def test_machine_without_a_python_hears_it_in_one_line(checkout: Path, tmp_path: Path) -> None:
    path = tmp_path / "path"
    path.mkdir()
    old = path / "python3"  # a Python that is too old fails the question in the same way
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = run(checkout, MAKE, "up", "PYTHONS=python3 python3.13", path=path)
    assert done.returncode == 2
    assert len(told(done)) == 1
    assert told(done)[0].startswith("cannot start: no Python 3.11 or newer")
    assert not (checkout / ".venv").exists()


def test_full_disk_is_told_before_the_environments_are_made(checkout: Path, tmp_path: Path) -> None:
    done = run(checkout, MAKE, "up", f"PYTHON={sys.executable}", "ENVIRONMENTS_GB=99999999", path=tmp_path / "path")
    assert done.returncode == 2
    assert len(told(done)) == 1
    assert told(done)[0].startswith("cannot start: ")
    assert "GB are needed" in told(done)[0]
    assert not (checkout / ".venv").exists()


def test_machine_without_python_3_10_and_uv_hears_it_in_one_line(checkout: Path, tmp_path: Path) -> None:
    done = run(checkout, BASH, ".ci/find-python310", str(tmp_path / "no-uv"), path=tmp_path / "path")
    assert done.returncode == 1
    assert done.stdout == ""
    lines = [line for line in told(done) if line.startswith("cannot start: ")]
    assert len(lines) == 1
    assert "needs Python 3.10" in lines[0]


def test_python_3_10_that_cannot_be_fetched_is_the_same_line(checkout: Path, tmp_path: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("this environment was not made by make")
    done = run(
        checkout, BASH, ".ci/find-python310", str(uv), path=tmp_path / "path",
        UV_OFFLINE="1", UV_PYTHON_INSTALL_DIR=str(tmp_path / "pythons"),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "needs Python 3.10" in told(done)[-1]


def test_python_3_10_of_pyenv_is_found(checkout: Path, tmp_path: Path) -> None:
    python = ROOT / ".venv-rasa" / "bin" / "python"
    place = tmp_path / "path" / "versions" / "3.10.13" / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to(os.path.realpath(python))
    done = run(checkout, BASH, ".ci/find-python310", str(tmp_path / "no-uv"), path=tmp_path / "path")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(place / "python")


@pytest.mark.parametrize(
    ("said", "port", "folder"),
    [
        ({}, "8080", "data"),
        ({"SHOPKEEPER_PORT": "9000", "SHOPKEEPER_DATA_DIR": "my-shop"}, "9000", "my-shop"),
        ({"SHOPKEEPER_PORT": "9000", "PORT": "9001"}, "9001", "data"),
        ({"SHOPKEEPER_PORT": "", "SHOPKEEPER_DATA_DIR": ""}, "8080", "data"),
    ],
)
def test_start_takes_port_and_folder_as_the_commands_do(
    checkout: Path, tmp_path: Path, said: dict[str, str], port: str, folder: str
) -> None:
    done = run(checkout, MAKE, "-n", "up", path=tmp_path / "path", **said)
    assert f".venv/bin/shopkeeper up --port {port} --data-dir {folder}" in done.stdout.splitlines()


def test_clean_leaves_nothing_that_was_made(checkout: Path, tmp_path: Path) -> None:
    made = (".venv", ".venv-rasa", ".cache", ".hypothesis", "tests/e2e/screenshots", "bot/__pycache__", "runs")
    for name in made:
        (checkout / name).mkdir(parents=True, exist_ok=True)
    (checkout / "data").mkdir()
    done = subprocess.run([MAKE, "clean"], cwd=checkout, capture_output=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr
    assert not [name for name in made if (checkout / name).exists()]
    assert (checkout / "data").exists()
