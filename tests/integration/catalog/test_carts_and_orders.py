"""From the cart to the order, on both engines."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from catalog.errors import NotFoundError, OutOfStockError, PriceMissingError
from catalog.models import Order, OrderStatus, Variant
from catalog.repositories.carts import add_to_cart, clear_cart, get_cart, set_quantity
from catalog.repositories.checkout import OrderRequest, TotalChangedError, place_order
from catalog.repositories.customer_writer import save_customer
from catalog.repositories.customers import AddressView, CustomerView, get_customer
from catalog.repositories.orders import get_order, list_orders
from catalog.session import Database

ADDRESS = AddressView("12 Rose St", "Austin", "73301", "USA")
REQUEST = OrderRequest("talk", "talk-1", "Emma Carter", "emma@example.org", ADDRESS, "bank_transfer", "en")


def _stock(shop: Database, variant_id: str) -> int:
    with shop.reading() as session:
        return session.scalar(select(Variant.stock).where(Variant.merchant_id == variant_id)) or 0


def _fill_cart(shop: Database, variant_id: str = "xm5-black", quantity: int = 2, conversation: str = "talk") -> None:
    with shop.session() as session:
        add_to_cart(session, conversation, variant_id, quantity=quantity, currency="USD")


def _customer(shop: Database, customer_id: str) -> None:
    with shop.session() as session:
        save_customer(session, CustomerView(customer_id, "A", "B", "a@example.org", None, "en", (ADDRESS,), ()))


def test_cart_adds_up_and_shows_todays_price(shop: Database) -> None:
    _fill_cart(shop)
    with shop.session() as session:
        cart = add_to_cart(session, "talk", "xm5-black", currency="CNY")  # a full cart keeps its currency
        assert (cart.currency, cart.pieces, cart.total_minor) == ("USD", 3, 3 * 34900)
        cart = add_to_cart(session, "talk", "tee-red-m", currency="USD")
        assert [line.product_id for line in cart.lines] == ["sony-xm5", "plain-tee"]
        assert cart.lines[1].options == {"color": "red", "size": "M"}
        cart = set_quantity(session, "talk", "xm5-black", 1)
        assert cart.total_minor == 34900 + 1500
        cart = set_quantity(session, "talk", "xm5-black", 0)
        assert [line.variant_id for line in cart.lines] == ["tee-red-m"]
        clear_cart(session, "talk")
        empty = get_cart(session, "talk")
        assert empty is not None
        assert empty.lines == ()
        assert get_cart(session, "another") is None


def test_cart_refuses_what_cannot_be_bought(shop: Database) -> None:
    with shop.session() as session:
        with pytest.raises(OutOfStockError) as error:
            add_to_cart(session, "talk", "xm5-black", quantity=6, currency="USD")
        assert error.value.available == 5
        with pytest.raises(NotFoundError):
            add_to_cart(session, "talk", "nothing", currency="USD")
        with pytest.raises(PriceMissingError):
            add_to_cart(session, "talk", "linen-m", currency="CNY")
        with pytest.raises(ValueError, match="at least 1"):
            add_to_cart(session, "talk", "xm5-black", quantity=0, currency="USD")


def test_an_order_takes_stock_and_empties_the_cart(shop: Database) -> None:
    _fill_cart(shop)
    with shop.session() as session:
        order = place_order(session, replace(REQUEST, expected_total_minor=69800))
    assert (order.status, order.total_minor, order.currency) == (OrderStatus.PENDING, 69800, "USD")
    assert order.lines[0].title == "Sony WH-1000XM5 Headphones"
    assert order.payments[0].amount_minor == 69800
    assert _stock(shop, "xm5-black") == 3
    with shop.reading() as session:
        cart = get_cart(session, "talk")
        assert cart is not None
        assert cart.lines == ()


def test_a_second_confirmation_returns_the_first_order(shop: Database) -> None:
    _fill_cart(shop)
    with shop.session() as session:
        first = place_order(session, REQUEST)
    with shop.session() as session:
        second = place_order(session, REQUEST)
    assert second.number == first.number
    assert _stock(shop, "xm5-black") == 3


def test_vanished_stock_refuses_the_order_and_changes_nothing(shop: Database) -> None:
    _fill_cart(shop, quantity=4)
    _fill_cart(shop, quantity=3, conversation="rival")
    with shop.session() as session:
        place_order(session, replace(REQUEST, conversation_id="rival", idempotency_key="rival-1"))
    with pytest.raises(OutOfStockError) as error, shop.session() as session:
        place_order(session, REQUEST)
    assert error.value.available == 2
    with shop.reading() as session:
        cart = get_cart(session, "talk")
        assert cart is not None
        assert cart.pieces == 4
        assert session.scalar(select(func.count()).select_from(Order)) == 1
    assert _stock(shop, "xm5-black") == 2


def test_the_last_piece_is_sold_once(shop: Database) -> None:
    outcomes: list[str] = []
    for name in ("a", "b"):
        _fill_cart(shop, quantity=5, conversation=name)

    def buy(name: str) -> None:
        try:
            with shop.session() as session:
                place_order(session, replace(REQUEST, conversation_id=name, idempotency_key=name))
            outcomes.append("sold")
        except OutOfStockError:
            outcomes.append("refused")

    threads = [threading.Thread(target=buy, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["refused", "sold"]
    assert _stock(shop, "xm5-black") == 0


def test_empty_carts_and_changed_totals_are_refused(shop: Database) -> None:
    with shop.session() as session, pytest.raises(NotFoundError):
        place_order(session, REQUEST)
    _fill_cart(shop)
    with pytest.raises(TotalChangedError), shop.session() as session:
        place_order(session, replace(REQUEST, expected_total_minor=1))
    assert _stock(shop, "xm5-black") == 5


def test_only_the_owner_sees_an_order(shop: Database) -> None:
    _customer(shop, "emma")
    _customer(shop, "eve")
    _fill_cart(shop)
    with shop.session() as session:
        number = place_order(session, replace(REQUEST, customer_id="emma")).number
    with shop.reading() as session:
        for typed in (number, f"#{number}", f" # {number.lower()} "):
            own = get_order(session, "emma", typed)
            assert own is not None
            assert own.number == number
        assert get_order(session, "eve", number) is None
        assert [order.number for order in list_orders(session, "emma")] == [number]
        assert list_orders(session, "eve") == []
        emma = get_customer(session, "emma")
        assert emma is not None
        assert emma.addresses == (ADDRESS,)
