import asyncio
import time

from bot.gateway.texts import say as own_words
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, echo, reply
from tests.integration.gateway.talk import say


async def test_dead_rasa_brings_an_apology_within_five_seconds_and_keeps_the_message(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    await rasa.stop()
    started = time.monotonic()
    body = await say(gateway, conversation_id, "我要退货")
    assert time.monotonic() - started < 5
    answer = body["replies"][0]
    assert (answer["text"], answer["language"]) == (own_words("apology", "zh"), "zh")
    assert answer["quick_replies"][0]["title"] == own_words("person", "zh")
    async with gateway.get(f"/api/conversations/{conversation_id}/messages") as response:
        assert [m["direction"] for m in (await response.json())["messages"]] == ["shopper", "bot"]


async def test_conversation_goes_on_within_a_second_of_rasas_return(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    await say(gateway, conversation_id, "before")
    await rasa.stop()
    assert (await say(gateway, conversation_id, "meanwhile"))["replies"][0]["text"] == own_words("apology", "en")
    await rasa.start()
    await asyncio.sleep(1.0)
    assert (await say(gateway, conversation_id, "after"))["replies"][0]["text"] == "you said after"


async def test_dead_rasa_is_not_hammered(gateway: Client, rasa: ScriptedRasa) -> None:
    await rasa.stop()
    await say(gateway, "first-to-notice", "hi")
    started = time.monotonic()
    await asyncio.gather(*(say(gateway, f"impatient-{n}", "hi") for n in range(20)))
    assert time.monotonic() - started < 2
    async with gateway.get("/metrics") as response:
        assert 'outcome="apology"} 21.0' in await response.text()


async def test_hanging_rasa_brings_an_apology_in_time(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.delay_s = 30
    gateway = await start_gateway(rasa_timeout_s=0.3)
    started = time.monotonic()
    body = await say(gateway, conversation_id, "hello")
    assert time.monotonic() - started < 1.5
    assert body["replies"][0]["text"] == own_words("apology", "en")


async def test_silent_rasa_is_repaired(gateway: Client, conversation_id: str, rasa: ScriptedRasa) -> None:
    rasa.answers = lambda call: []
    body = await say(gateway, conversation_id, "hello")
    assert body["replies"][0]["text"] == own_words("apology", "en")
    loop, listen = {"event": "active_loop", "name": None}, {"event": "action", "name": "action_listen"}
    assert rasa.repairs == [(conversation_id, [loop, listen])]
    rasa.answers = echo
    assert (await say(gateway, conversation_id, "hello"))["replies"][0]["text"] == "you said hello"


async def test_failed_turns_bring_apologies_and_neither_repair_nor_a_pause(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.status = 503  # the action server is down: the turn never happened
    for _ in range(4):
        assert (await say(gateway, conversation_id, "hi"))["replies"][0]["text"] == own_words("apology", "en")
    rasa.status = 200
    assert (await say(gateway, conversation_id, "hi"))["replies"][0]["text"] == "you said hi"
    assert rasa.repairs == []


async def test_reply_that_breaks_the_schema_becomes_an_apology(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"custom": reply("x", cards=[{"product_id": "p", "price_minor": -1}])}]
    assert (await say(gateway, conversation_id, "hi"))["replies"][0]["text"] == own_words("apology", "en")


async def test_plain_emergency_text_becomes_a_typed_reply(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"recipient_id": "x", "text": "Please try again."}]
    answer = (await say(gateway, conversation_id, "hi"))["replies"][0]
    assert (answer["text"], answer["language"], answer["cards"]) == ("Please try again.", "en", [])


async def test_emergency_text_with_a_broken_button_becomes_an_apology(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    rasa.answers = lambda call: [{"text": "Please try again.", "buttons": [{"title": "Our site", "url": "https://a"}]}]
    assert (await say(gateway, conversation_id, "hi"))["replies"][0]["text"] == own_words("apology", "en")


async def test_readiness_says_what_is_missing(gateway: Client, rasa: ScriptedRasa) -> None:
    async with gateway.get("/readyz") as response:
        assert response.status == 200
    await rasa.stop()
    async with gateway.get("/readyz") as response:
        assert response.status == 503
        assert (await response.json())["missing"] == ["dialogue"]
    async with gateway.get("/healthz") as response:
        assert response.status == 200
