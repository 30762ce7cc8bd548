"""What Chatwoot tells us: webhooks and messages, as far as the bridge uses them."""

from dataclasses import dataclass
from typing import Any, Final

JsonObject = dict[str, Any]
_OUTGOING: Final = (1, "outgoing")  # a number in the API, a word in webhooks


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """An agent's public message; `text` ends with the addresses of what is attached."""

    chatwoot_id: int
    message_id: int
    user_id: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A conversation was opened, resolved, snoozed; how it stands is asked for."""

    chatwoot_id: int


@dataclass(frozen=True, slots=True)
class AgentTypes:
    """An agent has begun or stopped to write."""

    chatwoot_id: int
    user_id: int
    on: bool


Event = AgentSaid | StatusChanged | AgentTypes


def read_event(payload: Any, inbox: int) -> Event | None:
    """Return what a webhook says; None where it is about another inbox, or nothing of the above.

    Raises:
        ValueError: it has not the documented shape.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("event"), str):
        raise ValueError("no event")
    match payload["event"]:
        case "message_created":
            conversation = _part(payload, "conversation")
            if _inbox(payload, conversation) != inbox:
                return None
            return read_message(payload, _integer(conversation, "id"))
        case "conversation_status_changed":
            return StatusChanged(_integer(payload, "id")) if payload.get("inbox_id") == inbox else None
        case "conversation_typing_on" | "conversation_typing_off" as name:
            conversation, user = _part(payload, "conversation"), _part(payload, "user")
            if conversation.get("inbox_id") != inbox or user.get("type") != "user" or payload.get("is_private"):
                return None
            return AgentTypes(_integer(conversation, "id"), _integer(user, "id"), name == "conversation_typing_on")
    return None


def read_message(message: JsonObject, chatwoot_id: int) -> AgentSaid | None:
    """Return what an agent said to the shopper; None for notes, the shopper's own and automatic messages.

    What does not say that it is public is taken for a note.

    Raises:
        ValueError: it has not the documented shape.
    """
    sender = message.get("sender")
    if message.get("message_type") not in _OUTGOING or message.get("private") is not False:
        return None
    if not isinstance(sender, dict) or sender.get("type") != "user":
        return None
    attributes = message.get("content_attributes")
    if isinstance(attributes, dict) and (attributes.get("deleted") or attributes.get("automation_rule_id")):
        return None
    attached = message.get("attachments")
    found = [a.get("data_url") for a in attached if isinstance(a, dict)] if isinstance(attached, list) else []
    parts = [message.get("content"), *found]
    text = "\n".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
    name = sender.get("available_name") or sender.get("name") or ""
    return AgentSaid(chatwoot_id, _integer(message, "id"), _integer(sender, "id"), str(name), text)


def _inbox(payload: JsonObject, conversation: JsonObject) -> Any:
    inbox = payload.get("inbox")
    return inbox.get("id") if isinstance(inbox, dict) else conversation.get("inbox_id")


def _part(payload: JsonObject, key: str) -> JsonObject:
    found = payload.get(key)
    if not isinstance(found, dict):
        raise ValueError(f"no {key}")
    return found


def _integer(thing: JsonObject, key: str) -> int:
    found = thing.get(key)
    if isinstance(found, bool) or not isinstance(found, int | str) or not str(found).isdecimal():
        raise ValueError(f"{key} is no number")
    return int(found)
