"""What the console looks up: products, canned replies, intents, the people, the queue's figures."""

from datetime import UTC, datetime

from aiohttp import web

from bot.desk.access import for_agents
from bot.desk.keys import DESK, PRODUCTS
from bot.desk.presentation import figures_as_json
from bot.desk.word_lists import canned_replies, intents
from bot.gateway.keys import DATABASE
from bot.gateway.problems import json_response
from bot.gateway.texts import as_language
from bot.gateway.visitors import language_of
from catalog.repositories.agents import AgentView
from catalog.repositories.waiting import queue_figures

_MAX_QUERY = 200


async def search_products(request: web.Request, _agent: AgentView) -> web.Response:
    """Return products that a text finds, as cards."""
    query = " ".join(request.query.get("q", "").split())[:_MAX_QUERY]
    language = as_language(request.query.get("lang")) or language_of(request)
    found = await request.app[PRODUCTS].search(query, language, request.query.get("currency"))
    return json_response({"cards": [card.model_dump(mode="json") for card in found]})


async def list_canned_replies(_request: web.Request, _agent: AgentView) -> web.Response:
    """Return the canned replies."""
    return json_response({"replies": canned_replies()})


async def list_intents(request: web.Request, _agent: AgentView) -> web.Response:
    """Return what a correction may choose from."""
    return json_response({"intents": intents(language_of(request))})


async def list_people(request: web.Request, _agent: AgentView) -> web.Response:
    """Return the active agents."""
    return json_response({"agents": await request.app[DESK].agents()})


async def overview(request: web.Request, _agent: AgentView) -> web.Response:
    """Return the queue's figures and everybody's load, for supervisors."""
    figures = await request.app[DATABASE].read(queue_figures, now=datetime.now(UTC))
    return json_response({**figures_as_json(figures), "agents": await request.app[DESK].agents()})


ROUTES = (
    web.get("/desk/api/products", for_agents(search_products)),
    web.get("/desk/api/canned-replies", for_agents(list_canned_replies)),
    web.get("/desk/api/intents", for_agents(list_intents)),
    web.get("/desk/api/agents", for_agents(list_people)),
    web.get("/desk/api/overview", for_agents(overview, supervisors_only=True)),
)
