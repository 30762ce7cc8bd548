"""`/api/events`: what shoppers see and do on the pages."""

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gateway.errors import InvalidRequestError
from bot.gateway.keys import CHAT, DATABASE, LIMITS
from bot.gateway.requests import EventsBody, read_body
from bot.gateway.visitors import check_origin, client_address, session_of, visitor_of
from catalog.models import Conversation, EventKind
from catalog.repositories.events import NewEvent, append_events


async def record_events(request: web.Request) -> web.Response:
    """Keep behaviour events; those of unknown products are left out silently."""
    check_origin(request)
    request.app[LIMITS].take_request("events", client_address(request))
    body = await read_body(request, EventsBody)
    visitor = visitor_of(session_of(request))
    if body.conversation_id:
        await request.app[CHAT].access.find(body.conversation_id, visitor)
    shopper_id = visitor.customer_id or body.conversation_id
    if shopper_id is None and visitor.session_id is not None:
        shopper_id = await request.app[DATABASE].read(_talks_in, visitor.session_id)
    if shopper_id is None:
        raise InvalidRequestError("neither a session nor a conversation")
    events = [
        NewEvent(
            EventKind(event.kind),
            shopper_id,
            event.product_id,
            event.place or "web",
            rank=event.rank,
            session_id=visitor.session_id,
        )
        for event in body.events
    ]
    await request.app[DATABASE].run(append_events, events)
    return web.Response(status=202)


def _talks_in(session: Session, session_id: str) -> str:
    """Return the conversation that a session used last, so that clicks on the page count there; else the session."""
    latest = select(Conversation.id).where(Conversation.session_id == session_id)
    return session.scalar(latest.order_by(Conversation.updated_at.desc()).limit(1)) or session_id


ROUTES = (web.post("/api/events", record_events),)
