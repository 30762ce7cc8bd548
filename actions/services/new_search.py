"""A new wish in the order that its message asks for: "cheapest smartphone", 「评分最高的耳机」."""

import re

from actions.services.message_words import without_spans
from actions.services.refinement import ordered
from actions.services.search_request import SearchRequest, read_request
from actions.services.storefront import Visit

_ORDER_WORDS = re.compile(
    r"\b(?:cheapest|dearest|priciest|(?:most|least) expensive|(?:lowest|highest) price[ds]?"
    r"|(?:best|top|highest)[ -](?:rated|reviewed)|in stock(?: only)?)\b"
    r"|最便宜|最低价|最贵|评分最?高|评价最?好|好评|口碑最?好|有现货|现货",
    re.IGNORECASE,
)


def new_request(visit: Visit) -> SearchRequest:
    """Return what the message asks for; "cheapest" and "best rated" are an order of the list and no part of a name."""
    turn = visit.turn
    spans = () if turn.is_button else [match.span() for match in _ORDER_WORDS.finditer(turn.text)]
    request = read_request(without_spans(turn, spans), visit.facts, visit.names, visit.currency)
    return ordered(request, turn)
