"""Prices and price limits in messages: "under $200", "1500元以下", "两三百块", "between 50 and 80 euros"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from nlu_models.intent.currencies import BEHIND, NAMED, named_in
from nlu_models.intent.limit_words import Bound, after_limit_words, begins_at, stated_bound
from nlu_models.intent.numerals import Number, find_numbers, to_half_width
from nlu_models.intent.other_measures import follows_a_name, is_other_measure, touches_letters

_BETWEEN = re.compile(r"\s*(?:-|–|—|~|～|to|and|到|至|和)\s*")
_CONTINUES = re.compile(
    r"\s*(?:$|[,.!?;:，。！？；、)）]|for\b|with\b|please|and\b|but\b|or\b|that\b|on\b|to spend\b|each\b"
    r"|的|但|且|吗|左右|呢|吧|之间|预算)"
)
_SMALLEST_BARE = 10.0
_WINDOW = 100  # characters around a marked price


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


def parse_price(text: str, bound: Bound, *, context: str = "") -> dict[str, float | str | None] | None:
    """Read a price that a model marked.

    Of a range ("100-200", "两三百") the lower end is taken for `price_min`, the upper one for `price_max`.

    Args:
        text: the marked part, as typed.
        context: the whole message: asked for the currency where `text` names none, first of another number.

    Returns:
        `{"amount", "currency"}`, or None if there is no number in it.
    """
    found = _money(text)
    if not found:
        return None
    numbers = [money.number for money in _spread_unit(found, to_half_width(text))]
    amount = max(n.high for n in numbers) if bound == "price_max" else min(n.low for n in numbers)
    near = next((money.currency for money in (*found, *_money(context)) if money.currency), None)
    return {"amount": amount, "currency": near or named_in(to_half_width(text)) or named_in(to_half_width(context))}


def marked_bound(text: str, start: int, end: int, marked: Bound) -> Bound | None:
    """Return which limit a price is that a model marked, None if the number there is no price.

    A part of a name or another measure is none ("WH-1000XM5", "500ml"). The words beside a number say which limit it
    is; without any, a minimum needs a currency or the other end of a range, and so does a maximum right behind what
    may be a name ("Garmin Forerunner 265" has neither).

    Args:
        text: the message, as typed.
        start: where the marked part begins.
        end: where it ends.
        marked: the limit that the model took it for.
    """
    first = max(0, start - _WINDOW)
    plain = to_half_width(text[first : end + _WINDOW])
    found = _money(plain)
    at = [i for i, item in enumerate(found) if item.start < end - first and item.end > start - first]
    if not at:
        return marked
    if any(touches_letters(plain, found[i].start, found[i].end) for i in at):
        return None
    near = found[max(0, at[0] - 1) : at[-1] + 2]
    pairs = [pair for pair in pairwise(near) if _BETWEEN.fullmatch(plain[pair[0].end : pair[1].start])]
    numbers = [*(found[i] for i in at), *(item for pair in pairs for item in pair)]
    priced = any(item.currency for item in numbers)
    if not priced and any(_is_other(plain, item) for item in numbers):
        return None
    if pairs and len(at) == 1:
        return "price_min" if found[at[0]] is pairs[-1][0] else "price_max"
    if pairs:
        return marked
    start, end = found[at[0]].start, found[at[-1]].end
    if begins_at(plain, start) and stated_bound(plain, start, end) is None:
        return "price_min"
    bare_max = marked == "price_max" and not follows_a_name(plain, start, end)
    return stated_bound(plain, start, end) or (marked if priced or bare_max else None)


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
    if not item.currency and (item.number.low < _SMALLEST_BARE or not _price_like(text, item)):
        return None
    bound = stated_bound(text, item.start, item.end)
    if bound is None:
        return None
    amount = item.number.high if bound == "price_max" else item.number.low
    return PriceLimit(item.start, item.end, bound, amount, item.currency)


def _price_like(text: str, item: _Money) -> bool:
    """Without a currency: no unit may follow the number, nor the word of the limit."""
    if _is_other(text, item):
        return False
    end = after_limit_words(text, item.end)
    return bool(_CONTINUES.match(text, end)) or end > item.end


def _is_other(text: str, item: _Money) -> bool:
    return is_other_measure(text, item.start, item.end, item.number.high)


def _is_range(text: str, first: _Money, second: _Money) -> bool:
    if not _BETWEEN.fullmatch(text[first.end : second.start]) or first.number.low >= second.number.high:
        return False
    if first.currency or second.currency:
        return True
    if _is_other(text, first) or _is_other(text, second):
        return False
    framed = re.search(r"between\s*$", text[: first.start]) or re.match(r"\s*之间", text[second.end :])
    return bool(framed) and first.number.low >= _SMALLEST_BARE and bool(_CONTINUES.match(text, second.end))


def _money(text: str) -> list[_Money]:
    """Return each number with the currency that touches it."""
    plain = to_half_width(text)
    named = list(NAMED.finditer(plain))
    found = []
    for number in find_numbers(plain):
        before = next((m for m in named if m.end() <= number.start and not plain[m.end() : number.start].strip()), None)
        behind = BEHIND.match(plain, number.end)
        currency = before or behind
        found.append(
            _Money(
                number,
                before.start() if before else number.start,
                behind.end() if behind else number.end,
                currency.lastgroup if currency else None,
            )
        )
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
