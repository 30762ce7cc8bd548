"""A typed yes to the assistant's own question does what the button beside it does, in the very next message alone."""

import pytest
from sqlalchemy import func, select

from catalog.models import Order
from catalog.repositories.carts import get_cart
from catalog.session import Database
from tests.integration.actions.tasks.service_shopper import ServiceShopper


def pieces(shop: Database) -> int:
    with shop.session() as session:
        cart = get_cart(session, "c1")
        return cart.pieces if cart else 0


async def with_two_watches(shopper: ServiceShopper) -> None:
    await shopper.say("add the amazfit bip 5 in black", "add_to_cart", color="black")
    await shopper.say("add huawei watch gt 4 silver", "add_to_cart", color="silver")


@pytest.mark.parametrize(
    ("asked", "answer", "said"), [("empty my cart", "yes please", "empty now"), ("清空购物车", "是的", "已清空")]
)
async def test_yes_empties_the_cart(
    shopper: ServiceShopper, shop: Database, asked: str, answer: str, said: str
) -> None:
    await with_two_watches(shopper)
    await shopper.say(asked, "remove_from_cart")
    assert pieces(shop) == 2

    assert said in (await shopper.say(answer, "affirm")).text
    assert pieces(shop) == 0


async def test_yes_in_the_words_of_the_question_empties_the_cart(shopper: ServiceShopper, shop: Database) -> None:
    await with_two_watches(shopper)
    await shopper.say("empty my cart", "remove_from_cart")
    await shopper.say("yes, empty my cart", "remove_from_cart")

    assert pieces(shop) == 0


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("no", "deny", {}),
        ("先不用", "deny", {}),
        ("thanks", "thank", {}),
        ("yes but keep the watch", "affirm", {}),
        ("yes, the huawei", "affirm", {"product_type": "huawei"}),
        ("wait", "nlu_fallback", {}),
    ],
)
async def test_anything_but_a_plain_yes_changes_nothing_and_is_the_end_of_the_question(
    shopper: ServiceShopper, shop: Database, text: str, intent: str, entities: dict[str, str]
) -> None:
    await with_two_watches(shopper)
    await shopper.say("empty my cart", "remove_from_cart")
    await shopper.say(text, intent, **entities)
    await shopper.say("yes", "affirm")

    assert pieces(shop) == 2


@pytest.mark.parametrize(("question", "answer"), [("does it have a radio?", "yes please"), ("有收音机吗", "好的")])
async def test_yes_passes_the_question_to_a_person(shopper: ServiceShopper, question: str, answer: str) -> None:
    await shopper.say("amazfit bip 5", "search_product")
    asked = await shopper.say(question, "ask_product_detail")
    assert any("contact_human_agent" in button.payload for button in asked.quick_replies)

    assert (await shopper.say(answer, "affirm")).handoff == "requested"


@pytest.mark.parametrize("answer", ["yes", "可以"])
async def test_yes_drops_the_limits(shopper: ServiceShopper, answer: str) -> None:
    await shopper.say("pink sony headphones in size XL", "search_product", product_type="headphones", brand="sony")
    shopper.shopping["query"] |= {"colors": ["pink"], "sizes": ["XL"]}
    asked = await shopper.say("only apple", "refine_search", brand="apple")
    assert asked.cards == ()

    assert [card.product_id for card in (await shopper.say(answer, "affirm")).cards] == ["sony-xm5"]


@pytest.mark.parametrize(("more", "answer"), [("show me more", "yes"), ("换一批", "好")])
async def test_yes_to_something_else_asks_what(shopper: ServiceShopper, more: str, answer: str) -> None:
    await shopper.say("headphones", "search_product", product_type="headphones")
    await shopper.say(more, "refine_search")
    await shopper.say(answer, "affirm")

    assert shopper.last.reply is not None
    assert shopper.last.reply.expects == "product_type"


async def test_yes_after_two_failures_gets_a_person(shopper: ServiceShopper) -> None:
    for text in ("blorf gnix the wumpel, will you now", "zzkqp wrrt fnord and so on for ever"):
        await shopper.say(text, "nlu_fallback", ranking=(("get_invoice", 0.3),))

    assert (await shopper.say("yes", "affirm")).handoff == "requested"


async def test_yes_never_places_an_order(shopper: ServiceShopper, shop: Database) -> None:
    await with_two_watches(shopper)
    shopper.conversation["offered"] = "/place_order"
    await shopper.say("yes", "affirm")

    assert shopper.tasks == []
    with shop.session() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 0
