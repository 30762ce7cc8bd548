"""Values in text that must never be invented: found, compared, taken out and put back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_NUMBER_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "twenty-one": 21, "twenty-eight": 28,
    "twenty-four": 24, "thirty": 30, "forty": 40, "forty-five": 45, "forty-eight": 48, "fifty": 50, "sixty": 60,
    "seventy-two": 72, "ninety": 90, "hundred": 100, "a": 1, "an": 1, "half": 0.5,
}  # fmt: skip
_HAN_DIGITS: Final = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "两": 2, "半": 0.5}
_HAN_NUMBER: Final = "[零一二两三四五六七八九十百半]"
_WORDS: Final = "|".join(sorted((word for word in _NUMBER_WORDS if len(word) > 2), key=len, reverse=True))
_FIGURE: Final = r"\d+(?:,\d+)*(?:\.\d+)?"
_N: Final = rf"(?:{_FIGURE}|\b(?:{_WORDS})\b)"
_TO: Final = r"\s*(?:-|–|—|~|～|to|or|and|至|到)\s*"
_UNIT: Final = (
    r"(?:(?:working|business|calendar|full|consecutive)[\s-]+)?(?:minute|hour|day|week|month|year)s?\b(?:'s?)?"
)
_UNIT_ZH: Final = r"(?:个?(?:工作[日天]|自然日|日历日|小时|钟头|分钟|星期|礼拜|周|年|天|日(?!元))|个月)"
_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_WEEKDAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_WEEKDAY_ZH: Final = "(?:周|星期|礼拜)[一二三四五六日天]"
_CURRENCY: Final = r"(?:[A-Z]{1,2}\$|[$£€¥￥]|\b(?:USD|EUR|GBP|CNY|RMB|SGD|AUD|CAD|CHF|HKD|JPY|NZD|DKK|SEK|NOK)\b)"
_MONEY_WORD: Final = (
    r"(?:dollars?|euros?|pounds?|yuan|cents?|francs?|kroner|USD|EUR|GBP|CNY|RMB|SGD|AUD|CAD|CHF|HKD|JPY)\b"
)
_CLOCK: Final = r"(?:\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?|\d{1,2}[:：]\d\d|\bnoon\b|\bmidnight\b)"
_CLOCK_ZH: Final = (
    r"(?:(?:上午|早上|早|中午|下午|晚上|晚|凌晨)|(?!一点(?![半钟前后到至之])))"
    r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})点(?:半|钟|\d{1,2}分)?"
)

_AMOUNT: Final = (
    rf"{_CURRENCY}\s?{_FIGURE}(?:{_TO}{_CURRENCY}?\s?{_FIGURE})?|{_N}\s?{_MONEY_WORD}"
    rf"|(?:{_FIGURE}|{_HAN_NUMBER}+)\s?(?:元|块钱?|美元|欧元|英镑|日元|港币|新币|万元)"
)
_PHONE: Final = (
    r"(?<!\d)(?!\d{4}-\d\d-\d\d(?!\d))(?:\+\d{1,3}[\s-]?)?(?:\(0?\d{1,4}\)[\s-]?)?\d{2,4}(?:[\s-]\d{2,4}){2,4}(?!\d)"
    r"|(?<!\d)(?:1\d{10}|400-?\d{3}-?\d{4}|0\d{2,3}-\d{7,8})(?!\d)"
)
_URL_CHARACTER: Final = r"[A-Za-z0-9._~:/?#@!$&*+,;=%-]"
_URL_END: Final = r"[A-Za-z0-9_~/#@$&*+=%-]"
_LINK: Final = (
    rf"(?:https?://|www\.){_URL_CHARACTER}*{_URL_END}"
    rf"|(?<![A-Za-z0-9-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|cn|uk|de|shop|io|eu|example)"
    rf"(?![A-Za-z0-9])(?:/{_URL_CHARACTER}*{_URL_END})?"
)
_DATE: Final = (
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_MONTHS})\b(?:,?\s\d{{4}})?"
    rf"|\b(?:{_MONTHS})\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}})?"
    r"|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号]|底|初)?|\b\d{4}-\d\d-\d\d\b"
)
_WEEKDAYS: Final = (
    rf"\b(?:{_WEEKDAY})s?\b(?:(?:{_TO}|\sthrough\s)\b(?:{_WEEKDAY})s?\b)?"
    rf"|{_WEEKDAY_ZH}(?:{_TO}(?:{_WEEKDAY_ZH}|[一二三四五六日天]))?"
)
_COUNT_ZH: Final = rf"(?<![第{_HAN_NUMBER[1:-1]}])(?:\d[\d.]*|{_HAN_NUMBER}+)"
_DURATION: Final = (
    rf"{_N}(?:{_TO}{_N})?(?:\s|-)?{_UNIT}|\bhalf\sa\s(?:day|year|month)\b|\bfortnight\b"
    r"|\b(?:a|an|one)\s(?:full\s|whole\s)?(?:day|week|month|year|fortnight|hour)\b(?!\s(?:card|later))"
    rf"|{_COUNT_ZH}(?:{_TO}{_COUNT_ZH})?\s?(?:个半)?{_UNIT_ZH}|半个?(?:月|年|天|小时)"
)
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("email", r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ("link", _LINK),
    ("name", r"[“「『《]([^”」』》\n]{1,40})[”」』》]|(?<!\w)\"([^\"\n]{1,40})\"|【([^】\n]{1,40})】"),
    ("phone", _PHONE),
    ("amount", _AMOUNT),
    ("percent", rf"{_N}\s?(?:%|％|per\s?cent\b)|百分之{_HAN_NUMBER}+|\d(?:\.\d)?折"),
    ("date", _DATE),
    ("hours", rf"(?:{_CLOCK}|\d{{1,2}}){_TO}{_CLOCK}|{_CLOCK_ZH}{_TO}{_CLOCK_ZH}|\b24/7\b"),
    ("time", rf"{_CLOCK}|{_CLOCK_ZH}"),
    ("weekdays", _WEEKDAYS),
    ("duration", _DURATION),
    ("number", _FIGURE),
)
_FIND: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its place in the text; values are equal in meaning where `kind` and `normal` are equal."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def normal(self) -> str:
        """Return the value in one spelling: "thirty days" and "30-day" are `30 day`."""
        return _normal(self.kind, self.text)


def find_values(text: str) -> list[Value]:
    """Return the values of a text in its order; they do not overlap."""
    return [
        Value(match.lastgroup or "number", match[0], match.start(), match.end())
        for match in _FIND.finditer(text)
        if match[0].strip()
    ]


def take_out(text: str, symbols: Sequence[str]) -> tuple[str, list[Value]]:
    """Put one symbol in the place of each value.

    Args:
        text: any text.
        symbols: as many as values can be replaced; what comes after stays as it is. Values of the same text share one.

    Returns:
        The text with symbols, and the value of each symbol in order.
    """
    values: list[Value] = []

    def symbol_of(value: Value) -> str | None:
        known = next((at for at, other in enumerate(values) if other.text == value.text), None)
        if known is None:
            if len(values) == len(symbols):
                return None
            known = len(values)
            values.append(value)
        return symbols[known]

    return replace_values(text, symbol_of), values


def place_of(value: Value, values: Sequence[Value]) -> int | None:
    """Return the place of the value that is the same, None where there is none."""
    return next((i for i, v in enumerate(values) if (v.kind, v.normal) == (value.kind, value.normal)), None)


def replace_values(text: str, symbol_of: Callable[[Value], str | None]) -> str:
    """Return a text with a symbol in the place of each value; one that gets none stays as it is."""
    out: list[str] = []
    last = 0
    for value in find_values(text):
        symbol = symbol_of(value)
        if symbol is not None:
            out += (text[last : value.start], symbol)
            last = value.end
    return "".join((*out, text[last:]))


def put_back(text: str, symbols: Sequence[str], values: Sequence[Value]) -> str:
    """Put the values in the places of their symbols.

    Raises:
        ValueError: a symbol has no value.
    """
    for symbol in symbols[len(values) :]:
        if symbol in text:
            raise ValueError(f"{symbol} stands for no value")
    for symbol, value in zip(symbols, values, strict=False):
        text = text.replace(symbol, value.text)
    return text


def _normal(kind: str, text: str) -> str:
    text = text.casefold().strip('“”「」『』《》【】" ')
    if kind in ("email", "link", "name"):
        return text
    if kind == "phone":
        return re.sub(r"\D", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(rf"\b(?:{_WORDS}|a|an)\b", lambda m: f"{_NUMBER_WORDS[m[0]]:g}", text)
    text = re.sub(rf"{_HAN_NUMBER}+(?=[^一-鿿]|个|工作[日天]|天|日|周|月|年|小时|分|点|元|块|折|$)", _han, text)
    text = re.sub(r"\s*(?:–|—|~|～|\bto\b|\bor\b|\band\b|至|到|(?<=\d)\s*-\s*(?=\d))\s*", "..", text)
    text = re.sub(r"fortnight", "14 day", text)
    for pattern, unit in _UNITS:
        text = re.sub(pattern, unit, text)
    return re.sub(r"[\s\-]+", " ", re.sub(r"(?<=\d)(?=[a-z¥$£€])|(?<=[¥$£€])(?=\d)", " ", text)).strip(" .")


_UNITS: Final = (
    (r"\b(?:working|business)[\s-]+days?\b(?:'s?)?|个?工作[日天]", " workday"),
    (r"\b(?:calendar|full|consecutive)[\s-]+", ""),
    (r"\b(minute|hour|day|week|month|year)s?\b(?:'s?)?", r" \1"),
    (r"个?(?:小时|钟头)", " hour"),
    (r"分钟", " minute"),
    (r"个?(?:星期|礼拜)(?![一二三四五六日天])|(?<=\d)周", " week"),
    (r"(?<=\d)个?月(?!\d)", " month"),
    (r"(?<=\d)年(?!\d)", " year"),
    (r"(?<=\d)(?:天|日)|个?(?:自然日|日历日)", " day"),
    (r"￥|rmb|cny|元|块钱?|yuan", "¥"),
    (r"per\s?cent|％", "%"),
)


def _han(match: re.Match[str]) -> str:
    """Return a Chinese number up to 999 in digits."""
    total, digit = 0.0, 0.0
    for character in match[0]:
        if character == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif character == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            digit = _HAN_DIGITS[character]
    return f"{total + digit:g}"
