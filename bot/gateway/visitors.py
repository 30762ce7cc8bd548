"""Who sends a request: address, origin, session, language."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from bot.gateway.conversation_access import Visitor
from bot.gateway.errors import ForeignOriginError
from bot.gateway.keys import SESSIONS, SETTINGS
from bot.gateway.sessions import COOKIE, BrowserSession
from bot.gateway.settings import GatewaySettings, Network
from bot.gateway.texts import Language, accepted_language, as_language

LANGUAGE_COOKIE = "shopkeeper_language"


def client_address(request: web.Request) -> str | None:
    """Return what limits count as one address; None is this machine itself, without a proxy in between.

    Of an IPv6 address it is the /64 network, which one customer of a provider has whole (RFC 6177).
    X-Forwarded-For is read from the right, as far as it comes from proxies that the settings trust.
    """
    settings = request.app[SETTINGS]
    peer = request.remote or "unknown"
    if not _is_in(peer, settings.trusted_proxies):
        return None if _is_loopback(peer) else _counted(peer)
    hops = [hop.strip() for value in request.headers.getall("X-Forwarded-For", []) for hop in value.split(",")]
    for hop in reversed([hop for hop in hops if hop]):
        if not _is_in(hop, settings.trusted_proxies):
            return _counted(hop)
        peer = hop
    return None if _is_loopback(peer) else _counted(peer)


def is_secure(request: web.Request) -> bool:
    """Tell whether the shopper came by HTTPS, over a trusted proxy or by the public address."""
    settings = request.app[SETTINGS]
    if settings.public_url:
        return settings.public_url.startswith("https://")
    if _is_in(request.remote or "", settings.trusted_proxies) and "X-Forwarded-Proto" in request.headers:
        return request.headers["X-Forwarded-Proto"].split(",")[0].strip().lower() == "https"
    return request.secure


def origin_is_known(request: web.Request) -> bool:
    """Tell whether the request's Origin is this server or an allowed page; without the header it is not known."""
    origin = request.headers.get("Origin", "").lower()
    return bool(origin) and (origin in request.app[SETTINGS].allowed_origins or _is_own(request, origin))


def origin_is_own(request: web.Request) -> bool:
    """Tell whether a page of this very server sent the request; allowed pages of others do not count."""
    origin = request.headers.get("Origin", "").lower()
    return bool(origin) and _is_own(request, origin)


def check_origin(request: web.Request) -> None:
    """Refuse a request that carries our cookie, or comes from a page, unless the page is known.

    Raises:
        ForeignOriginError: another site's page sent it (cross-site request forgery).
    """
    if (COOKIE in request.cookies or "Origin" in request.headers) and not origin_is_known(request):
        raise ForeignOriginError(request.headers.get("Origin", "no origin")[:100])


def session_of(request: web.Request) -> BrowserSession | None:
    """Return the browser session, None without a valid cookie."""
    return request.app[SESSIONS].read(request.cookies.get(COOKIE))


def visitor_of(session: BrowserSession | None) -> Visitor:
    """Return who may see what."""
    return Visitor(session.session_id, session.customer_id) if session else Visitor()


def language_of(request: web.Request) -> Language:
    """Return the language for a page or an error: the query, a cookie, the browser's wish, English."""
    chosen = as_language(request.query.get("lang")) or as_language(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or accepted_language(request.headers.get("Accept-Language", "")) or "en"


def _is_own(request: web.Request, origin: str) -> bool:
    settings: GatewaySettings = request.app[SETTINGS]
    if settings.public_url and origin == settings.public_url.lower():
        return True
    try:
        return urlsplit(origin).netloc == request.host.lower()
    except ValueError:  # `http://[`
        return False


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _counted(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((int(parsed), 64), strict=False))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
