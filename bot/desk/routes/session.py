"""`/desk/api/session`: signing in and out."""

from datetime import UTC, datetime

from aiohttp import web

from bot.desk.access import check_own_origin, for_agents, signed_in_agent
from bot.desk.agent_sessions import AgentSession
from bot.desk.bodies import PresenceBody, SignInBody
from bot.desk.errors import DeskSignInError
from bot.desk.keys import AGENT_SESSIONS, DESK, PASSWORD_CHECKS, SIGN_IN_LIMITS
from bot.desk.presentation import agent_as_json
from bot.gateway.keys import CHAT, DATABASE, HAND_OVER
from bot.gateway.problems import json_response
from bot.gateway.requests import read_body
from bot.gateway.visitors import client_address, is_secure
from catalog.models.base import utc_now
from catalog.repositories.agents import AgentView, credentials, get_agent, set_away


async def sign_in(request: web.Request) -> web.Response:
    """Sign an agent in; a login that does not exist takes as long to refuse as a wrong password."""
    check_own_origin(request)
    body = await read_body(request, SignInBody)
    request.app[SIGN_IN_LIMITS].take_message(body.login.strip().lower(), client_address(request))
    database = request.app[DATABASE]
    known = await database.read(credentials, body.login)
    password_hash = known.password_hash if known else None
    if not await request.app[PASSWORD_CHECKS].is_right(password_hash, body.password) or known is None:
        raise DeskSignInError("wrong login or password")
    agent = await database.read(get_agent, known.agent_id, now=utc_now())
    if agent is None:
        raise DeskSignInError("the account is gone")
    session = request.app[AGENT_SESSIONS].begin(agent.agent_id, known.credential_version)
    response = await _session(request, session, agent)
    request.app[AGENT_SESSIONS].write(response, session, secure=is_secure(request))
    return response


async def read_session(request: web.Request) -> web.Response:
    """Return who is signed in."""
    session, agent = await signed_in_agent(request)
    return await _session(request, session, agent)


async def sign_out(request: web.Request, _agent: AgentView) -> web.Response:
    """Take the cookie away, and close the lines that were opened with it."""
    session, _ = await signed_in_agent(request)
    request.app[DESK].board.end_session(session.session_id)
    response = json_response({})
    request.app[AGENT_SESSIONS].clear(response)
    return response


async def set_presence(request: web.Request, agent: AgentView) -> web.Response:
    """Note whether the agent takes chats now."""
    body = await read_body(request, PresenceBody)
    changed = await request.app[DATABASE].run(set_away, agent.agent_id, away=body.away, now=utc_now())
    request.app[DESK].agents_changed()
    return json_response(agent_as_json(changed))


async def _session(request: web.Request, session: AgentSession, agent: AgentView) -> web.Response:
    hours = request.app[HAND_OVER].hours
    body = {
        "agent": agent_as_json(agent),
        "token": request.app[AGENT_SESSIONS].token(session),
        "expires_at": datetime.fromtimestamp(session.expires_s, UTC).isoformat(timespec="seconds"),
        "shop": {
            "currencies": await request.app[CHAT].carts.currencies(),
            "hours": hours.text,
            "open": hours.is_open(utc_now()),
        },
    }
    return json_response(body, headers={"Cache-Control": "no-store"})


ROUTES = (
    web.post("/desk/api/session", sign_in),
    web.get("/desk/api/session", read_session),
    web.delete("/desk/api/session", for_agents(sign_out)),
    web.post("/desk/api/presence", for_agents(set_presence)),
)
