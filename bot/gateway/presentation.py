"""Stored messages and carts in the form in which shoppers' programs get them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.desk.waiting import Waiting
from bot.gateway.texts import Language
from catalog.models import Direction
from catalog.repositories.carts import CartView
from catalog.repositories.conversations import StoredMessage
from catalog.repositories.products import Labels

JsonObject = dict[str, Any]


def message_as_json(message: StoredMessage) -> JsonObject:
    """Return a `Message` of the schema."""
    return {
        "seq": message.seq,
        "direction": message.direction.value,
        "text": message.text,
        "sent_at": message.created_at.isoformat(),
        "client_message_id": None if message.direction is Direction.AGENT else message.client_message_id,
        "reply": reply_of(message),
        "agent": agent_of(message),
        "notice": (message.payload or {}).get("notice"),
    }


def agent_of(message: StoredMessage) -> JsonObject | None:
    """Return the agent who speaks, as shoppers may know them: by name."""
    agent = (message.payload or {}).get("agent") if message.direction is Direction.AGENT else None
    return {"name": agent["name"]} if agent else None


def reply_of(message: StoredMessage) -> JsonObject | None:
    """Return the typed reply of a stored bot message, None for a shopper's."""
    if message.direction is Direction.SHOPPER or message.payload is None:
        return None
    reply: JsonObject | None = message.payload.get("reply")
    return reply


def owner_as_json(waiting: Waiting | None) -> JsonObject:
    """Return who has a conversation as the shopper may know it; None is a conversation that has not begun."""
    if waiting is None:
        return {"status": "bot", "agent": None, "place": None, "estimate_min": None}
    return {
        "status": waiting.ownership.status.value,
        "agent": waiting.agent_name,
        "place": waiting.place if waiting.people_on else None,
        "estimate_min": waiting.estimate_min,
    }


def understanding_of(messages: Sequence[StoredMessage]) -> JsonObject | None:
    """Return how the shopper's message was understood, by the first reply that tells."""
    return next((m.payload["understanding"] for m in messages if m.payload and m.payload.get("understanding")), None)


def cart_as_json(cart: CartView | None, language: Language, currencies: Sequence[str], labels: Labels) -> JsonObject:
    """Return a `Cart` of the schema; an empty one has the currency that a first product would have."""
    if cart is None:
        return {"lines": [], "total_minor": 0, "currency": usual_currency(language, currencies)}
    lines = [
        {
            "product_id": line.product_id,
            "variant_id": line.variant_id,
            "title": line.title(language),
            "options": {key: labels.value(str(value), language) for key, value in line.options.items()},
            "quantity": line.quantity,
            "price_minor": line.price_minor,
        }
        for line in cart.lines
    ]
    return {"lines": lines, "total_minor": cart.total_minor, "currency": cart.currency}


def usual_currency(language: Language, currencies: Sequence[str]) -> str:
    """Return yuan for Chinese where the shop has it, else the shop's own currency (as the actions choose)."""
    if language == "zh" and "CNY" in currencies:
        return "CNY"
    return currencies[0] if currencies else "USD"


def stored_reply(
    reply: JsonObject,
    in_reply_to: int,
    buttons: Mapping[str, list[str]],
    understanding: JsonObject | None,
    notice: str | None = None,
) -> JsonObject:
    """Return the payload under which a reply is kept: what was shown, what its buttons stand for, what it answers, and
    which line of the hand-over it is."""
    kept: JsonObject = {"reply": reply, "in_reply_to": in_reply_to}
    if notice is not None:
        kept["notice"] = notice
    if buttons:
        kept["buttons"] = dict(buttons)
    if understanding is not None:
        kept["understanding"] = understanding
    return kept
