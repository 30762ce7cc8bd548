"""The choices that a product's variants give: colours, sizes, and the rest by name."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.describe.clauses import COLOR_KEYS, SIZE_KEYS, joined, normal_key, property_name
from catalog.describe.values import in_words, tellable, tidy
from catalog.describe.values import small as lowered
from catalog.describe.wording import Language, Wording
from catalog.repositories.products import Labels, ProductView

_SCALE = ("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "4XL", "5XL")
_WORDS = ("low", "small", "medium", "large", "high")
_MOST_VALUES = 8
_MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Choices:
    """Colours and sizes ready to be told, `""` where there are none, and the other choices, each ready to be told.

    `one_size` says that there is a single size.
    """

    colors: str = ""
    sizes: str = ""
    one_size: bool = False
    others: tuple[str, ...] = ()


def option_values(product: ProductView) -> dict[str, list[str]]:
    """Return the values of each option in the order of the variants, each once."""
    found: dict[str, list[str]] = {}
    for variant in product.variants:
        for key, value in variant.options.items():
            values = found.setdefault(key, [])
            if str(value) not in values:
                values.append(str(value))
    return found


def read_choices(product: ProductView, labels: Labels, language: Language, wording: Wording) -> Choices:
    """Return the choices that can be told in the language."""
    colors = sizes = ""
    one_size = False
    others: list[str] = []
    for key, values in option_values(product).items():
        normal = normal_key(key)
        if normal in wording.left_out:
            continue
        named = _names(_ordered(values), labels, language, wording)
        if normal in COLOR_KEYS and named and not colors:
            colors = _list(named, language, wording)
        elif normal in SIZE_KEYS and not sizes and all(_is_size(value) for value in values):
            sizes = _sizes(values, language, wording)
            one_size = len(values) == 1
        elif (len(values) > 1 or normal in SIZE_KEYS) and len(others) < _MOST_CHOICES:
            others.append(_choice(key, values, named, product.product_id, labels, language, wording))
    return Choices(colors, sizes, one_size, tuple(choice for choice in others if choice))


def _choice(
    key: str,
    values: Sequence[str],
    named: Sequence[str],
    vary: str,
    labels: Labels,
    language: Language,
    wording: Wording,
) -> str:
    """Return a choice: "the storage (128 GB or 256 GB)", "waterproof or not waterproof"; `""` where it has no words."""
    name = property_name(key, labels, language, wording)
    if {tidy(value).casefold() for value in values} == {"yes", "no"}:
        group = wording.groups.get(normal_key(key))
        yes, no = (group.texts.get((language, truth)) if group else None for truth in (True, False))
        if yes and no:
            return wording.frame(language, "either", vary, yes=yes[1][0], no=no[1][0])
        return wording.frame(language, "either_named", vary, name=small(name, language, wording)) if name else ""
    if name is None or not named:
        return ""
    told = _list(named, language, wording, word="or")
    return wording.frame(language, "choice", vary, name=small(name, language, wording), values=told)


def small(text: str, language: Language, wording: Wording) -> str:
    """Return a text as it stands within a sentence: abbreviations and names keep their capital."""
    first = text.split(maxsplit=1)[0].rstrip(":")
    kept = first in wording.proper or any(character.isupper() or character.isdigit() for character in first[1:])
    return text if kept or language == "zh" else lowered(text)


def _ordered(values: Sequence[str]) -> list[str]:
    """Return values in the order of their numbers or sizes, where all have one of the same unit."""
    words = [tidy(value).casefold() for value in values]
    if all(word in _WORDS for word in words):
        return sorted(values, key=lambda value: _WORDS.index(tidy(value).casefold()))
    matches = [re.match(r"(\d+(?:\.\d+)?)\s*(.*?)s?$", word) for word in words]
    numbers = {value: float(match[1]) for value, match in zip(values, matches, strict=True) if match}
    if len(numbers) == len(values) and len({match[2] for match in matches if match}) == 1:
        return sorted(values, key=numbers.__getitem__)
    return list(values)


def _names(values: Sequence[str], labels: Labels, language: Language, wording: Wording) -> list[str]:
    """Return the values' names; none at all where one cannot be told, rather than an incomplete choice."""
    named = [in_words(tidy(value), language, labels, wording) for value in values]
    told = [name for name in named if name and tellable(name, language, wording)]
    return told if len(told) == len(values) else []


def _list(named: Sequence[str], language: Language, wording: Wording, word: str = "and") -> str:
    if len(named) <= _MOST_VALUES:
        return joined(named, language, wording, word)
    more = wording.frames[language]["more"][0]
    if language == "zh":
        return "、".join(named[:_MOST_VALUES]) + more
    return joined([*named[:_MOST_VALUES], more], language, wording)


def _is_size(value: str) -> bool:
    return tidy(value).upper() in _SCALE or bool(re.fullmatch(r"\d{1,3}(?:\.5)?", tidy(value)))


def _sizes(values: Sequence[str], language: Language, wording: Wording) -> str:
    """Return "S to XL" where all between are there, else the sizes in order."""
    tidied = [tidy(value).upper() for value in values]
    scale: Mapping[str, float] = {name: place for place, name in enumerate(_SCALE)}
    ordered = sorted(tidied, key=lambda size: scale[size] if size in scale else float(size))
    places = [scale[size] if size in scale else float(size) for size in ordered]
    gaps = {round(after - before, 2) for before, after in itertools.pairwise(places)}
    mixed = len({size in scale for size in ordered}) > 1
    if len(ordered) > 2 and not mixed and len(gaps) == 1 and gaps <= {0.5, 1}:
        return wording.frame(language, "range", "", first=ordered[0], last=ordered[-1])
    return joined(ordered, language, wording)
