"""Several products into the cart by one message, and one line of several out of it."""

import pytest

from catalog.repositories.carts import get_cart
from catalog.session import Database
from tests.integration.actions.tasks.service_shopper import ServiceShopper


def lines(shop: Database) -> list[str]:
    """Return the variants in the cart, in the order added."""
    with shop.session() as session:
        cart = get_cart(session, "c1")
        return [line.variant_id for line in cart.lines] if cart else []


async def with_watches(shopper: ServiceShopper) -> list[str]:
    """Show the smartwatches; return their ids in the order shown."""
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    return [row["product_id"] for row in shopper.shopping["shown"]]


async def with_three_lines(shopper: ServiceShopper) -> None:
    """Put two colours of one watch into the cart, and then another watch."""
    for color in ("black", "pink"):
        await shopper.say(f"add the amazfit bip 5 in {color}", "add_to_cart", color=color)
    await shopper.say("add the huawei watch gt 4 in silver", "add_to_cart", color="silver")


@pytest.mark.parametrize("text", ["add the second one to my cart", "第二个加入购物车"])
async def test_the_place_in_the_list_chooses_no_colour(shopper: ServiceShopper, shop: Database, text: str) -> None:
    shown = await with_watches(shopper)

    reply = await shopper.say(text, "add_to_cart", position=2)

    assert reply.expects == "color"
    assert lines(shop) == []
    assert shopper.shopping["focus"] == shown[1]


@pytest.mark.parametrize(("text", "color"), [("add the first two", "black"), ("前两个加入购物车", "黑色")])
async def test_the_first_two_are_added_one_after_the_other(
    shopper: ServiceShopper, shop: Database, text: str, color: str
) -> None:
    shown = await with_watches(shopper)
    first = await shopper.say(text, "add_to_cart")
    second = await shopper.say(color, "refine_search", color=color)
    assert first.expects == second.expects == "color"
    assert not any("place_order" in button.payload for button in second.quick_replies)

    await shopper.say("1", "nlu_fallback")

    assert [variant.rsplit("-", 1)[0] for variant in lines(shop)] == shown[:2]
    assert shopper.tasks == []


async def test_several_at_once_take_the_colour_of_the_message(shopper: ServiceShopper, shop: Database) -> None:
    shown = await with_watches(shopper)

    await shopper.say("add the last two in black", "add_to_cart", color="black")

    assert lines(shop) == [f"{product}-black" for product in shown[-2:]]


async def test_a_place_beyond_the_list_is_asked_about(shopper: ServiceShopper, shop: Database) -> None:
    await with_watches(shopper)
    await shopper.say("add the last two and the 9th in black", "add_to_cart", color="black", position=9)

    assert len(lines(shop)) == 2
    assert shopper.tasks[-1]["asked"] == "product"


@pytest.mark.parametrize("text", ["never mind", "算了"])
async def test_what_is_cancelled_ends_for_all_of_them(shopper: ServiceShopper, shop: Database, text: str) -> None:
    await with_watches(shopper)
    await shopper.say("add the first two", "add_to_cart")

    await shopper.say(text, "deny")

    assert shopper.tasks == []
    assert lines(shop) == []


async def test_checking_out_ends_all_that_waits_for_a_colour(shopper: ServiceShopper) -> None:
    await with_three_lines(shopper)
    await with_watches(shopper)
    await shopper.say("add the first two", "add_to_cart")

    await shopper.say("check out", "place_order")

    assert [frame["task"] for frame in shopper.tasks] == ["checkout"]


@pytest.mark.parametrize(
    ("text", "words"), [("how much is the black one", "Huawei Watch GT 4 (black)"), ("黑色多少钱", "GT 4")]
)
async def test_a_price_asked_while_a_colour_is_open_is_of_that_product(
    shopper: ServiceShopper, shop: Database, text: str, words: str
) -> None:
    await with_watches(shopper)
    await shopper.say("add the huawei watch gt 4", "add_to_cart")

    color = "black" if "black" in text else "黑色"
    reply = await shopper.say(text, "ask_price", color=color)

    assert words in reply.text
    assert lines(shop) == []
    assert [frame["asked"] for frame in shopper.tasks] == ["color"]


@pytest.mark.parametrize(
    ("text", "color"),
    [
        *(("remove the pink one", "pink"), ("i don't want the pink one", "pink")),
        *(("not the black one, remove the pink one", "pink"), ("把粉色的删了", "粉色"), ("不要粉色那个了", "粉色")),
    ],
)
async def test_the_colour_that_is_named_is_taken_out(
    shopper: ServiceShopper, shop: Database, text: str, color: str
) -> None:
    await with_three_lines(shopper)

    await shopper.say(text, "remove_from_cart", color=color)

    assert lines(shop) == ["bip-5-black", "gt-4-silver"]


@pytest.mark.parametrize(
    ("text", "color", "words"),
    [("remove the gold one", "gold", "nothing in gold"), ("把金色的删了", "金色", "没有金色")],
)
async def test_a_colour_that_is_not_in_the_cart_takes_nothing_out(
    shopper: ServiceShopper, shop: Database, text: str, color: str, words: str
) -> None:
    await with_three_lines(shopper)
    several = await shopper.say(text, "remove_from_cart", color=color)
    await shopper.tap(several.quick_replies[0])
    await shopper.tap(several.quick_replies[1])
    one = await shopper.say(text, "remove_from_cart", color=color)

    assert words in several.text
    assert words in one.text
    assert len(several.quick_replies) == 3
    assert lines(shop) == ["gt-4-silver"]


async def test_a_colour_of_another_brand_is_asked_about(shopper: ServiceShopper, shop: Database) -> None:
    await with_three_lines(shopper)

    reply = await shopper.say("remove the pink huawei", "remove_from_cart", color="pink")

    assert len(reply.quick_replies) == 2
    assert len(lines(shop)) == 3


async def test_another_kind_of_product_is_not_the_one_added_last(shopper: ServiceShopper, shop: Database) -> None:
    await with_three_lines(shopper)

    reply = await shopper.say("remove the headphones", "remove_from_cart", product_type="headphones")

    assert len(reply.quick_replies) == 3
    assert len(lines(shop)) == 3


@pytest.mark.parametrize("text", ["remove the second to last one", "把倒数第二个删掉"])
async def test_lines_are_counted_from_the_end(shopper: ServiceShopper, shop: Database, text: str) -> None:
    await with_three_lines(shopper)

    await shopper.say(text, "remove_from_cart")

    assert lines(shop) == ["bip-5-black", "gt-4-silver"]


@pytest.mark.parametrize("text", ["remove the first two", "删掉前两个"])
async def test_several_places_of_the_cart_are_asked_about(shopper: ServiceShopper, shop: Database, text: str) -> None:
    await with_three_lines(shopper)

    reply = await shopper.say(text, "remove_from_cart")

    assert len(reply.quick_replies) == 2
    assert len(lines(shop)) == 3
