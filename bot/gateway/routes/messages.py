"""`/api/messages` and the history."""

import asyncio

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bot.gateway.errors import BusyError, InvalidRequestError
from bot.gateway.incoming import Incoming
from bot.gateway.keys import CHAT, LIMITS, SETTINGS
from bot.gateway.problems import LANGUAGE_KEY, json_response
from bot.gateway.requests import ConversationId, MessageBody, read_body
from bot.gateway.texts import has_han
from bot.gateway.visitors import check_origin, client_address, language_of, session_of, visitor_of

HISTORY_LIMIT = 200
_MARGIN_S = 2.0
_CONVERSATION_ID: TypeAdapter[str] = TypeAdapter(ConversationId)


async def send_message(request: web.Request) -> web.Response:
    """Take a message and answer when the assistant has answered."""
    check_origin(request)
    body = await read_body(request, MessageBody)
    if not body.conversation_id:
        raise InvalidRequestError("no conversation_id")
    request[LANGUAGE_KEY] = "zh" if has_han(body.text) else body.language or language_of(request)
    request.app[LIMITS].take_message(body.conversation_id, client_address(request))
    incoming = Incoming(
        body.conversation_id,
        body.text,
        "api",
        button_id=body.payload or None,
        client_message_id=body.client_message_id,
        language=body.language,
    )
    turn = await request.app[CHAT].take(incoming, visitor_of(session_of(request)))
    try:
        async with asyncio.timeout(request.app[SETTINGS].turn_timeout_s + _MARGIN_S):
            result = await asyncio.shield(turn.finished)
    except TimeoutError as error:
        raise BusyError("the turn took too long; it goes on", retry_after_s=2) from error
    answer = {"replies": result.replies, "cart": result.cart}
    if request.app[SETTINGS].trace and result.understanding is not None:
        answer["understanding"] = result.understanding
    return json_response(answer)


async def list_messages(request: web.Request) -> web.Response:
    """Return the history after a sequence number, and the cart; an unknown conversation is an empty one."""
    request.app[LIMITS].take_request("history", client_address(request))
    conversation_id, after = _conversation_and_position(request)
    chat = request.app[CHAT]
    conversation = await chat.access.find(conversation_id, visitor_of(session_of(request)))
    messages = await chat.history(conversation_id, after, HISTORY_LIMIT) if conversation else []
    language = (conversation.language if conversation else None) or language_of(request)
    return json_response({"messages": messages, "cart": await chat.carts.read(conversation_id, language)})


def _conversation_and_position(request: web.Request) -> tuple[str, int]:
    try:
        after = int(request.query.get("after", "0"))
        conversation_id = _CONVERSATION_ID.validate_python(request.match_info["conversation_id"])
    except (ValueError, ValidationError) as error:
        raise InvalidRequestError("conversation_id or after") from error
    if not 0 <= after < 2**31:
        raise InvalidRequestError("after")
    return conversation_id, after


ROUTES = (
    web.post("/api/messages", send_message),
    web.get("/api/conversations/{conversation_id}/messages", list_messages),
)
