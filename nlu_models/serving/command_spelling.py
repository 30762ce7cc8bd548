"""Orders that were typed badly: "chekout", "retrun", "wher is my ordr"."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from rapidfuzz.distance import OSA

_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_ALONE: Final = re.compile(r"\W*([A-Za-z]{4,})\W*", re.ASCII)


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    content = yaml.safe_load((Path(__file__).parent / "command_words.yml").read_text("utf-8"))
    alone = frozenset(content["alone"])
    return alone, alone | frozenset(content["also"])


def corrected_command(text: str) -> str | None:
    """Return the word that a message of one badly typed word stands for, None where it is not clear.

    Letters may be swapped, doubled or left out; one letter in the place of another makes a word of its own ("helm").
    """
    match = _ALONE.fullmatch(text)
    alone, known = _words()
    return _nearest(match[1].lower(), alone, known, replaced=False) if match else None


def corrected_words(text: str) -> str | None:
    """Return a message that was not understood with its badly typed words put right, None where there are none."""
    _, known = _words()

    def right(match: re.Match[str]) -> str:
        return _nearest(match[0].lower(), known, known, replaced=True) or match[0]

    changed = _WORD.sub(right, text)
    return changed if changed != text else None


def _nearest(word: str, among: frozenset[str], known: frozenset[str], *, replaced: bool) -> str | None:
    if word in known or word.rstrip("s") in known:
        return None
    near = [c for c in among if c[0] == word[0] and OSA.distance(word, c, score_cutoff=1) == 1]
    kept = [candidate for candidate in near if not _is_replaced(word, candidate)]  # the likelier slips
    near = kept or (near if replaced else [])
    return near[0] if len(near) == 1 else None


def _is_replaced(word: str, candidate: str) -> bool:
    """Tell whether the words differ by one letter in the place of another."""
    return len(word) == len(candidate) and sorted(word) != sorted(candidate)
