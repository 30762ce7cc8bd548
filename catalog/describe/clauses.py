"""Attributes as clauses: which group tells one, in which place of the sentence, in which words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.describe.units import split_key
from catalog.describe.values import Value, capital, has_chinese, read_value, tellable, tidy
from catalog.describe.wording import Language, Slot, Wording, choose, fill
from catalog.repositories.products import Labels, ProductView

COLOR_KEYS = ("color", "colour", "颜色", "色")
SIZE_KEYS = ("size", "shoe_size", "尺码", "尺寸", "规格")
_MOST_CLAUSES = 8
_MOST_NOTES = 3
_UNKNOWN_RANK = 10_000
_UNIT_IN_NAME = re.compile(r"\s*[(（][^()（）]{1,12}[)）]$")
_SOUNDS_VOWEL = re.compile(r"(?!HEPA|NASA|one\b|uni|use|usb|uti)(?:[aeiouAEIO]|8|11\b|18\b|[FHLMNRSX](?=[A-Z\d]|\b))")
_DETAIL = re.compile(r"\d+ devices|(?:not|no|with|sold|included|up to)\b|[可附不另含最]")
_SAYS_HAS = "可带含支无防自有免速内"


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence; `listed` says that it holds a list of its own. `rank` counts from the most important."""

    rank: int
    slot: Slot
    text: str
    listed: bool = False


def joined(parts: Sequence[str], language: Language, wording: Wording, word: str = "and") -> str:
    """Return a list in words: "a, b and c", 「a、b和c」."""
    link = wording.frames[language]["and" if language == "zh" else word][0]
    comma, space = ("、", "") if language == "zh" else (", ", " ")
    if len(parts) < 2:
        return "".join(parts)
    if language == "zh" and re.search(r"[A-Za-z\d]$", parts[-2]) and re.match(r"[A-Za-z\d]", parts[-1]):
        return comma.join(parts)
    return f"{comma.join(parts[:-1])}{space}{link}{space}{parts[-1]}"


def article(text: str) -> str:
    """Return `an` before a vowel's sound, as in "an IPS panel", else `a`."""
    return "an" if _SOUNDS_VOWEL.match(text) else "a"


def attribute_clauses(product: ProductView, labels: Labels, language: Language, wording: Wording) -> list[Clause]:
    """Return what is told of the attributes, the most important first."""
    chosen: dict[str, set[str]] = {}
    for variant in product.variants:
        for key, value in variant.options.items():
            chosen.setdefault(normal_key(key), set()).add(str(value))
    given = {key: value for key, value in product.attributes.items() if len(chosen.get(normal_key(key), ())) < 2}
    known = {normal_key(key) for key in given} | set(COLOR_KEYS) | set(SIZE_KEYS)
    for key, values in chosen.items():
        if len(values) == 1 and key not in known:  # no choice, but a property
            given[key] = next(iter(values))
    found = attribute_texts(given, product.product_id, labels, language, wording)
    found.sort(key=lambda clause: clause.rank)
    kept: list[Clause] = []
    for clause in found:
        if any(clause.text in other.text for other in found if other is not clause):
            continue
        notes = sum(other.slot == "note" for other in kept)
        if language == "zh" or clause.slot != "note" or notes < _MOST_NOTES:
            kept.append(clause)
    return kept[:_MOST_CLAUSES]


def attribute_texts(
    attributes: dict[str, Any], vary: str, labels: Labels, language: Language, wording: Wording
) -> list[Clause]:
    """Return a clause for each attribute that can be told in the language."""
    found: list[Clause] = []
    told: set[tuple[int, str]] = set()
    for key, value in attributes.items():
        clause = _clause(key, value, vary, labels, language, wording)
        if clause is not None and (clause.rank, clause.text) not in told:
            told.add((clause.rank, clause.text))
            found.append(clause)
    return found


def normal_key(key: str) -> str:
    """Return an attribute's key as the groups spell it."""
    return re.sub(r"[\s\-/]+", "_", tidy(key).casefold())


