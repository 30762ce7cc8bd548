"""Orders from a merchant's table, on both engines; what was placed in the chat stays that checkout's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from catalog.cli import import_app
from catalog.errors import UnreadableFileError
from catalog.importers.csv_orders import import_orders
from catalog.importers.outcome import ImportOutcome
from catalog.models import FulfilmentStatus, Order, OrderStatus, RefundStatus
from catalog.repositories.carts import add_to_cart
from catalog.repositories.checkout import OrderRequest, place_order
from catalog.repositories.customer_writer import save_customer
from catalog.repositories.customers import AddressView, CustomerView
from catalog.repositories.order_writer import save_order
from catalog.repositories.orders import FulfilmentView, OrderView, get_order, list_orders
from catalog.session import Database
from tests.integration.catalog.conftest import fill

HEADER = "order_number,customer_id,placed_at,status,currency,variant_id,quantity,price"
PARCEL = "order_number,status,carrier,tracking_number,shipped_at,expected_at,delivered_at"
HOME = AddressView("1 Rose Lane", "Leeds", "LS1 4AP", "UK")


@pytest.fixture
def shop(database: Database) -> Database:
    """Return a shop with products and two customers, on each engine."""
    fill(database)
    with database.session() as session:
        for name, language in (("ann", "en"), ("li", "zh")):
            mail = f"{name}@shop.example.org"
            save_customer(session, CustomerView(name, name.title(), "Lee", mail, None, language, (HOME,), ()))
    return database


def load(shop: Database, folder: Path, header: str, *rows: str) -> ImportOutcome:
    path = folder / "orders.csv"
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    return import_orders(shop, path)


def order(shop: Database, customer_id: str, number: str) -> OrderView:
    with shop.reading() as session:
        found = get_order(session, customer_id, number)
    assert found is not None
    return found


def places(outcome: ImportOutcome) -> Sequence[tuple[int, str]]:
    return [(error.line, error.column) for error in outcome.errors]


def test_orders_are_loaded_for_their_customers_and_twice_changes_nothing(shop: Database, tmp_path: Path) -> None:
    rows = (
        "#so-1001,ann,2026-11-20 14:30,shipped,USD,xm5-black,1,349.00",
        "1002,li,2026/11/21,已发货,CNY,tee-red-m,2,99",
        "#so-1001,,,,,tee-black-l,2,15",  # lines of an order need not stand together
    )
    assert load(shop, tmp_path, HEADER, *rows).created == 2
    again = load(shop, tmp_path, HEADER, *rows)
    assert (again.unchanged, again.updated, again.exit_code) == (2, 0, 0)

    first, second = order(shop, "ann", "so-1001"), order(shop, "li", "1002")
    assert (first.number, first.status, first.total_minor) == ("SO-1001", OrderStatus.SHIPPED, 34900 + 2 * 1500)
    assert first.placed_at == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert [(line.product_id, line.title, line.quantity) for line in first.lines] == [
        ("sony-xm5", "Sony WH-1000XM5 Headphones", 1),
        ("plain-tee", "Plain Cotton T-Shirt", 2),
    ]
    assert (first.recipient, first.email, first.shipping_address["line1"]) == (
        "Ann Lee", "ann@shop.example.org", "1 Rose Lane",
    )  # fmt: skip
    assert (second.status, second.currency, second.lines[0].title) == (OrderStatus.SHIPPED, "CNY", "纯棉圆领T恤")


def test_an_order_is_shown_to_its_owner_only_and_never_changes_hands(shop: Database, tmp_path: Path) -> None:
    load(shop, tmp_path, HEADER, "1001,ann,2026-11-20,shipped,USD,xm5-black,1,349")
    stolen = load(shop, tmp_path, HEADER, "#1001,li,2026-11-20,shipped,USD,xm5-black,1,349")
    assert places(stolen) == [(2, "customer_id")]
    assert "another customer's" in stolen.errors[0].reason
    with shop.reading() as session:
        assert get_order(session, "li", "1001") is None
        assert list_orders(session, "li") == []
        assert [found.number for found in list_orders(session, "ann")] == ["1001"]


def test_parcels_are_told_later_and_go_with_the_status(shop: Database, tmp_path: Path) -> None:
    load(shop, tmp_path, HEADER, "1001,ann,2026-11-20,processed,USD,xm5-black,1,349")
    before = order(shop, "ann", "1001")
    assert before.fulfilments == ()

    sent = load(shop, tmp_path, PARCEL, "1001,shipped,DHL,T1 T2,2026-11-21 09:00 +0100,2026-11-24,")
    assert (sent.updated, sent.errors) == (1, [])
    after = order(shop, "ann", "1001")
    assert after.fulfilments == (
        FulfilmentView(
            FulfilmentStatus.IN_TRANSIT, "DHL", ("T1", "T2"), datetime(2026, 11, 21, 8, tzinfo=UTC),
            datetime(2026, 11, 24, tzinfo=UTC), None, (0,),
        ),
    )  # fmt: skip
    assert replace(after, status=before.status, fulfilments=()) == before

    load(shop, tmp_path, PARCEL, "1001,delivered,,,,,2026-11-23")
    (parcel,) = order(shop, "ann", "1001").fulfilments
    assert (parcel.status, parcel.carrier, parcel.delivered_at) == (
        FulfilmentStatus.DELIVERED, "DHL", datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    assert load(shop, tmp_path, PARCEL, "1001,delivered,,,,,2026-11-23").unchanged == 1


def test_several_parcels_stay_until_the_file_tells_others(shop: Database, tmp_path: Path) -> None:
    load(shop, tmp_path, HEADER, "1001,ann,,shipped,USD,xm5-black,1,349", "1001,,,,,tee-red-m,1,15")
    parcels = tuple(
        FulfilmentView(FulfilmentStatus.OUT_FOR_DELIVERY, "DHL", (number,), None, None, None, (place,))
        for place, number in enumerate(("T1", "T2"))
    )
    with shop.session() as session:
        save_order(session, replace(order(shop, "ann", "1001"), fulfilments=parcels))
    assert load(shop, tmp_path, "order_number,status,tracking_number", "1001,shipped,T1 T2").unchanged == 1
    load(shop, tmp_path, "order_number,status", "1001,delivered")
    found = order(shop, "ann", "1001").fulfilments
    assert [parcel.tracking_numbers for parcel in found] == [("T1",), ("T2",)]
    assert {parcel.status for parcel in found} == {FulfilmentStatus.DELIVERED}


def test_an_order_of_the_chat_is_changed_and_stays_that_checkout(shop: Database, tmp_path: Path) -> None:
    request = OrderRequest("talk", "talk-1", "Ann Lee", "ann@home.example.org", HOME, "bank_transfer", "en", "ann")
    with shop.session() as session:
        add_to_cart(session, "talk", "xm5-black", quantity=2, currency="USD")
        placed = place_order(session, request)
    outcome = load(shop, tmp_path, "order_number,status", f"{placed.number},processed")
    assert (outcome.updated, outcome.errors) == (1, [])
    with shop.session() as session:
        assert place_order(session, request).number == placed.number  # a second confirmation orders nothing
        row = session.scalars(select(Order)).one()
        assert (row.conversation_id, row.status) == ("talk", OrderStatus.PROCESSED)
    assert replace(order(shop, "ann", placed.number), status=placed.status) == placed


def test_bad_rows_are_named_and_the_other_orders_load(shop: Database, tmp_path: Path) -> None:
    outcome = load(
        shop, tmp_path, HEADER + ",title,total",
        "1001,ann,2026-11-20,shipped,USD,xm5-black,1,349,,",
        "1002,nobody,2026-11-20,shipped,USD,xm5-black,1,349,,",
        "1003,ann,1/2/2026,on the moon,USD,xm5-black,0,349,,",
        "1004,ann,,shipped,USD,gone,1,5,,",
        "1005,ann,,shipped,USD,gone,1,5,A mug,",
        "1006,ann,,shipped,USD,apple-watch-9,1,399,,",
        "1007,ann,,shipped,USD,xm5-black,1,5 EUR,,",
        "1008,,,shipped,USD,xm5-black,1,5,,",
        "1009,ann,,,USD,,,,,",
        ",ann,,shipped,USD,xm5-black,1,5,,",
        "1010,ann,,shipped,USD,xm5-black,1,349,,",
        "1010,li,,shipped,USD,tee-red-m,1,,,",
        "1011,ann,,shipped,XXZ,xm5-black,1,349,,",
    )  # fmt: skip
    assert (outcome.created, outcome.exit_code) == (2, 1)
    assert places(outcome) == [
        (3, "customer_id"), (4, "status"), (4, "quantity"), (4, "placed_at"), (5, "variant_id"), (7, "variant_id"),
        (8, "price"), (9, "customer_id"), (10, "status"), (10, "variant_id"), (11, "order_number"),
        (13, "customer_id"), (13, "price"), (14, "currency"),
    ]  # fmt: skip
    reasons = {place: error.reason for place, error in zip(places(outcome), outcome.errors, strict=True)}
    assert "import the customers first" in reasons[3, "customer_id"]
    assert "use one of pending, processed" in reasons[4, "status"]
    assert "write it as 2026-11-28" in reasons[4, "placed_at"]
    assert "give the line a title" in reasons[5, "variant_id"]
    assert "aw9-midnight-41, aw9-silver-45" in reasons[7, "variant_id"]
    assert "'li' here, 'ann' in line 12" in reasons[13, "customer_id"]
    assert order(shop, "ann", "1005").lines[0].title == "A mug"


def test_total_may_hold_more_than_the_lines(shop: Database, tmp_path: Path) -> None:
    load(shop, tmp_path, HEADER + ",total", "1001,ann,,shipped,USD,xm5-black,1,349,353.90")
    assert order(shop, "ann", "1001").total_minor == 35390
    load(shop, tmp_path, HEADER, "1001,ann,,delivered,USD,xm5-black,1,349")
    assert order(shop, "ann", "1001").total_minor == 35390


def test_file_without_order_numbers_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no column is read as order_number"):
        load(sqlite_database, tmp_path, "customer_id,status", "ann,shipped")


def test_command_reports_bad_rows_and_exits_honestly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "\n1001,ann,,shipped,USD,mug,1,5\n")
    done = CliRunner().invoke(import_app, ["orders", str(path), "--data-dir", str(tmp_path / "data")])
    assert done.exit_code == 2
    assert "orders: 0 created, 0 updated, 0 unchanged, 1 rejected" in done.output
    assert "line 2, customer_id: 'ann' is no customer; import the customers first" in done.output
    assert path.with_name("orders.csv.rejected.csv").exists()


PARCELS = "order_number,customer_id,status,currency,variant_id,quantity,price,parcel,carrier,tracking_number,shipped_at"


def test_rows_may_number_the_parcels_of_an_order(shop: Database, tmp_path: Path) -> None:
    rows = (
        "1001,ann,shipped,USD,xm5-black,1,349,1,DHL,T1,2026-11-21",
        "1001,,,,tee-red-m,1,15,2,UPS,T2,",
        "1001,,,,tee-black-l,1,15,1,,,",
        "1001,,,,tee-burgundy-xl,1,17,,,,",  # not sent yet
    )
    assert load(shop, tmp_path, PARCELS, *rows).created == 1
    first, second = order(shop, "ann", "1001").fulfilments
    assert (first.carrier, first.tracking_numbers, first.lines) == ("DHL", ("T1",), (0, 2))
    assert (second.carrier, second.tracking_numbers, second.lines) == ("UPS", ("T2",), (1,))
    assert load(shop, tmp_path, PARCELS, *rows).unchanged == 1

    header = "order_number,parcel,parcel_status,delivered_at"
    assert load(shop, tmp_path, header, "1001,1,,2026-11-23", "1001,2,lost,").updated == 1
    first, second = order(shop, "ann", "1001").fulfilments
    assert (first.status, first.carrier, first.lines) == (FulfilmentStatus.DELIVERED, "DHL", (0, 2))
    assert (second.status, second.tracking_numbers, second.lines) == (FulfilmentStatus.LOST, ("T2",), (1,))


def test_a_parcel_that_nobody_has_sent_is_in_preparation_though_the_order_is_shipped(
    shop: Database, tmp_path: Path
) -> None:
    load(
        shop, tmp_path, PARCELS,
        "1001,ann,shipped,USD,xm5-black,1,349,1,DHL,T1,2026-11-21", "1001,,,,tee-red-m,1,15,2,,,",
    )  # fmt: skip
    states = [parcel.status for parcel in order(shop, "ann", "1001").fulfilments]
    assert states == [FulfilmentStatus.IN_TRANSIT, FulfilmentStatus.PREPARING]


def test_parcels_that_cannot_be_told_apart_are_refused(shop: Database, tmp_path: Path) -> None:
    bad = load(
        shop, tmp_path, PARCELS,
        "1001,ann,shipped,USD,xm5-black,1,349,A,DHL,T1,",
        "1002,ann,shipped,USD,xm5-black,1,349,2,DHL,T1,",
        "1003,ann,shipped,USD,xm5-black,1,349,1,DHL,T1,", "1003,,,,tee-red-m,1,15,,DHL,T2,",
        "1004,ann,shipped,USD,xm5-black,1,349,1,DHL,T1,", "1004,,,,tee-red-m,1,15,1,DHL,T2,",
    )  # fmt: skip
    assert places(bad) == [(2, "parcel"), (3, "parcel"), (5, "parcel"), (7, "tracking_number")]
    load(shop, tmp_path, HEADER, "1001,ann,2026-11-20,processed,USD,xm5-black,1,349")
    new = load(shop, tmp_path, "order_number,parcel,tracking_number", "1001,1,T1")
    assert "give the order's lines too" in new.errors[0].reason


def test_refunds_are_told_in_rows_and_the_next_file_says_how_they_went(shop: Database, tmp_path: Path) -> None:
    header = f"{HEADER},refund_amount,refund_status"
    load(
        shop, tmp_path, header,
        "1001,ann,2026-11-20,returned,USD,xm5-black,1,349,300,approved", "1001,,,,,tee-red-m,1,15,15,",
    )  # fmt: skip
    told = [(refund.amount_minor, refund.status, refund.currency) for refund in order(shop, "ann", "1001").refunds]
    assert told == [(30000, RefundStatus.APPROVED, "USD"), (1500, RefundStatus.REQUESTED, "USD")]

    assert load(shop, tmp_path, "order_number,refund_status", "1001,已退款").updated == 1
    after = order(shop, "ann", "1001").refunds
    assert [(refund.amount_minor, refund.status) for refund in after] == [
        (30000, RefundStatus.PAID),
        (1500, RefundStatus.REQUESTED),
    ]
    bad = load(shop, tmp_path, "order_number,refund_amount,refund_status", "1001,,perhaps", "1001,1 EUR,", "1001,,paid")
    assert places(bad) == [(2, "refund_status"), (3, "refund_amount"), (4, "refund_amount")]
    assert order(shop, "ann", "1001").refunds == after


def test_numbers_that_a_spreadsheet_has_cut_are_refused(shop: Database, tmp_path: Path) -> None:
    load(shop, tmp_path, HEADER, "1001,ann,2026-11-20,processed,USD,xm5-black,1,349")
    bad = load(shop, tmp_path, PARCEL, "1001,shipped,DHL,4.32E+11,,,")
    assert places(bad) == [(2, "tracking_number")]
    assert "the spreadsheet has cut" in bad.errors[0].reason


def test_errors_name_the_columns_of_the_file(shop: Database, tmp_path: Path) -> None:
    bad = load(shop, tmp_path, "订单号,客户编号,状态,币种,规格编号,单价", "1001,ann,不知道,人民币,xm5-black,2499")
    assert places(bad) == [(2, "状态")]


def test_new_order_without_a_customer_is_the_one_with_its_address(shop: Database, tmp_path: Path) -> None:
    header = "order_number,email,status,currency,variant_id,price"
    assert load(shop, tmp_path, header, "1001,Ann@Shop.example.org,shipped,USD,xm5-black,349").created == 1
    assert order(shop, "ann", "1001").email == "Ann@Shop.example.org"
    guest = load(shop, tmp_path, header, "1002,guest@shop.example.org,shipped,USD,xm5-black,349")
    assert places(guest) == [(2, "customer_id")]
    with shop.session() as session:
        save_customer(session, CustomerView("ann-2", "Ann", "Lee", "ann@shop.example.org", None, "en", (), ()))
    shared = load(shop, tmp_path, header, "1003,ann@shop.example.org,shipped,USD,xm5-black,349")
    assert places(shared) == [(2, "customer_id")]
