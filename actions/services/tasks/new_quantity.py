"""How many pieces a shopper wants: "make it two", "only one please", 「改成两件」, 「数量改成3」."""

import re
from typing import Final

from actions.services.list_places import without_places
from actions.services.tasks.answers import read_number
from actions.turn import Turn

_COUNT_EN: Final = r"(?P<{}>\d{{1,3}}|one|two|three|four|five|six)"
_COUNT_ZH: Final = r"(?P<{}>\d{{1,3}}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_PIECES_EN: Final = r"(?:\ (?:pcs|pieces?|of\ [\w' -]{1,30}?))?"
_PIECES_ZH: Final = r"(?:个(?!月)|件|双|台|部|条|只|盒|瓶|套|把|本|份|支)"
_END_EN: Final = r"(?:\W+(?:instead(?:\ of\ \w+)?|only|please|pls|plz|thanks|then))*\W*$"
_IN_ALL: Final = re.compile(
    rf"""\b(?:make|set|change|reduce|lower|increase|raise)\b[^.?!]{{0,40}}?\b(?:it|that|them|those|to)
        \ (?:just\ |only\ )?{_COUNT_EN.format("a")}{_PIECES_EN}{_END_EN}
    | ^\W*(?:(?:no|oh|ok|sorry|wait|actually|actualy|i\ changed\ my\ mind)\W+)*
        (?:(?:actually|actualy|instead)(?:\ i\ (?:want|need))?|(?:i\ )?(?:only|just)(?:\ (?:want|need))?
            |i\ (?:only|just)\ (?:want|need))\ {_COUNT_EN.format("b")}
        {_PIECES_EN}{_END_EN}
    | \b{_COUNT_EN.format("c")}(?:\ of\ (?:them|those|these))?\ instead(?:\ of\ \w+)?\W*$
    | (?:改|(?:换|变|调|减|降|加|设)[成为到])[成为到]?\s?{_COUNT_ZH.format("d")}\s?{_PIECES_ZH}
    | 数量\s?(?:要|是|(?:改|换|变|调|减|加|设)(?:成|为|到)?)\s?{_COUNT_ZH.format("e")}
    | [只就]\s?(?:要|买|留|需要|拿)\s?{_COUNT_ZH.format("f")}\s?{_PIECES_ZH}
    | {_COUNT_ZH.format("g")}\s?{_PIECES_ZH}就(?:够|行|好|可以)""",
    re.IGNORECASE | re.VERBOSE,
)


_ONE_MORE: Final = re.compile(
    rf"""^\W*(?:(?:and|ok|please|can\ you|add|put|give\ me|i\ want|i'?ll\ take|get\ me)\W+)*
        (?:one\ more|another(?:\ (?:one|of\ (?:it|that|those|them)))?|1\ more|the\ same\ again)
        (?:\ of\ (?:it|that|those|them))?(?:\W+(?:to\ (?:my\ |the\ )?(?:cart|basket|bag)|please|pls|too))*\W*$
    | ^\W*(?:请|帮我|那|我要?)*[再多][来加要买拿][一1]{_PIECES_ZH}?[吧呢。!！]*$""",
    re.IGNORECASE | re.VERBOSE,
)


def wants_one_more(turn: Turn) -> bool:
    """Tell whether a message wants one more of the same: "add another one", 「再来一件」."""
    return not turn.is_button and _ONE_MORE.match(turn.text) is not None


def read_new_quantity(turn: Turn) -> int | None:
    """Return how many pieces there shall be in all, None where a message says nothing of the kind."""
    if turn.is_button:
        return None
    match = _IN_ALL.search(without_places(turn.text))
    count = read_number(next(group for group in match.groups() if group)) if match else None
    return count if count else None
