"""The whole system as a merchant starts it: `shopkeeper up` with real models, a real database, real processes."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.launch.instance import ROOT, Instance, load_instance
from tests.ports import free_port

START_TIMEOUT_S = 400
KEPT = ("models", "rasa")


def start(data: Path, *options: str, **variables: str) -> tuple[subprocess.Popen[bytes], Instance]:
    """Run `shopkeeper up` on a data directory, with more options and variables, until it says that it is ready."""
    (data / "run").mkdir(parents=True, exist_ok=True)
    saved = data / "run" / "instance.json"
    saved.unlink(missing_ok=True)
    log = data / "up.log"
    command = [sys.executable, "-m", "bot.cli", "up", "--port", str(free_port()), "--data-dir", str(data), *options]
    environment = {
        **os.environ,
        "SHOPKEEPER_TRACE": "1",
        "SHOPKEEPER_RATE_PER_MINUTE": "100000",
        "SHOPKEEPER_RATE_PER_ADDRESS": "100000",
        **variables,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while not saved.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process)
            pytest.fail(f"the system did not start:\n{log.read_text('utf-8', errors='replace')[-4000:]}")
        time.sleep(0.2)
    return process, load_instance(data)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End an instance with Ctrl-C; fail where it leaves processes behind."""
    if process.poll() is not None:
        return
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(40)
    _, alive = psutil.wait_procs(family, timeout=5)
    for survivor in alive:
        survivor.kill()
    if process.poll() is None:
        process.kill()
    assert not alive, f"Ctrl-C left processes behind: {alive}"


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """A running system with the demo shop, shared by all system tests; only model caches outlive a session."""
    running_one = os.environ.get("SHOPKEEPER_TEST_INSTANCE")
    if running_one:  # a developer's own `shopkeeper up`, to save its start
        yield load_instance(Path(running_one))
        return
    data = ROOT / ".cache" / "system"
    if data.exists():
        for entry in data.iterdir():
            if entry.name not in KEPT:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    process, running = start(data)
    yield running
    stop(process)
