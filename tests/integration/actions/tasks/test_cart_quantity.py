"""Another quantity of what is in the cart, said in few words, and one more of the same."""

import pytest

from catalog.repositories.carts import get_cart
from catalog.session import Database
from tests.integration.actions.tasks.service_shopper import ServiceShopper


def held(shop: Database) -> dict[str, int]:
    """Return how many pieces of each variant are in the cart."""
    with shop.session() as session:
        cart = get_cart(session, "c1")
        return {line.variant_id: line.quantity for line in cart.lines} if cart else {}


async def with_a_watch(shopper: ServiceShopper) -> None:
    await shopper.say("add the amazfit bip 5 in black", "add_to_cart", color="black")


@pytest.mark.parametrize(
    ("text", "intent", "entities", "pieces"),
    [
        ("make it two", "add_to_cart", {"quantity": 2}, 2),
        ("change the quantity to 3", "change_order", {"quantity": 3}, 3),
        ("actualy i want 2", "nlu_fallback", {"quantity": 2}, 2),
        ("改成两个", "change_order", {"quantity": 2}, 2),
        ("数量改成3", "change_order", {}, 3),
        ("改成2件", "nlu_fallback", {}, 2),
        ("add another one", "add_to_cart", {}, 2),
        ("再来一个", "goodbye", {}, 2),
    ],
)
async def test_the_cart_holds_as_many_as_were_said(
    shopper: ServiceShopper, shop: Database, text: str, intent: str, entities: dict[str, int], pieces: int
) -> None:
    await with_a_watch(shopper)
    await shopper.say(text, intent, **entities)

    assert held(shop) == {"bip-5-black": pieces}
    assert shopper.tasks == []


@pytest.mark.parametrize(("text", "intent"), [("just one please", "nlu_fallback"), ("只要一个", "remove_from_cart")])
async def test_only_one_is_not_one_less(shopper: ServiceShopper, shop: Database, text: str, intent: str) -> None:
    await shopper.say("3 of the amazfit bip 5 black", "add_to_cart", color="black", quantity=3)
    await shopper.say(text, intent)

    assert held(shop) == {"bip-5-black": 1}


async def test_more_than_there_is_changes_nothing(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)
    reply = await shopper.say("change the quantity to 9", "change_order", quantity=9)

    assert "only have 4" in reply.text
    assert held(shop) == {"bip-5-black": 1}


async def test_of_several_lines_the_named_one_changes_and_else_it_is_asked(
    shopper: ServiceShopper, shop: Database
) -> None:
    await with_a_watch(shopper)
    await shopper.say("add huawei watch gt 4 silver", "add_to_cart", color="silver")
    await shopper.say("change the amazfit to 3", "change_order", quantity=3)
    assert held(shop) == {"bip-5-black": 3, "gt-4-silver": 1}

    shopper.shopping["focus"] = None
    asked = await shopper.say("change the quantity to 2", "change_order", quantity=2)
    assert len(asked.quick_replies) == 2
    await shopper.tap(asked.quick_replies[1])
    assert held(shop) == {"bip-5-black": 3, "gt-4-silver": 2}


@pytest.mark.parametrize(
    ("text", "intent"),
    [("make it two", "add_to_cart"), ("改成两个", "change_order"), ("两个就够了", "nlu_fallback")],
)
async def test_checkout_goes_on_after_another_quantity(
    shopper: ServiceShopper, shop: Database, text: str, intent: str
) -> None:
    await with_a_watch(shopper)
    await shopper.say("check out", "place_order")
    await shopper.say(text, intent, quantity=2)

    assert held(shop) == {"bip-5-black": 2}
    assert [(frame["task"], frame["asked"], frame["slots"].get("person_name")) for frame in shopper.tasks] == [
        ("checkout", "person_name", None)
    ]


async def test_without_a_cart_the_policies_answer(shopper: ServiceShopper) -> None:
    reply = await shopper.say("change the quantity to 2", "change_order", quantity=2)

    assert reply.sources


async def test_what_is_in_the_cart_is_removed_and_not_searched_for(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)
    await shopper.say("remove the amazfit", "search_product", product_type="amazfit")

    assert held(shop) == {}


async def test_a_language_is_spoken_from_then_on(shopper: ServiceShopper) -> None:
    assert (await shopper.say("can you answer in chinese", "ask_contact")).language == "zh"
    assert (await shopper.say("ok", "affirm")).language == "zh"
