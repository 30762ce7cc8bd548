"""What a shopper does not want stays away, in both languages, on a real database."""

from typing import Any

import pytest

from actions.reply import Reply
from tests.engines import on_both_engines

WATCHES = {"apple-se", "galaxy-6", "galaxy-6-classic", "bip-5", "gt-4"}
SAMSUNG = {"galaxy-6", "galaxy-6-classic"}


def ids(reply: Reply) -> set[str]:
    return {card.product_id for card in reply.cards}


@on_both_engines("shop")
@pytest.mark.parametrize(
    ("text", "entities", "unwanted", "said"),
    [
        (
            "smartwatch, anything but samsung",
            {"product_type": "smartwatch", "brand": "samsung"},
            SAMSUNG,
            "smartwatches not from Samsung",
        ),
        (
            "smartwatch, no apple or samsung",
            {"product_type": "smartwatch", "brand": ["apple", "samsung"]},
            {"apple-se", *SAMSUNG},
            "not from Apple or Samsung",
        ),
        ("a smartwatch that isn't apple", {"product_type": "smartwatch"}, {"apple-se"}, "not from Apple"),
        (
            "除了苹果和三星的智能手表",
            {"product_type": "智能手表", "brand": ["苹果", "三星"]},
            {"apple-se", *SAMSUNG},
            "除苹果、三星外的智能手表",
        ),
        ("不是三星的智能手表", {"product_type": "智能手表", "brand": "三星"}, SAMSUNG, "除三星外的智能手表"),
    ],
)
async def test_brand_that_is_not_wanted_is_left_out(
    shopper: Any, text: str, entities: dict[str, Any], unwanted: set[str], said: str
) -> None:
    reply = await shopper.say(text, "search_product", **entities)

    assert ids(reply) == WATCHES - unwanted
    assert said in reply.text


@on_both_engines("shop")
@pytest.mark.parametrize(("text", "color"), [("not in silver", "silver"), ("不要银色的", "银色")])
async def test_colour_that_is_not_wanted_leaves_the_other_versions(shopper: Any, text: str, color: str) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(text, "refine_search", color=color)

    assert ids(reply) == WATCHES
    assert {button.title for button in reply.quick_replies}.isdisjoint({"In silver", "只看银色"})
    assert "not in silver" in reply.text or "除银色外" in reply.text


async def test_what_is_not_wanted_sticks_until_it_is_asked_for(shopper: Any) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    refused = await shopper.say("no samsung please", "search_product", brand="samsung")
    cheaper = await shopper.say("under $250", "refine_search", price_max=(250, "USD"))
    asked = await shopper.say("ok, samsung then", "refine_search", brand="samsung")
    shopper.shopping["query"].pop("price_max_minor", None)
    anything = await shopper.say("any brand is fine", "refine_search")

    assert ids(refused) == WATCHES - SAMSUNG
    assert ids(cheaper) == {"apple-se", "bip-5", "gt-4"}
    assert ids(asked) <= SAMSUNG
    assert ids(anything) == WATCHES


@pytest.mark.parametrize(("text", "said"), [("not samsung", "not from Samsung"), ("不要三星的", "除三星外")])
async def test_brand_asked_for_is_taken_back(shopper: Any, text: str, said: str) -> None:
    await shopper.say("samsung smartwatch", "search_product", product_type="smartwatch", brand="samsung")
    reply = await shopper.say(text, "refine_search", brand=text.strip("不要的").removeprefix("not "))

    assert ids(reply) == WATCHES - SAMSUNG
    assert said in reply.text


@pytest.mark.parametrize("text", ["other brands", "any other brand?", "其他品牌的", "换个牌子"])
async def test_other_brands_are_not_the_one_asked_for(shopper: Any, text: str) -> None:
    await shopper.say("samsung smartwatch", "search_product", product_type="smartwatch", brand="samsung")

    assert ids(await shopper.say(text, "refine_search")) == WATCHES - SAMSUNG


async def test_other_brands_of_the_kind_named_again_go_on_from_the_list(shopper: Any) -> None:
    await shopper.say("samsung smartwatch", "search_product", product_type="smartwatch", brand="samsung")
    reply = await shopper.say("smartwatch from other brands", "search_product", product_type="smartwatch")

    assert ids(reply) == WATCHES - SAMSUNG


@pytest.mark.parametrize(("text", "color"), [("a different colour", "black"), ("别的颜色", "黑色")])
async def test_another_colour_is_not_the_one_asked_for(shopper: Any, text: str, color: str) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch", color=color)
    reply = await shopper.say(text, "refine_search")

    assert ids(reply) == WATCHES
    assert "not in black" in reply.text or "除黑色外" in reply.text


@pytest.mark.parametrize(
    ("text", "kinds", "found"),
    [
        ("not a smartwatch, a phone", ["smartwatch", "phone"], {"iphone"}),
        ("不要手表，要耳机", ["手表", "耳机"], {"sony-xm5"}),
        ("i don't want a smartwatch", ["smartwatch"], set()),
    ],
)
async def test_kind_that_is_not_wanted_is_not_searched(
    shopper: Any, text: str, kinds: list[str], found: set[str]
) -> None:
    assert ids(await shopper.say(text, "search_product", product_type=kinds)) == found
