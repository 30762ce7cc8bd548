"""Where an order is: by its number, or one of the signed-in customer's recent ones."""

import re
from dataclasses import dataclass

from actions.services.tasks.answers import read_option
from actions.services.tasks.frames import Ask, Filled, Frame, Impossible, Next, Option, Ready, Say
from actions.turn import Turn
from catalog.order_numbers import match_order_number, normalize_order_number

_NUMBER = re.compile(
    r"(?:(?<![a-z\d])(?<!\d[./-])|(?<=number)|(?<=order))((?:[a-z]{1,3}-?|[a-z]\ (?=\d{6}))?\d{4,})"
    r"(?![a-z\d年]|[.,/-]\d)",
    re.IGNORECASE,
)
_SURE = re.compile(r"[a-z]{1,3}[\ -]?\d{6,}", re.IGNORECASE)
_SAID_TO_BE_ONE = re.compile(
    r"(?:\border|\bnumber|\bno|[#＃]|订单|单号|编号)(?:\s*(?:is|是))?[\s.:：#＃]*$", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_NUMBER = re.compile(  # a date, a phone number, an amount of money
    r"""\d{4}[./-]\d{1,2}(?:[./-]\d{1,2})? | \d{1,2}[./-]\d{1,2}[./-]\d{4}
    | (?:\b(?:call|text|phone|tel|mobile|cell|whatsapp|reach) | 电话 | 手机 | 致电 | 打给)
      (?:[\s:：.] | \b(?:me|us|back|at|on|is|my|number)\b | 我 | 号码? | 是)* [+(]*\d[\d\s().-]{5,}
    | \+\d[\d\s().-]{6,}\d | (?<!\d)\(?\d{3}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}(?!\d)
    | (?<![a-z\d#])1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)
    | [$€£¥￥]\s?\d+ | \b(?:usd|rmb|cny|eur|gbp)\s?\d+
    | \d+\s?(?:(?:usd|rmb|cny|dollars|bucks|yuan|euros?)\b | [元块])""",
    re.IGNORECASE | re.VERBOSE,
)
_LATEST = re.compile(
    r"""\b(?:last|lat(?:es|s|se|ets)t?|lastest|most\ recent|newe?st|recent)\b
        (?!(?:\ (?:\d+|few|couple\ of|two|three|several))?
           \ (?:(?:day|night|week|month|year|quarter|summer|winter|spring|autumn|fall)s?\b|\w+day\b
             |(?:jan|febr)uary|march\b|april|may\b|june|july|august|(?:sept|nov|dec)ember|october))
    | 最近(?![一两三几半这\d]*个?(?:月|周|星期|礼拜|年|天)) | 最新 | 上一?[单个笔](?!月|周|星期|礼拜|季|年) | 刚下""",
    re.IGNORECASE | re.VERBOSE,
)
_SEVERAL = re.compile(
    r"\borders\b|\b(?:all|few|several|both)\b|哪些|有哪|[几两三]\s?[单个笔]|所有|全部|都|记录", re.IGNORECASE
)
MOST_OFFERED = 4
_PERSON = (("contact_human_agent", "button.human"),)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Whether the shopper is signed in, and their orders: the recent ones, newest first, as (number, words), and the
    numbers of all."""

    signed_in: bool
    recent: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()

    def own(self, typed: str) -> str | None:
        """Return the number of the shopper's own order that is meant, None where it is none of theirs."""
        return match_order_number(typed, (*self.numbers, *(number for number, _ in self.recent)))


def read_order_number(turn: Turn) -> str | None:
    """Return the first order number in the message as typed, None where there is none."""
    return next(iter(read_order_numbers(turn)), None)


def read_order_numbers(turn: Turn) -> list[str]:
    """Return what may be order numbers in the message, as typed: no dates, years, phone numbers and amounts, and
    nothing that means something else ("phones under 2000")."""
    entity, chosen = turn.first("order_id"), turn.first("value")
    if turn.is_button:
        named = entity or chosen
        return [str(named.value)] if named is not None else []
    others = [match.span() for match in _NO_NUMBER.finditer(turn.text)]
    meanings = [(e.start, e.end) for e in turn.entities if e.name != "order_id"]
    typed = [
        match[1]
        for match in _NUMBER.finditer(turn.text)
        if not _overlaps(match, others) and (_is_named(match) or not _means_else(match, meanings))
    ]
    if entity is None:
        return typed
    marked = str(entity.value)  # the model may have marked a part of it only
    whole = [number for number in typed if normalize_order_number(marked) in normalize_order_number(number)]
    if whole or _NO_NUMBER.search(marked) or _YEAR.fullmatch(marked):
        return whole or typed
    return [marked, *typed]


def _overlaps(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start < match.end() and match.start() < end for start, end in spans)


def _is_named(match: re.Match[str]) -> bool:
    """Tell whether a number is one of an order beyond doubt: "W10008866", "order 2024", or the whole message."""
    before = match.string[: match.start(1)]
    return bool(_SURE.fullmatch(match[1]) or _SAID_TO_BE_ONE.search(before)) or _is_alone(match)


def _is_alone(match: re.Match[str]) -> bool:
    return match[1] == match.string.strip(" \t\n#＃.。!！")


def _means_else(match: re.Match[str], meanings: list[tuple[int, int]]) -> bool:
    return _YEAR.fullmatch(match[1]) is not None or _overlaps(match, meanings)


class OrderStatus:
    """Tells a verified owner where an order is."""

    name: str = "order_status"
    opened_by: tuple[str, ...] = ("track_order",)
    patience: int = 1
    ended_by: frozenset[str] = frozenset({"search_product", "recommend_product", "add_to_cart", "place_order"})

    def fill(self, frame: Frame, turn: Turn, facts: OrderFacts) -> Filled | None:
        """Take an order number, "the latest", or one of the orders offered; "recent orders" are to be chosen from."""
        if frame.asked is None and frame.get("order_number") is not None:
            return None
        numbers = read_order_numbers(turn)
        own = next((number for number in numbers if facts.own(number)), None)
        alone = any(_is_alone(match) for match in _NUMBER.finditer(turn.text))
        wants_else = turn.intent in self.ended_by and not alone
        if numbers and not wants_else and (own or not turn.intent.startswith("ask_")):
            return Filled(frame.fill(order_number=own or numbers[0]))
        if facts.recent and not wants_else and not turn.is_button and _LATEST.search(turn.text):
            newest = None if _SEVERAL.search(turn.text) else facts.recent[0][0]
            return Filled(frame.fill(order_number=newest))
        if frame.asked == "order_number":
            choice = read_option(turn, [Option(number, words) for number, words in facts.recent])
            if choice is not None:
                return Filled(frame.fill(order_number=choice.value))
        return None

    def next(self, frame: Frame, facts: OrderFacts) -> Next:
        """Ask which order, unless there is only one or a number is known."""
        if not facts.signed_in:
            return Impossible(Say("order.sign_in"), _PERSON)
        typed = frame.get("order_number")
        if typed is not None and facts.own(str(typed)) is not None:
            return Ready()
        unknown = Say("order.not_found", {"number": typed})
        if not facts.recent and typed is None:
            return Impossible(Say("order.none"))
        if not facts.recent:
            return Impossible(unknown, _PERSON)
        if typed is None and len(facts.recent) == 1:
            return Ready()
        return Ask(
            "order_number",
            Say("order.ask_which"),
            tuple(Option(number, words) for number, words in facts.recent[:MOST_OFFERED]),
            notes=() if typed is None else (unknown,),
            keeps={"order_number": None},
            buttons=() if typed is None else _PERSON,
        )


def chosen_order(frame: Frame, facts: OrderFacts) -> str:
    """Return the number of the order of a frame that is ready."""
    typed = frame.get("order_number")
    return (facts.own(str(typed)) if typed is not None else None) or facts.recent[0][0]
