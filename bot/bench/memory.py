"""`shopkeeper bench memory`: what the processes of a running instance hold."""

from pathlib import Path

import psutil

from bot.launch.instance import Instance
from bot.launch.supervision import services


def resident_mb(instance: Instance) -> dict[str, float]:
    """Return the resident memory of each process in MB, children included, and their sum.

    Raises:
        RuntimeError: the supervisor of that instance does not run.
    """
    pidfile = Path(instance.data_dir) / "run" / "supervisord.pid"
    if not pidfile.exists() or not psutil.pid_exists(int(pidfile.read_text())):
        raise RuntimeError(f"nothing runs with {instance.data_dir}: start it with `shopkeeper up`")
    supervisor = psutil.Process(int(pidfile.read_text()))
    modules = {service.name: service.command[-1] for service in services(instance)}
    sizes = {"supervisor": supervisor.memory_info().rss / 1e6}
    for child in supervisor.children():
        name = next((n for n, module in modules.items() if module in child.cmdline()), child.name())
        family = [child, *child.children(recursive=True)]
        sizes[name] = sum(process.memory_info().rss for process in family) / 1e6
    sizes["total"] = sum(sizes.values())
    return {name: round(size, 1) for name, size in sizes.items()}
