"""Sizes across languages and spellings: `大号`, `large` and `L` are one, and so are `41mm`, `41 mm` and `41毫米`."""

import re
from functools import lru_cache

from catalog.search.segmentation import normalize

_WORDS = {
    "xs": "xs", "xsmall": "xs", "extrasmall": "xs", "特小": "xs", "加小": "xs",
    "s": "s", "small": "s", "小": "s", "小码": "s", "小号": "s",
    "m": "m", "medium": "m", "mid": "m", "中": "m", "中码": "m", "中号": "m",
    "l": "l", "large": "l", "大": "l", "大码": "l", "大号": "l",
    "xl": "xl", "xlarge": "xl", "extralarge": "xl", "加大": "xl", "特大": "xl", "加大码": "xl", "特大号": "xl",
    "xxl": "xxl", "2xl": "xxl", "xx-large": "xxl", "xxlarge": "xxl", "双加大": "xxl", "超大": "xxl", "加加大": "xxl",
    "xxxl": "xxxl", "3xl": "xxxl", "xxxlarge": "xxxl",
    "one": "one size", "onesize": "one size", "均码": "one size", "free": "one size", "freesize": "one size",
    "king": "king", "queen": "queen", "twin": "twin", "full": "full", "double": "double", "single": "single",
    "双人": "double", "单人": "single",
}  # fmt: skip
_UNITS = {
    "毫米": "mm", "厘米": "cm", "公分": "cm", "英寸": "in", "寸": "in", "inch": "in", "inches": "in", '"': "in",
    "毫升": "ml", "升": "l", "litre": "l", "litres": "l", "liter": "l", "liters": "l", "克": "g", "千克": "kg",
    "公斤": "kg", "码": "", "号": "", "米": "m", "oz": "oz", "ounce": "oz", "ounces": "oz",
}  # fmt: skip
_MEMORY = re.compile(r"(?:8|16|32|64|128|256|512|1024)g|[1248]t")
_MEASURE = re.compile(r"^(?:eu|size|尺码)?(\d+(?:[.,]\d+)?)([a-z\"]+|[\u4e00-\u9fff]{1,2})?$")


@lru_cache(maxsize=4096)
def size_term(text: str) -> str:
    """Return the canonical form of a size, `""` where there is nothing in the text."""
    squeezed = re.sub(r"[\s_·-]+", "", normalize(text))
    squeezed = squeezed.removeprefix("size").removeprefix("尺码") or squeezed
    if squeezed in _WORDS:
        return _WORDS[squeezed]
    measure = _MEASURE.match(squeezed)
    if measure:
        number = measure[1].replace(",", ".")
        number = number.rstrip("0").rstrip(".") if "." in number else number
        unit = measure[2] or ""
        return number + _UNITS.get(unit, unit)
    return _WORDS.get(squeezed.removesuffix("码").removesuffix("号"), squeezed)[:100]


def wanted_sizes(text: str) -> frozenset[str]:
    """Return the terms, any of which satisfies a wish for this size; 「256g」 of a phone is 256 GB, "1t" 1 TB."""
    term = size_term(text)
    return frozenset({term, f"{term}b"}) if _MEMORY.fullmatch(term) else frozenset({term})


@lru_cache(maxsize=4096)
def size_terms(text: str) -> frozenset[str]:
    """Return what a stored size answers to; a measure answers to its bare number too ("41 mm" to "41")."""
    term = size_term(text)
    number = re.match(r"\d+(?:\.\d+)?", term)
    return frozenset(part for part in (term, number.group() if number else "") if part)
