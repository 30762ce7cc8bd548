"""One turn as handlers see it: the understood message, who speaks, and what is remembered."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from actions.message_language import choose_language, names_matter
from actions.names import FALLBACK_INTENT, SlotName
from actions.product_names import NO_NAMES, ProductNames
from actions.reply import Language

LISTEN = "action_listen"


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as the model server reports it; `value` is normalised (docs/architecture.md)."""

    name: str
    value: Any
    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler may know of one message.

    `text` is what the shopper typed (a button's payload where they tapped one), `vector` the message's embedding
    `(384,)` float32, L2-normalised, or None. `shopping`, `tasks` and `conversation` are the slots as they stand.
    `customer_id` is the verified owner or None. `failure` names a process that could not be asked. `loop_active` tells
    that a service task is open, `answered` that another action has answered this message already (a digression).
    """

    conversation_id: str
    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...]
    language: Language
    categories: tuple[tuple[str, float], ...]
    vector: NDArray[np.float32] | None
    channel: str
    customer_id: str | None
    trace: bool
    shopping: Mapping[str, Any]
    tasks: tuple[Mapping[str, Any], ...]
    conversation: Mapping[str, Any]
    failure: str | None = None
    loop_active: bool = False
    answered: bool = False

    def first(self, name: str) -> Entity | None:
        """Return the first entity of that name."""
        return next((entity for entity in self.entities if entity.name == name), None)

    def all(self, name: str) -> tuple[Entity, ...]:
        """Return all entities of that name, in the order of the text."""
        return tuple(entity for entity in self.entities if entity.name == name)

    @property
    def is_button(self) -> bool:
        """Tell whether the shopper tapped a button instead of typing."""
        return self.text.startswith("/")


def as_tapped(turn: Turn, payload: str) -> Turn:
    """Return the turn as if its shopper had tapped a button with that payload (`actions.reply.payload`)."""
    intent, brace, values = payload.removeprefix("/").partition("{")
    entities = orjson.loads(brace + values) if brace else {}
    return replace(
        turn,
        text=payload,
        intent=intent,
        confidence=1.0,
        ranking=((intent, 1.0),),
        entities=tuple(Entity(name, value, str(value)) for name, value in entities.items()),
        categories=(),
        vector=None,
    )


def _vector(encoded: str | None) -> NDArray[np.float32] | None:
    if not encoded:
        return None
    return np.frombuffer(base64.b64decode(encoded), np.float16).astype(np.float32)


def read_turn(tracker: Mapping[str, Any], names: ProductNames = NO_NAMES) -> Turn:
    """Build a turn from the tracker that Rasa posts (its JSON form); `names` are the shop's (`needs_names`)."""
    message: Mapping[str, Any] = tracker.get("latest_message") or {}
    slots: Mapping[str, Any] = tracker.get("slots") or {}
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    intent: Mapping[str, Any] = message.get("intent") or {}
    conversation: Mapping[str, Any] = slots.get(SlotName.CONVERSATION) or {}
    tasks = tuple(slots.get(SlotName.TASKS) or ())
    text = message.get("text") or ""
    return Turn(
        conversation_id=str(metadata.get("conversation_id") or tracker.get("sender_id") or ""),
        text=text,
        intent=intent.get("name") or FALLBACK_INTENT,
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple((row["name"], row["confidence"]) for row in message.get("intent_ranking") or ()),
        entities=tuple(
            Entity(e["entity"], e["value"], e.get("text") or str(e["value"]), e.get("start") or 0, e.get("end") or 0)
            for e in message.get("entities") or ()
        ),
        language=choose_language(
            text,
            conversation.get("language"),
            metadata.get("language"),
            names=names,
            asked=tasks[-1].get("asked") if tasks else None,
        ),
        categories=tuple((row["slug"], row["probability"]) for row in message.get("categories") or ()),
        vector=_vector(message.get("embedding")),
        channel=metadata.get("channel") or "api",
        customer_id=metadata.get("customer_id"),
        trace=bool(metadata.get("trace")),
        shopping=slots.get(SlotName.SHOPPING) or {},
        tasks=tasks,
        conversation=conversation,
        failure=message.get("failure"),
        loop_active=bool((tracker.get("active_loop") or {}).get("name")),
        answered=(tracker.get("latest_action_name") or LISTEN) != LISTEN,
    )


def needs_names(tracker: Mapping[str, Any]) -> bool:
    """Tell whether the turn's language depends on what is a name in this shop: Latin letters in a Chinese talk."""
    message: Mapping[str, Any] = tracker.get("latest_message") or {}
    conversation = (tracker.get("slots") or {}).get(SlotName.CONVERSATION) or {}
    page = (message.get("metadata") or {}).get("language")
    return names_matter(message.get("text") or "", conversation.get("language"), page)
