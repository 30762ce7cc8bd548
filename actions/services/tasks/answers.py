"""Reading one answer out of a message: an e-mail address, a postal code, yes or no, one of several options."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from actions.services.list_places import at_place, bare_number, positions_in
from actions.services.tasks.frames import CANCEL, Option
from actions.turn import Turn

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
POSTAL_CODE = re.compile(
    r"(?<![\w-])(?:\d{5,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
    r"|\d{3}-\d{4})(?![\w-])|^\d{4}$",
    re.I | re.A,
)
_CANCEL = re.compile(
    r"""^\W* (?:(?:no|nah|oh|ok|okay|yes|yeah|well|u+h+|u+m+|h+m+|hm+|wait|then|actually|please|pls|sorry|just
        |(?P<wish>i(?:\ want|\ need|\ would\ like|'?d\ like)\ to|i\ wanna))\W+)*
    (?: (?:never\ ?mind|nvm)(?:\W.{0,30})? | forget\ (?:it|that|about\ it)
      | canc(?:el+|le)(?:\ (?:it|that|this|everything|(?P<order>(?:(?:the|this|my)\ )?order)))?
      | stop(?:\ (?:it|this|that))? | leave\ it | quit | abort | (?:i\ )?changed\ my\ mind
      | (?:i\ )?don'?t\ want\ (?:it|this|that|to\ (?:buy|order))(?:\ any\ ?more)?
      | not\ (?:now|interested) | maybe\ later )(?:\W+(?:thanks?|thx|please|pls|then))* \W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CANCEL_ZH = re.compile(
    r"""^(?:(?:那|还是|哎|唉|呃|额|嗯|em+|ok|好的|好吧|行吧?|对了|对不起|抱歉|不好意思|等下|等等
        |(?P<wish>我[想要]|帮我|请)|我)[，,。.…\s]*)*
    (?: (?: 算了吧? | 不用了 | 不要了 | 不买了 | 不想[买要]了 | [先暂]时?不(?:买|下单|办)了?
      | 取消(?P<order>这?个?订单)?[吧掉]?了? | 别下单了 | 不下单了
      | 先这样吧? | 下次(?:再说|吧) | 再说吧 | 改天再说? | 不办了 | 不查了 ) [，,\s]* )+
    (?:谢谢)?[吧啊呀了。！!~\s]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_YES = re.compile(
    r"""^\W* (?: 1(?=\W*$) | y | yes | yep | yeah | yea | ya | yup | sure | ok | okay | okey | k | correct | right
      | fine | confirm(?:ed)? | absolutely | of\ course | go\ ahead | do\ it | please\ do | sounds\ good
      | that'?s\ (?:right|correct|fine) | perfect | place\ (?:it|the\ order) | not?\ (?:a\ )?problem )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NO = re.compile(r"^\W*(?:n|no|nope|nah|not|wrong|incorrect|don'?t|change)\b(?!\ (?:a\ )?problem)", re.I)
_YES_ZH = re.compile(
    r"^(?:是(?!否)|对(?!比|不起)|好(?![像贵慢])|嗯|恩|行(?!李)|可以|没错|没有?问题|确认|确定|要|OK|ok|下单|就这样|就这个|正确|不错)"
)
_NO_ZH = re.compile(r"^(?:不(?!错|过|用?改)|否|没有(?!问题)|错|别|改|先[别不]|等等)")
_SECOND_THOUGHT = re.compile(  # after a yes: "ok wait", "yes but ...", 「好的，等一下」
    r"""\b(?: but | wait | (?:hold|hang)\ on | not(?!\ a\ problem) | no(?!\ (?:more|changes?|problem|need)\b) | nope
      | don'?t(?!\ (?:need|change)\b) | canc(?:el+|le) | later | change )\b
    | 不(?!错|用?改) | 别(?!的) | 等 | (?<!不)(?<!不用)改 | 取消 | 算了 | 但""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_AS_WELL = re.compile(  # after a yes: "ok how much is shipping", 「对了，多久能到」
    r"""[?？] | ^\W*(?:is|are|does|do\ (?:i|you|we)|can|could|will|would)\b
    | \b(?:how|when|where|which|why|what(?!\ i\ (?:want|need)\b))\b
    | 怎么 | 什么 | 多少 | 哪 | 吗 | 能不能 | 几天 | 多久 | 有没有""",
    re.IGNORECASE | re.VERBOSE,
)
_QUESTION = re.compile(
    r"""[?？]
    | ^(?:what|how|when|where|who|why|which|can|could|do|does|did|is|are|would|should)\b
    | ^(?:will|may)\ (?:i|we|you|it|they|he|she|this|that|these|those|the|my|your|there)\b
    | 怎么 | 什么 | 多少 | 哪 | 吗\W*$ | 呢\W*$ | 能不能 | 可不可以 | 几天 | 多久 | 为啥""",
    re.IGNORECASE | re.VERBOSE,
)
_WISH_AS_QUESTION = re.compile(  # "can I have black?", "is black OK?", 「黑色的可以吗」
    r"""^\W*(?:(?:ok|okay|then|so|well)\W+)* (?:
        (?:can|could|may)\ i\ (?:please\ |just\ )?(?:have|get|take|order|buy|choose|pick|go\ (?:for|with))\b
      | (?:can|could|will|would)\ you\ (?:please\ |just\ )?(?:add|put|give\ me|make\ it)\b
      | would\ (?:like|love)\b | what\ i\ (?:want|need)\b
      | (?:is|would|will)\b.*\b(?:ok|okay|all\ ?right|fine|possible|do)\W*$ )
    | (?:可以|行|成|好|没问题|是)(?:吗|么|嘛)\W*$ | (?:好不好|行不行|可不可以)\W*$
    | ^\W*[那我就]*(?:能不能|能|可以|可不可以)(?:要|来|选|拿|换成|给我)""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(
    r"[0-9]+|\b(?:one|two|three|four|five|six)\b|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九俩]",
    re.I,
)
_NOT_THIS = re.compile(
    r"""(?: \b(?: not | (?<=\w\ )(?:is|are)n['’]?t | nothing(?=\ (?:from|by|in)\b)
          | (?P<each> no(?!\ \d) | except(?:\ for)? | (?:any|every)(?:thing|\ \w+)\ but | other\ than
            | without | instead\ of | rather\ than | don['’]?t\ (?:want|like|show(?:\ me)?) ) )
        (?:\ (?:in|from|by|any|the|an?|that|size))*\s+
      | (?: (?<![要买看想])不想?[要买看] | (?<!是)不是 | 不喜欢 | 不考虑 | 别要 | (?<!除)非(?![要得常]) | 除了
        )[那这个款\s]* )""",
    re.IGNORECASE | re.VERBOSE,
)
_OR_ZH = r"[^，,。！？\s]{1,15}?\s?的?\s?(?:、|和|与|跟|及|或者?)\s?"
_OR_THIS = re.compile(rf"[\w'’-]+(?:\ [\w'’-]+)?,?\ n?or\ (?:(?:in|from|the|an?)\ )*|{_OR_ZH}", re.IGNORECASE)
_AND_THIS = re.compile(  # "anything but red, black and blue"
    rf"[\w'’-]+(?:\ [\w'’-]+)?(?:,?\ (?:and|n?or|&)\ |,\ (?=.*\b(?:and|or)\b))(?:(?:in|from|the|an?)\ )*|{_OR_ZH}",
    re.IGNORECASE,
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
    | (?:\b(?P<many>\d{3,4})\ ?(?:pcs|pieces?|of\ (?:them|these|those|it))\b)
    | (?:(?:\bx|×)\ ?(?P<times>\d{1,2})\b)
    | (?:(?<![第这那哪每\d.一二两三四五六七八九十百千])
        (?P<zh>\d{1,4}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])\ ?
        (?:个(?!月)|件|双|台|部|条|只|盒|瓶|套|把|本|份))
    | (?P<pair>俩)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_cancel(turn: Turn, *, ordering: bool = False) -> bool:
    """Tell whether the shopper drops what is under way; "cancel the order" and "I want to cancel" do so only
    while an order is being made (`ordering`)."""
    chosen = turn.first("value")
    if turn.is_button:
        return chosen is not None and chosen.value == CANCEL
    text = turn.text.strip()
    match = _CANCEL.match(text) or _CANCEL_ZH.match(text)
    return match is not None and (ordering or not (match["order"] or match["wish"]))


def is_question(turn: Turn) -> bool:
    """Tell whether the message asks something instead of answering."""
    return not turn.is_button and bool(_QUESTION.search(turn.text.strip()))


def asks_for(turn: Turn) -> bool:
    """Tell whether a question only asks for something: "can I have black?", "the black one please?", 「黑色的可以吗」.

    A question mark alone does not make a question of a choice, but what is read as a question of stock.
    """
    text = turn.text.strip()
    if _WISH_AS_QUESTION.search(text):
        return True
    said = text.rstrip("?？ ")
    marked = said != text and re.match(r"(?:and|or|but)\b", said, re.IGNORECASE) is None
    return marked and turn.intent != "ask_availability" and not _QUESTION.search(said)


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
    entity = turn.first("postal_code")  # the model may have marked a part of it only
    marked = entity.text.strip() if entity is not None and any(c.isdigit() for c in entity.text) else ""
    match = None if POSTAL_CODE.fullmatch(marked) else POSTAL_CODE.search(turn.text.strip())
    return (match[0] if match else marked).upper() or None


def read_count(text: str, *, title: str = "") -> int | None:
    """Return how many pieces a message names ("two of them", 「来两个」), None where it names none.

    Args:
        text: the message.
        title: of the product; the x3 of "Insta360 X3" counts no pieces.
    """
    own = title.casefold()
    match = next((m for m in _COUNT.finditer(text) if not m["times"] or m[0].casefold() not in own), None)
    if match is None:
        return None
    return read_number(next(group for group in match.groups() if group))


def read_number(text: str) -> int | None:
    """Return the first number in figures or small number in words: "just two", 「十二」; None where there is none."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    said = match[0].lower()
    if said.isdigit():
        return int(said)
    if "十" not in said:
        return _COUNTS[said]
    tens, ones = said.split("十")
    return 10 * _COUNTS.get(tens, 1) + _COUNTS.get(ones, 0)


def read_yes_no(turn: Turn) -> bool | None:
    """Return True for yes, False for no, None where the message is neither, or a yes with a question or a "wait"."""
    chosen = turn.first("value")
    if turn.is_button:
        return {"yes": True, "no": False}.get(str(chosen.value)) if chosen is not None else None
    text = turn.text.strip()
    if _NO.match(text) or _NO_ZH.match(text):
        return False
    yes = _YES.match(text) or _YES_ZH.match(text)
    if yes is not None:
        rest = text[yes.end() :]
        return None if _SECOND_THOUGHT.search(rest) or _ASKS_AS_WELL.search(rest) else True
    if turn.intent == "deny":
        return False
    return True if turn.intent == "affirm" else None


def puts_off(turn: Turn) -> bool:
    """Tell whether a message holds something back: "ok wait", "dont place it yet", 「先不下单」."""
    return bool(_SECOND_THOUGHT.search(turn.text))


def read_option(
    turn: Turn,
    options: Sequence[Option],
    synonyms: dict[str, Sequence[str]] | None = None,
    *,
    counted: bool = True,
) -> Option | None:
    """Return the option that the message chooses: by button, by position, by its words, or nearly its words.

    Args:
        turn: the message.
        options: what was offered; order counts for "the second one".
        synonyms: further words for an option, by its value as text ("black" → 黑色, 黑的).
        counted: whether a position counts these options; that of a list shown before does not.
    """
    chosen = turn.first("value")
    if turn.is_button:
        return next((o for o in options if chosen is not None and str(o.value) == str(chosen.value)), None)
    text = turn.text.strip().casefold()
    names = [(name.casefold(), option) for option in options for name in _names(option, synonyms or {})]
    mentioned = [(name, option) for name, option in names if name and _places(text, name)]
    contained = [(len(name), option) for name, option in mentioned if not is_unwanted(text, name)]
    if mentioned and not contained:
        return None
    if contained:
        longest = max(length for length, _ in contained)
        best = {id(option): option for length, option in contained if length == longest}
        return next(iter(best.values())) if len(best) == 1 else None
    places = positions_in(turn) if counted and not _is_figure_of(turn.text, [name for name, _ in names]) else []
    if places:
        return at_place(places[0], options) if len(places) == 1 else None
    found = process.extractOne(text, [name for name, _ in names if len(name) > 3], scorer=_likeness)
    if found and found[1] >= _MATCH_SCORE:
        return next(option for name, option in names if name == found[0])
    return None


def _is_figure_of(text: str, names: Sequence[str]) -> bool:
    """Tell whether a number alone may mean a figure in a name rather than a place: "42" of "42 mm"."""
    number = bare_number(text)
    return number is not None and any(str(number) in re.findall(r"\d+", name) for name in names)


def _likeness(typed: str, name: str, *, score_cutoff: float | None = None) -> float:
    """Return 0 to 100; one typing error, swapped letters too, is near enough ("blcak")."""
    if min(len(typed), len(name)) >= _TYPO_FROM and OSA.distance(typed, name) <= 1:
        return _MATCH_SCORE
    return fuzz.ratio(typed, name)


def _names(option: Option, synonyms: dict[str, Sequence[str]]) -> tuple[str, ...]:
    return (str(option.value), option.title, *synonyms.get(str(option.value), ()))


def _places(text: str, name: str) -> list[int]:
    """Return where a name begins in a text: neither inside a word nor a figure, nor the m of "I'm"."""
    bounded = rf"(?<![a-z0-9'’])(?<!\d\.){re.escape(name)}(?![a-z0-9]|\.\d)" if name.isascii() else re.escape(name)
    return [match.start() for match in re.finditer(bounded, text)]


def is_unwanted(text: str, name: str) -> bool:
    """Tell whether a message names something only to say that it is not wanted: "not black", 「不要黑色」."""
    return bool(unwanted_spans(text, name))


def unwanted_spans(text: str, name: str) -> list[tuple[int, int]]:
    """Return `(start, end)` of each "not black", "no red or black" in a message that names something only so."""
    places = _places(text.casefold(), name.casefold())
    unwanted = _unwanted_places(text)
    return [(unwanted[at], at + len(name)) for at in places] if unwanted.keys() >= set(places) else []


def _unwanted_places(text: str) -> dict[int, int]:
    """Return where each thing begins that is not wanted, and where the words before it begin that say so."""
    found = {}
    for match in _NOT_THIS.finditer(text):
        at, further = match.end(), _AND_THIS if match["each"] else _OR_THIS
        found[at] = match.start()
        while (more := further.match(text, at)) is not None:
            at = more.end()
            found[at] = match.start()
    return found


def turns_down(text: str) -> bool:
    """Tell whether a message says what is not wanted: "anything but black", 「不要黑的」."""
    return _NOT_THIS.search(text) is not None


def free_text(turn: Turn, *, digressions: frozenset[str], confidence: float = 0.6, least: int = 2) -> str | None:
    """Return the message as an answer in the shopper's own words, None where it is rather something else.

    A number alone is no such answer: nobody's name or street.

    Args:
        turn: the message.
        digressions: intents that, with at least `confidence`, are no answer.
        confidence: as above.
        least: fewest characters of an answer.
    """
    text = " ".join(turn.text.split())
    if turn.is_button or len(text) < least or is_question(turn) or not any(c.isalpha() for c in text):
        return None
    if turn.intent in digressions and turn.confidence >= confidence:
        return None
    return text
