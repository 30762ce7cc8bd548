"""Anonymous sessions in a signed cookie, and the customer that may be signed in to one."""

import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.gateway.signing import InvalidTokenError, sign_claims, verify_claims

COOKIE = "shopkeeper_session"
_PURPOSE = "session"
_RENEW_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A session; `customer_until_s` and `expires_s` are seconds since the epoch."""

    session_id: str
    expires_s: float
    customer_id: str | None = None
    customer_until_s: float = 0.0


class Sessions:
    """Reads and writes the session cookie.

    Args:
        key: signs the cookie.
        life_s: how long a session lasts.
        customer_life_s: how long a customer stays signed in.
        cross_site: the widget is embedded on other sites, so the cookie must travel there (HTTPS only).
    """

    def __init__(self, key: bytes, *, life_s: float, customer_life_s: float, cross_site: bool) -> None:
        self._key = key
        self._life_s = life_s
        self._customer_life_s = customer_life_s
        self._cross_site = cross_site

    def begin(self) -> BrowserSession:
        """Return a new anonymous session."""
        return BrowserSession(secrets.token_urlsafe(24), time.time() + self._life_s)

    def read(self, cookie: str | None) -> BrowserSession | None:
        """Return the session of a cookie; None where there is none, or none that we signed."""
        if not cookie:
            return None
        now = time.time()
        try:
            claims = verify_claims(cookie, self._key, now)
        except InvalidTokenError:
            return None
        if claims.get("use") != _PURPOSE or not isinstance(claims.get("sid"), str):
            return None
        until = float(claims.get("cus_exp") or 0)
        customer = claims.get("cus") if until > now else None
        return BrowserSession(claims["sid"], float(claims["exp"]), customer, until if customer else 0.0)

    def with_customer(self, session: BrowserSession, customer_id: str) -> BrowserSession:
        """Return the session with a customer signed in."""
        return replace(session, customer_id=customer_id, customer_until_s=time.time() + self._customer_life_s)

    def is_due(self, session: BrowserSession) -> bool:
        """Tell whether the cookie should be set anew, half of its life being over."""
        return session.expires_s - time.time() < self._life_s * _RENEW_SHARE

    def write(self, response: web.StreamResponse, session: BrowserSession, *, secure: bool) -> None:
        """Set the cookie: not readable by scripts, and sent across sites only where the widget needs it."""
        claims: dict[str, Any] = {"use": _PURPOSE, "sid": session.session_id, "exp": time.time() + self._life_s}
        if session.customer_id is not None:
            claims |= {"cus": session.customer_id, "cus_exp": session.customer_until_s}
        response.set_cookie(
            COOKIE,
            sign_claims(claims, self._key),
            max_age=int(self._life_s),
            httponly=True,
            secure=secure,
            samesite="None" if secure and self._cross_site else "Lax",
            path="/",
        )
