"""Where the policies tell what an intent asks for: topics, and sections by their headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actions.turn import Turn
from catalog.search.passage_search import PassageHit


@dataclass(frozen=True, slots=True)
class Place:
    """Where an intent's answer is looked for: topics, likeliest first; is their first section the usual one?

    `said_in_full`: what such a message names needs no message before ("and the other box is smashed").
    """

    topics: tuple[str, ...]
    first_section: bool = True
    said_in_full: bool = False


PLACES: Final[dict[str, Place]] = {
    "return_item": Place(("returns",)),
    "ask_return_policy": Place(("returns", "refunds"), first_section=False),
    "exchange_item": Place(("exchanges",)),
    "get_refund": Place(("refunds",)),
    "track_refund": Place(("refunds",), first_section=False),
    "cancel_order": Place(("cancellation",)),
    "ask_cancellation_policy": Place(("cancellation",), first_section=False),
    "change_order": Place(("order-changes",)),
    "change_shipping_address": Place(("order-changes",), first_section=False),
    "report_delivery_problem": Place(("delivery-problems",), first_section=False, said_in_full=True),
    "get_invoice": Place(("invoices",)),
    "ask_shipping": Place(("shipping",)),
    "ask_delivery_time": Place(("delivery-times",)),
    "ask_payment_methods": Place(("payment",)),
    "report_payment_issue": Place(("payment",), first_section=False),
    "ask_warranty": Place(("warranty",), first_section=False),
    "manage_account": Place(("accounts",), first_section=False),
    "manage_newsletter": Place(("newsletter",), first_section=False),
    "write_review": Place(("reviews",)),
    "make_complaint": Place(("complaints",)),
    "ask_contact": Place(("contact",)),
    "ask_privacy": Place(("privacy",), first_section=False),
    "ask_promotion": Place(("promotions",)),
}
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
            r"\bstack|\bcombine|\btogether\b|\b(?:two|2|both) (?:codes?|coupons?|vouchers?)|叠加|一起用|同时用",
            r"\bone code\b|\bstack|\bcombine|\btogether\b|\bper order\b|叠加|同时|限用|一张",
        ),
        (r"\bgift cards?\b|礼品卡", r"\bgift cards?\b|礼品卡"),
        (r"\bstudents?\b|学生", r"\bstudents?\b|学生"),
        (r"\brefer\b|\bfriends?\b|邀请|拉新", r"\brefer\b|\bfriends?\b|邀请|拉新"),
    )
)
"""What is asked about offers and is none of them, and how a policy's section tells it."""
_WHETHER: Final = re.compile(
    r"\bstil+\b|\bif\b|\bafter\b|\balready\b|\bwithout\b|\beven\b|还能|还可以|[了过]能|[了过]可以|没有?.{1,6}[能可]",
    re.IGNORECASE,
)
"""Asks whether something goes back that has a flaw; how it goes back is not wanted then."""
_WHAT_IT_COSTS: Final = re.compile(
    r"cost|much|\bfees?\b|price|free|charge|postage|\bpay|expens|cheap|option|^\W*[a-z]+\W*$"
    r"|费|邮|多少|怎么寄|怎么发|^.{1,4}$",
    re.IGNORECASE,
)
_MY_MONEY: Final = re.compile(r"\bmy (?:mone?y|refund|cash)\b", re.IGNORECASE)
"""When that comes is no question of delivery: "how long til i get my mony"."""
_HOW_LONG: Final = r"how long|\bwhen\b|days?\b|多久|几天|什么时候|啥时候"
_RETURN_SECTIONS: Final = (
    (
        r"how (?:long|many)|days?\b|until|\bwindow\b|deadline|多久|\d天|几天|多少天|期限",
        r"how long (?:you|do)|多少天",
    ),
    (r"who pays|cost|\bfees?\b|free|postage|运费|邮费|谁出", r"who pays|运费"),
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
    "change_shipping_address": ((r".", r"address|地址"),),
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


def place_of(turn: Turn) -> Place:
    """Return where the intent's answer is looked for; in no topic, that is in all policies, where it has none."""
    if turn.intent == "ask_delivery_time" and _MY_MONEY.search(turn.text):
        return PLACES["track_refund"]
    return PLACES.get(turn.intent, Place((), first_section=False))


def asks_something_else(turn: Turn) -> bool:
    """Tell whether the usual section is not meant: "i scratched it can i still return" does not ask how, "do you gift
    wrap" not what shipping costs."""
    if turn.intent == "ask_shipping":
        return not _WHAT_IT_COSTS.search(turn.text)
    return turn.intent == "return_item" and bool(_WHETHER.search(turn.text))


def stands_alone(turn: Turn, place: Place) -> bool:
    """Tell whether a message that begins as a follow-up says all by itself: "and when do i get my money back"."""
    return place.said_in_full or bool(_MY_MONEY.search(turn.text))


def section_named(hits: Sequence[PassageHit], turn: Turn) -> PassageHit | None:
    """Return the section whose heading fits what the message asks for ("stop the newsletter": How to unsubscribe)."""
    if turn.is_button:
        return None
    for said, heading in _SECTIONS.get(turn.intent, ()):
        if re.search(said, turn.text, re.IGNORECASE):
            fitting = [hit for hit in hits if re.search(heading, hit.section, re.IGNORECASE)]
            if fitting:
                return fitting[0]
    return None
