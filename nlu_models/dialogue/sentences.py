"""Policy text cut into sentences: Markdown's headings, lists and tables are understood, its marks left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What is a heading, and that code has none, is as in catalog/knowledge/policy_file.py; neither package may import the
# other, so test_sentences.py holds them together.
_HEADING = re.compile(r"^ {0,3}(?:#{1,6}\s+|#{2,6}(?=[^#\s]))(.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(
    r"^\s*(?:[-*+•]|\(?\d{1,2}[.)、]|\(?[a-z][.)]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、)\s*(?=\S)"
)
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[.)、]|[（(]\d+[)）]|[①-⑳])\s*")
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$|^\s*\|?[\s:|-]+\|[\s:|-]*$")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_END = re.compile(r"(?<=[。！？；])(?![”’」』）)])|(?<=[.!?])(?:[”\"’)])?\s+(?=[A-Z“\"‘'(\d£$€])")
_NO_END = re.compile(
    r"(?i:\b(?:e\.g|i\.e|etc|approx|nos?|mrs?|ms|dr|st|mon|tue|wed|thu|fri|sat|sun|min|max|incl|excl"
    r"|a\.m|p\.m|vs|ltd|co|inc)\.)$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence under its heading; `step` tells that it is an item of a numbered list."""

    heading: str
    text: str
    step: bool = False


def split_sentences(markdown: str, title: str = "") -> list[Sentence]:
    """Return the sentences of a text.

    Args:
        markdown: a policy, without front matter.
        title: the heading of what stands before the first one.
    """
    heading, found = title, list[Sentence]()
    paragraph: list[str] = []
    fenced = False

    def finish() -> None:
        text = _joined(paragraph)
        paragraph.clear()
        found.extend(Sentence(heading, sentence) for sentence in cut(text))

    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        head = None if fenced else _HEADING.match(line)
        if head or not line.strip() or _RULE.match(line):
            finish()
            heading = _plain(head[1]) if head else heading
        elif line.lstrip().startswith("|"):
            finish()
            cells = [_plain(cell) for cell in line.strip().strip("|").split("|")]
            found.append(Sentence(heading, ": ".join(cell for cell in cells if cell)))
        elif _ITEM.match(line):
            finish()
            step = bool(_NUMBERED.match(line))
            body = _plain(_ITEM.sub("", line, count=1))
            if step:
                found.append(Sentence(heading, body, step=True))
            else:
                paragraph.append(body)
        elif found and found[-1].step and line.startswith("  ") and not paragraph:
            found[-1] = Sentence(heading, f"{found[-1].text} {_plain(line)}", step=True)
        else:
            paragraph.append(_plain(line.lstrip("> ")))
    finish()
    return [sentence for sentence in found if any(character.isalnum() for character in sentence.text)]


def cut(text: str) -> list[str]:
    """Cut a paragraph at the ends of its sentences."""
    pieces: list[str] = []
    for piece in _END.split(text):
        if pieces and _NO_END.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
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
