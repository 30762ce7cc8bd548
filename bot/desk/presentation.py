"""The desk's objects as the console gets them; `protocol.md` has their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.gateway.presentation import JsonObject, message_as_json
from catalog.models import Direction
from catalog.repositories.agents import AgentView
from catalog.repositories.conversations import StoredMessage
from catalog.repositories.corrections import CorrectionView
from catalog.repositories.customers import CustomerView
from catalog.repositories.desk_work import DeskItem, NoteView
from catalog.repositories.orders import OrderView
from catalog.repositories.waiting import QueueFigures

_SUMMARY_LENGTH = 120
_LAST_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ClientId:
    """An agent's message id: kept with a blank and the agent's number, so that no shopper can have used it before."""

    agent_id: int
    given: str

    @property
    def kept(self) -> str:
        """Return the id under which the message is kept."""
        return f"agent {self.agent_id} {self.given}"

    @staticmethod
    def given_of(kept: str | None) -> str | None:
        """Return what the agent sent."""
        return kept.split(" ", 2)[-1] if kept else None


def agent_as_json(agent: AgentView) -> JsonObject:
    """Return an `Agent`."""
    return {
        "id": agent.agent_id,
        "login": agent.login,
        "name": agent.name,
        "role": agent.role.value,
        "away": agent.away,
        "on": agent.on,
        "chats": agent.chats,
    }


def item_as_json(item: DeskItem) -> JsonObject:
    """Return an `Item`."""
    last = item.last
    return {
        "conversation_id": item.conversation_id,
        "status": item.status.value,
        "version": item.version,
        "channel": item.channel,
        "language": item.language,
        "reason": item.reason,
        "waiting_since": item.waiting_since.isoformat() if item.waiting_since else None,
        "agent": {"id": item.agent_id, "name": item.agent_name or ""} if item.agent_id is not None else None,
        "lease_until": item.lease_until.isoformat() if item.lease_until else None,
        "place": item.place,
        "customer": {"id": item.customer_id, "name": item.customer_name} if item.customer_id else None,
        "last": {
            "seq": last.seq,
            "direction": last.direction.value,
            "text": last.text[:_LAST_LENGTH],
            "sent_at": last.sent_at.isoformat(),
        }
        if last
        else None,
        "unread": item.unread,
        "summary": " · ".join(dict.fromkeys(item.said))[:_SUMMARY_LENGTH],
    }


def desk_message(message: StoredMessage, correction: CorrectionView | None = None) -> JsonObject:
    """Return a `Message` with what only the desk sees."""
    payload = message.payload or {}
    shown = message_as_json(message)
    if message.direction is Direction.AGENT:
        shown["client_message_id"] = ClientId.given_of(message.client_message_id)
    return shown | {
        "understanding": payload.get("understanding"),
        "in_reply_to": payload.get("in_reply_to"),
        "correction": correction_as_json(correction) if correction else None,
    }


def desk_messages(messages: Sequence[StoredMessage], corrections: Sequence[CorrectionView]) -> list[JsonObject]:
    """Return messages, each with its correction."""
    by_seq = {correction.seq: correction for correction in corrections}
    return [desk_message(message, by_seq.get(message.seq)) for message in messages]


def note_as_json(note: NoteView) -> JsonObject:
    """Return a `Note`."""
    return {
        "id": note.note_id,
        "agent": {"id": note.agent_id, "name": note.agent_name},
        "text": note.text,
        "created_at": note.created_at.isoformat(),
    }


def correction_as_json(correction: CorrectionView) -> JsonObject:
    """Return a `Correction`."""
    return {
        "id": correction.correction_id,
        "seq": correction.seq,
        "intent": correction.intent,
        "answer": correction.answer,
        "agent": {"id": correction.agent_id, "name": correction.agent_name},
        "created_at": correction.created_at.isoformat(),
    }


def customer_as_json(customer: CustomerView, orders: int) -> JsonObject:
    """Return a `Customer`."""
    return {
        "id": customer.customer_id,
        "name": customer.name,
        "email": customer.email,
        "language": customer.language,
        "orders": orders,
    }


def order_as_json(order: OrderView) -> JsonObject:
    """Return an `Order`."""
    return {
        "order_id": order.number,
        "status": order.status.value,
        "placed_at": order.placed_at.isoformat() if order.placed_at else None,
        "total_minor": order.total_minor,
        "currency": order.currency,
        "lines": [
            {"title": line.title, "quantity": line.quantity, "price_minor": line.price_minor} for line in order.lines
        ],
    }


def figures_as_json(figures: QueueFigures) -> JsonObject:
    """Return what supervisors see of the queue."""
    return {
        "waiting": figures.waiting,
        "longest_wait_s": figures.longest_wait_s,
        "median_wait_s": figures.median_wait_s,
        "takes": figures.takes,
    }
