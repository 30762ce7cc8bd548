"""Choosing the section that a service question is answered from, or read first."""

import re
from collections.abc import Sequence
from typing import Final

from actions.services.service_sections import (
    CLEARLY_BETTER,
    PLACES,
    Place,
    asks_something_else,
    place_of,
    says_much,
    similarity_of,
)
from actions.turn import Turn
from catalog.search.passage_search import PassageHit

_LIKELY: Final = 0.1
_AROUND_QUESTION: Final = re.compile(
    r"^\W*(?:(?:and|but|so|or|then)\b|那么?|请问)?\W*|[呢吗啊呀哦么\W]*$", re.IGNORECASE
)


def from_elsewhere(hits: Sequence[PassageHit], everywhere: Sequence[PassageHit]) -> PassageHit | None:
    """Return the passage of another topic that is clearly more like the question than all of the intent's."""
    if not hits:
        return None
    other = max(everywhere, key=similarity_of)
    gain = similarity_of(other) - max(map(similarity_of, hits))
    return other if gain > CLEARLY_BETTER else None


def section_titled(hits: Sequence[PassageHit], text: str) -> PassageHit | None:
    """Return the section whose heading has what is asked word for word: 「那运费谁出」 in 「退货运费谁出」."""
    asked = _AROUND_QUESTION.sub("", text).casefold()
    return next((hit for hit in hits if says_much(asked) and asked in hit.section.casefold()), None)


def topics_of(place: Place, turn: Turn) -> tuple[str, ...]:
    """Return the topics of the intent, and behind them those of other likely ones ("it broke, can I swap it?")."""
    likely = [PLACES[intent] for intent, share in turn.ranking if share >= _LIKELY and intent in PLACES]
    others = likely if place.topics and not turn.is_button else ()
    return tuple(dict.fromkeys(topic for one in (place, *others) for topic in one.topics))


def best_of(hits: list[PassageHit], place: Place, turn: Turn) -> tuple[PassageHit | None, bool]:
    """Return the passage that fits best, and whether a rule says so: that it is the usual section."""
    usual = first_section(hits, place) if place.first_section and not asks_something_else(turn) else None
    if usual is None or not hits:
        return (hits[0] if hits else None), False
    best = hits[0]
    gain = similarity_of(best) - similarity_of(usual)
    return (best, False) if gain > CLEARLY_BETTER else (usual, True)


def first_section(hits: Sequence[PassageHit], place: Place) -> PassageHit | None:
    """Return the usual section of the likeliest topic: the one with the heading of the place, or the first."""
    own = sorted(_of_likeliest(hits, place), key=lambda hit: hit.position)
    headed = (hit for hit in own if place.usual and re.search(place.usual, hit.section, re.IGNORECASE))
    return next(headed, None) or next(iter(own), None)


def usual_section(own: Sequence[PassageHit], turn: Turn) -> PassageHit | None:
    """Return the usual section for what is asked on in its own topic: "how long does it take" after the delivery."""
    place = place_of(turn)
    return first_section(own, place) if place.first_section and not asks_something_else(turn) else None


def section_tapped(hits: Sequence[PassageHit], place: Place) -> PassageHit | None:
    """Return the section that a tap wants: the one with the heading of that place, or the first."""
    own = _of_likeliest(hits, place)
    headed = [hit for hit in own if place.tapped and re.search(place.tapped, hit.section, re.IGNORECASE)]
    return next(iter(headed), None) or first_section(hits, place) or next(iter(hits), None)


def _of_likeliest(hits: Sequence[PassageHit], place: Place) -> list[PassageHit]:
    return [hit for hit in hits if place.topics and hit.topic == place.topics[0]]
