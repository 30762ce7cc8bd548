"""Importing a table of customers or orders: its columns, its rows, and transactions of 500 records."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from catalog.importers.column_check import check_columns
from catalog.importers.outcome import ImportOutcome, RowError
from catalog.importers.text_table import TableRow, column_names, read_table, recognise
from catalog.repositories.product_records import WriteCounts
from catalog.session import Database

BATCH = 500

Progress = Callable[[int, int], None]
"""Called with bytes read and bytes in all."""

Save = Callable[[Session, list[TableRow]], WriteCounts]
"""Writes the record that some rows make; raises `RowsRejectedError` where it cannot be used."""

_NOT_KEY = re.compile(r"[^\w]+")


class RowsRejectedError(ValueError):
    """A record cannot be used; `errors` say why."""

    def __init__(self, *errors: RowError) -> None:
        """Keep the errors with their places."""
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


def read_rows(
    path: Path,
    headers: Mapping[str, str],
    wanted: Sequence[tuple[str, ...]],
    *,
    progress: Progress | None = None,
) -> Iterator[TableRow | RowError]:
    """Yield the rows of a file under their documented names.

    Args:
        path: the file.
        headers: documented column: the headers that are read as it, apart by spaces.
        wanted: columns without which no row can be used; of several in one tuple, one is enough.
        progress: told how far it is.

    Raises:
        UnreadableFileError: it cannot be read, or lacks a column.
    """
    rename = _renaming(headers)
    how = recognise(path)
    check_columns(path, column_names(path, how, rename), wanted, formats=False)
    total = path.stat().st_size
    with path.open("rb") as file:
        for count, item in enumerate(read_table(file, how, rename)):
            if progress is not None and count % 200 == 0:
                progress(file.tell(), total)
            yield item
    if progress is not None:
        progress(total, total)


def _renaming(headers: Mapping[str, str]) -> Callable[[str], str]:
    names = {alias: name for name, aliases in headers.items() for alias in aliases.split()}

    def rename(header: str) -> str:
        key = _NOT_KEY.sub("_", header.strip().lower()).strip("_")
        return names.get(key) or key or header

    return rename


def named_as_in_the_file(outcome: ImportOutcome, path: Path, headers: Mapping[str, str]) -> ImportOutcome:
    """Return the outcome with its errors' columns as the file calls them."""
    columns = column_names(path, recognise(path), _renaming(headers))
    outcome.errors = [error.named(columns) for error in outcome.errors]
    return outcome


def import_rows(database: Database, records: Iterable[list[TableRow] | RowError], save: Save) -> ImportOutcome:
    """Write records, 500 in a transaction; one that cannot be used is left out whole, and each of its errors counted.

    Raises:
        UnreadableFileError: from the reader; what was written before stays.
    """
    outcome = ImportOutcome()
    stream = iter(records)
    while batch := list(islice(stream, BATCH)):
        with database.session() as session:
            for item in batch:
                if isinstance(item, RowError):
                    outcome.reject(item)
                    continue
                try:
                    with session.begin_nested():
                        outcome.add(save(session, item))
                except RowsRejectedError as error:
                    outcome.reject(*error.errors)
                except (IntegrityError, DataError) as error:
                    outcome.reject(RowError(item[0].line, "row", f"the database refuses it: {error.orig}"))
    database.analyse()
    return outcome
