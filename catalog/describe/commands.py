"""`shopkeeper describe`."""

import json
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import OperationalError

from catalog.cli import DatabaseUrl, DataDir, open_database
from catalog.describe.run import FAILURES, Described, Status, Wish, describe_products
from catalog.describe.wording import LANGUAGES
from catalog.errors import CatalogError
from catalog.repositories.descriptions import UnknownCategoryError, product_ids
from catalog.session import Database

_BAR_FROM = 20


class LanguageChoice(StrEnum):
    """The languages to write in; `BOTH` are those that a product has a title in."""

    EN = "en"
    ZH = "zh"
    BOTH = "both"


def describe(
    products: Annotated[list[str] | None, typer.Argument(metavar="[PRODUCT_ID]...", help="Your ids of them.")] = None,
    missing: Annotated[bool, typer.Option("--missing", help="All that have no description.")] = False,
    category: Annotated[str | None, typer.Option(metavar="SLUG", help="All of a category and those below it.")] = None,
    language: Annotated[LanguageChoice, typer.Option(help="Both: those that a product has a title in.")] = (
        LanguageChoice.BOTH
    ),
    write: Annotated[
        bool, typer.Option("--write", help="Store them where there is none; else they are shown.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="With --write: also over a text that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    database_url: DatabaseUrl = "",
    data_dir: DataDir = Path("data"),
) -> None:
    """Write product descriptions from the attributes by rules, not by a model.

    Nothing is said that the product's data do not say. The exit code is 0 where every product was described or had a
    text, 1 where some could not be, 2 where none could.
    """
    _check_arguments(products or [], missing=missing, category=category, write=write, replace=replace)
    languages = tuple(one for one in LANGUAGES if language in (LanguageChoice.BOTH, one))
    wish = Wish(languages, language is LanguageChoice.BOTH, missing, write, replace)
    try:
        with open_database(database_url, data_dir) as database:
            found = _run(database, _chosen(database, products or [], category, missing, languages), wish, as_json)
    except (CatalogError, UnknownCategoryError, OperationalError, OSError) as error:
        _errors().print(f"cannot describe: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
    raise typer.Exit(exit_code(found))


def _errors() -> Console:
    return Console(stderr=True)


def _check_arguments(
    products: Sequence[str], *, missing: bool, category: str | None, write: bool, replace: bool
) -> None:
    chosen = missing or category is not None
    if bool(products) == chosen:
        raise typer.BadParameter("name products, or choose them by --missing or --category (both together: and)")
    if replace and (missing or not write):
        raise typer.BadParameter("--replace goes with --write, and not with --missing")


def _chosen(
    database: Database, products: list[str], category: str | None, missing: bool, languages: Sequence[str]
) -> list[str]:
    if products:
        return products
    with database.reading() as session:
        return product_ids(session, category_slug=category, missing_in=languages if missing else ())


def _run(database: Database, chosen: list[str], wish: Wish, as_json: bool) -> "Counter[Status]":
    console, errors = Console(soft_wrap=True, highlight=False), _errors()
    counts: Counter[Status] = Counter()
    columns = (TextColumn("describing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=len(chosen) < _BAR_FROM, transient=True) as progress:
        task = progress.add_task("", total=len(chosen))
        last = ""
        for item in describe_products(database, chosen, wish):
            counts[item.status] += 1
            if item.product_id != last:
                progress.advance(task)
                last = item.product_id
            if as_json:
                typer.echo(json.dumps(_as_object(item), ensure_ascii=False))
            else:
                _show(item, console, errors)
    if not as_json:
        told = ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in sorted(counts.items()))
        errors.print(told or "nothing to describe", highlight=False)
    return counts


def _as_object(item: Described) -> dict[str, str | None]:
    return {
        "product_id": item.product_id,
        "language": item.language,
        "status": item.status.value,
        "description": item.description or None,
        "reason": item.reason or None,
    }


def _show(item: Described, console: Console, errors: Console) -> None:
    place = f"{item.product_id} ({item.language})" if item.language else item.product_id
    if item.status in FAILURES:
        errors.print(f"{place}: {item.reason}", style="red", markup=False, soft_wrap=True, highlight=False)
    elif item.status is Status.KEPT:
        errors.print(f"{place}: kept, {item.reason}", markup=False, soft_wrap=True, highlight=False)
    else:
        console.print(f"{place}: {item.description}", markup=False)


def exit_code(counts: "Counter[Status]") -> int:
    """Return 0 where nothing failed, 1 where something did, 2 where everything did."""
    failed = sum(counts[status] for status in FAILURES)
    if not failed:
        return 0
    return 2 if failed == counts.total() else 1
