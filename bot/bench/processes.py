"""The processes of a running instance: what they hold and how much CPU they take."""

from pathlib import Path

import psutil

from bot.launch.instance import Instance
from bot.launch.supervision import services


class NotRunningError(RuntimeError):
    """Nothing runs with that data directory."""


def instance_processes(instance: Instance) -> dict[str, psutil.Process]:
    """Return the supervisor and the four processes by name.

    Raises:
        NotRunningError: the supervisor of that instance does not run.
    """
    pidfile = Path(instance.data_dir) / "run" / "supervisord.pid"
    if not pidfile.exists() or not psutil.pid_exists(int(pidfile.read_text())):
        raise NotRunningError(f"nothing runs with {instance.data_dir}: start it with `shopkeeper up`")
    supervisor = psutil.Process(int(pidfile.read_text()))
    modules = {service.name: service.command[-1] for service in services(instance)}
    found = {"supervisor": supervisor}
    for child in supervisor.children():
        command = child.cmdline()
        found[next((name for name, module in modules.items() if module in command), child.name())] = child
    return found


def resident_mb(instance: Instance) -> dict[str, float]:
    """Return the resident memory of each process in MB, children included, and their sum.

    Raises:
        NotRunningError: see `instance_processes`.
    """
    sizes = {}
    for name, process in instance_processes(instance).items():
        family = [process] if name == "supervisor" else [process, *process.children(recursive=True)]
        sizes[name] = sum(member.memory_info().rss for member in family) / 1e6
    sizes["total"] = sum(sizes.values())
    return {name: round(size, 1) for name, size in sizes.items()}


def cpu_seconds(processes: dict[str, psutil.Process]) -> dict[str, float]:
    """Return the CPU time that each process has used so far, in seconds."""
    times = {name: process.cpu_times() for name, process in processes.items()}
    return {name: float(time.user + time.system) for name, time in times.items()}
