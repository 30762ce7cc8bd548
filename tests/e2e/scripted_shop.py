"""What the scripted dialogue answers in the browser tests: every kind of reply that the widget can draw."""

import json
from typing import Any

from catalog.repositories.carts import add_to_cart
from catalog.session import Database
from tests.integration.gateway.scripted_rasa import reply

HOSTILE = '<img src=x onerror="document.body.dataset.hacked=1"><b>bold</b>'
CARDS = 5


def card(number: int, **changes: Any) -> dict[str, Any]:
    """Return the card of a watch of the small shop."""
    button = {"title": "Add to cart", "payload": f'/add_to_cart{{"variant_id": "watch-{number}-1"}}'}
    return {
        "product_id": f"watch-{number}",
        "variant_id": None,
        "title": f"Watch {number}",
        "price_minor": 19900,
        "currency": "USD",
        "image_url": "/images/watch.svg",
        "url": f"/products/watch-{number}",
        "rating": 4.5,
        "in_stock": number != 3,
        "reason": "Swims with you" if number == 1 else None,
        "sponsored": number == 2,
        "buttons": [button],
        **changes,
    }


class ScriptedDialogue:
    """Answers by the words of the message; adding to the cart really writes the cart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, call: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"recipient_id": call["sender"], "custom": self._reply(call["sender"], call["message"])}]

    def _reply(self, sender: str, message: str) -> dict[str, Any]:
        if message.startswith("/add_to_cart"):
            variant = json.loads(message.removeprefix("/add_to_cart"))["variant_id"]
            with self._database.session() as session:
                add_to_cart(session, sender, variant, currency="USD")
            return reply("It is in your cart.")
        script = {
            "watches": reply(
                "Here are five watches.",
                cards=[card(n) for n in range(1, CARDS + 1)],
                quick_replies=[{"title": "Cheaper ones", "payload": "/refine_search"}],
            ),
            "手表": reply("为您找到一款手表。", language="zh", cards=[card(1, title="1号智能手表", currency="CNY")]),
            "return": reply(
                "1. Open My orders.\n2. Choose the item.",
                sources=[{"document": "Returns", "section": "How to return something", "version": "2026-09"}],
            ),
            "email": reply("Which e-mail address?", expects="email"),
            "person": reply("One moment.", handoff={"reason": "asked"}),
            "hostile": reply(HOSTILE, cards=[card(1, title=HOSTILE, url="javascript:alert(1)", image_url="data:,x")]),
            "/refine_search": reply("Here is a cheaper one.", cards=[card(4)]),
        }
        return next((answer for word, answer in script.items() if word in message), reply(f"You said {message}"))