def _clause(key: str, raw: Any, vary: str, labels: Labels, language: Language, wording: Wording) -> Clause | None:
    normal = normal_key(key)
    stem, unit = (normal, None) if normal in wording.groups else split_key(normal)
    if {normal, stem} & wording.left_out:
        return None
    value = read_value(raw, unit or split_key(normal)[1], language, labels, wording)
    if value is None:
        return None
    group = wording.groups.get(stem)
    if group is None:
        return _unknown(key, value, labels, language, wording)
    told = group.texts.get((language, value.truth))
    if told is None:
        return None if value.truth is not None else _unknown(key, value, labels, language, wording)
    slot, wordings = told
    if value.truth is not None:
        return Clause(group.rank, slot, choose(wordings, f"{vary}:{stem}"))
    said = as_text(value, language, wording, lists=group.lists)
    if value.negative and slot != "note":
        if language == "zh" and len(said) > 1:
            return Clause(group.rank, "note", said)
        return _unknown(key, value, labels, language, wording, rank=group.rank)
    template = choose(wordings, f"{vary}:{stem}")
    if said.casefold() in group.alone:
        template = "{value}"
    elif language == "zh" and not template.endswith("：{value}"):
        template = _without_repetition(template, said)
    text = _named_once(fill(template, value=said, a=article(said)), said)
    return Clause(group.rank, slot, text, listed=group.lists and len(value.parts) > 1)


def as_text(value: Value, language: Language, wording: Wording, *, lists: bool) -> str:
    """Return a value in a phrase: a list "a, b and c", or what is said further of a thing in brackets."""
    first, *rest = value.parts
    if value.negative and any("(" in part or "（" in part for part in value.parts):
        return ("，" if language == "zh" else ", ").join(value.parts)
    if rest and lists and first != "wired" and not _DETAIL.match(rest[0]):
        return joined(value.parts, language, wording)
    if not rest:
        return first
    if any(mark in part for part in value.parts for mark in "()（）"):
        return joined(value.parts, language, wording)
    return f"{first}（{'，'.join(rest)}）" if language == "zh" else f"{first} ({', '.join(rest)})"


def _without_repetition(template: str, said: str) -> str:
    """Take away what the value says itself: 「屏幕为3英寸触屏」, 「橡胶底」."""
    before, _, after = template.partition("{value}")
    doubled = (after and (after in said or said[-1] in (after[0], after[-1]))) or (
        before and before.strip("为") in said
    )
    return "{value}" if doubled else template


def _named_once(text: str, said: str) -> str:
    """Leave the name out where the value has it: "Warranty: 3 year warranty", 「防水：5ATM防水」."""
    name = re.split("[:：]", text, maxsplit=1)[0]
    return said if text != name and re.search(rf"(?<!\w){re.escape(name)}$|{re.escape(name)}[（]", said, re.I) else text


def _unknown(
    key: str, value: Value, labels: Labels, language: Language, wording: Wording, *, rank: int = _UNKNOWN_RANK
) -> Clause | None:
    name = property_name(key, labels, language, wording)
    if name is None or value.truth is False:
        return None
    if value.truth:
        return _has(key, name, labels, language, wording, rank)
    said = as_text(value, language, wording, lists=True)
    text = _named_once(fill(wording.frames[language]["note"][0], name=name, value=said), said)
    return Clause(rank, "note", text, listed=len(value.parts) > 1)


def _has(key: str, name: str, labels: Labels, language: Language, wording: Wording, rank: int) -> Clause | None:
    """Tell of a thing that the shop has named itself: "Child lock: yes", 「带童锁」."""
    if key not in labels.attributes:
        return None
    if language == "en":
        return Clause(rank, "note", fill(wording.frames["en"]["named_yes"][0], name=name))
    return Clause(rank, "note", name if name[0] in _SAYS_HAS else fill(wording.frames["zh"]["has"][0], name=name))


def property_name(key: str, labels: Labels, language: Language, wording: Wording) -> str | None:
    """Return what an attribute is called, without its unit; None where it has no name in the language."""
    name = labels.attribute(key, language)
    if key not in labels.attributes:
        name = key.replace("_", " ")
        name = wording.chinese_keys.get(name.casefold(), name) if language == "zh" else split_key(name)[0]
    name = _UNIT_IN_NAME.sub("", tidy(name)).strip(" .,:：，。")
    if not tellable(name, language, wording) or has_chinese(name) != (language == "zh"):
        return None
    if language == "zh":
        return name
    return name.upper() if name.casefold() in wording.capitals else capital(name)
