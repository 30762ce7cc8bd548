"""Where the policies tell what an intent asks for: topics, and sections by their headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from actions.turn import Turn
from catalog.search.passage_search import PassageHit


@dataclass(frozen=True, slots=True)
class Place:
    """Where an intent's answer is looked for: topics, likeliest first; is their first section the usual one?

    `said_in_full`: what such a message names needs no message before ("and the other box is smashed").
    `tapped`: how the heading sounds that a tap on the intent's button wants, where it isn't the first one. `usual`: how
    that of the usual section does, where a document may tell something else first.
    """

    topics: tuple[str, ...]
    first_section: bool = True
    said_in_full: bool = False
    tapped: str = ""
    usual: str = ""


_HOW_TO_RETURN: Final = (
    r"\bhow (?:to|do|can) (?:i |you |we )?(?:return|send|make|start|arrange)"
    r"|\barrang|\bprocedure|\bprocess\b|\bsteps?\b"
    r"|(?:怎么|如何|怎样)(?:操作|申请|办理)?退|退货?(?:流程|步骤|方法)"
)
PLACES: Final[dict[str, Place]] = {
    "return_item": Place(("returns",), usual=_HOW_TO_RETURN),
    "ask_return_policy": Place(("returns", "refunds"), first_section=False, tapped=r"how long|多少天|几天"),
    "exchange_item": Place(("exchanges",)),
    "get_refund": Place(("refunds",)),
    "track_refund": Place(("refunds",), first_section=False, tapped=r"where is|status|到哪儿?了|进度"),
    "cancel_order": Place(("cancellation",)),
    "ask_cancellation_policy": Place(("cancellation",), first_section=False, tapped=r"until|多久.*可以|截止"),
    "change_order": Place(("order-changes",)),
    "change_shipping_address": Place(("order-changes",), first_section=False, tapped=r"address|地址"),
    "report_delivery_problem": Place(("delivery-problems",), first_section=False, said_in_full=True),
    "get_invoice": Place(("invoices",)),
    "ask_shipping": Place(("shipping",)),
    "ask_delivery_time": Place(("delivery-times",)),
    "ask_payment_methods": Place(("payment",)),
    "report_payment_issue": Place(("payment",), first_section=False, tapped=r"fail|problem|失败|问题"),
    "ask_warranty": Place(("warranty",), first_section=False),
    "manage_account": Place(("accounts",), first_section=False),
    "manage_newsletter": Place(("newsletter",), first_section=False),
    "write_review": Place(("reviews",)),
    "make_complaint": Place(("complaints",)),
    "ask_contact": Place(("contact",)),
    "ask_privacy": Place(("privacy",), first_section=False),
    "ask_promotion": Place(("promotions",)),
}
TELLS_A_STORY: Final = frozenset({"make_complaint", "report_delivery_problem"})
"""What went wrong is told here, which other policies are about; the answer is still where the intent's is."""
NEXT: Final[dict[str, tuple[str, ...]]] = {
    "returns": ("get_refund", "exchange_item"),
    "refunds": ("track_refund",),
    "exchanges": ("return_item",),
    "shipping": ("ask_delivery_time",),
    "delivery-times": ("track_order",),
    "cancellation": ("track_order",),
    "order-changes": ("track_order",),
    "delivery-problems": ("track_order",),
    "payment": ("place_order",),
    "warranty": ("return_item",),
    "privacy": ("manage_account",),
}
RULES_OF_OFFERS: Final = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in (
        (
            r"price.?(?:match|protect|promise)|\bmatch\b|\bbeat\b|cheaper (?:at|on|else|some)"
            r"|保价|价保|差价|买贵|比.{0,8}贵",
            r"price.?(?:match|protect|promise)|lower price|cheaper (?:at|on|else|some)|\bwe match\b"
            r"|保价|价保|买贵|更低的?价",
        ),
        (
            r"\bstack|\bcombine|\btogether\b|\b(?:two|2|both) (?:codes?|coupons?|vouchers?)|叠加|一起用|同时用"
            r"|\bhow many\b.{1,25}\b(?:use|apply|redeem|enter)|用(?:几|多少)张|(?:几|多少)张.{0,6}用",
            r"\bone code\b|\bstack|\bcombine|\btogether\b|\bper order\b|叠加|同时|限用|一张",
        ),
        (r"\bgift cards?\b|礼品卡", r"\bgift cards?\b|礼品卡"),
        (r"\bstudents?\b|学生", r"\bstudents?\b|学生"),
        (r"\brefer\b|\bfriends?\b|邀请|拉新", r"\brefer\b|\bfriends?\b|邀请|拉新"),
        (
            r"(?:\b(?:do|does|did|is|was|wo)n['’]?t|\bnot|\bnever)\b.{0,15}\b(?:work|valid|accept|appl(?:y|ied)\b)"
            r"|\b(?:cannot|can['’]?t|can not|unable to) (?:i )?(?:use|apply|redeem|enter)"
            r"|\binvalid\b|\bexpired\b|\breject"
            r"|[用领]不了|不能用|没法用|无法使用|[无失]效|没生效|不可用|不好使|过期了",
            r"\b(?:coupon|code|voucher|offer|discount)s?\b.{0,40}(?:n['’]t|\bnot) (?:work|apply|accept)"
            r"|[券码惠].{0,12}(?:用不了|不能用|无法使用|[无失]效)",
        ),
        (
            r"\bhow (?:do|can|should|would|to)\b.{0,12}\b(?:use|apply|redeem|enter)\b"
            r"|\bwhere\b.{0,20}\b(?:use|apply|redeem|enter|put|type)\b"
            r"|(?:怎么|怎样|如何|咋)[去来]?使?[用输填兑]|在哪[里儿]?[能可]?[用输填]",
            r"\bhow to (?:use|apply|redeem|enter)\b.{0,20}\b(?:coupon|code|voucher|offer)"
            r"|\benter (?:the|a|your) (?:coupon |discount )?code\b|[券码惠].{0,6}(?:怎么|如何)使?用|输入.{0,6}[券码]",
        ),
    )
)
"""What is asked about offers and is none of them, and how a policy's section tells it."""
CLEARLY_BETTER: Final = 0.02
"""By so much a passage must be more like the question than the usual one; a section that is named yields to more."""
_MUCH_BETTER: Final = 0.04
_WORDS, _CHARACTERS = 3, 4
_FEW_WORDS: Final = 6
_LATER: Final = re.compile(
    r"\b(?:after|over|past|already|(?:longer|later|more) than)\b|超过|已经|过了|过期|以后|之后", re.IGNORECASE
)
"""Tells of a case that the section in question may not mean: "return after 30 days possible?"."""
_DAYS: Final = re.compile(r"(\d+)\s*个?(?P<unit>days?|天|weeks?|周|星期|months?|(?<=个)月)", re.IGNORECASE)
_DAYS_OF: Final = {"d": 1, "天": 1, "w": 7, "周": 7, "星": 7, "m": 30, "月": 30}
_LIMIT: Final = re.compile(r"how long (?:you|do)|多少天", re.IGNORECASE)
_FAULTY: Final = re.compile(r"\b(?:broken?|faulty|defect\w*)\b|坏", re.IGNORECASE)
_RETURNS: Final = frozenset({"return_item", "ask_return_policy"})
_HAS_AN_END: Final = _RETURNS | {
    *("cancel_order", "change_order", "exchange_item", "change_shipping_address", "ask_warranty")
}
_WHETHER: Final = re.compile(
    r"^\W*(?:\w+\W+){3,}can (?:i|we)\b"
    r"|\bstil+\b|\bif\b|\bafter\b|\balready\b|\bwithout\b|\beven\b|还能|还可以|[了过]能|[了过]可以|没有?.{1,6}[能可]",
    re.IGNORECASE,
)
"""Asks whether something goes back that has a flaw; how it goes back is not wanted then."""
_WHAT_IT_COSTS: Final = re.compile(
    r"cost|much|\bfees?\b|price|free|charge|postage|\bpay|expens|cheap|option|^\W*[a-z]+\W*$"
    r"|费|邮|多少|怎么寄|怎么发|^.{1,4}$",
    re.IGNORECASE,
)
_PAYING: Final = re.compile(
    r"pa[iy]|card|visa|master|amex|cash|cheque|check|klarna|transfer|debit|credit|instal|accept|take|invoice|coin|method|\bcod\b"
    r"|付|支|款|卡|分期|花呗|白条|微信|信用|现金|转账|刷|钱",
    re.IGNORECASE,
)
_SWAPS: Final = re.compile(r"\bexchang|\bswap|换[货码色]", re.IGNORECASE)
_SHIPPING: Final = re.compile(r"\b(?:deliver|shipp|postage)|[运邮]费", re.IGNORECASE)
_MY_MONEY: Final = re.compile(r"\bmy (?:mone?y|refund|cash)\b", re.IGNORECASE)
"""When that comes is no question of delivery: "how long til i get my mony"."""
_HOW_LONG: Final = r"how long|\bwhen\b|days?\b|多久|几天|什么时候|啥时候"
_RETURN_SECTIONS: Final = (
    (
        r"\bget\b.{0,20}\b(?:shipping|delivery|postage|fees?)\b.{0,12}\bback|\brefund\w*.{0,15}(?:shipping|postage|\bfees?)"
        r"|(?:shipping|delivery|postage|\bfees?)\b.{0,20}\brefund|[运邮]费.{0,4}(?:退(?!货)|返还)|退(?:还|回|不退)?[运邮]费",
        r"what .*refunded|退哪些",
    ),
    (
        r"how (?:long|many)|days?\b|until|\bwindow\b|deadline|return\w* pol\w*y\b"
        r"|多久|\d天|几天|多少天|期限|退货(?:政策|规[则定])",
        r"how long (?:you|do)|time limit|\bdeadline|\bwindow\b|return period|多少天|几天|期限|时限",
    ),
    (
        r"who pays|cost|(?<!stocking )\bfees?\b|free|postage|运费|邮费|谁出",
        r"who pays|\bcosts? of (?:a |the )?return|return (?:postage|shipping|costs?)|运费|邮费",
    ),
)
_SECTIONS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "return_item": _RETURN_SECTIONS,
    "ask_return_policy": _RETURN_SECTIONS,
    "track_refund": ((_HOW_LONG, r"how long|when|多久|什么时候"), (r"where is|status|进度|到哪", r"where is|到哪")),
    "get_refund": ((_HOW_LONG, r"how long|when|多久|什么时候"),),
    "report_delivery_problem": (
        (r"brok|damag|smash|crack|dent|坏|碎|破|压|裂", r"damage|坏"),
        (r"wrong|different|发错|送错", r"wrong|错"),
        (r"missing|incomplete|only got|少了|少发|缺", r"missing|少"),
        (r"says? (?:it'?s |it was )?delivered|签收", r"delivered|签收"),
    ),
    "ask_cancellation_policy": (
        (r"how late|until|deadline|最晚|截止", r"until|多久.*可以"),
        (r"\bfees?\b|手续费|收费", r"cost|fee|费"),
    ),
    "get_invoice": (
        (r"\bcompan|\bbusiness\b|\btax\b|\bvat\b|公司|抬头|税号|专票", r"company|business|公司|抬头"),
        (r"\bwrong\b|mistake|incorrect|开错|错了|有误", r"wrong|错"),
    ),
    "change_shipping_address": ((r"ad+res+|地址", r"address|地址"),),
    "manage_newsletter": (
        (r"stop|unsub|no more|don'?t|remove|opt.?out|spam|退订|取消|别|不想|不要|骚扰", r"unsubscri|退订|取消订阅"),
        (r"subscri|sign|join|get|订阅|加入", r"to subscri|怎么订阅"),
    ),
    "manage_account": (
        (r"lock|锁", r"lock|锁"),
        (r"pas+w|密码", r"password|密码"),
        (r"delet|clos|remove|注销|删除", r"delet|clos|注销|删除"),
    ),
    "report_payment_issue": ((r"twice|double|两次|两遍|重复|双份", r"twice|重复"),),
    "ask_shipping": (
        (r"pick.{0,4}up|\bcollect|自提|自取|到店", r"pick|自提"),
        (
            r"(?:ship|deliver|send)\w* (?:it )?to\b|abroad|overseas|international|countr"
            r"|海外|国外|境外|寄到|送到|发到|港澳|香港|澳门|台湾|新疆|西藏",
            r"where|哪",
        ),
    ),
    "ask_warranty": (
        (r"how long|months?\b|years?\b|多久|几年|多长", r"how long|多久"),
        (r"^\W*(?:the )?(?:warranty|guarantee)\b|有保修|有质保", r"how long|多久"),
    ),
    "ask_contact": ((r"open|hours|when|call|phone|mail|几点|上班|时间|电话|邮箱", r"reach us|联系方式"),),
    "ask_privacy": (
        (r"delet|eras|remove|forget|删|注销", r"delet|删"),
        (r"copy|export|download|导出|拷贝", r"copy|副本|导出"),
    ),
}


