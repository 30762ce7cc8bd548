"""Buttons: payloads stay here, shoppers get opaque ids that are worth something in their conversation only."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.gateway.reply import Button, TypedReply

ID_PATTERN = re.compile(r"btn_[A-Za-z0-9_-]{16}")
KEPT_PER_CONVERSATION = 400
KEPT_CONVERSATIONS = 5000
MESSAGES_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class IssuedButton:
    """What an opaque id stands for."""

    title: str
    payload: str


def is_button_id(text: str) -> bool:
    """Tell whether a text has the form of an id that the gateway issues."""
    return ID_PATTERN.fullmatch(text.strip()) is not None


def seal(reply: TypedReply) -> tuple[TypedReply, dict[str, IssuedButton]]:
    """Return the reply with opaque ids in place of payloads, and what they stand for."""
    issued: dict[str, IssuedButton] = {}
    secret = secrets.token_urlsafe(9)  # one draw a reply: 72 bits, and a number for each of its buttons

    def hide(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
        hidden = []
        for button in buttons:
            button_id = f"btn_{secret}{len(issued):04d}"
            issued[button_id] = IssuedButton(button.title, button.payload)
            hidden.append(Button.model_construct(title=button.title, payload=button_id))
        return tuple(hidden)

    cards = tuple(
        card.model_copy(update={"buttons": hide(card.buttons)}) if card.buttons else card for card in reply.cards
    )
    sealed = reply.model_copy(update={"cards": cards, "quick_replies": hide(reply.quick_replies)})
    return sealed, issued


def buttons_as_json(issued: Mapping[str, IssuedButton]) -> dict[str, list[str]]:
    """Return the form in which ids are kept with the stored bot message."""
    return {button_id: [button.title, button.payload] for button_id, button in issued.items()}


def find_stored(button_id: str, payloads: list[Mapping[str, Any] | None]) -> IssuedButton | None:
    """Return what an id stands for by the payloads of stored bot messages."""
    for payload in payloads:
        entry = (payload or {}).get("buttons", {}).get(button_id)
        if entry:
            return IssuedButton(*entry)
    return None


class ButtonMemory:
    """The ids of conversations that are under way; the database knows them too, so losing this costs one query."""

    def __init__(self) -> None:
        self._conversations: OrderedDict[str, OrderedDict[str, IssuedButton]] = OrderedDict()

    def remember(self, conversation_id: str, issued: Mapping[str, IssuedButton]) -> None:
        """Keep the ids of one reply; the oldest are let go."""
        if not issued:
            return
        known = self._conversations.setdefault(conversation_id, OrderedDict())
        self._conversations.move_to_end(conversation_id)
        known.update(issued)
        while len(known) > KEPT_PER_CONVERSATION:
            known.popitem(last=False)
        while len(self._conversations) > KEPT_CONVERSATIONS:
            self._conversations.popitem(last=False)

    def find(self, conversation_id: str, button_id: str) -> IssuedButton | None:
        """Return what an id stands for in this conversation."""
        known = self._conversations.get(conversation_id)
        return known.get(button_id) if known else None
