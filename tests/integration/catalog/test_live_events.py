"""What a shopper does in the shop becomes events, once, that training can join; on both engines."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog.errors import NotFoundError, OutOfStockError
from catalog.export.events import export_events
from catalog.models import BehaviourEvent, EventKind, Product
from catalog.models.base import utc_now
from catalog.repositories.carts import add_to_cart, set_quantity
from catalog.repositories.checkout import place_order
from catalog.repositories.conversations import change_conversation, open_conversation
from catalog.repositories.customer_writer import save_customer
from catalog.repositories.customers import CustomerView
from catalog.repositories.events import NewEvent, append_events
from catalog.session import Database
from nlu_models.ranking.export_folder import TARGETS, read_export
from tests.integration.catalog.test_carts_and_orders import ADDRESS, REQUEST

EMMA = CustomerView("emma", "Emma", "Carter", "emma@example.org", None, "en", (ADDRESS,), ())
Row = tuple[str, str, int | None, str | None, str]


def rows(shop: Database, kind: EventKind) -> list[Row]:
    """Return `(product, shopper, pieces, session, channel)` of the events of a kind, the oldest first."""
    with shop.reading() as session:
        found = session.execute(
            select(
                Product.merchant_id,
                BehaviourEvent.shopper_id,
                BehaviourEvent.quantity,
                BehaviourEvent.session_id,
                BehaviourEvent.channel,
            )
            .join(Product, Product.id == BehaviourEvent.product_id)
            .where(BehaviourEvent.kind == kind)
            .order_by(BehaviourEvent.id)
        )
        return [
            (product_id, shopper, pieces, browser, channel) for product_id, shopper, pieces, browser, channel in found
        ]


def add(shop: Database, variant_id: str, quantity: int = 1, customer_id: str | None = None) -> None:
    with shop.session() as session:
        add_to_cart(session, "talk", variant_id, quantity=quantity, currency="USD", customer_id=customer_id)


def test_each_addition_is_one_event_and_a_refused_one_none(shop: Database) -> None:
    with shop.session() as session:
        open_conversation(session, "talk", channel="web", session_id="browser")
    add(shop, "xm5-black", 2)
    add(shop, "xm5-black")
    with pytest.raises(OutOfStockError):
        add(shop, "xm5-black", 9)
    with shop.session() as session:
        set_quantity(session, "talk", "xm5-black", 1)
    assert rows(shop, EventKind.ADD_TO_CART) == [
        ("sony-xm5", "talk", 2, "browser", "web"),
        ("sony-xm5", "talk", 1, "browser", "web"),
    ]


def test_a_conversation_without_a_browser_session_is_its_own_session(shop: Database) -> None:
    add(shop, "xm5-black")
    with shop.session() as session:
        open_conversation(session, "talk", channel="telegram")
    add(shop, "xm5-black")
    assert [row[1:] for row in rows(shop, EventKind.ADD_TO_CART)] == [
        ("talk", 1, "talk", "api"),
        ("talk", 1, "talk", "telegram"),
    ]


def test_an_order_is_one_purchase_a_line_however_often_it_is_confirmed(shop: Database) -> None:
    with shop.session() as session:
        save_customer(session, EMMA)
        open_conversation(session, "talk", channel="web", session_id="browser", customer_id="emma")
    add(shop, "xm5-black", 2, "emma")
    add(shop, "xm5-silver", 1, "emma")
    add(shop, "tee-red-m", 1, "emma")
    for _ in range(3):
        with shop.session() as session:
            place_order(session, replace(REQUEST, customer_id="emma"))
    assert rows(shop, EventKind.PURCHASE) == [
        ("sony-xm5", "emma", 2, "browser", "web"),
        ("sony-xm5", "emma", 1, "browser", "web"),
        ("plain-tee", "emma", 1, "browser", "web"),
    ]


def test_confirmations_at_the_same_moment_are_one_purchase(shop: Database) -> None:
    add(shop, "xm5-black")
    gate = threading.Barrier(4, timeout=20)

    def confirm() -> None:
        gate.wait()
        try:
            with shop.session() as session:
                place_order(session, REQUEST)
        except (IntegrityError, NotFoundError):
            pass  # PostgreSQL: the slower one fails, and all that it wrote is undone

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [row[:3] for row in rows(shop, EventKind.PURCHASE)] == [("sony-xm5", "talk", 1)]


def test_an_order_that_is_rolled_back_leaves_no_purchase(shop: Database) -> None:
    add(shop, "xm5-black")
    session = Session(shop.engine)
    place_order(session, REQUEST)
    session.rollback()
    session.close()
    assert rows(shop, EventKind.PURCHASE) == []


def _page_event(shop: Database, kind: EventKind, shopper_id: str, ts: datetime, product_id: str = "sony-xm5") -> None:
    with shop.session() as session:
        append_events(session, [NewEvent(kind, shopper_id, product_id, "grid", ts=ts, rank=1, session_id="browser")])


def test_training_joins_page_chat_sign_in_and_order_of_one_visit(shop: Database, tmp_path: Path) -> None:
    now = utc_now()
    _page_event(shop, EventKind.IMPRESSION, "browser", now - timedelta(days=3), "plain-tee")
    _page_event(shop, EventKind.CLICK, "browser", now - timedelta(days=3), "plain-tee")
    _page_event(shop, EventKind.IMPRESSION, "browser", now - timedelta(minutes=2))
    with shop.session() as session:
        save_customer(session, EMMA)
        open_conversation(session, "talk", channel="web", session_id="browser")
        shown = NewEvent(
            EventKind.IMPRESSION, "talk", "galaxy-watch-6", "web", rank=1, propensity=1.0, conversation_id="talk"
        )
        append_events(session, [shown])
    add(shop, "gw6-black-40")
    with shop.session() as session:
        change_conversation(session, "talk", customer_id="emma")
    add(shop, "xm5-black", customer_id="emma")
    with shop.session() as session:
        place_order(session, replace(REQUEST, customer_id="emma"))
        export_events(session, tmp_path)

    found = read_export(tmp_path).impressions
    targets = {
        product_id: [name for name, hit in zip(TARGETS, target, strict=True) if hit]
        for product_id, target in zip(found.product, found.target.tolist(), strict=True)
    }
    assert targets == {
        "plain-tee": ["click"],
        "sony-xm5": ["purchase", "add_to_cart"],
        "galaxy-watch-6": ["purchase", "add_to_cart"],
    }
    assert found.session.tolist() == [0, 1, 1]
    assert [act["product_id"] for act in found.history[1]] == ["plain-tee"]
    with shop.reading() as session:
        assert set(session.scalars(select(BehaviourEvent.shopper_id))) == {"emma"}


def test_events_of_another_shopper_stay_where_they_are(shop: Database) -> None:
    _page_event(shop, EventKind.VIEW, "other-browser", utc_now())
    with shop.session() as session:
        save_customer(session, EMMA)
        save_customer(session, replace(EMMA, customer_id="liam"))
        open_conversation(session, "talk", channel="web", session_id="browser", customer_id="liam")
    add(shop, "xm5-black")
    with shop.session() as session:
        change_conversation(session, "talk", customer_id="emma")  # it is Liam's already
        open_conversation(session, "talk", channel="web", session_id="other-browser")  # and begun by him
    assert [row[1] for row in rows(shop, EventKind.VIEW)] == ["other-browser"]
    assert [row[1] for row in rows(shop, EventKind.ADD_TO_CART)] == ["talk"]
