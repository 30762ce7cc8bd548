"""What a shopper is asked and told at checkout: in the demo shop that it is for show, elsewhere what happens next."""

import pytest

from actions.reply import Reply
from catalog.models import Address, Customer
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.tasks.service_shopper import ServiceShopper

in_the_demo = pytest.mark.parametrize("demo", [True])


async def order(shopper: ServiceShopper, *, chinese: bool = False) -> tuple[Reply, Reply, Reply]:
    """Go through a checkout; returns the question how to pay, the summary, and the last word."""
    opening, yes = ("去结算", "好的") if chinese else ("check out", "yes")
    await shopper.say("add the amazfit bip 5 in black", "add_to_cart", color="black")
    for text in (opening, "王伟" if chinese else "Jane Miller", "jane@example.org",
                 "北京市朝阳区建国路1号" if chinese else "12 Rose Street, Boston"):  # fmt: skip
        await shopper.say(text, "place_order" if text == opening else "nlu_fallback")
    asked = await shopper.say("100020" if chinese else "02108", "nlu_fallback")
    summary = await shopper.say("银行卡" if chinese else "card", "nlu_fallback")
    return asked, summary, await shopper.say(yes, "affirm")


@on_both_engines("shop")
async def test_real_shop_says_that_it_confirms_and_arranges_the_payment(shopper: ServiceShopper) -> None:
    asked, summary, placed = await order(shopper)

    assert asked.quick_replies[0].title == "Card"
    assert "Nothing is charged here: the shop confirms the order" in summary.text
    assert "jane@example.org" in placed.text
    assert "(Card)" in placed.text
    assert "Nothing has been charged in this chat" in placed.text
    assert "demo" not in (asked.text + summary.text + placed.text).lower()


async def test_real_shop_says_it_in_chinese(shopper: ServiceShopper) -> None:
    asked, summary, placed = await order(shopper, chinese=True)

    assert asked.quick_replies[0].title == "银行卡"
    assert "现在不会扣款" in summary.text
    assert "转给店家" in placed.text
    assert "（银行卡）" in placed.text
    assert "演示" not in asked.text + summary.text + placed.text


@in_the_demo
@on_both_engines("shop")
async def test_demo_shop_says_that_nothing_is_charged_or_sent(shopper: ServiceShopper) -> None:
    asked, summary, placed = await order(shopper)

    assert asked.quick_replies[0].title == "Demo card"
    assert "Payment: Demo card" in summary.text
    assert "This is a demo shop: nothing is charged or sent." in summary.text
    assert "this is a demo, so nothing is charged or sent" in placed.text


@in_the_demo
async def test_one_real_customer_makes_it_a_real_shop(shopper: ServiceShopper, shop: Database) -> None:
    with shop.session() as session:
        session.add(Customer(id="c-1", first_name="Ann", last_name="Lee", email="ann@shop.example.org"))

    _, summary, placed = await order(shopper)

    assert "demo" not in (summary.text + placed.text).lower()


async def test_address_without_a_postal_code_is_asked_for_and_not_offered(
    shopper: ServiceShopper, shop: Database
) -> None:
    with shop.session() as session:
        home = Address(position=0, line1="1 Rose Lane", city="Leeds", postal_code="", country="")
        session.add(Customer(id="c-1", first_name="Ann", last_name="Lee", email="a@b.example.org", addresses=[home]))
    shopper.customer_id = "c-1"
    await shopper.say("add the amazfit bip 5 in black", "add_to_cart", color="black")

    assert (await shopper.say("check out", "place_order")).expects == "person_name"
