"""Prices and stock that change between the summary and the shopper's yes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from actions.services import checkout_service
from catalog.models import Order, Variant, VariantPrice
from catalog.repositories.carts import get_cart
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.tasks.service_shopper import ServiceShopper

ENGLISH = ("add the amazfit bip 5 in black", "black", "check out", "yes", "card", "yes")
CHINESE = ("跃我 Bip 5 加入购物车", "black", "结算", "对的", "银行卡", "好的，下单吧")
BLACK = "bip-5-black"


def orders(shop: Database) -> list[int]:
    with shop.session() as session:
        return list(session.scalars(select(Order.total_minor)))


def reprice(session: Session, variant_id: str, price_minor: int) -> None:
    for price in session.scalars(
        select(VariantPrice)
        .join(Variant, Variant.id == VariantPrice.variant_id)
        .where(Variant.merchant_id == variant_id)
    ):
        price.price_minor = price_minor


def restock(shop: Database, variant_id: str, stock: int) -> None:
    with shop.session() as session:
        session.scalars(select(Variant).where(Variant.merchant_id == variant_id)).one().stock = stock


async def up_to_the_summary(shopper: ServiceShopper, lines: tuple[str, ...]) -> None:
    """Put a black watch into the cart and answer until everything is shown."""
    add, color, checkout, known, payment, _ = lines
    shopper.customer_id = "emma"
    await shopper.say(add, "add_to_cart", color=color)
    await shopper.say(checkout, "place_order")
    await shopper.say(known, "affirm")
    reply = await shopper.say(payment, "nlu_fallback")
    assert reply.expects == "confirm"


@pytest.mark.parametrize(
    ("lines", "language", "before", "after", "words"),
    [
        (ENGLISH, "en", "$79.00", "$88.50", ("is now $88.50; it was $79.00", "Please check")),
        (CHINESE, "zh", "¥553.00", "¥88.50", ("现在合计¥88.50，之前给您看的是¥553.00", "请核对")),
    ],
)
async def test_new_price_is_told_and_asked_for_before_anything_is_ordered(
    shopper: ServiceShopper,
    shop: Database,
    lines: tuple[str, ...],
    language: str,
    before: str,
    after: str,
    words: tuple[str, ...],
) -> None:
    await up_to_the_summary(shopper, lines)
    with shop.session() as session:
        reprice(session, BLACK, 8850)

    reply = await shopper.say(lines[-1], "affirm")

    assert orders(shop) == []
    assert reply.language == language
    assert reply.expects == "confirm"
    for said in (*words, before, after, "Bip 5"):
        assert said in reply.text

    reply = await shopper.say(lines[-1], "affirm")

    assert orders(shop) == [8850]
    assert after in reply.text
    assert shopper.tasks == []


async def test_question_after_a_new_price_orders_nothing(shopper: ServiceShopper, shop: Database) -> None:
    await up_to_the_summary(shopper, ENGLISH)
    with shop.session() as session:
        reprice(session, BLACK, 8850)
    await shopper.say("yes", "affirm")

    await shopper.say("whats in my cart", "view_cart")

    assert orders(shop) == []
    assert shopper.tasks[-1]["asked"] == "confirm"


async def test_price_that_changes_while_the_order_is_written_is_told_too(
    shopper: ServiceShopper, shop: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await up_to_the_summary(shopper, ENGLISH)
    place: Callable[..., Any] = checkout_service._place

    def repriced_at_the_last_moment(session: Session, *given: Any) -> Any:
        monkeypatch.setattr(checkout_service, "_place", place)
        with shop.session() as other:
            reprice(other, BLACK, 8850)
        return place(session, *given)

    monkeypatch.setattr(checkout_service, "_place", repriced_at_the_last_moment)
    reply = await shopper.say("yes", "affirm")

    assert orders(shop) == []
    assert "is now $88.50; it was $79.00" in reply.text
    assert reply.expects == "confirm"


async def test_line_without_a_price_any_more_is_not_ordered_silently(shopper: ServiceShopper, shop: Database) -> None:
    await shopper.say("add huawei watch gt 4 silver", "add_to_cart", color="silver")
    await up_to_the_summary(shopper, ENGLISH)
    with shop.session() as session:
        gone = select(Variant.id).where(Variant.merchant_id == "gt-4-silver")
        session.execute(delete(VariantPrice).where(VariantPrice.variant_id.in_(gone)))

    reply = await shopper.say("yes", "affirm")

    assert orders(shop) == []
    assert "your cart has changed: the total is now $79.00; it was $278.00" in reply.text


@pytest.mark.parametrize(
    ("lines", "left", "words"),
    [
        (ENGLISH, 0, ("couldn't place", "Amazfit Bip 5 (black) has sold out")),
        (CHINESE, 0, ("没能下单", "已经卖完了", "Bip 5")),
    ],
)
async def test_stock_that_went_meanwhile_is_said_and_nothing_is_ordered(
    shopper: ServiceShopper, shop: Database, lines: tuple[str, ...], left: int, words: tuple[str, ...]
) -> None:
    await up_to_the_summary(shopper, lines)
    restock(shop, BLACK, left)

    reply = await shopper.say(lines[-1], "affirm")

    assert orders(shop) == []
    assert shopper.tasks == []
    for said in words:
        assert said in reply.text
    with shop.session() as session:
        cart = get_cart(session, "c1")
    assert cart is not None
    assert cart.pieces == 1


async def test_only_the_line_that_is_short_is_named(shopper: ServiceShopper, shop: Database) -> None:
    await shopper.say("add huawei watch gt 4 silver", "add_to_cart", color="silver")
    await shopper.say("2 of the amazfit bip 5 pink", "add_to_cart", color="pink", quantity=2)
    await up_to_the_summary(shopper, ENGLISH)
    restock(shop, "bip-5-pink", 1)

    reply = await shopper.say("yes", "affirm")

    assert orders(shop) == []
    assert "Only 1 of Amazfit Bip 5 (pink) left" in reply.text
    assert "Huawei" not in reply.text
    assert "black" not in reply.text


@on_both_engines("shop")
async def test_stock_that_goes_while_the_order_is_written_is_told_too(
    shopper: ServiceShopper, shop: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await up_to_the_summary(shopper, ENGLISH)
    place: Callable[..., Any] = checkout_service._place

    def bought_by_another(session: Session, *given: Any) -> Any:
        restock(shop, BLACK, 0)
        return place(session, *given)

    monkeypatch.setattr(checkout_service, "_place", bought_by_another)
    reply = await shopper.say("yes", "affirm")

    assert orders(shop) == []
    assert "Amazfit Bip 5 (black) has sold out" in reply.text
