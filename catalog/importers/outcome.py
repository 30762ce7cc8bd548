"""What an import did: counts, bad rows, exit code."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog.repositories.product_records import ProductRecord, WriteCounts

_KEPT_ERRORS = 10_000


@dataclass(frozen=True, slots=True)
class RowError:
    """A row, or a part of it, that could not be used; `line` counts from 1 in the file."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        """Return one line for the screen."""
        return f"line {self.line}, {self.column}: {self.reason}"

    def named(self, headers: Mapping[str, str]) -> "RowError":
        """Return the error with the file's own name of the column; `headers` has what each is read as: its header."""
        return replace(self, column=headers.get(self.column, self.column))


@dataclass(frozen=True, slots=True)
class LocatedProduct:
    """A product with the line that it begins on."""

    line: int
    record: ProductRecord


class RowRejectedError(ValueError):
    """A field is not what it should be; the reader turns it into a `RowError`."""

    def __init__(self, column: str, reason: str) -> None:
        """Keep the column's name and why the value cannot be used."""
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason

    def at(self, line: int) -> RowError:
        """Return the error with its place."""
        return RowError(line, self.column, self.reason)


@dataclass(slots=True)
class ImportOutcome:
    """Counts of one import. `rejected` counts bad rows or records; of their errors the first 10,000 are kept.

    `withdrawn` counts products taken off sale, None where nobody asked for that or where it was not safe to do.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    withdrawn: int | None = None
    errors: list[RowError] = field(default_factory=list)

    def add(self, counts: WriteCounts) -> None:
        """Count what a batch changed."""
        self.created += counts.created
        self.updated += counts.updated
        self.unchanged += counts.unchanged

    def reject(self, *errors: RowError) -> None:
        """Count a bad row, or a record that cannot be used, with everything that is wrong with it."""
        self.rejected += 1
        self.errors.extend(errors[: _KEPT_ERRORS - len(self.errors)])

    @property
    def exit_code(self) -> int:
        """Return 0 where everything was read, 1 where some rows were rejected, 2 where none could be used."""
        if not self.rejected:
            return 0 if self.read else 2
        return 1 if self.read else 2

    @property
    def read(self) -> int:
        """Return how many records could be used."""
        return self.created + self.updated + self.unchanged


def write_report(path: Path, errors: Sequence[RowError]) -> None:
    """Write bad rows as CSV: line, column, reason."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "column", "reason"))
        writer.writerows((error.line, error.column, error.reason) for error in errors)
