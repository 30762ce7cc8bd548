"""Where an order is: by its number, or one of the signed-in customer's recent ones."""

import re
from dataclasses import dataclass

from actions.services.tasks.answers import read_option
from actions.services.tasks.frames import Ask, Filled, Frame, Impossible, Next, Option, Ready, Say
from actions.turn import Turn

_NUMBER = re.compile(r"#?\s*([A-Za-z]{0,3}-?\d{4,})")
_LATEST = re.compile(r"\b(?:last|latest|most recent|newest|recent)\b|最近|最新|上一?[单个笔]|刚下", re.I)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Whether the shopper is signed in, and their recent orders, newest first, as (number, words)."""

    signed_in: bool
    recent: tuple[tuple[str, str], ...] = ()


def normalise_number(text: str) -> str:
    """Return an order number without `#`, spaces and case, so that two spellings of one number are equal."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def read_order_number(turn: Turn) -> str | None:
    """Return the order number in the message as typed, None where there is none."""
    entity, chosen = turn.first("order_id"), turn.first("value")
    if turn.is_button:
        named = entity or chosen
        return str(named.value) if named is not None else None
    typed = [match[1] for match in _NUMBER.finditer(turn.text)]
    if entity is None:
        return typed[0] if typed else None
    marked = str(entity.value)  # the model may have marked a part of it only
    return next((number for number in typed if normalise_number(marked) in normalise_number(number)), marked)


class OrderStatus:
    """Tells a verified owner where an order is."""

    name: str = "order_status"
    opened_by: tuple[str, ...] = ("track_order",)
    patience: int = 1
    ended_by: frozenset[str] = frozenset({"search_product", "recommend_product", "add_to_cart", "place_order"})

    def fill(self, frame: Frame, turn: Turn, facts: OrderFacts) -> Filled | None:
        """Take an order number, "the latest", or one of the orders offered."""
        number = read_order_number(turn)
        if number is not None:
            return Filled(frame.fill(order_number=number))
        if facts.recent and _LATEST.search(turn.text) and not turn.is_button:
            return Filled(frame.fill(order_number=facts.recent[0][0]))
        if frame.asked == "order_number":
            choice = read_option(turn, [Option(number, words) for number, words in facts.recent])
            if choice is not None:
                return Filled(frame.fill(order_number=choice.value))
        return None

    def next(self, frame: Frame, facts: OrderFacts) -> Next:
        """Ask which order, unless there is only one or a number is known."""
        if not facts.signed_in:
            return Impossible(Say("order.sign_in"), (("contact_human_agent", "button.human"),))
        if frame.get("order_number") is not None:
            return Ready()
        if not facts.recent:
            return Impossible(Say("order.none"))
        if len(facts.recent) == 1:
            return Ready()
        return Ask("order_number", Say("order.ask_which"), tuple(Option(n, words) for n, words in facts.recent[:4]))


def chosen_order(frame: Frame, facts: OrderFacts) -> str:
    """Return the number of the order of a frame that is ready."""
    return str(frame.get("order_number") or facts.recent[0][0])
