"""The typed reply: one JSON shape from action to channel."""

from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import orjson

Language = Literal["en", "zh"]
OFFERED: Final = "offered"
"""In the conversation slot: the payload that a typed yes to the reply's question stands for."""


def payload(intent: str, **entities: Any) -> str:
    """Return a button payload, `/intent{"entity": value}`; the gateway swaps it for an opaque id."""
    return f"/{intent}{orjson.dumps(entities).decode() if entities else ''}"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: a title that the shopper sees, and a payload made by `payload`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Card:
    """One product as shown; every figure comes from the database."""

    product_id: str
    variant_id: str | None
    title: str
    price_minor: int
    currency: str
    image_url: str | None
    url: str | None
    rating: float | None
    in_stock: bool
    reason: str | None = None
    sponsored: bool = False
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a service answer comes from."""

    document: str
    section: str
    version: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shopper gets in one turn.

    `expects` names the slot that the reply asks for; `handoff` is the reason where a person shall take over.
    """

    text: str
    language: Language
    cards: tuple[Card, ...] = ()
    quick_replies: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    handoff: str | None = None
    expects: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the reply as `bot/gateway/openapi.yml` describes it."""
        body: dict[str, Any] = orjson.loads(orjson.dumps(self))
        body["handoff"] = None if self.handoff is None else {"reason": self.handoff}
        return body


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler decided: the reply and what must be remembered; None leaves a slot as it is.

    `rejected` is for the service-task loop only: the message is not for it, another rule shall answer.
    `events` are further Rasa events in their JSON form.
    """

    reply: Reply | None = None
    shopping: dict[str, Any] | None = None
    tasks: list[dict[str, Any]] | None = None
    conversation: dict[str, Any] | None = None
    rejected: bool = False
    events: tuple[dict[str, Any], ...] = field(default=())

    def offering(self, said: str) -> "Outcome":
        """Return the outcome of a reply that asks yes or no: a typed yes to it, in the next message, means the button
        with that payload."""
        return replace(self, conversation={**(self.conversation or {}), OFFERED: said})
