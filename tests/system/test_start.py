"""What a merchant meets at the start: clear lines, private ports, several instances, a clean stop."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from bot.bench.processes import resident_mb
from bot.launch.instance import ROOT, Instance
from bot.launch.supervision import services
from tests.ports import free_port
from tests.system.conversation import Shopper
from tests.system.processes import supervised
from tests.system.running import start, stop

pytestmark = pytest.mark.system
COMMAND_TIMEOUT_S = 60
ALL_MB = 2200
MODELS_MB = 700


def shopkeeper(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end, with more variables."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False,
        env={**os.environ, "COLUMNS": "200", **variables},
    )  # fmt: skip


def lines(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line for line in text.splitlines() if line.strip()]


def test_start_on_a_port_in_use_says_so_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shopkeeper("up", "--port", str(port), "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert lines(done.stdout + done.stderr) == [
        f"cannot start: port {port} is in use: stop what listens there, or choose another with --port"
    ]


def test_second_start_on_the_same_data_says_so_in_one_line(instance: Instance) -> None:
    done = shopkeeper("up", "--port", str(free_port()), "--data-dir", instance.data_dir)
    assert done.returncode == 1
    assert lines(done.stdout + done.stderr) == [
        f"cannot start: {instance.data_dir} belongs to an instance that is running: "
        "stop it, or choose another --data-dir"
    ]
    assert requests.get(f"{instance.gateway_url}/readyz", timeout=5).status_code == 200


def test_doctor_finds_a_running_instance_healthy(instance: Instance) -> None:
    done = shopkeeper("doctor", "--data-dir", instance.data_dir)
    assert done.returncode == 0, done.stdout
    assert all(line.startswith("ok ") for line in lines(done.stdout)), done.stdout
    for name in ("models", "dialogue", "database", "rasa", "actions", "gateway"):
        assert f" {name}: " in done.stdout


def test_doctor_says_what_an_empty_data_directory_lacks(tmp_path: Path) -> None:
    done = shopkeeper("doctor", "--data-dir", str(tmp_path / "empty"))
    assert done.returncode == 1
    wrong = [line for line in lines(done.stdout) if line.startswith("NO ")]
    assert {line.split()[1] for line in wrong} == {"models:", "dialogue:", "database:", "processes:"}
    assert all("run `shopkeeper up`" in line for line in wrong), wrong
    assert not done.stderr
    assert not (tmp_path / "empty").exists(), "the doctor looks, and makes nothing"


def test_all_ports_listen_on_loopback_only(instance: Instance) -> None:
    ports = {service.port: service.name for service in services(instance)}
    heard = set()
    for name, process in supervised(instance).items():
        for member in (process, *process.children(recursive=True)):
            for connection in member.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    assert connection.laddr.ip in {"127.0.0.1", "::1"}, f"{name} listens on {connection.laddr}"
                    heard.add(connection.laddr.port)
    assert heard >= set(ports), ports


def test_memory_stays_below_what_a_small_server_has(instance: Instance) -> None:
    Shopper(instance.gateway_url).say("smartwatch under $200")
    sizes = resident_mb(instance)
    assert {"models", "actions", "rasa", "gateway", "supervisor"} <= set(sizes)
    assert sizes["total"] < ALL_MB, sizes
    assert sizes["models"] < MODELS_MB, sizes


@pytest.fixture(scope="module")
def beside(
    instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[subprocess.Popen[bytes], Instance]]:
    """Start a second instance, its shop empty, with the first one's models, in the locale C of a container."""
    data = tmp_path_factory.mktemp("beside")
    for name in ("models", "rasa"):
        (data / name).symlink_to(instance.data / name)
    process, second = start(data, "--no-demo", LC_ALL="C", LANG="C")
    yield process, second
    stop(process)


def test_chinese_is_understood_where_no_locale_is_set(beside: tuple[subprocess.Popen[bytes], Instance]) -> None:
    _, second = beside
    answer = Shopper(second.gateway_url).say("怎么退货")
    assert answer["understanding"]["intent"] == "return_item", answer["understanding"]
    shown = requests.get(f"{second.gateway_url}/?lang=zh", timeout=5)
    assert shown.encoding == "utf-8"
    assert "本店" in shown.text
    assert "演示商店" not in shown.text, "a shop of one's own does not call itself a demo"


def test_chinese_files_are_read_where_no_locale_is_set(beside: tuple[subprocess.Popen[bytes], Instance]) -> None:
    _, second = beside
    table = second.data / "products.csv"
    table.write_text("product_id,title_zh,price_cny\nkettle-1,电热水壶,129.00\n", "utf-8")
    done = shopkeeper(
        "import", "products", str(table), "--format", "csv", LC_ALL="C", LANG="C", SHOPKEEPER_DATA_DIR=second.data_dir
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "电热水壶" in requests.get(f"{second.gateway_url}/?lang=zh", timeout=5).text


def test_second_instance_runs_beside_the_first_and_stops_without_a_trace(
    instance: Instance, beside: tuple[subprocess.Popen[bytes], Instance]
) -> None:
    process, second = beside
    assert {s.port for s in services(second)}.isdisjoint({s.port for s in services(instance)})
    assert Shopper(second.gateway_url).say("smartwatch")["replies"][0]["cards"] == []
    assert Shopper(instance.gateway_url).say("smartwatch")["replies"][0]["cards"]

    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 5, "a supervisor and four processes"
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    _, alive = psutil.wait_procs(family, timeout=2)
    assert not alive
    for service in services(second):
        with contextlib.closing(socket.socket()) as probe:
            assert probe.connect_ex(("127.0.0.1", service.port)) != 0, f"{service.name} still listens"
    assert requests.get(f"{instance.gateway_url}/readyz", timeout=5).status_code == 200


def test_stop_in_the_middle_of_a_start_leaves_nothing(instance: Instance, tmp_path: Path) -> None:
    for name in ("models", "rasa"):
        (tmp_path / name).symlink_to(instance.data / name)
    command = [sys.executable, "-m", "bot.cli", "up", "--port", str(free_port()), "--data-dir", str(tmp_path)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, text=True
    )
    family: list[psutil.Process] = []
    deadline = time.monotonic() + COMMAND_TIMEOUT_S
    while not family and time.monotonic() < deadline:
        time.sleep(0.2)
        family = psutil.Process(process.pid).children(recursive=True)
    assert family, "nothing was prepared"
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=40)
    _, alive = psutil.wait_procs(family, timeout=2)
    assert not alive
    assert "Traceback" not in output, output
