"""Numbers as people type them, in digits, English and Chinese: 1.5k, two hundred, 两三百, 一千多, 几十."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST = 1e9
MOST_NUMBERS = 16
_LONGEST_NUMERAL = 20

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "壹": 1,
    "贰": 2,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "仟": 1000, "万": 10_000}
_MULTIPLIERS = {"k": 1e3, "w": 1e4, "thousand": 1e3, "hundred": 1e2, "grand": 1e3, "million": 1e6} | _HAN_UNITS
_TO_NINE = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TIES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: number for number, word in enumerate(_TO_NINE + _TEENS)}
_TENS = {word: 10 * number for number, word in enumerate(_TIES, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_VAGUE = {"couple": (2, 2), "few": (2, 9), "several": (3, 9), "dozen": (12, 12)}

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_ARABIC = re.compile(
    rf"({_DIGITS})(?:\s*(k|w|thousand|hundred|grand|million|百|千|万)(?![a-z])(?:(?<=[百千万])(\d)(?!\d))?)?",
    re.IGNORECASE,
)
_HAN = re.compile(r"[零〇一二两三四五六七八九十百千万壹贰几数俩仨半]+")
_NUMBER_WORD = "|".join([*_SMALL, *_TENS, *_SCALES, *_VAGUE])
_ENGLISH = re.compile(
    rf"\b(?:(?:a|an)\s+)?(?:{_NUMBER_WORD})(?:[\s-]+(?:and\s+)?(?:(?:of|a)\s+)?(?:{_NUMBER_WORD}))*\b", re.IGNORECASE
)
_MORE = re.compile(r"\s*(?:多|来|余|\+?\s*odd\b)")


@dataclass(frozen=True)
class Number:
    """A number found in a text: half-open place in characters, and its bounds (equal where it is exact)."""

    start: int
    end: int
    low: float
    high: float


def to_half_width(text: str) -> str:
    """Return the text with full-width ASCII made plain and in lower case; the length does not change."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text.translate(_FULL_WIDTH))


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a text from left to right, without overlaps; longer readings win.

    Only the first `MOST_NUMBERS` are returned, and none above `LARGEST`.
    """
    plain = to_half_width(text)
    found: list[Number] = []
    for number in sorted(_candidates(plain), key=lambda n: (n.start, -n.end)):
        if number.high <= LARGEST and (not found or number.start >= found[-1].end):
            found.append(_with_more(plain, number))
        if len(found) == MOST_NUMBERS:
            break
    return found


def _candidates(text: str) -> Iterator[Number]:
    for match in _ARABIC.finditer(text):
        value = float(match[1].replace(",", "")) * _MULTIPLIERS.get(match[2] or "", 1.0)
        if match[3]:
            value += int(match[3]) * _MULTIPLIERS[match[2]] / 10  # 1万5 is 15,000
        yield Number(match.start(), match.end(), value, value)
    for match in _HAN.finditer(text):
        if text[match.start() - 1 : match.start()].isdigit():
            continue  # the unit of a number in digits
        if bounds := han_bounds(match[0]):
            yield Number(match.start(), match.end(), *bounds)
    for match in _ENGLISH.finditer(text):
        yield Number(match.start(), match.end(), *_english_bounds(match[0].lower()))


def han_bounds(text: str) -> tuple[float, float] | None:
    """Return the lowest and highest number that a run of Chinese numerals can mean, None if it is none."""
    if len(text) > _LONGEST_NUMERAL:
        return None
    if text in ("半", "几", "数"):
        return {"半": (0.5, 0.5)}.get(text, (2.0, 9.0))
    if pair := re.fullmatch(r"(.*?)([一二两三四五六七八九])([二三四五六七八九])(万?[千百十]|[十百千万])", text):
        low, high = (_exact(pair[1] + pair[i] + pair[4]) for i in (2, 3))  # 两三百, 一千二三百
        if low is not None and high is not None and low < high:
            return low, high
    if vague := re.fullmatch(r"(.*?)[几数]([十百千万]?)", text):
        unit = _HAN_UNITS.get(vague[2], 1)
        before = _exact(vague[1]) if vague[1] else 0.0
        if before is None:
            return None
        return before + unit, before + 10 * unit  # 几十: 10 to 100; 十几: 11 to 20
    value = _exact(text)
    return None if value is None else (value, value)


def _exact(text: str) -> float | None:
    """Read exact Chinese numerals: 三千五 is 3500, 一百零五 is 105, 二〇二四 is 2024."""
    half = text.endswith("半") and len(text) > 1
    text = text.removesuffix("半") if half else text
    if not text or not all(c in _HAN_DIGITS or c in _HAN_UNITS for c in text):
        return None
    if not any(c in _HAN_UNITS for c in text):
        return float("".join(str(_HAN_DIGITS[c]) for c in text)) + (0.5 if half else 0.0)
    total = section = digit = 0
    unit = 1
    after_zero = False
    for c in text:
        if c in _HAN_DIGITS:
            digit, after_zero = _HAN_DIGITS[c], c in "零〇"
            continue
        unit = _HAN_UNITS[c]
        if unit == 10_000:
            total, section = (total + section + digit) * unit or unit, 0
        else:
            section += (digit or 1) * unit
        digit = 0
    trailing_short = digit and not after_zero and text[-2:-1] not in ("零", "〇") and unit > 10
    section += digit * unit // 10 if trailing_short else digit
    return float(total + section) + (unit / 2 if half else 0.0)


def _english_bounds(text: str) -> tuple[float, float]:
    low = high = 0.0
    current: tuple[float, float] | None = None
    for word in re.findall(r"[a-z]+", text):
        if word in _SCALES:
            scale = float(_SCALES[word])
            base = current or (1.0, 1.0)
            current = (base[0] * scale, base[1] * scale)
            if scale >= 1000:
                low, high, current = low + current[0], high + current[1], None
        elif word in _VAGUE and word != "dozen":
            current = (float(_VAGUE[word][0]), float(_VAGUE[word][1]))
        elif word == "dozen":
            base = current or (1.0, 1.0)
            current = (12 * base[0], 12 * base[1])
        elif word in _SMALL or word in _TENS:
            value = float(_SMALL.get(word, _TENS.get(word, 0)))
            current = (value, value) if current is None else (current[0] + value, current[1] + value)
    if current:
        low, high = low + current[0], high + current[1]
    return low, high


def _with_more(text: str, number: Number) -> Number:
    """Widen "一千多" and "200多" to the next step of the last digit that is not zero."""
    match = _MORE.match(text, number.end)
    if not match or number.low != number.high or number.low < 10:
        return number
    step = 1
    while number.low % (step * 10) == 0:
        step *= 10
    return Number(number.start, match.end(), number.low, number.low + step)
