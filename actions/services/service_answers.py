"""Service questions: answered from the shop's own policy, with the source."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from sqlalchemy.orm import Session

from actions.reply import Button, Outcome, Reply, Source, payload
from actions.services.follow_ups import ABOUT, ASKED, changes_subject, follows, is_bare, stays_in_topic
from actions.services.models_port import Models, ModelsError
from actions.services.passage_text import told_passage
from actions.services.section_choice import (
    best_of,
    first_section,
    from_elsewhere,
    section_tapped,
    section_titled,
    topics_of,
    usual_section,
)
from actions.services.service_sections import (
    NEXT,
    PLACES,
    RULES_OF_OFFERS,
    TELLS_A_STORY,
    asks_what_shipping_costs,
    is_about,
    place_of,
    section_named,
    section_of_topic,
    stands_alone,
    still_in_time,
)
from actions.services.two_questions import two_questions
from actions.services.upset import sounds_upset
from actions.texts import Texts
from actions.turn import Turn
from catalog.search.passage_search import PassageHit, PassageQuery, PassageSearch
from catalog.session import Database

logger = logging.getLogger(__name__)

_READ_TOGETHER: Final = 8
_MAY_BE: Final = 0.25
"""A message that was not understood may be a service question where it is one with that probability."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said, the passages that it stands in, and whether they answer the question, and surely; `read`: by what
    the models made of them."""

    text: str
    passages: tuple[PassageHit, ...]
    covered: bool = True
    sure: bool = True
    read: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    """The passage that fits best, and those to be read with it: none where a rule or a heading has chosen it.

    `own`: for a follow-up, those of the topic just answered, which are read before. `known`: whether the shop has a
    document of the intent's topics. `named`: what a rule chooses where the topic just answered has no sure answer.
    """

    best: PassageHit | None
    near: Sequence[PassageHit] = ()
    own: Sequence[PassageHit] = ()
    known: bool = True
    named: PassageHit | None = None


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
        if sounds_upset(turn):
            return Outcome(Reply(self._texts.say("handoff.upset", turn.language), turn.language, handoff="upset"))
        answer = await self._both_answers(turn) or await self._look_up(turn)
        return self._no_policy(turn) if answer is None else self._outcome(turn, answer)

    async def follow_up(self, turn: Turn, *, surely: bool = False) -> Outcome | None:
        """Answer a message that no intent of the policies fits ("and who pays for that") where a service question was
        just asked and the policies answer it, and surely where that is wanted; else return None."""
        return await self._looked_up(turn, surely=surely) if follows(turn) else None

    async def sure_answer(self, turn: Turn) -> Outcome | None:
        """Answer a message that was not understood and is no follow-up, but may be a service question ("what if im not
        home"), where the policies surely answer it; else return None."""
        may_be = any(intent in PLACES and share >= _MAY_BE for intent, share in turn.ranking)
        return await self._looked_up(turn, surely=True) if may_be and not follows(turn) else None

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
        if fitting is not None:
            return self._outcome(turn, _told(fitting))
        of_offers = hits[0].topic in own.topics
        return self._outcome(turn, self._not_covered(turn, hits[0])) if of_offers else self._no_policy(turn)

    async def offers(self, turn: Turn) -> Outcome | None:
        """Say which offers the policies tell of; return None where no policy is about offers."""
        (topic,) = PLACES["ask_promotion"].topics
        told = await self._database.read(_of_topic, self._passages, topic, turn.language)
        return await self.handle(turn) if told else None

    async def _looked_up(self, turn: Turn, *, surely: bool) -> Outcome | None:
        answer = await self._look_up(turn)
        if answer is None or not answer.covered or (surely and not answer.sure):
            return None
        return self._outcome(turn, answer)

    async def _look_up(self, turn: Turn) -> _Answer | None:
        """Return what the policies say, or None where they have nothing on it.

        A follow-up is read in the topic just answered first and alone, and in the others where that doesn't cover it;
        in no other where nothing in it says what it is about.
        """
        found = await self._database.read(self._find, turn)
        if found.own:
            told = section_titled(found.own, turn.text) or still_in_time(found.own, turn)
            if told is None and is_bare(turn):
                told = section_of_topic(found.own, turn, found.own[0].topic) or usual_section(found.own, turn)
            own = _told(told) if told else await self._answer(turn, found.own[0], found.own)
            if (own.covered and own.sure) or stays_in_topic(turn, found.own[0].topic):
                return own
            if found.named is not None:
                return _told(found.named)
            if own.covered:
                return own
        if found.best is None:
            return None
        answer = await self._answer(turn, found.best, found.near)
        elsewhere = answer.covered and answer.read and is_about(turn, answer.passages)
        return answer if found.known or elsewhere else None

    async def _both_answers(self, turn: Turn) -> _Answer | None:
        """Return the answers to the two questions of a message, each read for itself; None where it asks one, or where
        one of them has no sure answer: the message is then read as one."""
        questions = None if turn.is_button else two_questions(turn.text)
        if questions is None:
            return None
        try:
            vectors, _ = await self._models.encode(questions, "query")
        except ModelsError:
            return None
        found: list[_Answer] = []
        for place, question in enumerate(questions):
            before = {**turn.conversation, ASKED: questions[0]} if place else turn.conversation
            asked = replace(turn, text=question, vector=vectors[place], conversation=before)
            near = await self._database.read(self._near, asked)
            answer = await self._answer(asked, near[0], near) if near else None
            if answer is None or not (answer.covered and answer.sure):
                return None
            found.append(answer)
        passages = dict.fromkeys(passage for answer in found for passage in answer.passages)
        text = "\n".join(dict.fromkeys(answer.text for answer in found))
        return _Answer(text, tuple(passages))

    def _near(self, session: Session, turn: Turn) -> list[PassageHit]:
        """Return the passages most like a question, and those of its intent's topics."""
        query = PassageQuery(turn.text, turn.language, turn.vector, limit=_READ_TOGETHER)
        own = replace(query, topics=topics_of(place_of(turn), turn))
        pairs = zip_longest(self._passages.search(session, query), self._passages.search(session, own))
        return list({hit.key: hit for pair in pairs for hit in pair if hit is not None}.values())

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
        asked = self._texts.say(f"intent.{turn.intent}", turn.language) if turn.is_button else turn.text
        return Outcome(reply, conversation={ASKED: asked, ABOUT: answer.passages[0].topic})

    async def _answer(self, turn: Turn, hit: PassageHit, near: Sequence[PassageHit]) -> _Answer:
        """Return what the models find in the passages: the best one as it stands where there are no others to read."""
        if not near:
            return _told(hit)
        read = [hit, *(other for other in near if other.key != hit.key)][:_READ_TOGETHER]
        passages = [(passage.section, passage.text) for passage in read]
        try:
            previous = str(turn.conversation.get(ASKED) or "")
            found = await self._models.generate(turn.text, turn.language, passages, previous)
        except ModelsError as error:
            logger.info("a service question is answered with the passage: %s", error)
            return replace(_told(hit), sure=False, read=False)
        if not found.covered:
            place = place_of(turn)
            closest = (first_section(read, place) if place.first_section else None) or hit
            return self._not_covered(turn, closest)
        return _Answer(found.text, tuple(read[place] for place in found.passages), sure=found.sure)

    def _no_policy(self, turn: Turn) -> Outcome:
        text = self._texts.say("service.no_policy", turn.language)
        return Outcome(Reply(text, turn.language, quick_replies=(self._texts.human_button(turn.language),)))

    def _not_covered(self, turn: Turn, closest: PassageHit) -> _Answer:
        text = self._texts.say(
            "service.not_covered", turn.language, section=closest.section, passage=told_passage(closest.text)
        )
        return _Answer(text, (closest,), covered=False, sure=False)

    async def hand_over(self, turn: Turn) -> Outcome:
        """Note that a person is wanted, and say how people can be reached; nothing is promised that does not happen."""
        passages = await self._database.read(_of_topic, self._passages, "contact", turn.language)
        if passages:
            text = self._texts.say("handoff.requested", turn.language, contact=told_passage(passages[0].text))
        else:
            text = self._texts.say("handoff.requested_plain", turn.language)
        sources = tuple(_source(passage) for passage in passages[:1])
        return Outcome(Reply(text, turn.language, sources=sources, handoff="requested"))

    def _find(self, session: Session, turn: Turn) -> _Found:
        """Return what is to be read: the passages of the intent's topics where it has some, with one of another topic
        that is clearly more like the question; for a follow-up, which may be about anything, those of all policies."""
        place = place_of(turn)
        text = "" if turn.is_button else turn.text
        query = PassageQuery(text, turn.language, turn.vector, topics=topics_of(place, turn), limit=12)
        hits = self._passages.search(session, query)
        if turn.is_button:
            return _Found(section_tapped(hits, place))
        everywhere = self._passages.search(session, replace(query, topics=(), limit=_READ_TOGETHER))
        own = self._asked_on(session, turn, everywhere)
        named = section_named(hits, turn)
        said = named is not None and (stands_alone(turn, place) or named.topic == turn.conversation.get(ABOUT))
        follows_on = follows(turn) and own is not None and not said
        best, ruled = (named, True) if named is not None else best_of(hits, place, turn)
        own_alone = turn.intent in TELLS_A_STORY or (ruled and asks_what_shipping_costs(turn))
        if not own_alone and (other := from_elsewhere(hits, everywhere)) is not None:
            best, ruled, hits = other, False, [other, *hits]
        if ruled and not follows_on:
            return _Found(best)
        if hits and not follows_on:
            return _Found(best, hits)
        near = [passage for pair in zip_longest(hits, everywhere) for passage in pair if passage is not None]
        titled = section_titled(near, turn.text)
        if titled is not None:
            return _Found(titled)
        read = list({passage.key: passage for passage in near}.values())
        return _Found(best or next(iter(read), None), read, own or (), known=bool(hits), named=named)

    def _asked_on(self, session: Session, turn: Turn, everywhere: list[PassageHit]) -> list[PassageHit] | None:
        """Return the passages of the topic just answered, none where it doesn't matter; None where a follow-up turns
        to something else."""
        topic = str(turn.conversation.get(ABOUT) or "")
        if not topic or not follows(turn):
            return []
        query = PassageQuery(turn.text, turn.language, turn.vector, topics=(topic,), limit=_READ_TOGETHER)
        own = self._passages.search(session, query)
        if changes_subject(turn, own, everywhere):
            return None
        return [] if stands_alone(turn, place_of(turn)) else own


def _told(hit: PassageHit) -> _Answer:
    """Return a passage as it stands."""
    return _Answer(told_passage(hit.text), (hit,))


def _of_topic(session: Session, passages: PassageSearch, topic: str, language: str) -> list[PassageHit]:
    return passages.passages(session, topic=topic, language=language)


def _source(hit: PassageHit) -> Source:
    return Source(document=hit.title, section=hit.section, version=hit.version)
