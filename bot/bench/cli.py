"""`shopkeeper bench …`: figures of a running instance, as JSON."""

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

MOST_CLIENTS = 1000
bench_app = typer.Typer(no_args_is_help=True, help="Benchmarks against a running instance; print JSON.")
DataDir = Annotated[Path, typer.Option("--data-dir", envvar="SHOPKEEPER_DATA_DIR", help="The instance's data.")]


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}


def _client_numbers(text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter("give whole numbers, as in 1,8,32", param_hint="--clients") from error
    if not all(1 <= number <= MOST_CLIENTS for number in numbers):
        raise typer.BadParameter(f"each number is from 1 to {MOST_CLIENTS}", param_hint="--clients")
    return numbers


@contextmanager
def _one_line_errors(data_dir: Path) -> Iterator[None]:
    """Turn what a user can mend into one line and exit code 1."""
    import aiohttp

    from bot.bench.processes import NotRunningError
    from bot.bench.turn import BenchError

    try:
        yield
    except FileNotFoundError as error:
        typer.echo(f"nothing was started with {data_dir} yet: run `shopkeeper up`", err=True)
        raise typer.Exit(1) from error
    except (NotRunningError, BenchError, aiohttp.ClientError, TimeoutError) as error:
        typer.echo(str(error) or type(error).__name__, err=True)
        raise typer.Exit(1) from error


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

    numbers = _client_numbers(clients)
    with _one_line_errors(data_dir):
        if url:
            result = bench_turns(url, numbers, seconds, {})
        else:
            instance = load_instance(data_dir)
            result = bench_turns(instance.gateway_url, numbers, seconds, instance_processes(instance))
    typer.echo(json.dumps({**result, **_machine()}, indent=1))


@bench_app.command()
def desk(
    chats: Annotated[int, typer.Option(min=1, max=1500, help="Open conversations.")] = 500,
    agents: Annotated[int, typer.Option(min=1, max=100, help="People at the desk.")] = 20,
    rate: Annotated[float, typer.Option(min=1, max=1000, help="Messages a second in all.")] = 50.0,
    seconds: Annotated[float, typer.Option(min=2, max=600, help="Length of the run.")] = 30.0,
    data_dir: DataDir = Path("data"),
    database_url: Annotated[str, typer.Option("--database-url", envvar="DATABASE_URL", help="The instance's.")] = "",
) -> None:
    """Delivery between shoppers and agents; makes both in the instance, so use one that is for measuring."""
    from bot.bench.desk import bench_desk
    from bot.bench.processes import instance_processes
    from bot.launch.instance import load_instance
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    with _one_line_errors(data_dir):
        instance = load_instance(data_dir)
        processes = instance_processes(instance)
        with Database(CatalogSettings(data_dir=data_dir, database_url=database_url).url, timeout_s=60) as database:
            result = bench_desk(instance.gateway_url, database, chats, agents, rate, seconds, processes)
    typer.echo(json.dumps({**result, **_machine()}, indent=1))


@bench_app.command()
def memory(data_dir: DataDir = Path("data")) -> None:
    """Resident memory, process by process."""
    from bot.bench.processes import resident_mb
    from bot.launch.instance import load_instance

    with _one_line_errors(data_dir):
        typer.echo(json.dumps(resident_mb(load_instance(data_dir)), indent=1))
