"""The `shopkeeper` command: each topic's commands live with the package that does the work."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="shopkeeper", no_args_is_help=True, help="A self-hosted shopping assistant.", pretty_exceptions_enable=False
)
DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="SHOPKEEPER_DATA_DIR", help="Where the instance keeps its data.")
]


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The gateway's port.", envvar="SHOPKEEPER_PORT")] = 8080,
    data_dir: DataDir = Path("data"),
    host: Annotated[str, typer.Option(help="The gateway's address.", envvar="SHOPKEEPER_HOST")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option(help="Fill an empty shop with the demo shop.")] = True,
) -> None:
    """Prepare what is missing, start the four processes, and stay until Ctrl-C."""
    from rich.console import Console

    from bot.launch.instance import PortInUseError
    from bot.launch.preparation import PreparationError
    from bot.launch.up import StartError, run_up

    console = Console()
    try:
        run_up(data_dir, host, port, demo=demo, console=console)
    except (PortInUseError, PreparationError, StartError, RuntimeError, OSError) as error:
        console.print(f"[red]cannot start:[/red] {error}", soft_wrap=True)
        raise typer.Exit(1) from error


@app.command()
def doctor(data_dir: DataDir = Path("data")) -> None:
    """Say what is missing and how to mend it; the exit code is 1 where something is."""
    from bot.launch.doctor import diagnose

    healthy = True
    for finding in diagnose(data_dir):
        typer.echo(f"{'ok ' if finding.ok else 'NO '} {finding.subject}: {finding.text}")
        healthy = healthy and finding.ok
    if not healthy:
        raise typer.Exit(1)


def _mount() -> None:
    """Mount the packages' own commands; only what the named command needs is imported."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    everything = wanted in ("", "--help", "--show-completion", "--install-completion")
    if everything or wanted == "import":
        from catalog.cli import import_app

        app.add_typer(import_app, name="import")
    if everything or wanted == "export":
        from catalog.export.commands import export_app

        app.add_typer(export_app, name="export")
    if everything or wanted == "describe":
        from catalog.describe.commands import describe

        app.command("describe")(describe)
    if everything or wanted == "desk":
        from bot.desk.cli import desk_app

        app.add_typer(desk_app, name="desk")
    if everything or wanted in ("train", "eval"):
        from nlu_models.cli import eval_app, train_app

        app.add_typer(train_app, name="train")
        app.add_typer(eval_app, name="eval")
    if everything or wanted == "bench":
        from bot.bench.cli import bench_app

        app.add_typer(bench_app, name="bench")


_mount()

if __name__ == "__main__":
    app()
