"""Orders as the merchant gets them: a table that can be changed and imported again."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.export.commands import export_app
from catalog.export.orders import COLUMNS, export_orders
from catalog.importers.csv_orders import import_orders
from catalog.models import Customer, FulfilmentStatus, RefundStatus
from catalog.repositories.carts import add_to_cart
from catalog.repositories.checkout import OrderRequest, place_order
from catalog.repositories.customers import AddressView
from catalog.repositories.order_writer import save_order
from catalog.repositories.orders import FulfilmentView, OrderView, RefundView, get_order
from catalog.session import Database

HOME = AddressView("=1+1 Rose Lane", "Leeds", "LS1 4AP", "")
REQUEST = OrderRequest("talk", "talk-1", "Ann Lee", "ann@example.com", HOME, "bank_transfer", "en", "ann")


def place(shop: Database) -> OrderView:
    """Order two things as the chat does."""
    with shop.session() as session:
        session.add(Customer(id="ann", first_name="Ann", last_name="Lee", email="ann@shop.example.org"))
        add_to_cart(session, "talk", "xm5-black", quantity=2, currency="USD")
        add_to_cart(session, "talk", "tee-red-m", currency="USD")
        return place_order(session, REQUEST)


def written(shop: Database, path: Path, *, since: datetime | None = None) -> list[dict[str, str]]:
    with shop.reading() as session:
        count = export_orders(session, path, since=since)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert tuple(reader.fieldnames or ()) == COLUMNS
    assert len({row["order_number"] for row in rows}) == count
    return rows


def test_an_order_of_the_chat_is_written_line_by_line(shop: Database, tmp_path: Path) -> None:
    order = place(shop)
    first, second = written(shop, tmp_path / "orders.csv")
    assert order.placed_at is not None
    assert first == {
        **dict.fromkeys(COLUMNS, ""),
        "order_number": order.number, "placed_at": order.placed_at.strftime("%Y-%m-%d %H:%M:%S"), "status": "pending",
        "customer_id": "ann", "name": "Ann Lee", "email": "ann@example.com", "address": "'=1+1 Rose Lane",
        "city": "Leeds", "postal_code": "LS1 4AP", "payment_method": "bank_transfer", "currency": "USD",
        "total": "713.00", "product_id": "sony-xm5", "variant_id": "xm5-black",
        "title": "Sony WH-1000XM5 Headphones", "options": "black", "quantity": "2", "price": "349.00",
    }  # fmt: skip
    assert (second["order_number"], second["total"], second["price"]) == (order.number, "", "15.00")


def test_what_was_exported_and_is_imported_changes_nothing_but_what_was_changed(shop: Database, tmp_path: Path) -> None:
    order = place(shop)
    path = tmp_path / "orders.csv"
    written(shop, path)
    assert import_orders(shop, path).unchanged == 1
    path.write_text(path.read_text("utf-8-sig").replace(",pending,", ",cancelled,"), "utf-8")
    assert import_orders(shop, path).updated == 1
    with shop.reading() as session:
        found = get_order(session, "ann", order.number)
    assert found is not None
    assert (str(found.status), found.payments, found.lines) == ("cancelled", order.payments, order.lines)


def test_only_later_orders_are_written_where_a_day_is_given(shop: Database, tmp_path: Path) -> None:
    place(shop)
    now = datetime.now(UTC)
    assert len(written(shop, tmp_path / "orders.csv", since=now - timedelta(days=1))) == 2
    assert written(shop, tmp_path / "orders.csv", since=now + timedelta(days=1)) == []


def test_command_says_how_many_orders_there_are(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = tmp_path / "out" / "orders.csv"
    arguments = ["orders", str(path), "--since", "2026-11-01", "--data-dir", str(tmp_path)]
    done = CliRunner().invoke(export_app, arguments)
    assert (done.exit_code, done.output) == (0, f"0 orders in {path}\n")
    assert path.read_text("utf-8-sig").splitlines() == [",".join(COLUMNS)]

    nowhere = CliRunner().invoke(export_app, ["orders", str(path), "--data-dir", str(tmp_path / "nowhere")])
    assert nowhere.exit_code == 2
    assert "cannot export" in nowhere.output


def test_parcels_and_refunds_that_were_exported_are_read_again(shop: Database, tmp_path: Path) -> None:
    order = place(shop)
    sent = datetime(2026, 11, 21, 9, tzinfo=UTC)
    parcels = tuple(
        FulfilmentView(FulfilmentStatus.IN_TRANSIT, carrier, (number,), sent, None, None, lines)
        for carrier, number, lines in (("DHL", "T1", (0, 1)), ("UPS", "T2", (1,)), (None, "T3", ()))
    )
    refunds = tuple(
        RefundView(position, "bank_transfer", amount, "USD", RefundStatus.APPROVED, None, None, None)
        for position, amount in enumerate((100, 200, 300, 400), start=1)
    )
    with shop.session() as session:
        save_order(session, replace(order, fulfilments=parcels, refunds=refunds))
    path = tmp_path / "orders.csv"
    rows = written(shop, path)
    assert [row["parcel"] for row in rows] == ["1", "1 2", "2", "3"]
    assert [row["tracking_number"] for row in rows] == ["T1", "", "T2", "T3"]
    assert [row["refund_amount"] for row in rows] == ["1.00", "2.00", "3.00", "4.00"]
    assert import_orders(shop, path).unchanged == 1

    path.write_text(path.read_text("utf-8-sig").replace(",T2,", ",T2 T4,"), "utf-8")
    assert import_orders(shop, path).updated == 1
    with shop.reading() as session:
        found = get_order(session, "ann", order.number)
    assert found is not None
    assert found.fulfilments == (parcels[0], replace(parcels[1], tracking_numbers=("T2", "T4")), parcels[2])
    assert found.refunds == refunds
