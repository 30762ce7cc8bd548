"""A new search may ask for an order: the cheapest, the dearest, the best rated, or what is in stock alone."""

from dataclasses import replace
from typing import Any

import pytest

from actions.reply import Reply
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.integration.actions.conftest import PRODUCTS

RATINGS = {"galaxy-6-classic": 4.9, "apple-se": 4.7, "bip-5": 4.6, "galaxy-6": 4.5, "gt-4": 4.1}
BY_PRICE = ["bip-5", "gt-4", "apple-se", "galaxy-6", "galaxy-6-classic"]


def ids(reply: Reply) -> list[str]:
    return [card.product_id for card in reply.cards]


@pytest.fixture(autouse=True)
def _ratings(shop: Database) -> None:
    """Rate the watches so that no other order is that of their prices."""
    with shop.session() as session:
        ProductWriter(session).write(
            [replace(product, rating=rating) for product in PRODUCTS if (rating := RATINGS.get(product.product_id))]
        )


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("cheapest smartwatch", "smartwatch", BY_PRICE),
        ("最便宜的智能手表", "智能手表", BY_PRICE),
        ("most expensive smartwatch", "smartwatch", BY_PRICE[::-1]),
        ("最贵的智能手表", "智能手表", BY_PRICE[::-1]),
        ("best rated smartwatch", "smartwatch", list(RATINGS)),
        ("评分最高的智能手表", "智能手表", list(RATINGS)),
    ],
)
@pytest.mark.parametrize("intent", ["search_product", "refine_search"])
async def test_new_search_is_in_the_order_asked_for(
    shopper: Any, intent: str, text: str, kind: str, expected: list[str]
) -> None:
    await shopper.say("headphones", "search_product", product_type="headphones")
    reply = await shopper.say(text, intent, product_type=kind)

    assert ids(reply) == expected
    assert "text" not in shopper.shopping["query"]


async def test_order_is_no_word_to_look_for(shopper: Any) -> None:
    assert ids(await shopper.say("the cheapest samsung", "search_product", brand="samsung")) == BY_PRICE[3:]


@pytest.mark.parametrize(
    ("text", "kind", "color", "said"),
    [
        ("gold smartwatch, in stock only", "smartwatch", "gold", "no smartwatches in stock in gold"),
        ("金色智能手表，只要有货的", "智能手表", "金色", "有现货的智能手表没有金色的"),
    ],
)
async def test_new_search_may_be_for_what_is_in_stock(
    shopper: Any, text: str, kind: str, color: str, said: str
) -> None:
    assert said in (await shopper.say(text, "search_product", product_type=kind, color=color)).text
