import time
from typing import Any

import aiohttp
import pytest_asyncio

from bot.gateway.signing import sign_claims
from catalog.models import Customer
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.talk import origin, post, say

KEY = "k" * 40


async def begin(gateway: Client) -> dict[str, Any]:
    """Begin a session; the client keeps the cookie."""
    async with gateway.get("/api/session") as response:
        body: dict[str, Any] = await response.json()
        return body


async def sign_in(gateway: Client, customer_id: str) -> aiohttp.ClientResponse:
    return await gateway.post("/api/session/demo", json={"customer_id": customer_id}, headers=origin(gateway))


async def talk(gateway: Client, conversation_id: str, text: str = "hi") -> int:
    body = {"conversation_id": conversation_id, "text": text}
    async with gateway.post("/api/messages", json=body, headers=origin(gateway)) as response:
        return response.status


@pytest_asyncio.fixture
async def stranger(start_gateway: StartGateway) -> Client:
    """Another browser: a second gateway on the same shop, with cookies of its own."""
    return await start_gateway()


async def test_session_cookie_is_signed_and_not_for_scripts(gateway: Client) -> None:
    async with gateway.get("/api/session") as response:
        assert await response.json() == {"customer": None}
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    async with gateway.get("/api/session") as response:
        assert "Set-Cookie" not in response.headers


async def test_forged_cookie_is_no_session(gateway: Client) -> None:
    claims = {"use": "session", "sid": "x", "exp": time.time() + 60, "cus": "c1", "cus_exp": time.time() + 60}
    forged = {"shopkeeper_session": sign_claims(claims, b"another key")}
    async with gateway.get("/api/session", cookies=forged) as response:
        assert await response.json() == {"customer": None}
        assert "Set-Cookie" in response.headers


async def test_conversation_of_a_session_is_closed_to_others(
    gateway: Client, stranger: Client, conversation_id: str
) -> None:
    await begin(gateway)
    assert await talk(gateway, conversation_id) == 200
    assert (await post(stranger, conversation_id, "hi"))[0] == 403
    await begin(stranger)
    assert await talk(stranger, conversation_id) == 403
    async with stranger.get(f"/api/conversations/{conversation_id}/messages") as response:
        assert response.status == 403
    async with stranger.post(
        "/api/events",
        json={"conversation_id": conversation_id, "events": [{"kind": "view", "product_id": "watch-1"}]},
        headers=origin(stranger),
    ) as response:
        assert response.status == 403


async def test_conversation_without_a_session_never_has_a_customer(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    await say(gateway, conversation_id, "hi")
    await begin(gateway)
    await sign_in(gateway, "c1")
    assert await talk(gateway, conversation_id) == 200
    assert [call["metadata"]["customer_id"] for call in rasa.calls] == [None, None]


async def test_signed_in_customer_reaches_the_dialogue_until_signing_out(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    await begin(gateway)
    await talk(gateway, conversation_id)
    response = await sign_in(gateway, "c2")
    assert await response.json() == {"customer": {"id": "c2", "name": "王磊"}}
    await talk(gateway, conversation_id)
    assert [call["metadata"]["customer_id"] for call in rasa.calls] == [None, "c2"]
    async with gateway.delete("/api/session", headers=origin(gateway)) as response:
        assert await response.json() == {"customer": None}
    assert await begin(gateway) == {"customer": None}
    assert await talk(gateway, conversation_id) == 403  # what the customer said is not for the next one here
    assert await talk(gateway, f"{conversation_id}-new") == 200


async def test_demo_sign_in_exists_in_the_demo_shop_only(start_gateway: StartGateway, gateway: Client) -> None:
    assert (await sign_in(gateway, "nobody")).status == 404
    real = await start_gateway(demo=False)
    assert (await sign_in(real, "c1")).status == 404


@on_both_engines("database")
async def test_demo_sign_in_is_for_synthetic_customers_only(gateway: Client, database: Database) -> None:
    with database.session() as session:
        session.add(Customer(id="real", first_name="R", last_name="L", email="someone@merchant.test"))
    assert (await sign_in(gateway, "real")).status == 404
    assert (await sign_in(gateway, "c1")).status == 200


async def test_customer_token_of_the_shop_signs_in(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(demo=False, customer_key=KEY)
    good = sign_claims({"sub": "c1", "exp": int(time.time()) + 60}, KEY.encode())
    old = sign_claims({"sub": "c1", "exp": int(time.time()) - 1}, KEY.encode())
    foreign = sign_claims({"sub": "c1", "exp": int(time.time()) + 60}, b"x" * 40)
    unknown = sign_claims({"sub": "c9", "exp": int(time.time()) + 60}, KEY.encode())
    statuses = []
    for token in (old, foreign, unknown, "no token", good):
        async with gateway.post("/api/session/customer", json={"token": token}, headers=origin(gateway)) as response:
            statuses.append(response.status)
    assert statuses == [401, 401, 401, 401, 200]
    assert (await begin(gateway))["customer"]["id"] == "c1"


async def test_other_sites_cannot_use_the_cookie(gateway: Client, conversation_id: str) -> None:
    await begin(gateway)
    body = {"conversation_id": conversation_id, "text": "hi"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        async with gateway.post("/api/messages", json=body, headers=headers) as response:
            assert response.status == 403
            assert (await response.json())["error"]["code"] == "origin"


async def test_allowed_page_gets_cors_headers_and_others_do_not(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(allowed_origins="https://shop.example, https://www.shop.example")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    async with gateway.options("/api/messages", headers={"Origin": "https://shop.example", **asked}) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
    async with gateway.get("/api/session", headers={"Origin": "https://evil.example"}) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
    body = {"conversation_id": "from-a-shop", "text": "hi"}
    async with gateway.post("/api/messages", json=body, headers={"Origin": "https://shop.example"}) as response:
        assert response.status == 200
