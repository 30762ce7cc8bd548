"""`shopkeeper export …`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

export_app = typer.Typer(no_args_is_help=True, help="Write orders for you, and files that the training commands read.")
Demo = Annotated[bool, typer.Option("--demo", help="From the demo shop's content files, without a database.")]


Since = Annotated[datetime | None, typer.Option("--since", help="Only orders from then on (UTC), as 2026-11-28.")]
DataDir = Annotated[Path, typer.Option("--data-dir", envvar="SHOPKEEPER_DATA_DIR", help="Folder of the instance.")]


@export_app.command()
def orders(
    file: Annotated[Path, typer.Argument(help="The CSV file to write (docs/import.md has its columns).")],
    since: Since = None,
    data_dir: DataDir = Path("data"),
) -> None:
    """Orders, those placed in the chat with them, for you: the file can be changed and imported again."""
    from sqlalchemy.exc import DatabaseError

    from catalog.errors import CatalogError
    from catalog.export.orders import export_orders
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    moment = since.replace(tzinfo=UTC) if since is not None else None
    try:
        with Database(CatalogSettings(data_dir=data_dir).url) as database, database.reading() as session:
            count = export_orders(session, file, since=moment)
    except (CatalogError, DatabaseError, OSError) as error:
        typer.echo(f"cannot export: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{count} orders in {file}")


@export_app.command()
def titles(file: Annotated[Path, typer.Argument(help="JSON lines to write.")], demo: Demo = False) -> None:
    """Product titles and category names, for the category head."""
    from catalog.export.titles import export_demo_titles, export_titles
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    if demo:
        count = export_demo_titles(file)
    else:
        with Database(CatalogSettings().url) as database, database.reading() as session:
            count = export_titles(session, file)
    typer.echo(f"{count} lines in {file}")


@export_app.command()
def events(folder: Annotated[Path, typer.Argument(help="Folder for events.jsonl and items.jsonl.")]) -> None:
    """Behaviour events and products, for the ranker."""
    from catalog.export.events import export_events
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    with Database(CatalogSettings().url) as database, database.reading() as session:
        count, items = export_events(session, folder)
    typer.echo(f"{count} events and {items} items in {folder}")


@export_app.command()
def corrections(
    folder: Annotated[Path, typer.Argument(help="Folder to write to, as a copy of nlu_models/data.")],
) -> None:
    """What agents corrected: messages for `train understanding`, questions for `eval dialogue`."""
    from catalog.export.corrections import export_corrections
    from catalog.session import Database
    from catalog.settings import CatalogSettings

    with Database(CatalogSettings().url) as database, database.reading() as session:
        done = export_corrections(session, folder)
    typer.echo(f"{done.messages} messages and {done.questions} questions in {folder}")
    if not done.in_training:
        typer.echo("no splits.yml there: to train with them, export into a copy of nlu_models/data")
