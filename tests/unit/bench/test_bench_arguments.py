"""`shopkeeper bench` with arguments that cannot work: one line, no traceback."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.bench.cli import bench_app
from bot.launch.instance import Instance

NOBODY = 4_190_000  # above the usual limit of process ids


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit code and everything that was printed."""
    result = CliRunner().invoke(bench_app, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("clients", ["", "a", "1,,8", "1.5", "0", "-3", "8,100000"])
def test_bench_turn_refuses_clients_that_are_no_numbers_of_shoppers(clients: str) -> None:
    code, output = run("turn", f"--clients={clients}", "--url", "http://127.0.0.1:9")
    assert code == 2
    assert "--clients" in output


@pytest.mark.parametrize("seconds", ["0", "-1", "601", "long"])
def test_bench_turn_refuses_lengths_out_of_range(seconds: str) -> None:
    code, output = run("turn", f"--seconds={seconds}")
    assert code == 2
    assert "--seconds" in output


@pytest.mark.parametrize("command", ["turn", "memory"])
def test_bench_says_that_nothing_was_started(command: str, tmp_path: Path) -> None:
    code, output = run(command, "--data-dir", str(tmp_path))
    assert code == 1
    assert output.strip() == f"nothing was started with {tmp_path} yet: run `shopkeeper up`"


@pytest.mark.parametrize("command", ["turn", "memory"])
def test_bench_says_that_the_instance_has_stopped(command: str, tmp_path: Path) -> None:
    Instance(str(tmp_path), "127.0.0.1", 9, 9, 9, 9).save()
    (tmp_path / "run" / "supervisord.pid").write_text(str(NOBODY))
    assert not os.path.exists(f"/proc/{NOBODY}")
    code, output = run(command, "--data-dir", str(tmp_path))
    assert code == 1
    assert output.strip() == f"nothing runs with {tmp_path}: start it with `shopkeeper up`"


def test_bench_turn_says_that_the_gateway_does_not_answer(tmp_path: Path) -> None:
    code, output = run("turn", "--clients", "1", "--seconds", "1", "--url", "http://127.0.0.1:9")
    assert code == 1
    assert "127.0.0.1:9" in output
    assert "Traceback" not in output


def test_instance_file_is_json_that_others_can_read(tmp_path: Path) -> None:
    Instance(str(tmp_path), "127.0.0.1", 1, 2, 3, 4).save()
    saved = json.loads((tmp_path / "run" / "instance.json").read_text())
    assert saved["gateway_port"] == 1
