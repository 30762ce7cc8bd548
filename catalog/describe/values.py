"""Attribute values in words: in the language asked for, without markup, or not at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.describe.units import Unit, as_number, format_number, parse_measure
from catalog.describe.wording import Language, Truth, Wording
from catalog.importers.fields import plain_text
from catalog.repositories.products import Labels
from catalog.search.segmentation import is_chinese

_LONGEST = 100
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TEXT = re.compile(r"https?:|www\.|@\w+\.|[!！?？。；;…]|[a-z]{3,}\.\s", re.IGNORECASE)
_EDGES = " \t.,;:，。；：、!！-–"
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SIZES = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:\s*[x×*/–-]\s*[0-9]+(?:\.[0-9]+)?)+")
_YES = {"yes", "true", "y", "是", "有", "支持"}
_NO = {"no", "false", "n", "否"}
_NEGATIVE = re.compile(r"(?:none|not|no|without|needs?|仅|无|不|需)(?![a-z])", re.IGNORECASE)
_PART = re.compile(r"\s*[,，、]\s*(?!\d{3}(?:\D|$))")
_LANGUAGE_KEY = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is told; `parts` are those of a list, `negative` says that the thing is lacking or restricted."""

    parts: tuple[str, ...] = ()
    truth: Truth = None
    negative: bool = False


def has_chinese(text: str) -> bool:
    """Tell whether there is a Chinese character in a text."""
    return bool(_CHINESE.search(text))


def tidy(text: str) -> str:
    """Return a text as one line of plain text."""
    seen = "".join(character if character.isprintable() else " " for character in plain_text(text))
    return " ".join(seen.split())


def capital(text: str) -> str:
    """Return a text with a capital at the beginning, where the letter has a single one."""
    first = text[:1].upper()
    return (first if len(first) == 1 else text[:1]) + text[1:]


def small(text: str) -> str:
    """Return a text with a small letter at the beginning, where the letter has a single one."""
    first = text[:1].lower()
    return (first if len(first) == 1 else text[:1]) + text[1:]


def read_value(value: Any, unit: Unit | None, language: Language, labels: Labels, wording: Wording) -> Value | None:
    """Return what is told of an attribute's value, None where it cannot be told in the language.

    Not told: a text in the other language only, sentences and addresses, praise and promises (`claims` of the wording),
    nested values, and what is longer than 100 characters.
    """
    if isinstance(value, Mapping):
        if not value or not all(_LANGUAGE_KEY.fullmatch(str(key)) for key in value):
            return None
        if language in value:
            return read_value(value[language], unit, language, labels, wording) if _flat(value[language]) else None
        value = next(iter(value.values()))
    if isinstance(value, bool):
        return Value(truth=value)
    number = as_number(value)
    if number is not None:
        if unit is None:
            return Value((format_number(number, language),))
        scaled, scaled_unit = unit.scaled(number)
        return Value((scaled_unit.format(scaled, language),))
    if isinstance(value, list | tuple):
        parts = [read_value(part, unit, language, labels, wording) for part in value if _flat(part)]
        said = tuple(text for part in parts if part and part.truth is None for text in part.parts)
        return Value(said) if said else None
    return _read_text(value, unit, language, labels, wording) if isinstance(value, str) else None


def _flat(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | list | tuple)


def _read_text(text: str, unit: Unit | None, language: Language, labels: Labels, wording: Wording) -> Value | None:
    text = tidy(text).strip(_EDGES)
    if text.casefold() in _YES | _NO:
        return Value(truth=text.casefold() in _YES)
    if not tellable(text, language, wording):
        return None
    measure = parse_measure(text)
    bare = parse_measure(f"{text} {unit.written[0]}") if unit and not measure else None
    if bare:
        scaled, scaled_unit = bare[1].scaled(bare[0])
        return Value((scaled_unit.format(scaled, language),))
    if unit and _SIZES.fullmatch(text):  # "60 x 40 x 10" of `dimensions_cm`
        head, last = text[: text.rindex(_NUMBERS.findall(text)[-1])], Decimal(_NUMBERS.findall(text)[-1])
        return Value((head + unit.format(last, language),))
    if measure:
        return Value((measure[1].format(measure[0], language),))
    named = in_words(text, language, labels, wording)
    if named is None:
        return None
    parts = tuple(part for part in (part.strip(_EDGES) for part in _PART.split(named)) if part)
    if not parts or any(part.count("(") != part.count(")") or part.count("（") != part.count("）") for part in parts):
        parts = (named,)
    return Value(parts, negative=bool(_NEGATIVE.match(named)))


def tellable(text: str, language: Language, wording: Wording) -> bool:
    """Tell whether a text is a property rather than an advertisement, a paragraph or an address."""
    if not text or len(text) > _LONGEST or _TEXT.search(text) or not re.search(r"\w", text):
        return False
    lowered = text.casefold()
    if any(re.search(rf"(?<!\w){re.escape(claim)}(?!\w)", lowered) for claim in wording.claims["en"]):
        return False
    return not any(claim in text for claim in wording.claims["zh"]) and (language == "zh" or not has_chinese(text))


def in_words(text: str, language: Language, labels: Labels, wording: Wording) -> str | None:
    """Return a value's name in the language, None where it has an English one only and Chinese is asked for."""
    if text in labels.values:
        text = labels.value(text, language)
    elif language == "zh" and text.casefold() in wording.chinese_names:
        text = wording.chinese_names[text.casefold()]
    if language == "en":
        return None if has_chinese(text) else text
    return text if has_chinese(text) or not _english_words(text) else None


def _english_words(text: str) -> bool:
    """Tell whether a Latin text is English rather than names, codes and measures."""
    return any(
        word.islower() and len(word) > 2 and not is_chinese(word) and parse_measure(f"1 {word}") is None
        for word in re.findall(r"[^\W\d_]+", text)
    )
