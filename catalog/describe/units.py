"""Measures: what units attribute keys and merchants' texts name, and how they are written in a language."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from babel.numbers import format_decimal
from babel.units import format_unit

from catalog.describe.wording import Language

# (unit of CLDR or none, length of its name, key endings, how it is written, {language: pattern} instead of CLDR's)
_ROWS: tuple[tuple[str, str, str, str, dict[Language, str]], ...] = (
    ("mass-gram", "short", "g gram grams", "g gram grams 克", {"zh": "{0}克"}),
    ("mass-kilogram", "short", "kg", "kg kilogram kilograms 公斤 千克", {"zh": "{0}公斤"}),
    ("mass-ounce", "short", "oz", "oz ounce ounces 盎司", {}),
    ("mass-pound", "short", "lb lbs", "lb lbs pound pounds 磅", {}),
    ("length-millimeter", "short", "mm", "mm 毫米", {}),
    ("length-centimeter", "short", "cm", "cm 厘米 公分", {}),
    ("length-meter", "short", "m", "m metre metres meter meters 米", {}),
    ("length-kilometer", "short", "km", "km 公里", {}),
    ("length-inch", "long", "inch inches", "inch inches 英寸", {}),
    ("length-foot", "long", "ft", "ft feet 英尺", {}),
    ("speed-kilometer-per-hour", "short", "kmh", "km/h 公里/小时", {"zh": "{0}公里/小时"}),
    ("area-square-meter", "short", "m2", "m² m2 平方米 平米", {}),
    ("volume-liter", "long", "l", "l litre litres liter liters 升", {"en": "{0} L"}),
    ("volume-milliliter", "short", "ml", "ml 毫升", {"en": "{0} ml"}),
    ("power-watt", "short", "w", "w watt watts 瓦", {}),
    ("power-kilowatt", "short", "kw", "kw 千瓦", {}),
    ("duration-hour", "long", "hours", "h hour hours 小时", {}),
    ("duration-minute", "long", "minutes", "min minute minutes 分钟", {}),
    ("duration-month", "long", "months", "month months 个月", {}),
    ("duration-year", "long", "years", "year years 年", {}),
    ("duration-day", "long", "days", "day days 天", {}),
    ("", "", "mah", "mah 毫安时", {"en": "{0} mAh", "zh": "{0}毫安时"}),
    ("", "", "wh", "wh 瓦时", {"en": "{0} Wh", "zh": "{0}瓦时"}),
    ("", "", "db", "db 分贝", {"en": "{0} dB", "zh": "{0}分贝"}),
    ("", "", "lumens lm", "lm lumens 流明", {"en": "{0} lm", "zh": "{0}流明"}),
    ("", "", "gb", "gb", {"en": "{0} GB", "zh": "{0}GB"}),
    ("", "", "tb", "tb", {"en": "{0} TB", "zh": "{0}TB"}),
    ("", "", "hz", "hz 赫兹", {"en": "{0} Hz", "zh": "{0}Hz"}),
    ("", "", "pa", "pa", {"en": "{0} Pa", "zh": "{0}Pa"}),
    ("", "", "v", "v volts 伏", {"en": "{0} V", "zh": "{0}伏"}),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; `written` holds all its spellings in lower case, `patterns` is {language: template}."""

    name: str
    length: str
    written: tuple[str, ...]
    patterns: tuple[tuple[Language, str], ...]

    def format(self, number: Decimal, language: Language) -> str:
        """Return "900 g" or 「900克」."""
        pattern = dict(self.patterns).get(language)
        if pattern is not None:
            return pattern.format(format_number(number, language))
        short = self.length == "short" or language == "zh"
        length: Literal["short", "long"] = "short" if short else "long"
        return format_unit(number, self.name, length, format=_pattern(number, language), locale=language)

    def scaled(self, number: Decimal) -> "tuple[Decimal, Unit]":
        """Return the measure in the unit that a shop would say: 24 months as 2 years, 1500 g as 1.5 kg."""
        if self.name == "duration-month" and number >= 12 and number % 12 == 0:
            return number / 12, _by_key()["years"]
        if self.name == "mass-gram" and number >= 1000 and number % 10 == 0:
            return number / 1000, _by_key()["kg"]
        return number, self


@cache
def _by_key() -> dict[str, Unit]:
    return dict(_rows())


@cache
def _rows() -> list[tuple[str, Unit]]:
    return [
        (ending, Unit(name, length, tuple(written.split()), tuple(patterns.items())))
        for name, length, endings, written, patterns in _ROWS
        for ending in endings.split()
    ]


@cache
def _by_writing() -> dict[str, Unit]:
    return {written: unit for unit in _by_key().values() for written in unit.written}


_DECIMALS = 6
_MEASURE = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*([^\s\d].*)")


_MEASURES = re.compile(
    r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)[\s-]*(?:(km/h|公里/小时|m²|m2|[a-z]+(?![a-z]))|([\u4e00-\u9fff]{1,4}))"
)


def split_key(key: str) -> tuple[str, Unit | None]:
    """Return an attribute key without the unit at its end, and the unit: `weight_g` is `weight` in grams."""
    stem, _, ending = key.rpartition("_")
    if key == "lumens":
        return key, _by_key()[key]
    unit = _by_key().get(ending) if stem else None
    return (stem, unit) if unit else (key, None)


def parse_measure(text: str) -> tuple[Decimal, Unit] | None:
    """Return the number and unit that a text consists of ("1,400 W", 「2.1升」), None where it is more."""
    match = _MEASURE.fullmatch(text.strip())
    unit = _by_writing().get(match[2].strip().casefold()) if match else None
    return (Decimal(match[1].replace(",", "")), unit) if match and unit else None


def measures_in(text: str) -> list[tuple[Decimal, Unit]]:
    """Return the numbers of a text that have a unit behind them, with it; "41 mm", 「续航2小时」, "13-inch"."""
    found = []
    known = _by_writing()
    for number, latin, chinese in _MEASURES.findall(text.casefold()):
        names = [chinese[:size] for size in range(len(chinese), 0, -1)] if chinese else [latin]
        unit = next((known[name] for name in names if name in known), None)
        if unit is not None:
            found.append((Decimal(number.replace(",", "")), unit))
    return found


def as_number(value: object) -> Decimal | None:
    """Return a number as it is stored, None where it is none, not finite, or no figure that a shop would write."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    number = Decimal(repr(value))
    return number if abs(number) < 10**12 and number == round(number, _DECIMALS) else None


def _pattern(number: Decimal, language: Language) -> str:
    grouped = language == "en" and abs(number) >= 10_000
    return ("#,##0" if grouped else "0") + "." + "#" * _DECIMALS


def format_number(number: Decimal, language: Language) -> str:
    """Return a number in the language's writing; thousands are grouped in English from 10,000 on."""
    return format_decimal(number, format=_pattern(number, language), locale=language)
