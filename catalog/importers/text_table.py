"""Reading a table from a text file of unknown encoding and separator, row by row."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.errors import UnreadableFileError
from catalog.importers.outcome import RowError

_SAMPLE_BYTES = 262_144
_SEPARATORS = (",", ";", "\t", "|")
_FIELD_LIMIT = 4_000_000


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
    """Find out the encoding (UTF-8, UTF-16 by its mark, else GB18030, which holds GBK) and the separator.

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
        raise UnreadableFileError(f"{path}: this is not a text file")
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            decoder.decode(sample, final=False)
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8-sig"


def read_table(file: BinaryIO, how: TableFormat, rename: Callable[[str], str] = str) -> Iterator[TableRow | RowError]:
    """Yield the rows of an open file; a row with more cells than the header has is an error.

    `rename` gives each column its name; where two columns get the same one, the first keeps it. Bytes that do not
    fit the encoding become U+FFFD, so that one bad name does not stop a file.

    Raises:
        UnreadableFileError: the header has no or double names, or the file is not a table.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    decoded = io.TextIOWrapper(file, how.encoding, errors="replace", newline="")
    try:
        reader = csv.reader(decoded, delimiter=how.separator, strict=False)
        names = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
        if not any(names):
            raise UnreadableFileError("the first line holds no column names")
        double = {name for name in names if name and names.count(name) > 1}
        if double:
            raise UnreadableFileError(f"the column {min(double)!r} is there twice")
        names = _renamed(names, rename)
        line = reader.line_num + 1
        for cells in reader:
            started, line = line, reader.line_num + 1
            if not any(cells):
                continue
            if len(cells) > len(names) and any(cells[len(names) :]):
                yield RowError(started, "row", f"{len(cells)} cells where the header has {len(names)}")
                continue
            values = {name: text for name, cell in zip(names, cells, strict=False) if (text := cell.strip()) and name}
            yield TableRow(started, values)
    except csv.Error as error:
        raise UnreadableFileError(f"not a table: {error}") from error
    finally:
        decoded.detach()


def _renamed(names: list[str], rename: Callable[[str], str]) -> list[str]:
    taken: set[str] = set()
    renamed: list[str] = []
    for name in names:
        new = rename(name) if name else ""
        renamed.append(name if new in taken else new)
        taken.add(new)
    return renamed


def column_names(path: Path, how: TableFormat, rename: Callable[[str], str]) -> list[str]:
    """Return the names of the columns, as `read_table` gives them."""
    with path.open("r", encoding=how.encoding, errors="replace", newline="") as file:
        return _renamed([name.strip() for name in next(csv.reader(file, delimiter=how.separator), [])], rename)
