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
from actions.services.service_sections import (
    NEXT,
    PLACES,
    RULES_OF_OFFERS,
    Place,
    asks_something_else,
    place_of,
    section_named,
    stands_alone,
)
from actions.texts import Texts
from actions.turn import Turn
from catalog.search.passage_search import PassageHit, PassageQuery, PassageSearch
from catalog.session import Database

logger = logging.getLogger(__name__)

_CLEARLY_BETTER: Final = 0.02
_READ_TOGETHER: Final = 8
_LIKELY: Final = 0.1
_MAY_BE: Final = 0.25
"""A message that was not understood may be a service question where it is one with that probability."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said, the passages that it stands in, and whether they answer the question, and surely."""

    text: str
    passages: tuple[PassageHit, ...]
    covered: bool = True
    sure: bool = True


_UPSET: Final = re.compile(
    r"\b(?:scam(?:mers?)?|fraud|lawyers?|police|rip.?off|furious|disgust(?:ed|ing)|thieves)\b"
    r"|\b(?:ll|will|gonna|to) sue\b|\bsue (?:you|u)\b"
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
        """Answer a message that was not understood and is no follow-up, but may be a service question ("what if im not
        home"), where the policies surely answer it; else return None."""
        may_be = any(intent in PLACES and share >= _MAY_BE for intent, share in turn.ranking)
        return await self._looked_up(turn, surely=True) if may_be and not _follows(turn) else None

    async def about_offers(self, turn: Turn) -> Outcome | None:
        """Answer what is asked about offers and is none of them ("do you price match"); return None for the others."""
        told = next((told for asked, told in RULES_OF_OFFERS if asked.search(turn.text)), None)
        if told is None or turn.is_button:
            return None
        query = PassageQuery(turn.text, turn.language, turn.vector, limit=_READ_TOGETHER)
        own = replace(query, topics=PLACES["ask_promotion"].topics)
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
            for intent in NEXT.get(answer.passages[0].topic, ())
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
            place = place_of(turn)
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
        place = place_of(turn)
        text = "" if turn.is_button else turn.text
        query = PassageQuery(text, turn.language, turn.vector, topics=_topics(place, turn), limit=12)
        hits = self._passages.search(session, query)
        named = section_named(hits, turn)
        best, ruled = (named, True) if named is not None else _best(hits, place, turn)
        follows = _follows(turn)
        if named is not None and stands_alone(turn, place):
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


def _follows(turn: Turn) -> bool:
    return bool(turn.conversation.get("asked")) and bool(_FOLLOWS.search(turn.text))


def _section_titled(hits: Sequence[PassageHit], text: str) -> PassageHit | None:
    """Return the section whose heading has what is asked word for word: 「那运费谁出」 in 「退货运费谁出」."""
    asked = _AROUND_QUESTION.sub("", text).casefold()
    told = len(asked.split()) >= _TITLE_WORDS or sum(character > "\u3400" for character in asked) >= _TITLE_CHARACTERS
    return next((hit for hit in hits if told and asked in hit.section.casefold()), None)


def _topics(place: Place, turn: Turn) -> tuple[str, ...]:
    """Return the topics of the intent, and behind them those of other likely ones ("it broke, can I swap it?")."""
    likely = [PLACES[intent] for intent, share in turn.ranking if share >= _LIKELY and intent in PLACES]
    others = likely if place.topics and not turn.is_button else ()
    return tuple(dict.fromkeys(topic for one in (place, *others) for topic in one.topics))


def _best(hits: list[PassageHit], place: Place, turn: Turn) -> tuple[PassageHit | None, bool]:
    """Return the passage that fits best, and whether a rule says so: that it is the usual section."""
    if not place.topics or turn.is_button:
        return _first(hits, place) or (hits[0] if hits else None), False
    usual = _first(hits, place) if place.first_section and not asks_something_else(turn) else None
    if usual is None or not hits:
        return (hits[0] if hits else None), False
    best = hits[0]
    gain = (best.similarity or 0.0) - (usual.similarity or 0.0)
    return (best, False) if gain > _CLEARLY_BETTER else (usual, True)


def _first(hits: list[PassageHit], place: Place) -> PassageHit | None:
    """Return the first section of the likeliest topic."""
    own = [hit for hit in hits if place.topics and hit.topic == place.topics[0]]
    return min(own, key=lambda hit: hit.position, default=None)


def _contact(session: Session, passages: PassageSearch, language: str) -> list[PassageHit]:
    return passages.passages(session, topic="contact", language=language)


def _source(hit: PassageHit) -> Source:
    return Source(document=hit.title, section=hit.section, version=hit.version)
