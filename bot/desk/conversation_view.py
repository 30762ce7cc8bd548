"""One conversation as an agent looks at it: what was said and understood, who it is, and what they have ordered."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.desk.presentation import customer_as_json, desk_messages, note_as_json, order_as_json
from bot.desk.summary import summarize
from bot.gateway.presentation import JsonObject, cart_as_json
from bot.gateway.texts import as_language
from catalog.models import Order
from catalog.repositories.carts import get_cart
from catalog.repositories.conversations import message_history
from catalog.repositories.corrections import list_corrections
from catalog.repositories.customers import get_customer
from catalog.repositories.desk_work import DeskItem, list_notes
from catalog.repositories.orders import list_orders
from catalog.repositories.products import currencies, load_labels

PAGE: Final = 100
_ORDERS: Final = 10


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, and whether there are older ones."""

    messages: list[JsonObject]
    more: bool


def messages_before(session: Session, conversation_id: str, before: int | None) -> Page:
    """Return up to 100 messages before a number, the newest where it is None."""
    rows = message_history(session, conversation_id, before_seq=before, limit=PAGE)
    return Page(desk_messages(rows, list_corrections(session, conversation_id)), bool(rows) and rows[0].seq > 1)


def conversation_parts(session: Session, item: DeskItem) -> JsonObject:
    """Return a `Conversation` of `protocol.md` without `item` and `may`."""
    rows = message_history(session, item.conversation_id, limit=PAGE)
    customer = get_customer(session, item.customer_id) if item.customer_id is not None else None
    orders = list_orders(session, customer.customer_id, limit=_ORDERS) if customer is not None else []
    language = as_language(item.language) or "en"
    return {
        "messages": desk_messages(rows, list_corrections(session, item.conversation_id)),
        "more": bool(rows) and rows[0].seq > 1,
        "notes": [note_as_json(note) for note in list_notes(session, item.conversation_id)],
        "summary": summarize(rows, item.reason, item.last.seq if item.last else 0),
        "customer": customer_as_json(customer, _order_count(session, customer.customer_id)) if customer else None,
        "orders": [order_as_json(order) for order in orders],
        "cart": cart_as_json(
            get_cart(session, item.conversation_id), language, currencies(session), load_labels(session)
        ),
    }


def _order_count(session: Session, customer_id: str) -> int:
    return int(session.scalar(select(func.count()).where(Order.customer_id == customer_id)) or 0)
