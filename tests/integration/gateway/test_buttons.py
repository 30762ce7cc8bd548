from bot.gateway.texts import say as own_words
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import say

PAYLOAD = '/choose_option{"value": "watch-1"}'
CARD = {
    "product_id": "watch-1",
    "title": "Watch 1",
    "price_minor": 19900,
    "currency": "USD",
    "buttons": [{"title": "Add to cart", "payload": "/add_to_cart"}],
}


def offer(rasa: ScriptedRasa) -> None:
    buttons = [{"title": "Watch 1", "payload": PAYLOAD}]
    rasa.answers = lambda call: [{"custom": reply("which one?", cards=[CARD], quick_replies=buttons)}]


async def test_buttons_leave_as_opaque_ids_and_come_back_as_payloads(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    offer(rasa)
    shown = (await say(gateway, conversation_id, "watches"))["replies"][0]
    quick, of_card = shown["quick_replies"][0], shown["cards"][0]["buttons"][0]
    assert quick["payload"].startswith("btn_")
    assert len(quick["payload"]) <= 64
    assert "choose_option" not in str(shown)
    await say(gateway, conversation_id, quick["payload"])
    await say(gateway, conversation_id, of_card["title"], payload=of_card["payload"])
    assert [call["message"] for call in rasa.calls] == ["watches", PAYLOAD, "/add_to_cart"]


async def test_history_shows_the_title_of_a_tapped_button(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    offer(rasa)
    shown = (await say(gateway, conversation_id, "watches"))["replies"][0]
    await say(gateway, conversation_id, shown["quick_replies"][0]["payload"])
    async with gateway.get(f"/api/conversations/{conversation_id}/messages") as response:
        texts = [m["text"] for m in (await response.json())["messages"] if m["direction"] == "shopper"]
    assert texts == ["watches", "Watch 1"]


async def test_button_of_another_conversation_is_outdated(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    offer(rasa)
    shown = (await say(gateway, conversation_id, "watches"))["replies"][0]
    body = await say(gateway, f"{conversation_id}-other", shown["quick_replies"][0]["payload"])
    assert body["replies"][0]["text"] == own_words("outdated_button", "en")
    assert len(rasa.calls) == 1


async def test_unknown_button_is_answered_politely_in_the_shoppers_language(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    body = await say(gateway, conversation_id, "btn_AAAAAAAAAAAAAAAA", language="zh")
    assert body["replies"][0]["text"] == own_words("outdated_button", "zh")
    forged = await say(gateway, conversation_id, "Buy", payload="/restart")
    assert forged["replies"][0]["text"] == own_words("outdated_button", "zh")
    assert rasa.calls == []


async def test_button_works_after_the_gateway_was_restarted(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa
) -> None:
    offer(rasa)
    shown = (await say(await start_gateway(), conversation_id, "watches"))["replies"][0]
    await say(await start_gateway(), conversation_id, shown["quick_replies"][0]["payload"])
    assert rasa.calls[-1]["message"] == PAYLOAD
