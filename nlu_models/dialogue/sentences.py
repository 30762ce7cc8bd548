"""Policy text cut into sentences: Markdown's headings, lists and tables are understood, its marks left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu_models.dialogue.tables import is_table_rule, table_rows

# What is a heading, and that code has none, is as in catalog/knowledge/policy_file.py; neither package may import the
# other, so test_sentences.py holds them together.
_HEADING = re.compile(r"^ {0,3}(?:#{1,6}\s+|#{2,6}(?=[^#\s]))(.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(
    r"^\s*(?:[-*+•]|\(?\d{1,2}(?:[.)](?!\d)|、)|\(?[a-z][.)]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、)\s*(?=\S)"
)
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}(?:[.)](?!\d)|、)|[（(]\d+[)）]|[①-⑳])\s*")
_NEXT_OF_LIST = re.compile(r"\s*(?:[（(][二三四五六七八九十\d]+[)）]|[②-⑳])")
_CLAUSE = re.compile(r"^\s*(?:\d{1,2}\.){1,3}\d{1,2}(?:\.\s*|\s+)(?=[A-Z“\"\u3400-\u9fff])")
"""The number of a contract's clause: "4.1 The customer …"; "3.5 kg" is none."""
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_END = re.compile(r"(?<=[。！？；])(?![”’」』）)])|(?<=[.!?])(?:[”\"’)])?\s+(?=[A-Z“\"‘'(\d£$€])")
_NO_END = re.compile(
    r"(?i:\b(?:e\.g|i\.e|etc|approx|nos?|mrs?|ms|dr|st|mon|tue|wed|thu|fri|sat|sun|min|max|incl|excl"
    r"|a\.m|p\.m|vs|ltd|co|inc)\.)$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence under its heading; `step` tells that it is an item of a numbered list.

    `item`: that it is all of one that is not numbered; `row`: how a table's row is told, with the names of its columns.
    """

    heading: str
    text: str
    step: bool = False
    item: bool = False
    row: str = ""


def split_sentences(markdown: str, title: str = "") -> list[Sentence]:
    """Return the sentences of a text.

    Args:
        markdown: a policy, without front matter.
        title: the heading of what stands before the first one.
    """
    heading, found = title, list[Sentence]()
    paragraph, table = list[str](), list[str]()
    fenced = item = False

    def finish() -> None:
        nonlocal item
        pieces = cut(_joined(paragraph))
        found.extend(Sentence(heading, piece, item=item and len(pieces) == 1) for piece in pieces)
        found.extend(Sentence(heading, text, row=row) for text, row in table_rows(table))
        paragraph.clear()
        table.clear()
        item = False

    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        head = None if fenced else _HEADING.match(line)
        if line.lstrip().startswith("|") or (table and "|" in line):
            if not table:
                finish()
            table.append(_plain(line))
        elif is_table_rule(line):
            columns = [paragraph.pop()] if paragraph else []
            finish()
            table.extend((*columns, line))
        elif head or not line.strip() or _RULE.match(line):
            finish()
            heading = _plain(head[1]) if head else heading
        elif (clause := _CLAUSE.match(line)) or _ITEM.match(line):
            finish()
            body = _plain((_CLAUSE if clause else _ITEM).sub("", line, count=1))
            step = bool(_NUMBERED.match(line))
            item = not (step or clause)
            if step:
                found.append(Sentence(heading, body, step=True))
            else:
                paragraph.append(body)
        elif found and found[-1].step and line.startswith("  ") and not paragraph:
            found[-1] = Sentence(heading, f"{found[-1].text} {_plain(line)}", step=True)
        else:
            if table:
                finish()
            paragraph.append(_plain(line.lstrip("> ")))
    finish()
    return [sentence for sentence in found if any(character.isalnum() for character in sentence.text)]


def cut(text: str) -> list[str]:
    """Cut a paragraph at the ends of its sentences."""
    pieces: list[str] = []
    for piece in _END.split(text):
        if pieces and _NO_END.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif pieces and pieces[-1].endswith("；") and _NEXT_OF_LIST.match(piece):
            pieces[-1] += piece
        elif piece and piece.strip():
            pieces.append(piece.strip())
    return pieces


def _joined(lines: list[str]) -> str:
    """Join the lines of a paragraph: with a space, but not between Chinese characters."""
    text = ""
    for line in lines:
        chinese = bool(text) and ord(text[-1]) > 0x2E80 and ord(line[:1] or " ") > 0x2E80
        text = f"{text}{'' if chinese or not text else ' '}{line}"
    return text


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _MARKS.sub("", _LINK.sub(r"\1", text))).strip()
