"""The four processes under supervisord: started together, restarted when they die, stopped together."""

import configparser
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.launch.instance import PYTHON, RASA_PYTHON, ROOT, Instance
from bot.rasa_address import RASA_READY

STOP_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Service:
    """One supervised process and the address at which it says that it is ready."""

    name: str
    command: tuple[str, ...]
    port: int
    ready_path: str
    priority: int
    host: str = "127.0.0.1"


def services(instance: Instance) -> tuple[Service, ...]:
    """Return the four processes of an instance, in the order in which they start."""
    python = (PYTHON, "-m")
    return (
        Service("models", (*python, "nlu_models.serving"), instance.models_port, "/readyz", 1),
        Service("actions", (*python, "actions"), instance.actions_port, "/readyz", 2),
        Service("rasa", (str(RASA_PYTHON), "-m", "bot.rasa.serve"), instance.rasa_port, RASA_READY, 3),
        Service("gateway", (*python, "bot.gateway"), instance.gateway_port, "/readyz", 4, instance.host),
    )


def _quoted(value: str) -> str:
    escaped = value.replace("%", "%%").replace('"', '\\"')
    return f'"{escaped}"'


def supervisor_config(instance: Instance) -> configparser.RawConfigParser:
    """Write an instance down as supervisord understands it."""
    run = instance.data / "run"
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "logfile": str(instance.data / "logs" / "supervisor.log"),
        "logfile_maxbytes": "5MB",
        "loglevel": "info",
        "pidfile": str(run / "supervisord.pid"),
        "childlogdir": str(instance.data / "logs"),
        **({"user": "root"} if os.geteuid() == 0 else {}),
    }
    for service in services(instance):
        config[f"program:{service.name}"] = {
            "command": " ".join(_quoted(part) for part in service.command),
            "environment": f"SHOPKEEPER_PORT={_quoted(str(service.port))},SHOPKEEPER_HOST={_quoted(service.host)}",
            "directory": str(ROOT),
            "priority": str(service.priority),
            "autorestart": "true",
            "startretries": "1000000",
            "startsecs": "1",
            "stopwaitsecs": "10",
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(instance.data / "logs" / f"{service.name}.log"),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "2",
        }
    return config


def start_supervisor(instance: Instance) -> subprocess.Popen[bytes]:
    """Start supervisord in the foreground of a process group of its own."""
    (instance.data / "logs").mkdir(parents=True, exist_ok=True)
    path = instance.data / "run" / "supervisord.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        supervisor_config(instance).write(file)
    command = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "--configuration", str(path)]
    return subprocess.Popen(  # noqa: S603
        command,
        env={**os.environ, **instance.environment(), "PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def stop_supervisor(process: subprocess.Popen[bytes]) -> None:
    """Stop all processes; what does not end in time is killed."""
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
    deadline = time.monotonic() + 5
    for child in children:
        if child.is_running() and time.monotonic() < deadline:
            psutil.wait_procs([child], timeout=1)
        if child.is_running():
            child.kill()


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log, for a message about a process that does not start."""
    if not log.exists():
        return "(no output)"
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-count:])
