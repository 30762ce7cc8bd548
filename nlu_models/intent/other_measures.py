"""Numbers without a currency that are no price: sizes, ages, volumes, and those in the names of products.

All texts here are half-width and in lower case (`numerals.to_half_width`).
"""

from __future__ import annotations

import re

_REACH = 80  # characters before a number in which its words are looked for
_LIMITS = (
    r"(?:under|over|above|below|up to|at least|at most|(?:less|more|younger|older|smaller|larger|bigger) than|from"
    r"|between|of|is|about|around)"
)
_MEASURE = re.compile(
    rf"(?:within|(?<![a-z])(?:size|weight|rating|years|ages?|aged)(?:\s+{_LIMITS})*"
    r"|(?:[尺鞋]码|码数|尺寸|年龄)\s*[是为在要大小于超过不低高:]{0,4})\s*$"
)
_UNIT = re.compile(
    r"[\s-]*(?:ml|cl|l|lit(?:er|re)s?|oz|kg|g|lbs?|mah|wh|watts?|v|volts?|[gtm]b|hz|mm|cm|m|ft|inch(?:es)?|years?"
    r"|yrs?|months?|days?|hours?|people|persons?|kids|pieces?|pcs|pairs?|packs?)(?![a-z])"
    r"|岁|码(?!表)|英?寸|毫升|升(?![降级])|毫安|公斤|千克|克|斤|瓦|厘米|毫米|小时|个月"
)
_AGED = re.compile(
    r"(?<![a-z])(?:(?P<young>kids|children|toddlers|boys|girls|teens)|people|adults|seniors)(?:\s+aged)?"
    rf"\s+{_LIMITS}\s*$"
)
_GROWN_UP, _OLDEST = 18, 100
# "Nike Air Max 90", "Roborock Q7 Max 5" and "iPhone 15 max" are names, where "headphones max 200" is a limit.
_NAMED_MAX = re.compile(
    r"(?<![a-z])(?:air|pro|plus|ultra|mini|note|airpods|ninebot|pura|home|gopro|vapor|iphone \d+|[a-z]+\d+[a-z]?)"
    r"\s+max\s*$"
)
_SERIES = re.compile(r"(?<![a-z])(?:iphone|ipad|galaxy|pixel|redmi|note)\s*$")
_LATEST_OF_A_SERIES = 30
_NAME_BEFORE = re.compile(r"(?<!sub)(?<!under)(?<!max)(?<=[a-z])-?$")
_NAME_BEHIND = re.compile(r"(?!ish\b)[a-z]")

_WORD_BEFORE = re.compile(r"([a-z][a-z'’-]*)\s+$")
_ROUGHLY = re.compile(r"\s*(?:左右|上下|ish\b|or so\b|please\b|pls\b)")
_BEFORE_AMOUNTS_TEXT = """
about and approx approximately around at be budget but by circa cost for from got have i'm is it just like maybe need of
only or pay price priced roughly say spend than the to want with
"""
_BEFORE_AMOUNTS = frozenset(_BEFORE_AMOUNTS_TEXT.split())


def is_other_measure(text: str, start: int, end: int, number: float) -> bool:
    """Tell whether a number without a currency is a size, an age or the like, or named by the words before it.

    Args:
        text: half-width, in lower case.
        start: where the number begins.
        end: where it ends.
        number: its value.
    """
    before = text[max(0, start - _REACH) : start]
    if _MEASURE.search(before) or _UNIT.match(text, end) or _NAMED_MAX.search(before):
        return True
    if aged := _AGED.search(before):
        return number <= (_GROWN_UP if aged["young"] else _OLDEST)
    return number < _LATEST_OF_A_SERIES and bool(_SERIES.search(before))


def follows_a_name(text: str, start: int, end: int) -> bool:
    """Tell whether a number is likelier a part of a name than an amount: "Forerunner 265", not "phones 300"."""
    word = _WORD_BEFORE.search(text[max(0, start - _REACH) : start])
    if word is None or word[1] in _BEFORE_AMOUNTS or _ROUGHLY.match(text, end):
        return False
    return not re.search(r"[a-z]{3}s$", word[1])


def touches_letters(text: str, start: int, end: int) -> bool:
    """Tell whether letters of a name or a unit touch what stands at a place: "wh-1000xm5", "500ml", not "200ish"."""
    return bool(_NAME_BEFORE.search(text[max(0, start - _REACH) : start]) or _NAME_BEHIND.match(text, end))
