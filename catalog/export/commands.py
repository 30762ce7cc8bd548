"""`shopkeeper export …`."""

from pathlib import Path
from typing import Annotated

import typer

export_app = typer.Typer(no_args_is_help=True, help="Write the shop's data to files that the training commands read.")
Demo = Annotated[bool, typer.Option("--demo", help="From the demo shop's content files, without a database.")]


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
