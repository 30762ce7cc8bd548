"""Service questions: answered from the shop's own policy, with the source."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from sqlalchemy.orm import Session

from actions.reply import Button, Outcome, Reply, Source, payload
from actions.services.models_port import Models, ModelsError
from actions.texts import Texts
from actions.turn import Turn
from catalog.search.passage_search import PassageHit, PassageQuery, PassageSearch
from catalog.session import Database

logger = logging.getLogger(__name__)

CLEARLY_BETTER: Final = 0.02
_READ_TOGETHER: Final = 8
_LIKELY: Final = 0.1
_MAY_BE: Final = 0.25
"""A message that was not understood may be a service question where it is one with that probability."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an intent's answer is looked for: topics, likeliest first; is their first section the usual one?

    `said_in_full`: what such a message names needs no message before ("and the other box is smashed").
    """

    topics: tuple[str, ...]
    first_section: bool = True
    said_in_full: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said, the passages that it stands in, and whether they answer the question, and surely."""

    text: str
    passages: tuple[PassageHit, ...]
    covered: bool = True
    sure: bool = True


_PLACES: Final[dict[str, _Place]] = {
    "return_item": _Place(("returns",)),
    "ask_return_policy": _Place(("returns", "refunds"), first_section=False),
    "exchange_item": _Place(("exchanges",)),
    "get_refund": _Place(("refunds",)),
    "track_refund": _Place(("refunds",), first_section=False),
    "cancel_order": _Place(("cancellation",)),
    "ask_cancellation_policy": _Place(("cancellation",), first_section=False),
    "change_order": _Place(("order-changes",)),
    "change_shipping_address": _Place(("order-changes",), first_section=False),
    "report_delivery_problem": _Place(("delivery-problems",), first_section=False, said_in_full=True),
    "get_invoice": _Place(("invoices",)),
    "ask_shipping": _Place(("shipping",)),
    "ask_delivery_time": _Place(("delivery-times",)),
    "ask_payment_methods": _Place(("payment",)),
    "report_payment_issue": _Place(("payment",), first_section=False),
    "ask_warranty": _Place(("warranty",), first_section=False),
    "manage_account": _Place(("accounts",), first_section=False),
    "manage_newsletter": _Place(("newsletter",), first_section=False),
    "write_review": _Place(("reviews",)),
    "make_complaint": _Place(("complaints",)),
    "ask_contact": _Place(("contact",)),
    "ask_privacy": _Place(("privacy",), first_section=False),
    "ask_promotion": _Place(("promotions",)),
}
_NEXT: Final[dict[str, tuple[str, ...]]] = {
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


_UPSET: Final = re.compile(
    r"\b(?:scam(?:mers?)?|fraud|lawyers?|sue|police|rip.?off|furious|disgust(?:ed|ing)|thieves)\b"
    r"|骗子|诈骗|12315|消协|律师|报警|起诉|曝光你|气死|忍无可忍",
    re.IGNORECASE,
)
_FOLLOWS: Final = re.compile(
    r"^\W*(?:and|but|so|or|then|what (?:about|if)|is (?:it|that)|does (?:it|that))\b"
    r"|^\W*(?:那|如果|要是|万一|超过|还能)|呢\W*$",
    re.IGNORECASE,
)
_AROUND_QUESTION: Final = re.compile(
    r"^\W*(?:(?:and|but|so|or|then)\b|那么?|请问)?\W*|[呢吗啊呀哦么\W]*$", re.IGNORECASE
)
_TITLE_WORDS, _TITLE_CHARACTERS = 3, 4
_RULES_OF_OFFERS: Final = tuple(
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


class ServiceAnswers:
    """Handler for all service questions, and for the wish to talk to a person."""

    def __init__(self, database: Database, passages: PassageSearch, models: Models, texts: Texts) -> None:
        self._database = database
        self._passages = passages
        self._models = models
        self._texts = texts

    async def handle(self, turn: Turn) -> Outcome:
        """Answer with the sentences that answer; with the passage that fits best where the models cannot read; where no
        policy covers it, say so and offer a person. A policy may want a person for what it answers; a shopper who is
        beside themselves gets one at once."""
        if not turn.is_button and _UPSET.search(turn.text):
            return Outcome(Reply(self._texts.say("handoff.upset", turn.language), turn.language, handoff="upset"))
        hit, near = await self._database.read(self._find, turn)
        if hit is None:
            text = self._texts.say("service.no_policy", turn.language)
            return Outcome(Reply(text, turn.language, quick_replies=(self._texts.human_button(turn.language),)))
        return self._outcome(turn, await self._answer(turn, hit, near))

    async def follow_up(self, turn: Turn) -> Outcome | None:
        """Answer a message that no intent of the policies fits ("and who pays for that") where a service question was
        just asked and the policies answer it; else return None."""
        return await self._looked_up(turn, surely=False) if _follows(turn) else None

    async def sure_answer(self, turn: Turn) -> Outcome | None:
        """Answer a message that was not understood but may be a service question ("what if im not home") where the
        policies surely answer it; else return None."""
        may_be = any(intent in _PLACES and share >= _MAY_BE for intent, share in turn.ranking)
        return await self._looked_up(turn, surely=True) if may_be else None

    async def about_offers(self, turn: Turn) -> Outcome | None:
        """Answer what is asked about offers and is none of them ("do you price match"); return None for the others."""
        told = next((told for asked, told in _RULES_OF_OFFERS if asked.search(turn.text)), None)
        if told is None or turn.is_button:
            return None
        query = PassageQuery(turn.text, turn.language, turn.vector, limit=_READ_TOGETHER)
        own = PassageQuery(turn.text, turn.language, turn.vector, topics=("promotions",), limit=_READ_TOGETHER)
        hits = [hit for one in (own, query) for hit in await self._database.read(self._passages.search, one)]
        if not hits:
            return None
        fitting = next((hit for hit in hits if told.search(f"{hit.section} {hit.text}")), None)
        return self._outcome(
            turn, self._not_covered(turn, hits[0]) if fitting is None else _Answer(fitting.text, (fitting,))
        )

    async def _looked_up(self, turn: Turn, *, surely: bool) -> Outcome | None:
        hit, near = await self._database.read(self._find, turn)
        if hit is None:
            return None
        answer = await self._answer(turn, hit, near)
        return self._outcome(turn, answer) if answer.covered and (answer.sure or not surely) else None

    def _outcome(self, turn: Turn, answer: _Answer) -> Outcome:
        person_decides = answer.covered and any(passage.handoff for passage in answer.passages)
        following = tuple(
            Button(self._texts.say(f"intent.{intent}", turn.language), payload(intent))
            for intent in _NEXT.get(answer.passages[0].topic, ())
            if intent != turn.intent
        )
        reply = Reply(
            answer.text,
            turn.language,
            quick_replies=(*following, self._texts.human_button(turn.language)),
            sources=tuple(_source(passage) for passage in answer.passages),
            handoff="policy" if person_decides else None,
        )
        return Outcome(reply, conversation=None if turn.is_button else {"asked": turn.text})

    async def _answer(self, turn: Turn, hit: PassageHit, near: Sequence[PassageHit]) -> _Answer:
        """Return what the models find in the passages: the best one as it stands where there are no others to read."""
        if not near:
            return _Answer(hit.text, (hit,))
        read = [hit, *(other for other in near if other.key != hit.key)][:_READ_TOGETHER]
        passages = [(passage.section, passage.text) for passage in read]
        try:
            previous = str(turn.conversation.get("asked") or "")
            found = await self._models.generate(turn.text, turn.language, passages, previous)
        except ModelsError as error:
            logger.info("a service question is answered with the passage: %s", error)
            return _Answer(hit.text, (hit,), sure=False)
        if not found.covered:
            place = _place(turn)
            closest = (_first(read, place) if place.first_section else None) or hit
            return self._not_covered(turn, closest)
        return _Answer(found.text, tuple(read[place] for place in found.passages), sure=found.sure)

    def _not_covered(self, turn: Turn, closest: PassageHit) -> _Answer:
        text = self._texts.say("service.not_covered", turn.language, section=closest.section, passage=closest.text)
        return _Answer(text, (closest,), covered=False, sure=False)

    async def hand_over(self, turn: Turn) -> Outcome:
        """Note that a person is wanted, and say how people can be reached; nothing is promised that does not happen."""
        passages = await self._database.read(_contact, self._passages, turn.language)
        if passages:
            text = self._texts.say("handoff.requested", turn.language, contact=passages[0].text)
        else:
            text = self._texts.say("handoff.requested_plain", turn.language)
        sources = tuple(_source(passage) for passage in passages[:1])
        return Outcome(Reply(text, turn.language, sources=sources, handoff="requested"))

    def _find(self, session: Session, turn: Turn) -> tuple[PassageHit | None, list[PassageHit]]:
        """Return the passage that fits best, and those to be read with it.

        They are none where a rule or a heading has chosen it, those of the intent's topics where it has some, and those
        of all policies for a follow-up, which may be about anything that was just asked.
        """
        place = _place(turn)
        text = "" if turn.is_button else turn.text
        query = PassageQuery(text, turn.language, turn.vector, topics=_topics(place, turn), limit=12)
        hits = self._passages.search(session, query)
        named = _section_named(hits, turn)
        best, ruled = (named, True) if named is not None else _best(hits, place, turn)
        follows = _follows(turn)
        if place.said_in_full and named is not None:
            follows = False
        if turn.is_button or (ruled and not follows):
            return best, []
        if hits and not follows:
            return best, hits
        everywhere = self._passages.search(session, replace(query, topics=(), limit=_READ_TOGETHER))
        near = [passage for pair in zip_longest(hits, everywhere) for passage in pair if passage is not None]
        titled = _section_titled(near, turn.text)
        if titled is not None:
            return titled, []
        return best, list({passage.key: passage for passage in near}.values())


def _place(turn: Turn) -> _Place:
    return _PLACES.get(turn.intent, _Place((), first_section=False))


def _follows(turn: Turn) -> bool:
    return bool(turn.conversation.get("asked")) and bool(_FOLLOWS.search(turn.text))


def _section_titled(hits: Sequence[PassageHit], text: str) -> PassageHit | None:
    """Return the section whose heading has what is asked word for word: 「那运费谁出」 in 「退货运费谁出」."""
    asked = _AROUND_QUESTION.sub("", text).casefold()
    told = len(asked.split()) >= _TITLE_WORDS or sum(character > "\u3400" for character in asked) >= _TITLE_CHARACTERS
    return next((hit for hit in hits if told and asked in hit.section.casefold()), None)


def _topics(place: _Place, turn: Turn) -> tuple[str, ...]:
    """Return the topics of the intent, and behind them those of other likely ones ("it broke, can I swap it?")."""
    likely = [_PLACES[intent] for intent, share in turn.ranking if share >= _LIKELY and intent in _PLACES]
    others = likely if place.topics and not turn.is_button else ()
    return tuple(dict.fromkeys(topic for one in (place, *others) for topic in one.topics))


def _best(hits: list[PassageHit], place: _Place, turn: Turn) -> tuple[PassageHit | None, bool]:
    """Return the passage that fits best, and whether a rule says so: that it is the usual section."""
    if not place.topics or turn.is_button:
        return _first(hits, place) or (hits[0] if hits else None), False
    usual = _first(hits, place) if place.first_section and not _asks_something_else(turn) else None
    if usual is None or not hits:
        return (hits[0] if hits else None), False
    best = hits[0]
    gain = (best.similarity or 0.0) - (usual.similarity or 0.0)
    return (best, False) if gain > CLEARLY_BETTER else (usual, True)


def _asks_something_else(turn: Turn) -> bool:
    """Tell whether the usual section is not meant: "i scratched it can i still return" does not ask how, "do you gift
    wrap" not what shipping costs."""
    if turn.intent == "ask_shipping":
        return not _WHAT_IT_COSTS.search(turn.text)
    return turn.intent == "return_item" and bool(_WHETHER.search(turn.text))


def _section_named(hits: list[PassageHit], turn: Turn) -> PassageHit | None:
    """Return the section whose heading fits what the message asks for ("stop the newsletter": How to unsubscribe)."""
    if turn.is_button:
        return None
    for said, heading in _SECTIONS.get(turn.intent, ()):
        if re.search(said, turn.text, re.IGNORECASE):
            fitting = [hit for hit in hits if re.search(heading, hit.section, re.IGNORECASE)]
            if fitting:
                return fitting[0]
    return None


def _first(hits: list[PassageHit], place: _Place) -> PassageHit | None:
    """Return the first section of the likeliest topic."""
    own = [hit for hit in hits if place.topics and hit.topic == place.topics[0]]
    return min(own, key=lambda hit: hit.position, default=None)


def _contact(session: Session, passages: PassageSearch, language: str) -> list[PassageHit]:
    return passages.passages(session, topic="contact", language=language)


def _source(hit: PassageHit) -> Source:
    return Source(document=hit.title, section=hit.section, version=hit.version)
