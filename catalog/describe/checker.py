"""Whether a description says anything that its product does not have."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from catalog.describe.clauses import normal_key
from catalog.describe.units import Unit, as_number, measures_in, parse_measure, split_key
from catalog.describe.values import has_chinese, tidy
from catalog.describe.wording import Group, Language, Truth, Wording, load_wording
from catalog.repositories.products import Labels, ProductView

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+")
_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")
_PLACE = re.compile(r"\{\w+\}")
_TRUE = {"yes", "true", "y", "是", "有", "支持"}
_FALSE = {"no", "false", "n", "否"}


def unsupported(text: str, product: ProductView, labels: Labels, language: Language) -> list[str]:
    """Return what a description says beyond its product's data, in the order of the text; empty where it says nothing.

    Each number must be one of the data's (as it is, in years for months, in kilograms for grams). Each word must be one
    of the title, brand, category, attributes and options (or of what the shop calls them), or belong to the wording
    for an attribute that the product has, with the yes or no that it has. An English text has no Chinese character.

    A number has to have the unit that it has in the data, and a yes must not stand where the product says no. Beyond
    that words are checked, not how they are put together: a text that gives one attribute the value of another passes
    where the units are the same.
    """
    data = list(_data(product, labels))
    wordings = list(_wordings(product, language))
    numbers = _numbers(product, data)
    measures = {measure for one in data for measure in measures_in(one)} | set(_stored_measures(product))
    written = [*data, *wordings, *(name for _, unit in measures for name in unit.written)]
    written.extend(_formatted_units(product, language))
    words = {word.casefold() for one in written for word in _WORD.findall(one)}
    runs = {run for one in written for run in _CHINESE_RUN.findall(one)}
    found: dict[int, str] = {}
    for match in _NUMBER.finditer(text):
        if Decimal(match[0].replace(",", "")) not in numbers:
            found[match.start()] = match[0]
    for match in _WORD.finditer(text):
        if match[0].casefold() not in words:
            found[match.start()] = match[0]
    for match in _CHINESE_RUN.finditer(text):
        rest = match[0] if language == "en" else _not_covered(match[0], runs)
        if rest:
            found[match.start()] = rest
    beyond = [found[place] for place in sorted(found)]
    beyond.extend(_wrong_units(text, measures, beyond))
    beyond.extend(_denied(text, product, data, language))
    return list(dict.fromkeys(beyond))


def _wrong_units(text: str, measures: set[tuple[Decimal, Unit]], known: list[str]) -> Iterator[str]:
    """Yield measures that the product has not, though it has the number and the unit: 24 years for 24 months."""
    for number, unit in measures_in(text):
        if (number, unit) not in measures and not {str(number), *unit.written} & set(known):
            yield f"{number} {unit.written[0]}"


def _denied(text: str, product: ProductView, data: list[str], language: Language) -> Iterator[str]:
    """Yield a yes where the product says no, and the other way round: the words alone may be the same."""
    for group, truth in _groups(product, language):
        own, other = (group.texts.get((language, said)) for said in (truth, not truth))
        if truth is None or own is None or other is None:
            continue
        rest = text.casefold()
        for phrase in own[1]:
            rest = rest.replace(phrase.casefold(), "")
        for phrase in other[1]:
            if phrase.casefold() in rest and not any(phrase.casefold() in one.casefold() for one in data):
                yield phrase


def _data(product: ProductView, labels: Labels) -> Iterator[str]:
    """Yield every text of the product, and what the shop calls its keys and values."""
    yield from map(tidy, product.titles.values())
    yield tidy(product.brand or "")
    yield product.category_slug.replace("-", " ")
    names = load_wording()
    for key, value in product.attributes.items():
        yield from (tidy(key.replace("_", " ")), *(labels.attribute(key, language) for language in ("en", "zh")))
        yield names.chinese_keys.get(key.replace("_", " ").casefold(), "")
        yield from _value_texts(value, labels, names)
    for variant in product.variants:
        for key, value in variant.options.items():
            yield from (tidy(key.replace("_", " ")), *(labels.option(key, language) for language in ("en", "zh")))
            yield names.chinese_keys.get(key.replace("_", " ").casefold(), "")
            yield from _value_texts(value, labels, names)


def _value_texts(value: Any, labels: Labels, names: Wording) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _value_texts(part, labels, names)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _value_texts(part, labels, names)
    elif not isinstance(value, bool) and value is not None:
        text = tidy(str(value))
        yield from (text, names.chinese_names.get(text.casefold(), ""))
        yield from (labels.value(text, language) for language in ("en", "zh"))


def _wordings(product: ProductView, language: Language) -> Iterator[str]:
    """Yield the frames, and the wordings of the attributes that the product has."""
    wording = load_wording()
    for frames in wording.frames[language].values():
        yield from (_PLACE.sub(" ", frame) for frame in frames)
    for group, truth in _groups(product, language):
        yield from _group_wordings(group, truth, language)
    for key, value in _options(product):
        group_of = wording.groups.get(normal_key(key)) or wording.groups.get(split_key(normal_key(key))[0])
        if group_of is not None:
            yield from _group_wordings(group_of, _truth(value, language), language)


def _options(product: ProductView) -> set[tuple[str, str]]:
    return {(key, str(value)) for variant in product.variants for key, value in variant.options.items()}


def _groups(product: ProductView, language: Language) -> Iterator[tuple[Group, Truth]]:
    wording = load_wording()
    for key, value in product.attributes.items():
        group = wording.groups.get(normal_key(key)) or wording.groups.get(split_key(normal_key(key))[0])
        if group is not None:
            yield group, _truth(value, language)


def _group_wordings(group: Group, truth: Truth, language: Language) -> Iterator[str]:
    told = group.texts.get((language, truth))
    for wording in told[1] if told else ():
        yield _PLACE.sub(" ", wording)
        if "{a}" in wording:
            yield "a an"


def _truth(value: Any, language: Language) -> Truth:
    if isinstance(value, Mapping):
        value = value.get(language, next(iter(value.values()), None))
    if isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    return True if text in _TRUE else False if text in _FALSE else None


def _numbers(product: ProductView, data: Iterable[str]) -> set[Decimal]:
    found = {Decimal(match.replace(",", "")) for text in data for match in _NUMBER.findall(text)}
    found |= {Decimal(match) for text in data for match in re.findall(r"\d+(?:\.\d+)?", text)}
    found |= {abs(number) for number in map(as_number, _leaves(product.attributes)) if number is not None}
    return found | {abs(number) for number, _ in _stored_measures(product)}


def _stored_measures(product: ProductView) -> Iterator[tuple[Decimal, Unit]]:
    """Yield the numbers whose unit stands in the key, as they are and as a shop would say them."""
    for key, value in (*product.attributes.items(), *_options(product)):
        unit = split_key(normal_key(key))[1]
        for part in _leaves(value):
            number = as_number(part)
            if unit is not None and number is None:
                measure = parse_measure(f"{part} {unit.written[0]}")
                number = measure[0] if measure else None
            if unit is not None and isinstance(part, str):
                yield from ((Decimal(match), unit) for match in re.findall(r"[0-9]+(?:\.[0-9]+)?", part))
            if unit is not None and number is not None:
                yield from ((abs(number), unit), unit.scaled(abs(number)))


def _formatted_units(product: ProductView, language: Language) -> Iterator[str]:
    """Yield the measures of the attributes as they are written in the language."""
    measures = list(_stored_measures(product))
    texts = (
        part for part in _leaves([product.attributes, [v.options for v in product.variants]]) if isinstance(part, str)
    )
    measures.extend(measure for measure in map(parse_measure, texts) if measure)
    yield from (unit.format(number, language) for number, unit in measures)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield tidy(value).strip(" \t.,;:，。；：、!！-–") if isinstance(value, str) else value


def _not_covered(run: str, known: set[str]) -> str:
    """Return the part of a run of Chinese that no sequence of known runs makes up, from where the longest one ends."""
    longest = max(map(len, known), default=0)

    @cache
    def reach(place: int) -> int:
        if place == len(run):
            return place
        sizes = range(min(longest, len(run) - place), 0, -1)
        return max((reach(place + size) for size in sizes if run[place : place + size] in known), default=place)

    end = reach(0)
    return run[end:] if has_chinese(run[end:]) else ""
