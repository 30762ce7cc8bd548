"""Who asks, checked for every request of the desk: sign-in, token, origin."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from aiohttp import web

from bot.desk.agent_sessions import COOKIE, AgentSession
from bot.desk.errors import DeskNotOwnerError, DeskRoleError, DeskSignInError
from bot.desk.keys import AGENT_LIMITS, AGENT_SESSIONS
from bot.gateway.errors import ForeignOriginError, NotFoundError
from bot.gateway.keys import DATABASE
from bot.gateway.visitors import origin_is_own
from catalog import errors as catalog_errors
from catalog.models import Role
from catalog.repositories.agents import AgentView, get_agent

TOKEN_HEADER = "X-Desk-Token"  # noqa: S105  # the header's name, not a token
Handler = Callable[[web.Request, AgentView], Awaitable[web.Response]]


def check_own_origin(request: web.Request) -> None:
    """Refuse what another site's page sends; pages that embed the widget are other sites too.

    Raises:
        ForeignOriginError: the Origin is missing, or not this server.
    """
    if not origin_is_own(request):
        raise ForeignOriginError(request.headers.get("Origin", "no origin")[:100])


async def signed_in_agent(request: web.Request) -> tuple[AgentSession, AgentView]:
    """Return the sign-in that a request carries, and its agent.

    Raises:
        DeskSignInError: there is none, or it has ended: its time, a new password, a disabled account.
    """
    session = request.app[AGENT_SESSIONS].read(request.cookies.get(COOKIE))
    if session is None:
        raise DeskSignInError("no sign-in")
    agent = await request.app[DATABASE].read(get_agent, session.agent_id, now=datetime.now(UTC))
    if agent is None or not agent.active or agent.credential_version != session.credential_version:
        raise DeskSignInError("the sign-in has ended")
    return session, agent


def for_agents(handler: Handler, *, supervisors_only: bool = False) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that is called for agents who are signed in; changing requests need origin and token."""

    async def handle(request: web.Request) -> web.Response:
        if request.method != "GET":
            check_own_origin(request)
        session, agent = await signed_in_agent(request)
        given = request.headers.get(TOKEN_HEADER)
        if request.method != "GET" and not request.app[AGENT_SESSIONS].token_is_right(session, given):
            raise ForeignOriginError("no token")
        request.app[AGENT_LIMITS].take_request("desk", str(agent.agent_id))
        if supervisors_only and agent.role is not Role.SUPERVISOR:
            raise DeskRoleError("for supervisors")
        with desk_errors():
            response = await handler(request, agent)
        response.headers["Cache-Control"] = "no-store"
        return response

    return handle


@contextmanager
def desk_errors() -> Iterator[None]:
    """Turn the repositories' refusals into the desk's."""
    try:
        yield
    except catalog_errors.NotFoundError as error:
        raise NotFoundError(str(error)) from error
    except catalog_errors.NotOwnerError as error:
        raise DeskNotOwnerError(str(error)) from error
