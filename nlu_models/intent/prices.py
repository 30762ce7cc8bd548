"""Prices and price limits in messages: "under $200", "1500元以下", "两三百块", "between 50 and 80 euros"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from nlu_models.intent.numerals import Number, find_numbers, to_half_width

Bound = Literal["price_min", "price_max"]

_CURRENCIES = (
    ("HKD", r"hk\$|hkd|港币|港元"),
    ("JPY", r"jpy|日元|日币|\byen\b"),
    ("USD", r"us\$|usd|\$|dollars?|bucks?|美元|美金|美刀|刀"),
    ("EUR", r"€|\beur(?:os?)?\b|欧元|欧"),
    ("GBP", r"£|\bgbp\b|pounds?|quid|英镑"),
    ("CNY", r"¥|￥|\brmb\b|\bcny\b|yuan|人民币|元|块钱?|大洋"),
)
_CURRENCY = re.compile("|".join(f"(?P<{code}>{pattern})" for code, pattern in _CURRENCIES))
_BEFORE_MAX = re.compile(
    r"(?:under|below|less than|cheaper than|lower than|up to|at most|max(?:imum)?(?: of)?|no more than|not more than|"
    r"not over|within|budget(?: is| of|'s)?|<=?|≤|不超过|不要超过|别超过|低于|少于|小于|不高于|最多|最高|顶多|"
    r"预算(?:是|在|大概|只有|有)?|便宜于)\s*(?:of|about|around|is|就|:|：)?\s*$"
)
_BEFORE_MIN = re.compile(
    r"(?:over|above|more than|at least|starting (?:at|from)|min(?:imum)?(?: of)?|no less than|not less than|>=?|≥|"
    r"高于|超过|大于|多于|至少|最少|最低|不低于|不少于)\s*(?:of|about|around|:|：)?\s*$"
)
_NEGATED = re.compile(r"(?:不|别|不要|不能|\bnot|\bno|n't)\s*$")
_AFTER_MAX = re.compile(
    r"\s*(?:or (?:less|under|below|lower|cheaper)|and (?:under|below)|max(?:imum)?\b|tops\b|"
    r"以下|以内|之内|之下|内|封顶|不到|左右以下)"
)
_AFTER_MIN = re.compile(r"\s*(?:or (?:more|above|over|up)|and (?:up|above|over)|\+|以上|之上|往上|起)")
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|～|to|and|到|至|和)\s*")
_CONTINUES = re.compile(
    r"\s*(?:$|[,.!?;:，。！？；、)）]|for\b|with\b|please|and\b|but\b|or\b|that\b|的|吗|左右|呢|吧|之间|预算)"
)
_OTHER_MEASURE = re.compile(
    r"(?:within|\b(?:size|age|weight|rating)[a-z ]*|[尺鞋]?码\S{0,3}|尺寸\S{0,3}|年龄\S{0,3})\s*$"
)
_SMALLEST_BARE = 10.0


@dataclass(frozen=True)
class PriceLimit:
    """A limit found in a text: half-open place in characters, which bound, the amount and its currency."""

    start: int
    end: int
    bound: Bound
    amount: float
    currency: str | None


@dataclass(frozen=True)
class _Money:
    number: Number
    start: int
    end: int
    currency: str | None


def find_currency(text: str) -> str | None:
    """Return the currency that a text names (ISO 4217), None if it names none."""
    match = _CURRENCY.search(to_half_width(text))
    return match.lastgroup if match else None


def parse_price(text: str, bound: Bound, *, context: str = "") -> dict[str, float | str | None] | None:
    """Read a price that a model marked.

    Of a range ("100-200", "两三百") the lower end is taken for `price_min`, the upper one for `price_max`.

    Args:
        text: the marked part, as typed.
        context: the whole message: asked for the currency where `text` names none.

    Returns:
        `{"amount", "currency"}`, or None if there is no number in it.
    """
    found = _money(text)
    if not found:
        return None
    numbers = [money.number for money in _spread_unit(found, to_half_width(text))]
    amount = max(n.high for n in numbers) if bound == "price_max" else min(n.low for n in numbers)
    return {"amount": amount, "currency": find_currency(text) or find_currency(context)}


def find_price_limits(text: str) -> list[PriceLimit]:
    """Return the limits that a message states in fixed words, whatever the model marked.

    A number without a currency counts only where nothing that could be its unit follows ("under 200" does,
    "within 30 days" and "over 100 reviews" do not).
    """
    plain = to_half_width(text)
    money = _spread_unit(_money(plain), plain)
    limits: list[PriceLimit] = []
    skip = -1
    for index, item in enumerate(money):
        if index == skip:
            continue
        following = money[index + 1] if index + 1 < len(money) else None
        if following and _is_range(plain, item, following):
            currency = item.currency or following.currency
            limits.append(PriceLimit(item.start, item.end, "price_min", item.number.low, currency))
            limits.append(PriceLimit(following.start, following.end, "price_max", following.number.high, currency))
            skip = index + 1
        elif limit := _limit(plain, item):
            limits.append(limit)
    return limits


def _limit(text: str, item: _Money) -> PriceLimit | None:
    before, after = text[: item.start], item.end
    if not item.currency and (item.number.low < _SMALLEST_BARE or not _price_like(text, item)):
        return None
    low = _BEFORE_MIN.search(before)
    if low and _NEGATED.search(before[: low.start()]):
        return PriceLimit(item.start, item.end, "price_max", item.number.high, item.currency)
    if _BEFORE_MAX.search(before) or _AFTER_MAX.match(text, after):
        return PriceLimit(item.start, item.end, "price_max", item.number.high, item.currency)
    if low or _AFTER_MIN.match(text, after):
        return PriceLimit(item.start, item.end, "price_min", item.number.low, item.currency)
    return None


def _price_like(text: str, item: _Money) -> bool:
    """Without a currency: no unit may follow the number, nor the word of the limit."""
    if _OTHER_MEASURE.search(text[: item.start]):
        return False
    end = item.end
    for pattern in (_AFTER_MAX, _AFTER_MIN):
        if match := pattern.match(text, end):
            end = match.end()
    return bool(_CONTINUES.match(text, end)) or end > item.end


def _is_range(text: str, first: _Money, second: _Money) -> bool:
    if not _BETWEEN.fullmatch(text[first.end : second.start]) or first.number.low >= second.number.high:
        return False
    if first.currency or second.currency:
        return True
    framed = re.search(r"between\s*$", text[: first.start]) or re.match(r"\s*之间", text[second.end :])
    return bool(framed) and first.number.low >= _SMALLEST_BARE and bool(_CONTINUES.match(text, second.end))


def _money(text: str) -> list[_Money]:
    """Return each number with the currency that touches it."""
    plain = to_half_width(text)
    found = []
    for number in find_numbers(plain):
        start, end, currency = number.start, number.end, None
        for match in _CURRENCY.finditer(plain):
            if match.end() <= number.start and not plain[match.end() : number.start].strip():
                if currency is None:
                    start, currency = match.start(), match.lastgroup
            elif match.start() >= number.end and not plain[number.end : match.start()].strip() and end == number.end:
                end, currency = match.end(), match.lastgroup
        found.append(_Money(number, start, end, currency))
    return found


def _spread_unit(found: list[_Money], text: str) -> list[_Money]:
    """Let "1-2k" and "2到3千" mean thousands on both sides."""
    spread = list(found)
    for index, (first, second) in enumerate(pairwise(found)):
        if not _BETWEEN.fullmatch(text[first.end : second.start]):
            continue
        unit = re.search(r"(k|w|[百千万]|thousand|hundred|grand)\s*$", text[second.number.start : second.number.end])
        if unit and first.number.high < 100 and second.number.low >= 100:
            factor = {"k": 1e3, "w": 1e4, "百": 1e2, "千": 1e3, "万": 1e4, "hundred": 1e2}.get(unit[1], 1e3)
            number = Number(first.number.start, first.number.end, first.number.low * factor, first.number.high * factor)
            spread[index] = _Money(number, first.start, first.end, first.currency)
    return spread
