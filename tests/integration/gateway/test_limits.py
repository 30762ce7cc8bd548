import asyncio

from bot.gateway.texts import say as own_words
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa
from tests.integration.gateway.talk import post, say


async def test_longest_message_is_taken_and_a_longer_one_is_not(gateway: Client, conversation_id: str) -> None:
    await say(gateway, conversation_id, "长" * 4000)
    status, body = await post(gateway, conversation_id, "长" * 4001, language="zh")
    assert (status, body["error"]["code"]) == (413, "too_long")
    status, body = await post(gateway, conversation_id, "x" * 200_000)
    assert (status, body["error"]) == (413, {"code": "too_long", "text": own_words("too_long", "en")})


async def test_empty_messages_are_refused(gateway: Client, conversation_id: str, rasa: ScriptedRasa) -> None:
    for text in ("", "   ", "///", "\u200b", "\x00"):
        status, body = await post(gateway, conversation_id, text)
        assert (status, body["error"]["code"]) == (400, "empty")
    assert rasa.calls == []


async def test_requests_of_a_wrong_shape_are_refused_with_a_reason(gateway: Client) -> None:
    wrong = (b"{", b"[]", b'"x"', b"\xff", b'{"text": "hi"}', b'{"conversation_id": "a b", "text": "x"}',
             b'{"conversation_id": "a", "text": 5}',
             b'{"conversation_id": "a", "text": "x", "language": "fr"}')  # fmt: skip
    for data in wrong:
        async with gateway.post("/api/messages", data=data) as response:
            assert response.status == 400, data
            assert (await response.json())["error"]["code"] == "invalid"


async def test_strange_texts_are_answered(gateway: Client, conversation_id: str) -> None:
    for text in ("😀🎉", "\x00\x01a\x7f", "\ud800lonely", "1", "?" * 3000, "<script>", "'; DROP TABLE x; --"):
        assert (await say(gateway, conversation_id, text))["replies"]


async def test_too_many_messages_are_told_when_to_come_back(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa
) -> None:
    gateway = await start_gateway(rate_per_minute=3)
    for _ in range(3):
        await say(gateway, conversation_id, "hi")
    body = {"conversation_id": conversation_id, "text": "嗨"}
    async with gateway.post("/api/messages", json=body) as response:
        assert response.status == 429
        assert 1 <= int(response.headers["Retry-After"]) <= 20
        assert (await response.json())["error"]["text"] == own_words("rate_limited", "zh")
    await say(gateway, f"{conversation_id}-other", "hi")
    assert len(rasa.calls) == 4


async def test_one_address_is_limited_over_all_its_conversations(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(rate_per_minute=4, rate_per_address=4)
    statuses = []
    for number, address in enumerate(["203.0.113.9"] * 5 + ["203.0.113.10"]):
        body = {"conversation_id": f"of-one-address-{number}", "text": "hi"}
        async with gateway.post("/api/messages", json=body, headers={"X-Forwarded-For": address}) as response:
            statuses.append(response.status)
    assert statuses == [200, 200, 200, 200, 429, 200]


async def test_forged_forwarding_header_does_not_hide_the_address(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(rate_per_minute=1, rate_per_address=1)
    statuses = []
    for number in range(2):
        forwarded = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
        body = {"conversation_id": f"forged-{number}", "text": "hi"}
        async with gateway.post("/api/messages", json=body, headers=forwarded) as response:
            statuses.append(response.status)
    assert statuses == [200, 429]


async def test_addresses_of_one_ipv6_network_are_one(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(rate_per_minute=1, rate_per_address=1)
    statuses = []
    addresses = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1", "::ffff:203.0.113.9", "203.0.113.9")
    for number, address in enumerate(addresses):
        body = {"conversation_id": f"of-one-network-{number}", "text": "hi"}
        async with gateway.post("/api/messages", json=body, headers={"X-Forwarded-For": address}) as response:
            statuses.append(response.status)
    assert statuses == [200, 429, 200, 200, 429]


async def test_one_conversation_cannot_pile_up_work(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.delay_s = 0.2
    gateway = await start_gateway(max_waiting_per_conversation=3)
    results = await asyncio.gather(*(post(gateway, conversation_id, f"m{n}") for n in range(8)))
    assert sorted(status for status, _ in results) == [200] * 3 + [429] * 5
    assert len(rasa.calls) == 3


async def test_full_server_says_that_it_is_busy(start_gateway: StartGateway, rasa: ScriptedRasa) -> None:
    rasa.delay_s = 0.2
    gateway = await start_gateway(max_waiting=2, max_turns=1)
    results = await asyncio.gather(*(post(gateway, f"many-{n}", "hi") for n in range(5)))
    assert sorted(status for status, _ in results) == [200, 200, 503, 503, 503]
    assert {body["error"]["code"] for status, body in results if status == 503} == {"busy"}
