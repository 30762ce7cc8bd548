"""`/api/events`: what shoppers see and do on the pages."""

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gateway.conversation_access import Visitor
from bot.gateway.errors import InvalidRequestError
from bot.gateway.keys import CHAT, DATABASE, LIMITS
from bot.gateway.requests import EventsBody, read_body
from bot.gateway.visitors import check_origin, client_address, session_of, visitor_of
from catalog.models import Conversation, EventKind
from catalog.repositories.events import NewEvent, append_events

_OF_THE_SHOP = (EventKind.IMPRESSION, EventKind.ADD_TO_CART)
_CHAT = "chat"


async def record_events(request: web.Request) -> web.Response:
    """Keep behaviour events, without those of unknown products.

    What the chat showed and what went into its cart is left out too: the shop itself writes that, once.
    """
    check_origin(request)
    request.app[LIMITS].take_request("events", client_address(request))
    body = await read_body(request, EventsBody)
    visitor = visitor_of(session_of(request))
    shopper_id, session_id = await _whose(request, body.conversation_id, visitor)
    events = [
        NewEvent(
            EventKind(event.kind),
            shopper_id,
            event.product_id,
            event.place or "web",
            rank=event.rank,
            session_id=session_id,
        )
        for event in body.events
        if event.place != _CHAT or event.kind not in _OF_THE_SHOP
    ]
    await request.app[DATABASE].run(append_events, events)
    return web.Response(status=202)


async def _whose(request: web.Request, conversation_id: str | None, visitor: Visitor) -> tuple[str, str]:
    """Return shopper and session as the conversation's own events have them."""
    talk = await request.app[CHAT].access.find(conversation_id, visitor) if conversation_id else None
    if talk is not None:
        return talk.customer_of(visitor) or talk.conversation_id, talk.session_id or talk.conversation_id
    if visitor.session_id is not None:
        if visitor.customer_id is not None:
            return visitor.customer_id, visitor.session_id
        return await request.app[DATABASE].read(_talks_in, visitor.session_id), visitor.session_id
    if conversation_id:
        return conversation_id, conversation_id
    raise InvalidRequestError("neither a session nor a conversation")


def _talks_in(session: Session, session_id: str) -> str:
    """Return the conversation that a session used last, so that clicks on the page count there; else the session.

    A customer's conversation does not count for whoever uses the browser signed out.
    """
    latest = select(Conversation.id).where(Conversation.session_id == session_id, Conversation.customer_id.is_(None))
    return session.scalar(latest.order_by(Conversation.updated_at.desc()).limit(1)) or session_id


ROUTES = (web.post("/api/events", record_events),)
