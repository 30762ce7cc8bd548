import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from actions.settings import ActionSettings
from bot.launch.instance import ROOT, PortInUseError, load_instance, plan_instance, single_start
from bot.launch.preflight import lacks
from bot.launch.supervision import services, supervisor_config
from tests.ports import free_port


def test_plan_gives_every_process_its_own_port(tmp_path: Path) -> None:
    instance = plan_instance(tmp_path, "127.0.0.1", free_port())
    ports = [service.port for service in services(instance)]
    assert len(set(ports)) == 4


def test_plan_names_the_port_that_is_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)):
            plan_instance(tmp_path, "127.0.0.1", port)


def test_second_start_on_one_data_directory_is_refused(tmp_path: Path) -> None:
    with single_start(tmp_path), pytest.raises(RuntimeError, match="running"), single_start(tmp_path):
        pass


def test_instance_is_found_again_by_its_data_directory(tmp_path: Path) -> None:
    instance = plan_instance(tmp_path, "127.0.0.1", free_port())
    instance.save()
    assert load_instance(tmp_path) == instance


def test_supervisor_restarts_every_process_and_survives_odd_paths(tmp_path: Path) -> None:
    folder = tmp_path / "100% my shop"
    instance = plan_instance(folder, "127.0.0.1", free_port())
    config = supervisor_config(instance)
    programs = [name for name in config.sections() if name.startswith("program:")]
    assert len(programs) == 4
    assert all(config[name]["autorestart"] == "true" for name in programs)
    assert all(config[name]["directory"] == str(ROOT) for name in programs), "rasa finds its modules there alone"
    environment = {name: config[name]["environment"] for name in programs}
    assert f'SHOPKEEPER_PORT="{instance.gateway_port}"' in environment["program:gateway"]


def test_internal_processes_listen_on_loopback_only(tmp_path: Path) -> None:
    instance = plan_instance(tmp_path, "0.0.0.0", free_port())
    config = supervisor_config(instance)
    for name in ("models", "actions", "rasa"):
        assert 'SHOPKEEPER_HOST="127.0.0.1"' in config[f"program:{name}"]["environment"]


def test_action_server_is_told_of_the_demo_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOPKEEPER_DEMO", raising=False)
    instance = plan_instance(tmp_path, "127.0.0.1", free_port())
    assert "SHOPKEEPER_DEMO" not in instance.environment()
    assert not ActionSettings().demo
    monkeypatch.setenv("SHOPKEEPER_DEMO", replace(instance, demo=True).environment()["SHOPKEEPER_DEMO"])
    assert ActionSettings().demo


def test_preflight_names_the_missing_dialogue_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.launch.preflight.RASA_PYTHON", tmp_path / "nowhere" / "python")
    assert any(".venv-rasa" in line and "3.10" in line for line in lacks(tmp_path))


def test_processes_write_bytecode_so_that_the_next_start_compiles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    instance = plan_instance(tmp_path / "data", "127.0.0.1", free_port())
    (tmp_path / "some_module.py").write_text("VALUE = 1\n")
    environment = {**os.environ, **instance.environment()}
    subprocess.run([sys.executable, "-c", "import some_module"], cwd=tmp_path, env=environment, check=True, timeout=60)
    assert list((tmp_path / "__pycache__").glob("some_module.*.pyc"))
