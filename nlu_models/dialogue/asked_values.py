"""Whether a sentence has a value of the sort that a question asks for: "how long" wants a time, 「多少钱」 an amount.

"Do you deliver on Sundays" wants nothing that is told of Saturdays alone.

Source:
    Li and Roth 2002, "Learning question classifiers" (the type of the answer that a question expects).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from nlu_models.dialogue.values import find_values
from nlu_models.encoder.config import Float32

_HOW_LONG: Final = re.compile(
    r"\bhow (?:long|soon|fast|quick\w*)\b|\bhow much (?:time|longer|notice)\b"
    r"|\bhow many (?:\w+ )?(?:minute|hour|day|week|month|year)s?\b"
    r"|多久|多长时间|(?<![这那前好了晚的])(?:几|多少)(?:个(?:工作日|小时|星期|月)|天|周|年|小时)",
    re.IGNORECASE,
)
_HOW_MUCH: Final = re.compile(
    r"\bhow much\b(?! (?:time|longer|notice|later))|\bprice of\b"
    r"|\bwhat (?:does|do|is|are|will|would)\b.*\b(?:cost|price|fee|charge)\b"
    r"|多少(?:钱|费用)|(?:费用|运费|邮费)(?:是|要)?多少|[收要]多少(?![天周年小])|几(?:块|元|个钱)",
    re.IGNORECASE,
)
_TIMES: Final = frozenset({"duration", "date", "time", "hours", "weekdays"})
_AMOUNTS: Final = frozenset({"amount", "percent", "number"})
_OTHER_TIMES: Final = re.compile(
    r"\b(?:same|next)[- ](?:day|morning|week)|\bday after\b|\bovernight\b"
    r"|\b(?:right away|immediate\w*|at once|today|tomorrow|any ?time"
    r"|always|never|until|within the|life(?:time|long)?|for life|since)\b"
    r"|[当次隔即同终]日|当天|同天|第二天|[当次]年|即时|马上|立[即刻]|随时|一直|永久|终身|终生|实时|直到|秒",
    re.IGNORECASE,
)
_OTHER_AMOUNTS: Final = re.compile(
    r"\bfree\b|\bno (?:extra )?(?:charge|cost|fee)|\bnothing\b|\bwithout (?:extra )?charge"
    r"|\b(?:half|thirds?|quarters?|double|twice|full|quoted?|depends?|by weight)\b"
    r"|免|包邮|包运费|不收|不要钱|不用钱|不加钱|不另|半价|[一二两三四五六七八九]成|全[额款]|报价|按",
    re.IGNORECASE,
)
_DAY: Final = re.compile(
    r"\b(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:s?day|(?:nes|r?s|ur)day)?s?\b|(?:周|星期|礼拜)(?P<han>[一二三四五六日天末])"
    r"|\b(?P<end>weekends?)\b",
    re.IGNORECASE,
)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEVERAL_DAYS: Final = re.compile(
    r"(?:day|mon|tue|wed|thu|fri|sat|sun|[一二三四五六])\s*(?:-|–|to\b|through\b|until\b|至|到)"
    r"|\b(?:every|each|any|other|only)\b|每[天日周]|只|仅|其[他余]",
    re.IGNORECASE,
)


def _days(text: str) -> frozenset[str]:
    """Return the days of the week that a text names."""
    found: set[str] = set()
    for named in _DAY.finditer(text):
        if named["day"]:
            found.add(named["day"].lower())
        elif named["end"] or named["han"] == "末":
            found |= {"sat", "sun"}
        else:
            found.add(_DAYS["一二三四五六日".find(named["han"])])
    return frozenset(found)


def _is_of_another_day(asked: frozenset[str], sentence: str) -> bool:
    """Tell whether a sentence is about other days alone than those asked about; a span tells something of all."""
    told = _days(sentence)
    return bool(told) and not told & asked and not _SEVERAL_DAYS.search(sentence)


def lacks_asked_value(question: str, sentences: Sequence[str]) -> Float32:
    """Return 1 for each sentence without a value of the sort that the question asks for, else 0, `(N,)`.

    A question that asks for neither a time nor an amount lacks nothing, but where it names a day of the week a sentence
    that is about another day alone.
    """
    if _HOW_LONG.search(question):
        kinds, others = _TIMES, _OTHER_TIMES
    elif _HOW_MUCH.search(question):
        kinds, others = _AMOUNTS, _OTHER_AMOUNTS
    else:
        asked = _days(question)
        return np.array([bool(asked) and _is_of_another_day(asked, one) for one in sentences], np.float32)
    return np.array(
        [not (others.search(one) or any(value.kind in kinds for value in find_values(one))) for one in sentences],
        np.float32,
    )
