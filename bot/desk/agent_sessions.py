"""Sign-ins of agents: a signed cookie, and the token that every changing request must carry beside it."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from aiohttp import web

from bot.gateway.signing import InvalidTokenError, sign_claims, verify_claims

COOKIE = "shopkeeper_desk"
LIFE_S = 12 * 3600
_PURPOSE = "desk"


@dataclass(frozen=True, slots=True)
class AgentSession:
    """A sign-in; it counts only while `credential_version` is still the agent's."""

    session_id: str
    agent_id: int
    credential_version: int
    expires_s: float


class AgentSessions:
    """Reads and writes the desk's cookie.

    Args:
        key: signs it.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def begin(self, agent_id: int, credential_version: int) -> AgentSession:
        """Return a new sign-in."""
        return AgentSession(secrets.token_urlsafe(24), agent_id, credential_version, time.time() + LIFE_S)

    def read(self, cookie: str | None) -> AgentSession | None:
        """Return the sign-in of a cookie; None where there is none, or none that we signed."""
        if not cookie:
            return None
        try:
            claims = verify_claims(cookie, self._key, time.time())
        except InvalidTokenError:
            return None
        if claims.get("use") != _PURPOSE:
            return None
        return AgentSession(str(claims["sid"]), int(claims["agent"]), int(claims["ver"]), float(claims["exp"]))

    def token(self, session: AgentSession) -> str:
        """Return what a request of this sign-in must carry in its header: another site's page cannot know it."""
        return hmac.digest(self._key, f"desk token {session.session_id}".encode(), hashlib.sha256).hex()

    def token_is_right(self, session: AgentSession, given: object) -> bool:
        """Tell whether a request carries the sign-in's token."""
        if not isinstance(given, str):
            return False
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token(session).encode())

    def write(self, response: web.StreamResponse, session: AgentSession, *, secure: bool) -> None:
        """Set the cookie, for this server's own pages alone."""
        claims = {
            "use": _PURPOSE,
            "sid": session.session_id,
            "agent": session.agent_id,
            "ver": session.credential_version,
            "exp": session.expires_s,
        }
        response.set_cookie(
            COOKIE,
            sign_claims(claims, self._key),
            max_age=LIFE_S,
            httponly=True,
            secure=secure,
            samesite="Strict",
            path="/desk",
        )

    def clear(self, response: web.StreamResponse) -> None:
        """Take the cookie away."""
        response.del_cookie(COOKIE, path="/desk")
