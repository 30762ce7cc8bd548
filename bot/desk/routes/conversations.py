"""`/desk/api/conversations`: the lists, one conversation, and what an agent does with it."""

from datetime import UTC, datetime

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bot.desk.access import for_agents
from bot.desk.bodies import AssignBody, CorrectionBody, DraftBody, NoteBody, ReadBody, SayBody
from bot.desk.conversation_view import conversation_parts, messages_before
from bot.desk.desk import is_supervisor
from bot.desk.keys import DESK, DRAFTS
from bot.desk.presentation import correction_as_json, desk_message, item_as_json
from bot.desk.word_lists import is_intent
from bot.gateway.errors import InvalidRequestError
from bot.gateway.keys import DATABASE
from bot.gateway.presentation import JsonObject
from bot.gateway.problems import json_response
from bot.gateway.requests import ConversationId, read_body
from bot.gateway.texts import as_language, has_han
from catalog.models import ConversationStatus, Direction
from catalog.repositories.agents import AgentView
from catalog.repositories.conversations import StoredMessage, message_history
from catalog.repositories.corrections import correct_answer
from catalog.repositories.desk_work import DeskItem

_CONVERSATION_ID: TypeAdapter[str] = TypeAdapter(ConversationId)
_DRAFT_LOOKS_AT = 20


async def list_conversations(request: web.Request, agent: AgentView) -> web.Response:
    """Return the queue, the agent's own conversations and, for supervisors, those of others."""
    queue, mine, others = await request.app[DESK].lists(agent)
    lists = {"queue": queue, "mine": mine, "others": others}
    return json_response({name: [item_as_json(item) for item in items] for name, items in lists.items()})


async def show(request: web.Request, agent: AgentView) -> web.Response:
    """Return one conversation with everything that belongs to it."""
    item = await _readable(request, agent)
    parts = await request.app[DATABASE].read(conversation_parts, item)
    return json_response({"item": item_as_json(item), **parts, "may": _may(item, agent)})


async def list_messages(request: web.Request, agent: AgentView) -> web.Response:
    """Return older messages."""
    item = await _readable(request, agent)
    before = request.query.get("before", "")
    if not before.isascii() or not before.isdigit() or len(before) > 9:
        raise InvalidRequestError("before")
    page = await request.app[DATABASE].read(messages_before, item.conversation_id, int(before))
    return json_response({"messages": page.messages, "more": page.more})


async def take(request: web.Request, agent: AgentView) -> web.Response:
    """Take a waiting conversation."""
    return _row(await request.app[DESK].take(agent, _id(request)))


async def assign(request: web.Request, agent: AgentView) -> web.Response:
    """Give a conversation to an agent."""
    body = await read_body(request, AssignBody)
    return _row(await request.app[DESK].assign(agent, _id(request), body.agent_id))


async def hand_back(request: web.Request, agent: AgentView) -> web.Response:
    """Give a conversation back to the assistant."""
    return _row(await request.app[DESK].hand_back(agent, _id(request)))


async def close(request: web.Request, agent: AgentView) -> web.Response:
    """Close a conversation."""
    return _row(await request.app[DESK].close(agent, _id(request)))


async def say(request: web.Request, agent: AgentView) -> web.Response:
    """Say something to the shopper."""
    body = await read_body(request, SayBody)
    stored = await request.app[DESK].send(agent, _id(request), body.client_message_id, body.text, body.product_ids)
    return json_response(desk_message(stored))


async def add_note(request: web.Request, agent: AgentView) -> web.Response:
    """Keep an internal note."""
    body = await read_body(request, NoteBody)
    return json_response(await request.app[DESK].note(agent, _id(request), body.text))


async def mark_read(request: web.Request, agent: AgentView) -> web.Response:
    """Note how far the owner has read."""
    body = await read_body(request, ReadBody)
    return json_response({"unread": await request.app[DESK].read(agent, _id(request), body.seq)})


async def draft(request: web.Request, agent: AgentView) -> web.Response:
    """Return a draft of an answer to the shopper's last message, or to a question."""
    body = await read_body(request, DraftBody)
    item = await _readable(request, agent)
    rows = await request.app[DATABASE].read(message_history, item.conversation_id, limit=_DRAFT_LOOKS_AT)
    said = [row for row in rows if _is_typed(row)]
    question = body.question or (said[-1].text if said else "")
    previous = "" if body.question or len(said) < 2 else said[-2].text
    language = "zh" if has_han(question) else as_language(item.language) or "en"
    return json_response(await request.app[DRAFTS].draft(question, language, previous))


async def correct(request: web.Request, agent: AgentView) -> web.Response:
    """Keep what was wrong with an answer of the bot."""
    body = await read_body(request, CorrectionBody)
    item = await _readable(request, agent)
    if body.intent and not is_intent(body.intent):
        raise InvalidRequestError("intent")
    correction = await request.app[DATABASE].run(
        correct_answer,
        item.conversation_id,
        body.seq,
        agent.agent_id,
        intent=body.intent,
        answer=body.answer,
        now=datetime.now(UTC),
    )
    return json_response(correction_as_json(correction))


def _is_typed(row: StoredMessage) -> bool:
    return row.direction is Direction.SHOPPER and not (row.payload or {}).get("button")


def _id(request: web.Request) -> str:
    try:
        return _CONVERSATION_ID.validate_python(request.match_info["conversation_id"])
    except ValidationError as error:
        raise InvalidRequestError("conversation_id") from error


async def _readable(request: web.Request, agent: AgentView) -> DeskItem:
    return await request.app[DESK].readable(agent, _id(request))


def _row(item: DeskItem) -> web.Response:
    return json_response(item_as_json(item))


def _may(item: DeskItem, agent: AgentView) -> JsonObject:
    owns = item.status is ConversationStatus.HUMAN and item.agent_id == agent.agent_id
    queued = item.status is ConversationStatus.QUEUED
    with_desk = queued or item.status is ConversationStatus.HUMAN
    return {
        "take": queued,
        "write": owns,
        "assign": owns or (with_desk and is_supervisor(agent)),
        "hand_back": owns,
        "close": owns,
    }


_ONE = "/desk/api/conversations/{conversation_id}"
ROUTES = (
    web.get("/desk/api/conversations", for_agents(list_conversations)),
    web.get(_ONE, for_agents(show)),
    web.get(f"{_ONE}/messages", for_agents(list_messages)),
    web.post(f"{_ONE}/take", for_agents(take)),
    web.post(f"{_ONE}/assign", for_agents(assign)),
    web.post(f"{_ONE}/hand-back", for_agents(hand_back)),
    web.post(f"{_ONE}/close", for_agents(close)),
    web.post(f"{_ONE}/messages", for_agents(say)),
    web.post(f"{_ONE}/notes", for_agents(add_note)),
    web.post(f"{_ONE}/read", for_agents(mark_read)),
    web.post(f"{_ONE}/draft", for_agents(draft)),
    web.post(f"{_ONE}/corrections", for_agents(correct)),
)
