"""The catalogue's commands: `shopkeeper import …` and `shopkeeper export …`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import OperationalError

from catalog.errors import CatalogError
from catalog.export.commands import export_app
from catalog.importers.csv_customers import import_customers
from catalog.importers.csv_orders import import_orders
from catalog.importers.outcome import ImportOutcome, RowError, write_report
from catalog.importers.product_import import ProductFormat, import_products, read_products
from catalog.importers.tau2_shop import import_tau2_shop
from catalog.knowledge.import_folder import import_policies
from catalog.migrations import current_revision, upgrade
from catalog.session import Database
from catalog.settings import CatalogSettings

import_app = typer.Typer(name="import", no_args_is_help=True, help="Load products, policies, customers or orders.")

_SHOWN_ERRORS = 20

__all__ = ["export_app", "import_app", "open_database"]

DatabaseUrl = Annotated[str, typer.Option("--database-url", envvar="DATABASE_URL", help="Empty: the data directory.")]
DataDir = Annotated[Path, typer.Option("--data-dir", envvar="SHOPKEEPER_DATA_DIR", help="Folder of the instance.")]
Currency = Annotated[str, typer.Option(help="Of prices that name none.")]
Report = Annotated[Path | None, typer.Option(help="Where bad rows are listed; FILE.rejected.csv by default.")]


class Language(StrEnum):
    """The languages that shoppers are answered in."""

    EN = "en"
    ZH = "zh"


class ShopFormat(StrEnum):
    """The kinds of whole shops."""

    TAU2 = "tau2"


def open_database(database_url: str, data_dir: Path, *, tell: Callable[[str], None] | None = None) -> Database:
    """Open the shop's database and bring it to the newest schema; `tell` is given a line that says which one it is.

    Raises:
        DatabaseAddressError: the address names no file, or no supported engine.
        DatabaseUnusableError: it cannot be read, or a newer version of the program has used it.
    """
    database = Database(CatalogSettings(data_dir=data_dir, database_url=database_url).url, timeout_s=60)
    is_new = current_revision(database) is None
    upgrade(database)
    if tell is not None:
        tell(f"made a new shop: {database.name}" if is_new else f"shop: {database.name}")
    return database


@contextmanager
def _shop(console: Console, database_url: str, data_dir: Path) -> Iterator[Database]:
    """Open the shop's database; what stops the whole import is said in a line, and the exit code is 2."""

    def tell(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    try:
        with open_database(database_url, data_dir, tell=tell) as database:
            yield database
    except (CatalogError, OperationalError, OSError) as error:
        console.print(f"cannot import: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
    )


@import_app.command("products")
def import_products_command(
    file: Annotated[Path, typer.Argument(help="The product file.")],
    kind: Annotated[ProductFormat, typer.Option("--format", help="Its format.")] = ProductFormat.CSV,
    currency: Currency = "USD",
    language: Annotated[Language, typer.Option(help="Of titles where the format does not say.")] = Language.EN,
    whole_catalogue: Annotated[
        bool, typer.Option("--whole-catalogue", help="Take products that the file does not name off sale.")
    ] = False,
    report: Report = None,
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Create or change products by the merchant's id.

    The exit code is 0 where every row was read, 1 where some were rejected, 2 where none could be used.
    """
    console = Console()
    with _shop(console, database_url, data_dir) as database, _progress(console) as progress:
        task = progress.add_task(file.name, total=None)
        found = read_products(
            file,
            kind,
            currency=currency,
            language=language.value,
            progress=lambda done, total: progress.update(task, completed=done, total=max(total, 1)),
        )
        outcome = import_products(database, found, whole_catalogue=whole_catalogue)
    _print_outcome(console, "products", outcome)
    if whole_catalogue and outcome.withdrawn is None:
        rejected = "rows were rejected: mend them and import the file again"
        why = rejected if outcome.rejected else "the file has no product"
        console.print(f"nothing was taken off sale: {why}", style="red", soft_wrap=True)
    _report_errors(console, outcome.errors, report or file.with_name(file.name + ".rejected.csv"))
    raise typer.Exit(outcome.exit_code)


@import_app.command("customers")
def import_customers_command(
    file: Annotated[Path, typer.Argument(help="The customers' table, as CSV (docs/import.md).")],
    report: Report = None,
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Create or change customers by your own id, the one that they sign in with; exit codes as for products."""
    console = Console()
    with _shop(console, database_url, data_dir) as database, _progress(console) as progress:
        outcome = import_customers(database, file, progress=_watching(progress, file))
    _print_outcome(console, "customers", outcome)
    _report_errors(console, outcome.errors, report or file.with_name(file.name + ".rejected.csv"))
    raise typer.Exit(outcome.exit_code)


@import_app.command("orders")
def import_orders_command(
    file: Annotated[Path, typer.Argument(help="The orders' table, as CSV (docs/import.md).")],
    currency: Annotated[str, typer.Option(help="Of orders that name none.")] = "USD",
    report: Report = None,
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Create orders of your customers, or change them by their number; exit codes as for products."""
    console = Console()
    with _shop(console, database_url, data_dir) as database, _progress(console) as progress:
        outcome = import_orders(database, file, currency=currency, progress=_watching(progress, file))
    _print_outcome(console, "orders", outcome)
    _report_errors(console, outcome.errors, report or file.with_name(file.name + ".rejected.csv"))
    raise typer.Exit(outcome.exit_code)


@import_app.command("shop")
def import_shop_command(
    file: Annotated[Path, typer.Argument(help="The shop's file.")],
    kind: Annotated[ShopFormat, typer.Option("--format", help="Its format.")] = ShopFormat.TAU2,
    currency: Currency = "USD",
    report: Report = None,
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Create or change products, customers and orders; exit codes as for products."""
    console = Console()
    assert kind is ShopFormat.TAU2
    with _shop(console, database_url, data_dir) as database, _progress(console) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in ("products", "customers", "orders")}
        outcome = import_tau2_shop(
            database,
            file,
            currency=currency,
            step=lambda name, done, total: progress.update(tasks[name], completed=done, total=total),
        )
    errors: list[RowError] = []
    for name, section in outcome.sections.items():
        _print_outcome(console, name, section)
        errors.extend(RowError(error.line, f"{name}: {error.column}", error.reason) for error in section.errors)
    _report_errors(console, errors, report or file.with_name(file.name + ".rejected.csv"))
    raise typer.Exit(outcome.exit_code)


@import_app.command("policies")
def import_policies_command(
    folder: Annotated[Path, typer.Argument(help="A folder of Markdown files (docs/policies.md).")],
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Load the shop's policies; a changed document becomes a new version, one whose file is gone is retired.

    Exit codes as for products.
    """
    console = Console()
    with _shop(console, database_url, data_dir) as database, database.session() as session:
        outcome = import_policies(session, folder)
    console.print(
        f"policies: {outcome.created} created, {outcome.updated} updated, {outcome.unchanged} unchanged, "
        f"{len(outcome.errors)} rejected, {len(outcome.retired)} retired"
    )
    for name in outcome.retired:
        console.print(
            f"  {name}: no file of the folder holds it now, so it is answered from no longer",
            markup=False,
            soft_wrap=True,
        )
    for line in outcome.errors:
        console.print(f"  {line}", style="yellow", markup=False, soft_wrap=True)
    read = outcome.created + outcome.updated + outcome.unchanged
    raise typer.Exit(2 if not read else int(bool(outcome.errors)))


def _watching(progress: Progress, file: Path) -> Callable[[int, int], None]:
    """Return what shows how far the reading of a file is."""
    task = progress.add_task(file.name, total=None)
    return lambda done, total: progress.update(task, completed=done, total=max(total, 1))


def _print_outcome(console: Console, name: str, outcome: ImportOutcome) -> None:
    withdrawn = "" if outcome.withdrawn is None else f", {outcome.withdrawn} taken off sale"
    console.print(
        f"{name}: {outcome.created} created, {outcome.updated} updated, {outcome.unchanged} unchanged, "
        f"{outcome.rejected} rejected{withdrawn}"
    )


def _report_errors(console: Console, errors: list[RowError], path: Path) -> None:
    if not errors:
        return
    for error in errors[:_SHOWN_ERRORS]:
        console.print(f"  {error}", style="yellow", markup=False, soft_wrap=True)
    if len(errors) > _SHOWN_ERRORS:
        console.print(f"  … and {len(errors) - _SHOWN_ERRORS} more")
    try:
        write_report(path, errors)
    except OSError as error:
        line = f"the bad rows cannot be listed in {path} ({error.strerror}): name another file with --report"
        console.print(line, style="red", markup=False, soft_wrap=True)
        return
    console.print(f"bad rows are listed in {path}", soft_wrap=True)
