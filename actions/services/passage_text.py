"""A policy's passage as it is told in a chat: Markdown's tables as lines, its marks left out."""

import re
from typing import Final

_RULE: Final = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$")
_MARKS: Final = re.compile(r"\*\*|__|`")
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\((\S+?)(?:\s[^)]*)?\)")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def told_passage(markdown: str) -> str:
    """Return the text with a table's rows told by its columns, "- Austria – Express: €14.90", and links in full."""
    found: list[str] = []
    columns: list[str] = []
    for line in markdown.splitlines():
        table = line.lstrip().startswith("|")
        if table and _RULE.match(line):
            columns = _cells(found.pop()) if found else []
        elif table:
            found.append(_row(_cells(line), columns) if columns else line)
        else:
            columns = []
            found.append(line)
    return _MARKS.sub("", _LINK.sub(_shown, "\n".join(found)))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _row(cells: list[str], columns: list[str]) -> str:
    values = [(name, cell) for name, cell in zip(columns[1:], cells[1:], strict=False) if cell]
    if _HAN.search("".join(cells)):
        return f"- {cells[0]}：{'，'.join(f'{name} {cell}' for name, cell in values)}"
    return f"- {cells[0]} – {'; '.join(f'{name}: {cell}' for name, cell in values)}"


def _shown(link: re.Match[str]) -> str:
    name, address = link[1], link[2].removeprefix("mailto:")
    if name and not re.match(r"https?:|\S+@", address):
        return name
    return address if not name or name in address else f"{name} ({address})"
