"""`shopkeeper bench` against the running system."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.launch.instance import ROOT, Instance

pytestmark = pytest.mark.system


def bench(*arguments: str) -> Any:
    """Run a benchmark and read its JSON."""
    command = [sys.executable, "-m", "bot.cli", "bench", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_bench_turn_reports_each_run_and_its_baseline(instance: Instance) -> None:
    result = bench("turn", "--clients", "1", "--seconds", "1", "--data-dir", instance.data_dir)
    for kind, turn in (("runs", "search"), ("baseline", "greeting")):
        (run,) = result[kind]
        assert run["turn"] == turn
        assert run["clients"] == 1
        assert run["messages"] >= 1
        assert run["messages_per_s"] > 0
        assert 0 < run["p50_ms"] <= run["p99_ms"]
    assert result["cores"] >= 1


def test_bench_memory_names_every_process(instance: Instance) -> None:
    sizes = bench("memory", "--data-dir", instance.data_dir)
    assert set(sizes) == {"supervisor", "models", "actions", "rasa", "gateway", "total"}
    assert sizes["total"] == pytest.approx(sum(v for k, v in sizes.items() if k != "total"), abs=1)
