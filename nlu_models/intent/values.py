"""From marked text to values: prices, positions, quantities, order numbers, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nlu_models.intent.numerals import find_numbers, han_bounds, to_half_width
from nlu_models.intent.prices import find_price_limits, parse_price

_ORDINAL_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINALS = {word: number for number, word in enumerate(_ORDINAL_WORDS, 1)}
_LAST = re.compile(r"\b(?:last|final|bottom)\b|最后|末尾|最末")
_FROM_END_EN = re.compile(
    r"\b(second|third|2nd|3rd)[\s-]+(?:to|from)?[\s-]*(?:the\s+)?(?:last|end|bottom)\b|\b(penultimate)\b"
)
_FROM_END_ZH = re.compile(r"倒数第?\s*([一二两三四五六七八九十\d]+)")
_ORDINAL_ZH = re.compile(r"第\s*([一二两三四五六七八九十百\d]+)")
_ORDINAL_EN = re.compile(rf"\b(?:({'|'.join(_ORDINALS)})|(\d{{1,2}})(?:st|nd|rd|th))\b")
_NUMBERED = re.compile(r"(?:#|no\.?|number|option|item|选项?)\s*(\d{1,2})\b|\b(\d{1,2})\s*(?:号|$)")
MAX_CHARACTERS = 1000
"""Characters of a message in which patterns are looked for: bounds the time that a message can take."""

_DIGITS = 4  # a position or a quantity is below 10,000
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
_ORDER_ID = re.compile(r"#\s?w\d{4,}\b|\bw\d{7}\b|\bsk-?\d{3,}\b", re.IGNORECASE | re.ASCII)
_ORDER_WORD = re.compile(
    r"(?:\border|订单)\s*(?:号码?|编号|number|num|no\.?|id)?\s*(?:is|是|为|:|：)?\s*(#?\s?[a-z]{0,3}-?\d{5,})",
    re.IGNORECASE | re.ASCII,
)
_PIECES_ZH = re.compile(r"([一二两三四五六七八九十几半\d]+)\s*(打|对|双)?")


@dataclass(frozen=True)
class FoundEntity:
    """An entity that a pattern recognises for certain: half-open place in characters, and its value."""

    entity: str
    start: int
    end: int
    value: Any


def normalise_value(entity: str, text: str, *, context: str = "") -> Any:
    """Turn the marked text of an entity into its value (docs/architecture.md, the model server).

    Args:
        entity: its name.
        text: what was marked, as typed.
        context: the whole message.

    Returns:
        The value, or None if the text holds none (then it is no such entity).
    """
    text, context = text[:MAX_CHARACTERS], context[:MAX_CHARACTERS]
    if entity in ("price_min", "price_max"):
        return parse_price(text, "price_min" if entity == "price_min" else "price_max", context=context)
    if entity == "position":
        return parse_position(text)
    if entity == "quantity":
        return parse_quantity(text)
    if entity == "order_id":
        return parse_order_id(text)
    return text.strip() or None


def find_entities(text: str) -> list[FoundEntity]:
    """Return what patterns find without a model: e-mail addresses, order numbers, price limits in fixed words.

    Only the first `MAX_CHARACTERS` are searched.
    """
    found = list(_patterns(text[:MAX_CHARACTERS]))
    found.sort(key=lambda e: (e.start, -e.end))
    kept: list[FoundEntity] = []
    for entity in found:
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept


def parse_position(text: str) -> int | None:
    """Return the place in a list that a text names: 1 the first, -1 the last, -2 the last but one."""
    plain = to_half_width(text).strip()
    if match := _FROM_END_ZH.search(plain):
        number = _small_number(match[1])
        return -number if number else None
    if match := _FROM_END_EN.search(plain):
        return -3 if (match[1] or "").startswith(("third", "3")) else -2
    if _LAST.search(plain):
        return -1
    if match := _ORDINAL_ZH.search(plain):
        return _small_number(match[1])
    if match := _ORDINAL_EN.search(plain):
        return _ORDINALS[match[1]] if match[1] else int(match[2]) or None
    if match := _NUMBERED.search(plain):
        return int(match[1] or match[2]) or None
    return 1 if re.search(r"头一[个款件条双]|\btop one\b", plain) else None


def parse_quantity(text: str) -> int | None:
    """Return how many pieces a text names: "two pairs" and "两双" are 2, "a dozen" 12, "半打" 6."""
    plain = to_half_width(text).strip()
    if re.search(r"\bhalf (?:a )?dozen\b|半打", plain):
        return 6
    if match := _PIECES_ZH.search(plain):
        number = _small_number(match[1])
        if number:
            return number * 12 if match[2] == "打" else number
    numbers = [number for number in find_numbers(plain) if number.low == number.high]
    if numbers:
        return int(numbers[0].low) if 1 <= numbers[0].low < 10**_DIGITS else None
    return {"俩": 2, "仨": 3}.get(plain[:1]) or (2 if re.search(r"\bboth\b", plain) else _single(plain))


def parse_order_id(text: str) -> str | None:
    """Return an order number without spaces, in capitals; None if no digit is in it."""
    joined = re.sub(r"\s+", "", to_half_width(text)).upper()
    return joined if re.search(r"\d", joined) else None


def _patterns(text: str) -> Iterator[FoundEntity]:
    plain = to_half_width(text)
    for match in _EMAIL.finditer(plain):
        yield FoundEntity("email", match.start(), match.end(), text[match.start() : match.end()])
    for match in _ORDER_ID.finditer(plain):
        yield FoundEntity("order_id", match.start(), match.end(), parse_order_id(match[0]))
    for match in _ORDER_WORD.finditer(plain):
        yield FoundEntity("order_id", match.start(1), match.end(1), parse_order_id(match[1]))
    for limit in find_price_limits(text):
        value = {"amount": limit.amount, "currency": limit.currency}
        yield FoundEntity(limit.bound, limit.start, limit.end, value)


def _small_number(text: str) -> int | None:
    if text.isdigit():
        return int(text) if len(text) <= _DIGITS and int(text) else None
    bounds = han_bounds(text)
    exact = bounds and bounds[0] == bounds[1] and 1 <= bounds[0] < 10**_DIGITS
    return int(bounds[0]) if bounds and exact else None


def _single(text: str) -> int | None:
    return 1 if re.match(r"(?:an?|one|single|just one)\b", text) else None
