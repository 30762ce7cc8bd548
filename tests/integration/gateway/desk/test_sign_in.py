import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.desk.agent_sessions import COOKIE
from bot.desk.keys import DESK
from bot.desk.passwords import hash_password
from bot.desk.sweep import Sweep
from bot.gateway.signing import sign_claims
from catalog.repositories.agents import disable_agent, set_password
from catalog.session import Database
from tests.integration.gateway.agents import PASSWORD, Door, Person, employ, origin, person, read_until
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.desk.conftest import SignIn

SESSION = "/desk/api/session"
Staff = dict[str, int]


@contextlib.asynccontextmanager
async def browser(gateway: Door) -> AsyncIterator[Person]:
    """Give somebody who has not signed in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Person(gateway, http)


async def closes(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """Wait for the close of a line; returns its code."""
    while not socket.closed:
        await socket.receive(timeout=20)
    return socket.close_code


async def test_sign_in_gives_a_strict_cookie_and_the_token_of_this_sign_in(gateway: Client, staff: Staff) -> None:
    body = {"login": " Anna", "password": PASSWORD}
    async with gateway.post(SESSION, json=body, headers=origin(gateway)) as response:
        given = await response.json()
        cookie = set(response.headers["Set-Cookie"].split("; "))
        assert response.headers["Cache-Control"] == "no-store"
    assert {"HttpOnly", "SameSite=Strict", "Path=/desk", "Max-Age=43200"} <= cookie
    assert "Secure" not in cookie
    assert given["agent"] == {
        "id": staff["anna"], "login": "anna", "name": "Anna", "role": "agent", "away": False, "on": False, "chats": 0,
    }  # fmt: skip
    assert given["shop"] == {"currencies": ["USD", "CNY"], "hours": "", "open": True}
    assert 11.9 < (datetime.fromisoformat(given["expires_at"]) - datetime.now(UTC)).total_seconds() / 3600 <= 12
    async with gateway.get(SESSION) as response:
        assert (response.status, await response.json()) == (200, given)


async def test_cookie_is_for_https_only_where_the_page_came_by_https(gateway: Client, staff: Staff) -> None:
    headers = {**origin(gateway), "X-Forwarded-Proto": "https"}
    body = {"login": "anna", "password": PASSWORD}
    async with gateway.post(SESSION, json=body, headers=headers) as response:
        assert "Secure" in response.headers["Set-Cookie"].split("; ")


async def test_wrong_password_and_unknown_login_cannot_be_told_apart(gateway: Client, staff: Staff) -> None:
    async with browser(gateway) as somebody:
        wrong = await somebody.sign_in("anna", "not the password")
        assert wrong == await somebody.sign_in("nobody", "not the password")
        assert (wrong[0], wrong[1]["error"]["code"]) == (401, "desk_sign_in")
        await somebody.get("session", 401)


async def test_login_is_tried_five_times_a_minute_and_others_go_on(gateway: Client, staff: Staff) -> None:
    for _ in range(5):
        body = {"login": "ANNA ", "password": "not the password"}
        async with gateway.post(SESSION, json=body, headers=origin(gateway)) as response:
            assert response.status == 401
    async with browser(gateway) as somebody:
        status, answer = await somebody.sign_in("anna")
        assert (status, answer["error"]["code"]) == (429, "rate_limited")
        assert (await somebody.sign_in("ben"))[0] == 200


async def test_address_that_guesses_logins_is_slowed_down(gateway: Client, staff: Staff) -> None:
    async with browser(gateway) as somebody:
        far = {"X-Forwarded-For": "203.0.113.7"}
        statuses: list[int] = []
        while 429 not in statuses and len(statuses) < 100:  # an allowance of 30, refilled one every two seconds
            statuses.append((await somebody.sign_in(f"guess{len(statuses)}", "x" * 10, **far))[0])
        assert statuses[:30] == [401] * 30
        assert statuses[-1] == 429
        assert (await somebody.sign_in("anna", **{"X-Forwarded-For": "203.0.113.8"}))[0] == 200


@pytest.mark.parametrize("body", [{}, {"login": "anna"}, {"login": "", "password": "x"}, {"login": 1, "password": "x"}])
async def test_sign_in_of_another_shape_is_refused(gateway: Client, body: dict[str, object]) -> None:
    async with gateway.post(SESSION, json=body, headers=origin(gateway)) as response:
        assert response.status == 400


async def test_other_sites_can_neither_sign_in_nor_act(start_gateway: StartGateway, staff: Staff) -> None:
    gateway = await start_gateway(allowed_origins="https://shop.example")
    body = {"login": "anna", "password": PASSWORD}
    for foreign in ({"Origin": "https://shop.example"}, {"Origin": "null"}, {"Origin": "http://["}, {}):
        async with gateway.post(SESSION, json=body, headers=foreign) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (403, "origin")
    async with gateway.post(SESSION, json=body, headers=origin(gateway)) as response:
        token = {"X-Desk-Token": (await response.json())["token"]}
    for headers in ({**token, "Origin": "https://shop.example"}, token, origin(gateway)):
        async with gateway.post("/desk/api/presence", json={"away": True}, headers=headers) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (403, "origin")
    for headers in ({"Origin": "https://shop.example"}, {}):
        async with gateway.get("/desk/ws", headers=headers) as response:
            assert response.status == 403
    async with gateway.get(SESSION) as response:
        assert (await response.json())["agent"]["away"] is False


async def test_token_belongs_to_one_sign_in(sign_in: SignIn) -> None:
    anna, again, ben = await sign_in("anna"), await sign_in("anna"), await sign_in("ben")
    assert len({anna.token, again.token, ben.token}) == 3
    for other in (again, ben):
        await anna.post("presence", {"away": True}, 403, **{"X-Desk-Token": other.token})
    async with again.line() as socket:
        await socket.send_json({"type": "ping"})
        await read_until(socket, "pong")
    again.token = anna.token
    async with again.line() as socket:
        assert await closes(socket) == 4401


async def test_forged_and_foreign_cookies_are_no_sign_in(start_gateway: StartGateway, staff: Staff) -> None:
    key = "k" * 40
    gateway = await start_gateway(secret_key=key)
    claims = {"use": "desk", "sid": "x", "agent": staff["anna"], "ver": 1, "exp": time.time() + 60}
    tried = {
        "good": sign_claims(claims, key.encode()),
        "another key": sign_claims(claims, b"another key"),
        "a shopper's": sign_claims({**claims, "use": "session"}, key.encode()),
        "late": sign_claims({**claims, "exp": time.time() - 1}, key.encode()),
        "nobody": sign_claims({**claims, "agent": 99}, key.encode()),
        "old": sign_claims({**claims, "ver": 0}, key.encode()),
    }
    statuses = {}
    for name, cookie in tried.items():
        async with gateway.get(SESSION, cookies={COOKIE: cookie}) as response:
            statuses[name] = response.status
    assert statuses == {name: 200 if name == "good" else 401 for name in tried}


@pytest.mark.parametrize("end", ["disable", "password"])
async def test_sign_in_ends_with_the_account_or_its_password(
    end: str, gateway: Client, sign_in: SignIn, database: Database
) -> None:
    anna, ben = await sign_in("anna"), await sign_in("ben")
    async with anna.line() as line, ben.line() as other:
        for socket in (line, other):
            await read_until(socket, "welcome")
        with database.session() as session:
            if end == "disable":
                disable_agent(session, "anna", now=datetime.now(UTC))
            else:
                set_password(session, "anna", hash_password("a new password"))
        await anna.get("session", 401)
        await anna.post("presence", {"away": True}, 401)
        await Sweep(database, gateway.app[DESK]).round()
        assert await closes(line) == 4401
        await other.send_json({"type": "ping"})
        await read_until(other, "pong")
    assert (await anna.sign_in("anna"))[0] == 401
    assert (await anna.sign_in("anna", "a new password"))[0] == (401 if end == "disable" else 200)


async def test_a_ping_notices_that_the_sign_in_has_ended(sign_in: SignIn, database: Database) -> None:
    anna = await sign_in("anna")
    async with anna.line() as line:
        await read_until(line, "welcome")
        with database.session() as session:
            disable_agent(session, "anna", now=datetime.now(UTC))
        await line.send_json({"type": "ping"})
        assert await closes(line) == 4401


async def test_signing_out_clears_the_cookie_and_closes_its_lines(gateway: Client, sign_in: SignIn) -> None:
    anna, elsewhere = await sign_in("anna"), await sign_in("anna")
    async with anna.line() as line, elsewhere.line() as other:
        for socket in (line, other):
            await read_until(socket, "welcome")
        async with anna.browser.delete(anna.address("session"), headers=anna.headers) as response:
            assert (response.status, await response.json()) == (200, {})
        assert await closes(line) == 4401
        await anna.get("session", 401)
        await other.send_json({"type": "ping"})
        await read_until(other, "pong")


async def test_consoles_are_sent_away_before_the_server_stops(start_gateway: StartGateway, staff: Staff) -> None:
    gateway = await start_gateway()
    async with person(gateway, "anna") as anna, anna.line() as line:
        await read_until(line, "welcome")
        await gateway.app.shutdown()
        assert await closes(line) == 1012


async def test_agents_see_who_is_on_and_away(sign_in: SignIn, database: Database) -> None:
    employ(database, "kim")
    anna, ben = await sign_in("anna"), await sign_in("ben")
    async with anna.line() as line, ben.line():
        await read_until(line, "welcome")
        assert (await ben.post("presence", {"away": True}))["away"] is True
        wanted = {"anna": (True, False), "ben": (False, True), "kim": (False, False), "sara": (False, False)}
        seen: dict[str, tuple[bool, bool]] = {}
        while seen != wanted:
            agents = (await read_until(line, "agents"))[-1]["agents"]
            seen = {agent["login"]: (agent["on"], agent["away"]) for agent in agents}
        listed = (await anna.get("agents"))["agents"]
    assert {agent["login"]: (agent["on"], agent["away"]) for agent in listed} == wanted
