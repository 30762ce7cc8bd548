"""The processes of a running instance: who they are, how one is killed, when all of them answer again."""

import contextlib
import time

import psutil

from bot.launch.instance import Instance
from bot.launch.supervision import services
from bot.launch.up import is_ready

RESTART_TIMEOUT_S = 60.0  # 30 s on an idle machine


def supervised(instance: Instance) -> dict[str, psutil.Process]:
    """Return the four processes by name; one that is just being restarted is missing."""
    supervisor = psutil.Process(int((instance.data / "run" / "supervisord.pid").read_text()))
    modules = {service.command[-1]: service.name for service in services(instance)}
    found = {}
    for child in supervisor.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie counts as none
            name = next((modules[word] for word in child.cmdline() if word in modules), None)
            if name is not None:
                found[name] = child
    return found


def kill(instance: Instance, name: str) -> psutil.Process:
    """Send SIGKILL to one process and wait until it is gone; return what it was."""
    process = supervised(instance)[name]
    process.kill()
    deadline = time.monotonic() + 5
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def all_ready(instance: Instance) -> bool:
    """Tell whether all four processes say that they are ready."""
    return all(is_ready(service) for service in services(instance))


def wait_until_back(instance: Instance, killed: psutil.Process, name: str) -> float:
    """Wait until another process stands in the killed one's place and all four are ready; return how long, in s."""
    started = time.monotonic()
    while time.monotonic() - started < RESTART_TIMEOUT_S:
        replaced = supervised(instance).get(name, killed).pid != killed.pid
        if replaced and all_ready(instance):
            return time.monotonic() - started
        time.sleep(0.1)
    raise AssertionError(f"{name} is not back after {RESTART_TIMEOUT_S:.0f} s")
