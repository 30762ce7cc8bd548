"""What an agent sees at one look: what was asked, what it is about, and what the assistant has tried."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from bot.gateway.presentation import JsonObject
from catalog.models import Direction
from catalog.repositories.conversations import StoredMessage

_ASKED: Final = 3
_TRIED: Final = 3
_INTENTS: Final = 5
_PRODUCTS: Final = 6
_ORDERS: Final = 5
_LENGTH: Final = 160
_SAY_NOTHING: Final = frozenset({"nlu_fallback", "contact_human_agent", "greet", "affirm", "deny", "thank", "chitchat"})


def summarize(messages: Sequence[StoredMessage], reason: str | None, count: int) -> JsonObject:
    """Return the `Summary` of a conversation.

    Args:
        messages: its latest messages, oldest first.
        reason: why a person was wanted.
        count: how many messages it has in all.
    """
    typed = [m for m in messages if m.direction is Direction.SHOPPER and not (m.payload or {}).get("button")]
    payloads = [(m, m.payload or {}) for m in messages if m.direction is Direction.BOT]
    handed_over = {payload.get("in_reply_to") for _, payload in payloads if payload.get("notice")}
    answers = [message for message, payload in payloads if payload.get("in_reply_to") not in handed_over]
    seen = [payload.get("understanding") or {} for _, payload in payloads]
    return {
        "reason": reason,
        "asked": [_short(message.text) for message in typed[-_ASKED:]],
        "intents": _latest((_intent(understood) for understood in seen), _INTENTS),
        "products": _products(answers),
        "orders": _latest((order for understood in seen for order in _orders(understood)), _ORDERS),
        "tried": [_short(message.text) for message in answers[-_TRIED:]],
        "messages": count,
    }


def _intent(understood: JsonObject) -> str | None:
    """Return what a message was taken for, None where that says nothing of the matter."""
    name = understood.get("decided") or understood.get("intent")
    return str(name) if name and name not in _SAY_NOTHING else None


def _orders(understood: JsonObject) -> Iterable[str]:
    for entity in understood.get("entities") or ():
        if isinstance(entity, dict) and entity.get("entity") == "order_id" and entity.get("value"):
            yield str(entity["value"])[:_LENGTH]


def _products(answers: Sequence[StoredMessage]) -> list[JsonObject]:
    """Return the products shown last, the latest answer's first."""
    found: dict[str, JsonObject] = {}
    for answer in reversed(answers):
        for card in ((answer.payload or {}).get("reply") or {}).get("cards") or ():
            found.setdefault(str(card["product_id"]), {"product_id": card["product_id"], "title": card["title"]})
    return list(found.values())[:_PRODUCTS]


def _latest(values: Iterable[Any], most: int) -> list[Any]:
    """Return the different values, the latest ones, in the order in which they came last."""
    kept = dict.fromkeys(value for value in reversed(list(values)) if value)
    return list(kept)[:most][::-1]


def _short(text: str) -> str:
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
