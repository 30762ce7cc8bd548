"""Importing a table of customers or orders: its columns, its rows, and transactions of 500 records."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import UnreadableFileError
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
    names = {alias: name for name, aliases in headers.items() for alias in aliases.split()}

    def rename(header: str) -> str:
        key = _NOT_KEY.sub("_", header.strip().lower()).strip("_")
        return names.get(key) or key or header

    how = recognise(path)
    columns = [name for name in column_names(path, how, rename) if name]
    missing = [group[0] for group in wanted if not any(name in columns for name in group)]
    if missing:
        raise UnreadableFileError(
            f"{path}: no column is read as {', '.join(missing)}; the header has {', '.join(columns)[:300]}. "
            "Rename the columns (docs/import.md lists the names)"
        )
    total = path.stat().st_size
    with path.open("rb") as file:
        for count, item in enumerate(read_table(file, how, rename)):
            if progress is not None and count % 200 == 0:
                progress(file.tell(), total)
            yield item
    if progress is not None:
        progress(total, total)


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
                    for each in error.errors:
                        outcome.reject(each)
                except (IntegrityError, DataError) as error:
                    outcome.reject(RowError(item[0].line, "row", f"the database refuses it: {error.orig}"))
    database.analyse()
    return outcome