_WORDS_OF: Final[dict[str, str]] = {
    "cancellation": r"cancel|withdraw|pull out|call off|取消|撤",
    "order-changes": r"chang|alter|amend|edit|correct|move|add|改|换|变更|加",
    "invoices": r"invoice|receipt|\bbill|\btax|票|税",
    "accounts": r"account|passw|log ?in|sign|profile|member|账|密码|注册|登录|会员",
    "newsletter": r"newsletter|mail|subscri|订阅|邮件|短信|推送",
    "reviews": r"review|rating|rate|评",
    "privacy": r"data|privacy|personal|信息|隐私|资料|数据",
}
"""A section without one of these words is not about the topic; that of other topics is told in too many words."""


def place_of(turn: Turn) -> Place:
    """Return where the intent's answer is looked for; in no topic, that is in all policies, where it has none."""
    if turn.intent == "ask_delivery_time" and _MY_MONEY.search(turn.text):
        return PLACES["track_refund"]
    if turn.intent == "ask_return_policy" and is_of_exchanges(turn):
        return Place(("exchanges", *PLACES["ask_return_policy"].topics), first_section=False)
    return PLACES.get(turn.intent, Place((), first_section=False))


def is_of_exchanges(turn: Turn) -> bool:
    """Tell whether what sounds like a question on returns is about swaps alone: 「换货运费谁出」."""
    return bool(_SWAPS.search(turn.text)) and not re.search(r"\breturn|\brefund|退", turn.text, re.IGNORECASE)


