"""Rows of a Markdown table, as they are read and as they are told."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULE = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")


def is_table_rule(line: str) -> bool:
    """Tell whether a line stands between the names of a table's columns and its rows."""
    return _RULE.match(line) is not None


def table_rows(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return for each row but the head its cells alone, and what is told of it: "Austria – Express: €14.90".

    Args:
        lines: of one table; what is above its rule are the names of the columns.
    """
    rule = next((at for at, line in enumerate(lines) if _RULE.match(line)), None)
    columns = _cells(lines[rule - 1]) if rule else []
    rows = [_cells(line) for line in lines if not _RULE.match(line)][rule or 0 :]
    return [(": ".join(filter(None, cells)), _told(cells, columns)) for cells in rows]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _told(cells: Sequence[str], columns: Sequence[str]) -> str:
    """Return the first cell and the others with the names of their columns."""
    values = [(name, cell) for name, cell in zip(columns[1:], cells[1:], strict=False) if cell]
    if not values:
        return ": ".join(filter(None, cells))
    if _HAN.search("".join(cells)):
        return f"{cells[0]}：{'，'.join(f'{name} {cell}' for name, cell in values)}"
    return f"{cells[0]} – {'; '.join(f'{name}: {cell}' for name, cell in values)}"
