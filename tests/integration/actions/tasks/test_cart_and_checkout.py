"""From a product's name to a demo order."""

from sqlalchemy import select

from catalog.models import Order, Variant
from catalog.repositories.carts import get_cart
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.tasks.service_shopper import ServiceShopper


def pieces(shop: Database) -> int:
    with shop.session() as session:
        cart = get_cart(session, "c1")
        return cart.pieces if cart else 0


async def with_a_watch(shopper: ServiceShopper) -> None:
    await shopper.say("add the amazfit bip 5 in black", "add_to_cart", color="black")


async def test_the_variant_is_asked_for_and_then_added(shopper: ServiceShopper, shop: Database) -> None:
    reply = await shopper.say("add the amazfit bip 5", "add_to_cart")
    assert reply.expects == "color"
    assert [button.title.lower() for button in reply.quick_replies] == ["black", "pink"]
    assert pieces(shop) == 0

    reply = await shopper.tap(reply.quick_replies[1])

    assert "Amazfit Bip 5" in reply.text
    assert "$79" in reply.text
    assert pieces(shop) == 1


@on_both_engines("shop")
async def test_a_sold_out_variant_never_reaches_the_cart(shopper: ServiceShopper, shop: Database) -> None:
    reply = await shopper.say("samsung galaxy watch6 in gold please", "add_to_cart", color="gold")

    assert "sold out" in reply.text
    assert reply.expects == "color"
    assert pieces(shop) == 0


async def test_more_than_the_stock_is_asked_back(shopper: ServiceShopper, shop: Database) -> None:
    reply = await shopper.say("7 pieces of amazfit bip 5 black", "add_to_cart", color="black", quantity=7)
    assert reply.expects == "quantity"
    assert "4" in reply.text

    await shopper.say("3", "nlu_fallback")

    assert pieces(shop) == 3


@on_both_engines("shop")
async def test_removing_takes_some_or_all(shopper: ServiceShopper, shop: Database) -> None:
    await shopper.say("2 of the amazfit bip 5 black", "add_to_cart", color="black", quantity=2)

    await shopper.say("remove one of them", "remove_from_cart")
    assert pieces(shop) == 1

    reply = await shopper.say("删掉", "remove_from_cart")
    assert pieces(shop) == 0
    assert reply.language == "zh"


async def test_removing_what_is_not_in_the_cart_is_asked_back(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)

    reply = await shopper.say("把耳机删了", "remove_from_cart", product_type="耳机")

    assert pieces(shop) == 1
    assert len(reply.quick_replies) == 1


async def test_removing_everything_is_asked_back(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)
    await shopper.say("add huawei watch gt 4 silver", "add_to_cart", color="silver")

    reply = await shopper.say("empty my cart", "remove_from_cart")
    assert pieces(shop) == 2
    await shopper.tap(reply.quick_replies[1])
    assert pieces(shop) == 2
    await shopper.tap(reply.quick_replies[0])

    assert pieces(shop) == 0


async def test_with_two_lines_the_one_that_is_named_goes(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)
    await shopper.say("add huawei watch gt 4 silver", "add_to_cart", color="silver")

    reply = await shopper.say("remove the huawei", "remove_from_cart")

    assert "Huawei" in reply.text
    assert pieces(shop) == 1


@on_both_engines("shop")
async def test_checkout_places_one_order_and_empties_the_cart(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)
    for text, intent in [
        ("check out", "place_order"),
        ("Jane Miller", "nlu_fallback"),
        ("jane@example.com", "nlu_fallback"),
        ("12 Rose Street, Boston", "nlu_fallback"),
        ("02108", "nlu_fallback"),
        ("card", "nlu_fallback"),
    ]:
        reply = await shopper.say(text, intent)
    assert reply.expects == "confirm"
    for fact in ("Jane Miller", "jane@example.com", "12 Rose Street", "02108", "Amazfit Bip 5", "$79"):
        assert fact in reply.text

    reply = await shopper.say("yes", "affirm")

    assert pieces(shop) == 0
    assert shopper.tasks == []
    with shop.session() as session:
        order = session.scalars(select(Order)).one()
        assert order.number in reply.text
        assert order.recipient == "Jane Miller"
        assert session.scalars(select(Variant.stock).where(Variant.merchant_id == "bip-5-black")).one() == 3


async def test_same_cart_is_ordered_again_later_in_the_same_conversation(
    shopper: ServiceShopper, shop: Database
) -> None:
    shopper.customer_id = "liam"
    for _ in range(2):
        await with_a_watch(shopper)
        await shopper.say("check out", "place_order")
        await shopper.say("yes", "affirm")
        await shopper.say("card", "nlu_fallback")
        await shopper.say("yes", "affirm")
        assert pieces(shop) == 0

    with shop.session() as session:
        assert len(session.scalars(select(Order).where(Order.conversation_id == "c1")).all()) == 2


async def test_checkout_with_an_empty_cart_says_how_to_buy(shopper: ServiceShopper) -> None:
    reply = await shopper.say("去结算", "place_order")

    assert "空" in reply.text
    assert shopper.tasks == []


async def test_cancelling_keeps_the_cart(shopper: ServiceShopper, shop: Database) -> None:
    await with_a_watch(shopper)
    await shopper.say("check out", "place_order")

    await shopper.say("actually forget it", "deny")

    assert shopper.tasks == []
    assert pieces(shop) == 1


async def test_a_signed_in_customer_is_offered_the_known_address(shopper: ServiceShopper) -> None:
    shopper.customer_id = "emma"
    await with_a_watch(shopper)

    reply = await shopper.say("check out", "place_order")
    assert reply.expects == "use_known"
    assert "287 Elm Close" in reply.text

    reply = await shopper.say("yep", "affirm")
    assert reply.expects == "payment_method"
