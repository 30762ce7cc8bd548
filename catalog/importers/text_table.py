"""Reading a table from a text file of unknown encoding and separator, row by row."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.errors import UnreadableFileError
from catalog.importers.outcome import RowError

_SAMPLE_BYTES = 262_144
_SEPARATORS = (",", ";", "\t", "|")
_FIELD_LIMIT = 4_000_000
_MARKED = re.compile(rb"[\x81-\x9f\xa1-\xff]+")
_OPEN_QUOTE = "a quotation mark opens a cell and does not close it; close it, and write one within a cell twice"


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a file is written."""

    encoding: str
    separator: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row; `values` holds the cells that are not empty, trimmed, by the header's name."""

    line: int
    values: Mapping[str, str]


def recognise(path: Path, *, separator: str | None = None) -> TableFormat:
    """Find out the encoding and the separator.

    The encoding is UTF-8, UTF-16 by its mark, GB18030 (which holds GBK) or Windows-1252.

    Raises:
        UnreadableFileError: the file is missing, empty, or not text.
    """
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE_BYTES)
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror}") from error
    if not sample.strip():
        raise UnreadableFileError(f"{path}: the file is empty")
    encoding = _encoding(path, sample)
    header = sample.decode(encoding, "replace").lstrip("\ufeff").splitlines()[0]
    return TableFormat(encoding, separator or max(_SEPARATORS, key=header.count))


def _encoding(path: Path, sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in sample:
        raise UnreadableFileError(f"{path}: this is not a text file; save the table as CSV (in Excel: CSV UTF-8)")
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) >= 3 * broken:  # a broken name or two leave it UTF-8
        return "utf-8-sig"
    runs = _MARKED.findall(sample)
    alone = sum(len(run) == 1 for run in runs)  # Western letters stand alone, Chinese takes two bytes a character
    return "cp1252" if 2 * alone >= len(runs) else "gb18030"


class _Lines:
    """The lines of a file; `record` keeps those taken since it was last emptied, so that they can be given back."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._file)
        self.record.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Yield these lines again before the others."""
        self._again.extendleft(reversed(lines))


def _records(file: Iterator[str], separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each record's first line number and cells, None where a quotation mark is not closed.

    Such a mark would take in the rows below it, so only its own line is given up and reading goes on with the next.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 1
    while True:
        lines.record.clear()
        try:
            cells = next(reader, None)
        except csv.Error:
            first, *others = lines.record
            lines.give_back(others)
            reader = csv.reader(lines, delimiter=separator, strict=True)
            yield number, _cells_of_line(first, separator)
            number += 1
            continue
        if cells is None:
            return
        yield number, cells
        number += len(lines.record)


def _cells_of_line(line: str, separator: str) -> list[str] | None:
    """Return the cells of a line with odd quotation marks (`"Big" mug`), None where one is still open at its end."""
    try:
        rows = list(csv.reader([line, "end"], delimiter=separator, strict=False))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 2 else None


def read_table(file: BinaryIO, how: TableFormat, rename: Callable[[str], str] = str) -> Iterator[TableRow | RowError]:
    """Yield the rows of an open file; one with more cells than the header, or with an open quotation mark, is an error.

    `rename` gives each column its name; where two columns get the same one, the column that is called so keeps
    it, else the first. Bytes that do not fit the encoding become U+FFFD, so that one bad name does not stop a file.

    Raises:
        UnreadableFileError: the header has no or double names.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    decoded = io.TextIOWrapper(file, how.encoding, errors="replace", newline="")
    try:
        records = _records(decoded, how.separator)
        _, header = next(records, (1, []))
        names = [name.strip().lstrip("\ufeff") for name in header or ()]
        if not any(names):
            raise UnreadableFileError("the first line holds no column names")
        double = {name for name in names if name and names.count(name) > 1}
        if double:
            raise UnreadableFileError(f"the column {min(double)!r} is there twice")
        names = _renamed(names, rename)
        for started, cells in records:
            if cells is None:
                yield RowError(started, "row", _OPEN_QUOTE)
                continue
            if not any(map(str.strip, cells)):
                continue
            if len(cells) > len(names) and any(cells[len(names) :]):
                yield RowError(started, "row", f"{len(cells)} cells where the header has {len(names)}")
                continue
            values = {name: text for name, cell in zip(names, cells, strict=False) if (text := cell.strip()) and name}
            yield TableRow(started, values)
    finally:
        decoded.detach()


def _renamed(names: list[str], rename: Callable[[str], str]) -> list[str]:
    documented = {name.lower() for name in names}  # a column with the documented name goes before others read as it
    taken: set[str] = set()
    renamed: list[str] = []
    for name in names:
        new = rename(name) if name else ""
        is_another = new in taken or (new in documented and new != name.lower())
        renamed.append(name if is_another else new)
        taken.add(renamed[-1])
    return renamed


def column_names(path: Path, how: TableFormat, rename: Callable[[str], str]) -> dict[str, str]:
    """Return the names of the columns as `read_table` gives them, each with what the file calls it."""
    with path.open("r", encoding=how.encoding, errors="replace", newline="") as file:
        headers = [name.strip() for name in next(csv.reader(file, delimiter=how.separator), [])]
    columns: dict[str, str] = {}
    for name, header in zip(_renamed(headers, rename), headers, strict=True):
        if name:
            columns.setdefault(name, header)
    return columns
