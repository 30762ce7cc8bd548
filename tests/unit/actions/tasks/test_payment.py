"""How an order is paid, as shoppers say it."""

import pytest

from actions.services.tasks.checkout import Checkout, CheckoutFacts
from actions.services.tasks.frames import Frame
from actions.services.tasks.payment import read_payment
from tests.unit.actions.tasks.messages import typed

CART = CheckoutFacts(empty=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("card then", "card"), ("cash", "cash_on_delivery"), ("转账吧", "bank_transfer"), ("paypal or card", "card")),
        *(("i dont have a card", None), ("我没有银行卡", None), ("gift card", None), ("paypal", None)),
    ],
)
def test_read_payment_takes_what_is_offered(text: str, expected: str | None) -> None:
    assert read_payment(typed(text)) == expected


@pytest.mark.parametrize("text", ["paypal", "支付宝吧", "gift card"])
def test_another_way_to_pay_is_said_not_to_be_offered(text: str) -> None:
    filled = Checkout().fill(Frame("checkout", asked="payment_method"), typed(text, "ask_payment_methods"), CART)

    assert filled is not None
    assert ([say.key for say in filled.says], filled.answers) == (["checkout.payment_not_here"], False)


@pytest.mark.parametrize("asked", ["person_name", "email", "address", "postal_code"])
@pytest.mark.parametrize(("text", "intent"), [("cash on delivery", "ask_payment_methods"), ("货到付款", "place_order")])
def test_a_way_to_pay_is_taken_although_something_else_was_asked(asked: str, text: str, intent: str) -> None:
    filled = Checkout().fill(Frame("checkout", asked=asked), typed(text, intent), CART)

    assert filled is not None
    assert dict(filled.frame.slots) == {"payment_method": "cash_on_delivery"}
