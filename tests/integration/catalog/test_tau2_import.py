"""A whole shop from JSON, without loss."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from catalog.errors import UnreadableFileError
from catalog.importers.tau2_shop import import_tau2_shop
from catalog.models import FulfilmentStatus, Order, OrderStatus, PaymentKind
from catalog.repositories.customers import get_customer
from catalog.repositories.orders import get_order, list_orders
from catalog.repositories.products import get_product
from catalog.session import Database

_ADDRESS = {
    "address1": "1 Oak St",
    "address2": "Unit 4",
    "city": "Reno",
    "country": "USA",
    "state": "NV",
    "zip": "89501",
}


def _item(item_id: str, price: float) -> dict[str, Any]:
    return {"name": "Mug", "product_id": "100", "item_id": item_id, "price": price, "options": {"color": "blue"}}


SHOP: dict[str, Any] = {
    "products": {
        "100": {
            "name": "Mug",
            "product_id": "100",
            "variants": {
                "101": {"item_id": "101", "options": {"color": "blue"}, "available": True, "price": 10.1},
                "102": {"item_id": "102", "options": {"color": "red"}, "available": False, "price": 12.34},
            },
        }
    },
    "users": {
        "ann_lee_1": {
            "user_id": "ann_lee_1",
            "name": {"first_name": "Ann", "last_name": "Lee"},
            "address": _ADDRESS,
            "email": "ann@example.org",
            "payment_methods": {
                "gift_card_1": {"source": "gift_card", "id": "gift_card_1", "balance": 50},
                "credit_card_2": {
                    "source": "credit_card", "id": "credit_card_2", "brand": "visa", "last_four": "1234",
                },
            },
            "orders": ["#W1000001", "#W1000002"],
        }
    },
    "orders": {
        "#W1000001": {
            "order_id": "#W1000001",
            "user_id": "ann_lee_1",
            "address": _ADDRESS,
            "items": [_item("101", 10.1), _item("101", 10.1), _item("gone", 0.07)],
            "status": "delivered",
            "fulfillments": [
                {"tracking_id": ["T1"], "item_ids": ["101"]},
                {"tracking_id": ["T2", "T3"], "item_ids": ["gone", "101"]},
            ],
            "payment_history": [
                {"transaction_type": "payment", "amount": 20.27, "payment_method_id": "gift_card_1"},
                {"transaction_type": "refund", "amount": 0.07, "payment_method_id": "gift_card_1"},
            ],
        },
        "#W1000002": {
            "order_id": "#W1000002",
            "user_id": "ann_lee_1",
            "address": _ADDRESS,
            "items": [_item("102", 12.34)],
            "status": "pending",
            "fulfillments": [],
            "payment_history": [
                {"transaction_type": "payment", "amount": 12.34, "payment_method_id": "credit_card_2"}
            ],
        },
    },
}  # fmt: skip


def _write(folder: Path, shop: Any) -> Path:
    path = folder / "db.json"
    path.write_text(json.dumps(shop), "utf-8")
    return path


def test_a_shop_is_imported_without_loss(database: Database, tmp_path: Path) -> None:
    outcome = import_tau2_shop(database, _write(tmp_path, SHOP))
    assert outcome.exit_code == 0
    assert {name: section.created for name, section in outcome.sections.items()} == {
        "products": 1, "customers": 1, "orders": 2,
    }  # fmt: skip
    with database.reading() as session:
        mug = get_product(session, "100")
        assert mug is not None
        assert [(v.variant_id, v.stock > 0, v.prices["USD"].price_minor) for v in mug.variants] == [
            ("101", True, 1010),
            ("102", False, 1234),
        ]
        ann = get_customer(session, "ann_lee_1")
        assert ann is not None
        assert (ann.name, ann.addresses[0].line2) == ("Ann Lee", "Unit 4")
        assert [(m.payment_method_id, m.kind, m.balance_minor) for m in ann.payment_methods] == [
            ("gift_card_1", PaymentKind.GIFT_CARD, 5000),
            ("credit_card_2", PaymentKind.CREDIT_CARD, None),
        ]
        order = get_order(session, "ann_lee_1", "W1000001")
        assert order is not None
        assert (order.number, order.status, order.total_minor) == ("#W1000001", OrderStatus.DELIVERED, 2027)
        assert [f.lines for f in order.fulfilments] == [(0,), (1, 2)]
        assert order.fulfilments[1].tracking_numbers == ("T2", "T3")
        assert order.fulfilments[0].status is FulfilmentStatus.DELIVERED
        assert [(p.position, p.amount_minor) for p in order.payments] == [(0, 2027)]
        assert [(r.position, r.amount_minor) for r in order.refunds] == [(1, 7)]
        assert len(list_orders(session, "ann_lee_1")) == 2


def test_importing_twice_changes_nothing_and_a_change_is_an_update(database: Database, tmp_path: Path) -> None:
    import_tau2_shop(database, _write(tmp_path, SHOP))
    again = import_tau2_shop(database, _write(tmp_path, SHOP))
    assert [section.unchanged for section in again.sections.values()] == [1, 1, 2]
    changed = json.loads(json.dumps(SHOP))
    changed["orders"]["#W1000002"]["status"] = "cancelled"
    changed["users"]["ann_lee_1"]["address"]["zip"] = "89502"
    third = import_tau2_shop(database, _write(tmp_path, changed))
    assert [section.updated for section in third.sections.values()] == [0, 1, 1]
    with database.reading() as session:
        assert session.scalars(select(Order.status).order_by(Order.number)).all() == [
            OrderStatus.DELIVERED,
            OrderStatus.CANCELLED,
        ]


def test_bad_entries_are_named_and_the_others_load(database: Database, tmp_path: Path) -> None:
    shop = json.loads(json.dumps(SHOP))
    shop["orders"]["#W1000001"]["fulfillments"][0]["item_ids"] = ["999"]
    shop["orders"]["#W1000002"]["user_id"] = "nobody"
    shop["products"]["200"] = {"name": "Broken"}
    shop["users"]["bob"] = {
        **shop["users"]["ann_lee_1"],
        "user_id": "bob",
        "payment_methods": {"x": {"source": "shells"}},
    }
    outcome = import_tau2_shop(database, _write(tmp_path, shop))
    assert outcome.exit_code == 1
    assert [section.created for section in outcome.sections.values()] == [1, 1, 0]
    assert [(error.line, error.column) for error in outcome.orders.errors] == [(1, "fulfillments"), (2, "user_id")]
    assert outcome.products.errors[0].line == 2


@pytest.mark.parametrize("text", ["", "[]", '{"products": {}}', "{"])
def test_other_files_are_refused(sqlite_database: Database, tmp_path: Path, text: str) -> None:
    path = tmp_path / "db.json"
    path.write_text(text)
    with pytest.raises(UnreadableFileError):
        import_tau2_shop(sqlite_database, path)
