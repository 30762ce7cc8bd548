"""Reading one answer out of a message: an e-mail address, a postal code, yes or no, one of several options."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from actions.services.tasks.frames import CANCEL, Option
from actions.turn import Turn

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
POSTAL_CODE = re.compile(
    r"(?<![\w-])(?:\d{5,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2})(?![\w-])", re.I | re.A
)
_CANCEL = re.compile(
    r"""^\W* (?:(?:no|nah|oh|ok|okay|well|u+h+|u+m+|h+m+|hm+|wait|then|actually|please|pls|sorry|just)\W+)*
    (?: (?:never\ ?mind|nvm)(?:\W.{0,30})? | forget\ (?:it|that|about\ it) | cancel(?:\ (?:it|that|this|everything))?
      | stop(?:\ (?:it|this|that))? | leave\ it | quit | abort | (?:i\ )?changed\ my\ mind
      | (?:i\ )?don'?t\ want\ (?:it|this|that|to\ (?:buy|order))(?:\ any\ ?more)?
      | not\ (?:now|interested) | maybe\ later )(?:\W+(?:thanks?|thx|please|pls|then))* \W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CANCEL_ZH = re.compile(
    r"""^(?:那|还是|哎|唉|呃|额|嗯|好吧|不好意思|等下|等等|我)*[，,\s]*
    (?: 算了吧? | 不用了 | 不要了 | 不买了 | 不想买了 | 先不买了? | 取消[吧掉]? | 别下单了 | 不下单了
      | 先这样吧? | 下次(?:再说|吧) | 再说吧 | 改天再说? | 不办了 | 不查了 )
    [吧啊呀了。！!~\s]*$""",
    re.VERBOSE,
)
_YES = re.compile(
    r"""^\W* (?: y | yes | yep | yeah | yea | ya | yup | sure | ok | okay | okey | k | correct | right | fine
      | confirm(?:ed)? | absolutely | of\ course | go\ ahead | do\ it | please\ do | sounds\ good
      | that'?s\ (?:right|correct|fine) | perfect | place\ (?:it|the\ order) )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NO = re.compile(r"^\W*(?:n|no|nope|nah|not|wrong|incorrect|don'?t|change)\b", re.I)
_YES_ZH = re.compile(r"^(?:是|对|好|嗯|恩|行|可以|没错|没问题|确认|确定|要|OK|ok|下单|就这样|就这个|正确)")
_NO_ZH = re.compile(r"^(?:不|否|没有|错|别|改|先别|等等)")
_QUESTION = re.compile(
    r"""[?？]
    | ^(?:what|how|when|where|who|why|which|can|could|do|does|did|is|are|will|would|should|may)\b
    | 怎么 | 什么 | 多少 | 哪 | 吗\W*$ | 呢\W*$ | 能不能 | 可不可以 | 几天 | 多久 | 为啥""",
    re.IGNORECASE | re.VERBOSE,
)
_MATCH_SCORE = 86
_TYPO_FROM = 4
_COUNTS = {
    **{word: n for n, word in enumerate(("one", "two", "three", "four", "five", "six"), start=1)},
    **{word: n for n, word in enumerate("一二三四五六七八九十", start=1)},
    "两": 2,
    "俩": 2,
}
_COUNT = re.compile(
    r"""(?:\b(?P<en>\d{1,2}|one|two|three|four|five|six)\ (?:of|pcs|pieces?|more|x)\b)
    | (?:\b(?:x|×)\ ?(?P<times>\d{1,2})\b)
    | (?:(?<![第这那哪每\d.])(?P<zh>\d{1,2}|[一二两三四五六七八九十])\ ?
        (?:个(?!月)|件|双|台|部|条|只|盒|瓶|套|把|本|份))
    | (?P<pair>俩)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_cancel(turn: Turn) -> bool:
    """Tell whether the shopper drops what is under way."""
    chosen = turn.first("value")
    if turn.is_button:
        return chosen is not None and chosen.value == CANCEL
    text = turn.text.strip()
    return bool(_CANCEL.match(text) or _CANCEL_ZH.match(text))


def is_question(turn: Turn) -> bool:
    """Tell whether the message asks something instead of answering."""
    return not turn.is_button and bool(_QUESTION.search(turn.text.strip()))


def read_email(turn: Turn) -> str | None:
    """Return the e-mail address in the message, lower case."""
    match = EMAIL.search(turn.text)
    return match[0].rstrip(".").lower() if match else None


def looks_like_broken_email(turn: Turn) -> bool:
    """Tell whether somebody tried to type an address: an @ or a mail provider's name without a whole address."""
    return "@" in turn.text or bool(
        re.search(r"\b(?:gmail|outlook|hotmail|yahoo|qq|163|126)\b\s*\.?\s*com", turn.text, re.I)
    )


def read_postal_code(turn: Turn) -> str | None:
    """Return the postal code in the message."""
    entity = turn.first("postal_code")
    if entity is not None and any(c.isdigit() for c in entity.text):
        return entity.text.strip().upper()
    match = POSTAL_CODE.search(turn.text)
    return match[0].upper() if match else None


def read_count(text: str) -> int | None:
    """Return how many pieces a message names ("two of them", 「来两个」), None where it names none."""
    match = _COUNT.search(text)
    if match is None:
        return None
    said = next(group for group in match.groups() if group).lower()
    return int(said) if said.isdigit() else _COUNTS[said]


def read_yes_no(turn: Turn) -> bool | None:
    """Return True for yes, False for no, None where the message is neither."""
    chosen = turn.first("value")
    if turn.is_button:
        return {"yes": True, "no": False}.get(str(chosen.value)) if chosen is not None else None
    text = turn.text.strip()
    if _NO.match(text) or _NO_ZH.match(text):
        return False
    if _YES.match(text) or _YES_ZH.match(text):
        return True
    if turn.intent == "deny":
        return False
    return True if turn.intent == "affirm" else None


def read_option(
    turn: Turn, options: Sequence[Option], synonyms: dict[str, Sequence[str]] | None = None
) -> Option | None:
    """Return the option that the message chooses: by button, by position, by its words, or nearly its words.

    Args:
        turn: the message.
        options: what was offered; order counts for "the second one".
        synonyms: further words for an option, by its value as text ("black" → 黑色, 黑的).
    """
    chosen = turn.first("value")
    if turn.is_button:
        return next((o for o in options if chosen is not None and str(o.value) == str(chosen.value)), None)
    text = turn.text.strip().casefold()
    names = [(name.casefold(), option) for option in options for name in _names(option, synonyms or {})]
    contained = [(len(name), option) for name, option in names if name and _contains(text, name)]
    if contained:
        longest = max(length for length, _ in contained)
        best = {id(option): option for length, option in contained if length == longest}
        return next(iter(best.values())) if len(best) == 1 else None
    position = turn.first("position")
    if position is not None and isinstance(position.value, int) and options:
        index = position.value if position.value < 0 else position.value - 1
        return options[index] if -len(options) <= index < len(options) else None
    found = process.extractOne(text, [name for name, _ in names if len(name) > 3], scorer=_likeness)
    if found and found[1] >= _MATCH_SCORE:
        return next(option for name, option in names if name == found[0])
    return None


def _likeness(typed: str, name: str, *, score_cutoff: float | None = None) -> float:
    """Return 0 to 100; one typing error, swapped letters too, is near enough ("blcak")."""
    if min(len(typed), len(name)) >= _TYPO_FROM and OSA.distance(typed, name) <= 1:
        return _MATCH_SCORE
    return fuzz.ratio(typed, name)


def _names(option: Option, synonyms: dict[str, Sequence[str]]) -> tuple[str, ...]:
    return (str(option.value), option.title, *synonyms.get(str(option.value), ()))


def _contains(text: str, name: str) -> bool:
    if name.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text) is not None
    return name in text


def free_text(turn: Turn, *, digressions: frozenset[str], confidence: float = 0.6, least: int = 2) -> str | None:
    """Return the message as an answer in the shopper's own words, None where it is rather something else.

    Args:
        turn: the message.
        digressions: intents that, with at least `confidence`, are no answer.
        confidence: as above.
        least: fewest characters of an answer.
    """
    text = " ".join(turn.text.split())
    if turn.is_button or len(text) < least or is_question(turn):
        return None
    if turn.intent in digressions and turn.confidence >= confidence:
        return None
    return text
