from typing import Any

import pytest
from openapi_spec_validator import validate

from actions.reply import Button, Card, Reply, Source, payload
from bot.gateway.app import create_app
from bot.gateway.reply import TypedReply
from bot.gateway.settings import GatewaySettings
from catalog.repositories.carts import add_to_cart
from catalog.session import Database
from tests.contract.gateway.schema import check, document
from tests.integration.gateway.conftest import Client, StartGateway
from tests.integration.gateway.scripted_rasa import ScriptedRasa, reply
from tests.integration.gateway.talk import post, say

FULL = Reply(
    text="Two watches.",
    language="en",
    cards=(
        Card(
            product_id="watch-1",
            variant_id=None,
            title="Watch 1",
            price_minor=19900,
            currency="USD",
            image_url="/images/watch.svg",
            url="/products/watch-1",
            rating=4.5,
            in_stock=True,
            reason="often bought",
            sponsored=True,
            buttons=(Button("Add to cart", payload("add_to_cart", product_id="watch-1")),),
        ),
    ),
    quick_replies=(Button("Cheaper", payload("refine_search")),),
    sources=(Source("Returns", "How to return", "3"),),
    handoff="asked for a person",
    expects="quantity",
)


def test_schema_is_valid_openapi() -> None:
    validate(document())


def test_every_route_of_the_api_is_documented(tmp_path: Any) -> None:
    app = create_app(GatewaySettings(data_dir=tmp_path))
    served = {
        (route.resource.canonical, route.method.lower())
        for route in app.router.routes()
        if route.resource and route.resource.canonical.startswith(("/api/", "/healthz", "/readyz", "/metrics"))
    }
    documented = {(path, method) for path, methods in document()["paths"].items() for method in methods}
    assert {pair for pair in served if pair[1] != "head"} == documented


def test_reply_of_an_action_fits_the_gateways_own_model() -> None:
    sent = FULL.as_json()
    assert TypedReply.model_validate(sent).as_json() == sent


@pytest.mark.parametrize("sent", [FULL.as_json(), reply("short"), {"text": "least", "language": "zh"}])
async def test_answers_keep_to_the_schema(
    start_gateway: StartGateway, conversation_id: str, rasa: ScriptedRasa, database: Database, sent: dict[str, Any]
) -> None:
    seen = {
        "intent": "greet",
        "confidence": 0.9,
        "decided": "greet",
        "entities": [],
        "categories": [],
        "language": None,
    }
    rasa.answers = lambda call: [{"recipient_id": "x", "custom": {**sent, "understanding": seen, "extra": 1}}]
    gateway = await start_gateway(trace=True)
    await say(gateway, conversation_id, "hello")
    with database.session() as session:
        add_to_cart(session, conversation_id, "watch-1-1", quantity=2, currency="USD")
    body = await say(gateway, conversation_id, "hello")
    check("MessageResponse", body)
    assert body["cart"]["total_minor"] == 2 * 19900
    assert body["cart"]["lines"][0]["options"] == {"color": "black"}


async def test_history_session_and_apology_keep_to_the_schema(
    gateway: Client, conversation_id: str, rasa: ScriptedRasa
) -> None:
    await rasa.stop()
    check("MessageResponse", await say(gateway, conversation_id, "hello"))
    async with gateway.get(f"/api/conversations/{conversation_id}/messages") as response:
        body = await response.json()
    for message in body["messages"]:
        check("Message", message)
    check("Cart", body["cart"])
    async with gateway.get("/api/session") as response:
        check("Session", await response.json())


async def test_problems_keep_to_the_schema(gateway: Client, conversation_id: str) -> None:
    for text in ("", "x" * 5000):
        status, body = await post(gateway, conversation_id, text)
        assert status >= 400
        check("Problem", body)
    async with gateway.get("/api/nothing") as response:
        assert response.status == 404
        check("Problem", await response.json())


async def test_published_schema_is_the_file(gateway: Client) -> None:
    async with gateway.get("/api/openapi.json") as response:
        assert await response.json() == document()