def is_about(turn: Turn, passages: Sequence[PassageHit]) -> bool:
    """Tell whether what policies of other topics tell is about the intent's: where a shop has none on cancelling, its
    steps of a return cancel nothing."""
    words = next((_WORDS_OF[topic] for topic in place_of(turn).topics[:1] if topic in _WORDS_OF), "")
    told = " ".join(f"{passage.section} {passage.text}" for passage in passages)
    return re.search(words, told, re.IGNORECASE) is not None


def similarity_of(hit: PassageHit) -> float:
    """Return how like the question a passage is, 0 where nothing could tell."""
    return hit.similarity or 0.0


def says_much(words: str) -> bool:
    """Tell whether words are enough to name a section by: "after 30 days", 「运费谁出」."""
    return len(words.split()) >= _WORDS or sum(character > "\u3400" for character in words) >= _CHARACTERS


def asks_something_else(turn: Turn) -> bool:
    """Tell whether the usual section is not meant: "i scratched it can i still return" does not ask how, "do you gift
    wrap" not what shipping costs."""
    if turn.intent == "ask_shipping":
        return not _WHAT_IT_COSTS.search(turn.text)
    if turn.intent == "ask_payment_methods":
        return not _PAYING.search(turn.text)
    return _is_special(turn) or (turn.intent == "return_item" and bool(_WHETHER.search(turn.text)))


