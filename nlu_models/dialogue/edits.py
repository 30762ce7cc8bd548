"""Replies as edits of the sentences that they say: which of their words are kept, and what is said in between.

Source:
    Malmi et al. 2019, "Encode, tag, realize: high-precision text editing".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.wording import SYMBOLS, Masked

_HAN: Final = r"\u3400-\u9fff"
UNIT: Final = re.compile(rf"[{''.join(SYMBOLS)}]|[{_HAN}]|[^\W\d_{_HAN}]+(?:['’-][^\W\d_{_HAN}]+)*|\d+|\S")
_STOPS: Final = ".!?:。！？："
_ENDS: Final = (".", "!", "?")
_NO_SPACE_BEFORE: Final = frozenset(",.;:!?)%]}’”'\"")
_NO_SPACE_AFTER: Final = frozenset("([{“‘$£€¥#/")
_LEADING: Final = re.compile(r"^[\s,.;:!?，。；：、！？–—-]+")
_DOUBLED: Final = re.compile(r"[,;:，；：、]\s*(?=[,.;:!?，。；：、！？])")
_SELF: Final = re.compile(r"(?<![\w.-])i(?=['’]|\s|$)")
_LATIN: Final = re.compile(rf"[A-Za-z0-9{''.join(SYMBOLS)}]")
_NOWHERE: Final = -2


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, a Chinese character, a mark or a value's symbol; `start` is its place in the text with values."""

    text: str
    start: int
    spaced: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """For N units which are kept, and N + 1 phrases said before each of them and at the end, "" for none."""

    keep: tuple[bool, ...]
    phrases: tuple[str, ...]


def units_of(text: Masked) -> tuple[str, list[Unit]]:
    """Return the text with its values put back, and its units."""
    raw, last, found = "", 0, list[Unit]()
    for match in UNIT.finditer(text.text):
        raw += text.text[last : match.start()]
        found.append(Unit(match[0], len(raw), match.start() > last))
        place = SYMBOLS.index(match[0]) if match[0] in SYMBOLS else len(text.values)
        raw += text.values[place].text if place < len(text.values) else match[0]
        last = match.end()
    return raw + text.text[last:], found


def edit_of(units: Sequence[Unit], reply: str) -> Edit:
    """Return the edit that makes a reply, with symbols for values, from units; capital letters do not count."""
    told = [unit.text.casefold() for unit in units]
    said = list(UNIT.finditer(reply))
    keep, phrases = [False] * len(units), [""] * (len(units) + 1)
    matcher = SequenceMatcher(None, told, [match[0].casefold() for match in said], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            keep[first:last] = [True] * (last - first)
        elif end > start:
            phrases[first] = _plain(reply[said[start].start() : said[end - 1].end()], first=start == 0)
    return Edit(tuple(keep), tuple(phrases))


def _plain(phrase: str, *, first: bool) -> str:
    """Return a phrase as it is written inside a sentence."""
    named = phrase.startswith(("I ", "I'", "I’")) or phrase[1:2].isupper()
    return phrase[:1].lower() + phrase[1:] if first and not named else phrase


def frequent_phrases(edits: Iterable[Edit], *, least: int) -> list[str]:
    """Return what is said between kept words in so many replies at least, the most frequent first."""
    counts = Counter(phrase for edit in edits for phrase in set(edit.phrases) if phrase)
    return [phrase for phrase, count in counts.most_common() if count >= least]


def apply_edit(units: Sequence[Unit], edit: Edit, language: Language, ordinary: Collection[str] = ()) -> str:
    """Return the reply that an edit makes.

    Args:
        units: N, of the text.
        edit: of them.
        language: of the text.
        ordinary: words that begin with a capital only at the start of a sentence.
    """
    out, before = "", _NOWHERE
    for at, unit in enumerate(units):
        if edit.phrases[at]:
            out = _joined(out, edit.phrases[at], language, spaced=language == "en")
            before = _NOWHERE
        if edit.keep[at]:
            word = unit.text
            opens = at == 0 or units[at - 1].text in _STOPS
            if opens and out and out.rstrip()[-1:] not in _STOPS and word.lower() in ordinary:
                word = word.lower()
            elif language == "en" and not opens and out.rstrip()[-1:] in _ENDS:
                word = word[:1].upper() + word[1:]
            if before == at - 1 and not unit.spaced:
                out += word  # "LS10 1AB" is one word for each part
            else:
                out = _joined(out, word, language, spaced=unit.spaced or language == "en")
            before = at
    if edit.phrases[-1]:
        out = _joined(out, edit.phrases[-1], language, spaced=language == "en")
    out = _DOUBLED.sub("", _LEADING.sub("", out)).rstrip(" ,;:，；：、")
    if language == "zh":
        return out
    return _SELF.sub("I", out if out[1:2].isupper() else out[:1].upper() + out[1:])


def _joined(out: str, text: str, language: Language, *, spaced: bool) -> str:
    latin = bool(out) and _LATIN.match(out[-1]) and _LATIN.match(text)
    if not out or not (spaced or latin):
        return out + text
    if language == "en" and (text[0] in _NO_SPACE_BEFORE or out[-1] in _NO_SPACE_AFTER):
        return out + text
    return f"{out} {text}"
