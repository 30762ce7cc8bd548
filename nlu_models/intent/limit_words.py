"""The words that make a number a price limit: "under", "no more than", 不超过, 以上.

All texts here are half-width and in lower case (`numerals.to_half_width`).
"""

from __future__ import annotations

import re
from typing import Literal

Bound = Literal["price_min", "price_max"]

_REACH = 80  # characters before a number in which its words are looked for
_TO_NUMBER = r"\s*(?:of|about|around|is|要|得|在|就|大概|大约|:|：)?\s*$"
_OVER = re.compile(
    r"(?:(?<![a-z])(?:over|above|beyond|exceed(?:s|ing)?|(?:more(?: expensive)?|higher|greater|pricier|dearer) than)"
    rf"|高于|超过|超出|大于|多于|贵于){_TO_NUMBER}"
)
_UNDER = re.compile(
    rf"(?:(?<![a-z])(?:under|below|(?:less|cheaper|lower) than)|低于|少于|小于|便宜于|不到){_TO_NUMBER}"
)
_AT_MOST = re.compile(rf"(?:(?<![a-z])(?:up to|at most|max(?:imum)?(?: of)?|within)|<=?|≤|最多|最高|顶多){_TO_NUMBER}")
_AT_LEAST = re.compile(
    rf"(?:(?<![a-z])(?:at least|starting (?:at|from)|min(?:imum)?(?: of)?)|>=?|≥|至少|最少|最低){_TO_NUMBER}"
)
_FROM = re.compile(rf"(?<![a-z])(?<!down )(?<!reduced )(?:from|starting){_TO_NUMBER}")
_BUDGET = re.compile(rf"(?:(?<![a-z])budget(?: is| of|'s)?|预算(?:是|在|大概|只有|有)?){_TO_NUMBER}")
_OR_OVER = re.compile(r"\s*(?:or (?:more|above|over|up)|and (?:up|above|over)|\+|以上|之上|往上|起)")
_OR_UNDER = re.compile(r"\s*(?:or (?:less|under|below|lower|cheaper)|and (?:under|below)|以下|之下)")
_AND_NO_MORE = re.compile(r"\s*(?:max(?:imum)?(?![a-z])|tops(?![a-z])|以内|之内|内(?![存衣裤胆置])|封顶|不到|左右以下)")

# Between a negation and a limit stand only words that hand it on ("don't want to spend | more than $100"): "don't you
# have any under $50", "I don't mind more than $100" and 不锈钢锅超过200元 negate no limit.
_HANDS_ON = (
    r"(?:\s+(?:want|wanna|wish|plan|intend|looking|willing|able|going|gonna|go|to|spend|spending|pay|paying|cost|costs"
    r"|costing|be|being|have|get|buy|afford|show|give|me|us|see|i|can|will|should|think|any|anything|something|ones?"
    r"|much|even|at|all|in|interested|(?:it|them|these|they|the price) to"
    r"|(?:that|which)(?:['’]s| is| are| costs?| goe?s?)))*"
)
_PLURAL = r"(?:\s+[a-z]+[^s\W]s)"  # "no phones | over $500"
_NOT = (
    r"(?<!\byou )(?<!\bthere )(?<![a-z])"
    r"(?:not|never|cannot|[a-z]+n['’]t|(?:do|does|did|ca|wo|would|should|could|must|is|are)nt)"
)
_NOTHING = r"(?<![a-z])(?:nothing|without (?:going|spending|paying|costing|being))"
_NOT_ZH = (
    r"(?:(?<![要能会可是](?=不[要能会可是]))不|(?<![特级性个区分])别)"
    r"[要想能会愿可得该应必需用让许希望打算花费付买给我看推荐考虑接受出现再是有那种任何总价格钱预太 ]{0,12}"
)
_NEGATED = re.compile(rf"(?:{_NOT}{_HANDS_ON}{_PLURAL}?|{_NOTHING}{_HANDS_ON}|{_NOT_ZH})\s*$")
_NO_MORE = re.compile(rf"(?<![a-z])no(?:(?:\s+[a-z]+)?{_PLURAL})?\s*$")
_NO_LESS = re.compile(r"(?<![a-z])no\s*$")


def stated_bound(text: str, start: int, end: int) -> Bound | None:
    """Return which limit the words beside a number state, None if they state none.

    Args:
        text: half-width, in lower case.
        start: where the number begins, its currency included.
        end: where it ends, so too.
    """
    before = text[max(0, start - _REACH) : start]
    if over := _OVER.search(before):
        left = before[: over.start()]
        return "price_max" if _NEGATED.search(left) or _NO_MORE.search(left) else "price_min"
    if under := _UNDER.search(before):
        left = before[: under.start()]
        no_less = "than" in under[0] and _NO_LESS.search(left)
        return "price_min" if no_less or _NEGATED.search(left) else "price_max"
    if _AT_MOST.search(before):
        return "price_max"
    if _AT_LEAST.search(before):
        return "price_min"
    if _OR_OVER.match(text, end):
        return "price_max" if _NEGATED.search(before) else "price_min"
    if _OR_UNDER.match(text, end):
        return "price_min" if _NEGATED.search(before) else "price_max"
    return "price_max" if _AND_NO_MORE.match(text, end) or _BUDGET.search(before) else None


def begins_at(text: str, start: int) -> bool:
    """Tell whether prices begin at the number there: "headphones from 100"; "from" before no price says no limit.

    Args:
        text: half-width, in lower case.
        start: where the price begins, its currency included.
    """
    return _FROM.search(text[max(0, start - _REACH) : start]) is not None


def after_limit_words(text: str, end: int) -> int:
    """Return where the limit words behind a number end ("200 or less", 200以下); `end` where there are none."""
    for pattern in (_OR_OVER, _OR_UNDER, _AND_NO_MORE):
        if match := pattern.match(text, end):
            return match.end()
    return end
