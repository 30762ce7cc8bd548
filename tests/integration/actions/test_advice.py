"""Advice keeps to what the shopper says: not this brand, the cheapest, other ones, of the list shown."""

from dataclasses import replace
from typing import Any

import pytest

from actions.reply import Reply
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.conftest import PRODUCTS

APPLE = {"apple-se", "iphone"}
CHEAPEST_FIRST = ["bip-5", "gt-4", "apple-se", "galaxy-6", "sony-xm5", "galaxy-6-classic"]


def ids(reply: Reply) -> list[str]:
    return [card.product_id for card in reply.cards]


@on_both_engines("shop")
@pytest.mark.parametrize(
    ("text", "brand"), [("recommend something but not apple", "apple"), ("推荐点东西，不要苹果的", "苹果")]
)
async def test_brand_that_is_not_wanted_is_not_recommended(shopper: Any, text: str, brand: str) -> None:
    reply = await shopper.say(text, "recommend_product", brand=brand)

    assert reply.cards
    assert APPLE.isdisjoint(ids(reply))


@pytest.mark.parametrize("text", ["recommend the cheapest thing you have", "推荐最便宜的东西"])
async def test_order_asked_for_is_the_order_of_the_advice(shopper: Any, text: str) -> None:
    assert ids(await shopper.say(text, "recommend_product")) == CHEAPEST_FIRST


@pytest.mark.parametrize(
    ("text", "kind"),
    [("recommend the cheapest smartwatch, not samsung", "smartwatch"), ("推荐最便宜的智能手表，不要三星", "智能手表")],
)
async def test_kind_order_and_unwanted_brand_go_together(shopper: Any, text: str, kind: str) -> None:
    brand = "samsung" if text.isascii() else "三星"
    reply = await shopper.say(text, "recommend_product", product_type=kind, brand=brand)

    assert ids(reply) == ["bip-5", "gt-4", "apple-se"]


async def test_advice_asked_for_again_shows_others_first(shopper: Any) -> None:
    first = await shopper.say("recommend something", "recommend_product")
    again = await shopper.say("recommend something for my mom", "recommend_product", recipient="mom")

    left = {product.product_id for product in PRODUCTS} - set(ids(first))
    assert left
    assert set(ids(again)[: len(left)]) == left


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("which do you recommend", "compare_products"),
        ("any recommendation", "recommend_product"),
        ("你推荐哪个", "compare_products"),
    ],
)
async def test_advice_after_a_list_is_of_that_list(shopper: Any, shop: Database, text: str, intent: str) -> None:
    watches = [product for product in PRODUCTS if product.category_slug == "smartwatches"]
    with shop.session() as session:
        ProductWriter(session).write([replace(watches[3], rating=4.9)])
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(text, intent)

    assert set(ids(reply)) == {watch.product_id for watch in watches}
    assert ids(reply)[0] == watches[3].product_id


@pytest.mark.parametrize(
    ("text", "said"),
    [("gift for my mom around 250", "between $200 and $300"), ("给我妈推荐个礼物 1750左右", "¥1,400到¥2,100")],
)
async def test_rough_budget_is_a_span(shopper: Any, text: str, said: str) -> None:
    figure = "".join(filter(str.isdigit, text))
    price = (int(figure), None)
    reply = await shopper.say(text, "recommend_product", recipient="mom" if text.isascii() else "妈", price_max=price)

    assert said in reply.text
