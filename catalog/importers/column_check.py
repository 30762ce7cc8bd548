"""Refusing a table that lacks a column without which no row can be used, instead of refusing every row."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from catalog.errors import UnreadableFileError

_MOST_SHOWN = 300


def check_columns(path: Path, columns: Mapping[str, str], wanted: Sequence[tuple[str, ...]], *, formats: bool) -> None:
    """Look for the columns of a table.

    Args:
        path: the file, for the error.
        columns: what each column is read as: its header.
        wanted: columns without which no row can be used; of several in one tuple, one is enough.
        formats: another `--format` may be given.

    Raises:
        UnreadableFileError: one is missing; the message says what to do.
    """
    missing = [names[0] for names in wanted if not any(name in columns for name in names)]
    if missing:
        headers = list(columns.values())
        shown = ", ".join(headers)
        shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
        raise UnreadableFileError(
            f"{path}: no column is read as {', '.join(missing)}; the header has {shown}. {_way_out(headers, formats)}"
        )


def _way_out(headers: Sequence[str], formats: bool) -> str:
    if formats and headers[0].lstrip("\ufeff").startswith("<?xml"):
        return "It is an XML feed: give --format google-xml"
    if formats and {"Handle", "Variant Price"} <= set(headers):
        return "It is Shopify's product export: give --format shopify"
    if len(headers) == 1:
        return "The first line must be the names of the columns: take away what stands above them"
    other = ", or give another --format" if formats else ""
    return f"Rename the columns (docs/import.md lists the names){other}"
