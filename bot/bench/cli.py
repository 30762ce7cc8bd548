"""`shopkeeper bench …`: figures of a running instance, as JSON."""

import json
import os
import platform
from pathlib import Path
from typing import Annotated

import typer

bench_app = typer.Typer(no_args_is_help=True, help="Benchmarks against a running instance; print JSON.")
DataDir = Annotated[Path, typer.Option("--data-dir", envvar="SHOPKEEPER_DATA_DIR", help="The instance's data.")]


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}


@bench_app.command()
def turn(
    clients: Annotated[str, typer.Option(help="Numbers of shoppers at once, separated by commas.")] = "1,8,32",
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Length of each run.")] = 10.0,
    data_dir: DataDir = Path("data"),
    url: Annotated[str, typer.Option(help="The gateway; default: the instance of --data-dir.")] = "",
) -> None:
    """Messages per second and latency of a search turn; greetings are the baseline."""
    from bot.bench.processes import instance_processes
    from bot.bench.turn import bench_turns
    from bot.launch.instance import load_instance

    numbers = [int(n) for n in clients.split(",")]
    if url:
        result = bench_turns(url, numbers, seconds, {})
    else:
        instance = load_instance(data_dir)
        result = bench_turns(instance.gateway_url, numbers, seconds, instance_processes(instance))
    typer.echo(json.dumps({**result, **_machine()}, indent=1))


@bench_app.command()
def memory(data_dir: DataDir = Path("data")) -> None:
    """Resident memory, process by process."""
    from bot.bench.processes import resident_mb
    from bot.launch.instance import load_instance

    typer.echo(json.dumps(resident_mb(load_instance(data_dir)), indent=1))