def asks_what_shipping_costs(turn: Turn) -> bool:
    """Tell whether a message says so itself: "how much is delivery", which has little in common with "Cash on
    delivery" but its words."""
    said = _SHIPPING.search(turn.text) and _WHAT_IT_COSTS.search(turn.text)
    return turn.intent == "ask_shipping" and bool(said) and len(turn.text.split()) <= _FEW_WORDS


def stands_alone(turn: Turn, place: Place) -> bool:
    """Tell whether a message that begins as a follow-up says all by itself: "and when do i get my money back"."""
    return place.said_in_full or bool(_MY_MONEY.search(turn.text))


def section_named(hits: Sequence[PassageHit], turn: Turn) -> PassageHit | None:
    """Return the section whose heading fits what the message asks for ("stop the newsletter": How to unsubscribe).

    It is none where the message tells of a special case, or another section is much more like it: the models read.
    """
    if turn.is_button:
        return None
    text = turn.text.casefold()
    quoted = next((hit for hit in hits if says_much(hit.section) and hit.section.casefold() in text), None)
    if quoted is not None or _is_special(turn) or is_of_exchanges(turn):
        return quoted or still_in_time(hits, turn)
    best = max(map(similarity_of, hits), default=0.0)
    for said, heading in _SECTIONS.get(turn.intent, ()):
        if re.search(said, turn.text, re.IGNORECASE):
            fitting = [hit for hit in hits if re.search(heading, hit.section, re.IGNORECASE)]
            if fitting:
                return fitting[0] if best - similarity_of(fitting[0]) <= _MUCH_BETTER else None
    return None


def section_of_topic(hits: Sequence[PassageHit], turn: Turn, topic: str) -> PassageHit | None:
    """Return the section that a message names which says nothing of its topic itself ("how long do I have")."""
    intents = [intent for intent, place in PLACES.items() if topic == place.topics[0]]
    named = (section_named(hits, replace(turn, intent=intent)) for intent in intents)
    return next((hit for hit in named if hit is not None), None)


def still_in_time(hits: Sequence[PassageHit], turn: Turn) -> PassageHit | None:
    """Return the section with the time for returns where the one that a message names is shorter: 7 days of 30."""
    said = 0 if _FAULTY.search(turn.text) else _days_in(turn.text)
    limits = (hit for hit in hits if turn.intent in _RETURNS and _LIMIT.search(hit.section))
    return next((hit for hit in limits if 0 < said < _days_in(hit.text)), None)


def _days_in(text: str) -> int:
    """Return the longest time that a text names, in days, 0 where it names none."""
    return max((int(found[1]) * _DAYS_OF[found["unit"][0].lower()] for found in _DAYS.finditer(text)), default=0)


def _is_special(turn: Turn) -> bool:
    late = turn.intent in _HAS_AN_END and _LATER.search(turn.text)
    return bool(late or (turn.intent in _RETURNS and _FAULTY.search(turn.text)))
