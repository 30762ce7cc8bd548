"""`/api/session`: who one is."""

import time

from aiohttp import web

from bot.gateway.errors import NotFoundError, SignInError
from bot.gateway.keys import DATABASE, HUB, LIMITS, SESSIONS, SETTINGS
from bot.gateway.problems import json_response
from bot.gateway.requests import DemoCustomerBody, TokenBody, read_body
from bot.gateway.sessions import COOKIE, BrowserSession
from bot.gateway.signing import InvalidTokenError, verify_claims
from bot.gateway.visitors import check_origin, client_address, is_secure, session_of
from catalog.repositories.customers import CustomerView, get_customer


async def read_session(request: web.Request) -> web.Response:
    """Return the session, begun where there is none."""
    request.app[LIMITS].take_request("session", client_address(request))
    session = session_of(request)
    fresh = session is None
    session = session or request.app[SESSIONS].begin()
    customer = await _customer(request, session.customer_id) if session.customer_id else None
    response = json_response(_as_json(customer))
    if fresh or request.app[SESSIONS].is_due(session):
        request.app[SESSIONS].write(response, session, secure=is_secure(request))
    return response


async def begin_session(request: web.Request) -> web.Response:
    """The same by POST, for clients that do not like a GET to set a cookie."""
    if COOKIE in request.cookies:
        check_origin(request)
    return await read_session(request)


async def end_session(request: web.Request) -> web.Response:
    """Sign the customer out; the session stays, anonymous."""
    check_origin(request)
    session = session_of(request)
    response = json_response(_as_json(None))
    if session is not None:
        request.app[HUB].end_session(session.session_id)
        anonymous = BrowserSession(session.session_id, session.expires_s)
        request.app[SESSIONS].write(response, anonymous, secure=is_secure(request))
    return response


async def sign_in(request: web.Request) -> web.Response:
    """Sign a customer in with a token that the merchant's shop signed."""
    check_origin(request)
    request.app[LIMITS].take_request("sign_in", client_address(request))
    key = request.app[SETTINGS].customer_key.get_secret_value()
    if not key:
        raise NotFoundError("SHOPKEEPER_CUSTOMER_KEY is not set")
    body = await read_body(request, TokenBody)
    try:
        claims = verify_claims(body.token, key.encode(), time.time())
    except InvalidTokenError as error:
        raise SignInError(str(error)) from error
    customer = await _customer(request, str(claims.get("sub", "")))
    if customer is None:
        raise SignInError("unknown customer")
    return _signed_in(request, customer)


async def sign_in_demo(request: web.Request) -> web.Response:
    """Sign in as a synthetic customer of the demo shop."""
    if not request.app[SETTINGS].demo:
        raise NotFoundError("not the demo shop")
    check_origin(request)
    request.app[LIMITS].take_request("sign_in", client_address(request))
    body = await read_body(request, DemoCustomerBody)
    customer = await _customer(request, body.customer_id)
    if customer is None or not customer.synthetic:
        raise NotFoundError("no such synthetic customer")
    return _signed_in(request, customer)


async def _customer(request: web.Request, customer_id: str) -> CustomerView | None:
    return await request.app[DATABASE].read(get_customer, customer_id)


def _signed_in(request: web.Request, customer: CustomerView) -> web.Response:
    sessions = request.app[SESSIONS]
    session = sessions.with_customer(session_of(request) or sessions.begin(), customer.customer_id)
    response = json_response(_as_json(customer))
    sessions.write(response, session, secure=is_secure(request))
    request.app[HUB].end_session(session.session_id)
    return response


def _as_json(customer: CustomerView | None) -> dict[str, object]:
    return {"customer": {"id": customer.customer_id, "name": customer.name} if customer else None}


ROUTES = (
    web.get("/api/session", read_session),
    web.post("/api/session", begin_session),
    web.delete("/api/session", end_session),
    web.post("/api/session/customer", sign_in),
    web.post("/api/session/demo", sign_in_demo),
)
