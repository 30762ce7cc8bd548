import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.demo.builder import build_demo_shop
from catalog.demo.people import make_customers, write_customers
from catalog.demo.presence import holds_demo_shop, no_empty_shop
from catalog.migrations import upgrade
from catalog.models import (
    BehaviourEvent,
    Customer,
    EventKind,
    KnowledgeDocument,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Product,
    Refund,
)
from catalog.repositories.customers import has_demo_customers_only, list_demo_customers
from catalog.session import Database
from tests.engines import ENGINES, database_address

ANCHOR = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = tmp_path_factory.mktemp("demo") / "shop.db"
    with database_address(request, file) as url, Database(url) as database:
        assert build_demo_shop(database, anchor=ANCHOR)
        yield database


def sums(session: Session, order: Any, amount: Any) -> dict[int, int]:
    return {row[0]: int(row[1]) for row in session.execute(select(order, func.sum(amount)).group_by(order))}


def count(shop: Database, model: type[object]) -> int:
    with shop.reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


def test_build_makes_what_the_demo_promises(shop: Database) -> None:
    assert count(shop, Product) >= 600
    assert count(shop, Customer) >= 300
    assert count(shop, Order) >= 1500
    assert count(shop, BehaviourEvent) >= 60_000
    assert count(shop, KnowledgeDocument) >= 24


def test_build_leaves_a_filled_shop_alone(shop: Database) -> None:
    before = count(shop, Order)
    assert not build_demo_shop(shop, anchor=ANCHOR)
    assert count(shop, Order) == before


def test_orders_are_in_every_state(shop: Database) -> None:
    with shop.reading() as session:
        assert set(session.scalars(select(Order.status).distinct())) == set(OrderStatus)


def test_money_of_every_order_adds_up(shop: Database) -> None:
    with shop.reading() as session:
        lines = sums(session, OrderLine.order_id, OrderLine.quantity * OrderLine.price_minor)
        paid = sums(session, Payment.order_id, Payment.amount_minor)
        refunded = sums(session, Refund.order_id, Refund.amount_minor)
        for order in session.scalars(select(Order)):
            assert lines[order.id] == order.total_minor == paid[order.id]
            assert refunded.get(order.id, 0) in (0, order.total_minor)


def test_every_event_is_marked_synthetic(shop: Database) -> None:
    with shop.reading() as session:
        assert session.scalar(select(func.count()).where(~BehaviourEvent.synthetic)) == 0
        kinds = set(session.scalars(select(BehaviourEvent.kind).distinct()))
    assert kinds == set(EventKind)


def test_only_a_shop_without_real_customers_lets_anybody_sign_in(shop: Database) -> None:
    with shop.session() as session:
        assert has_demo_customers_only(session)
        session.add(Customer(id="real", first_name="R", last_name="L", email="someone@merchant.test"))
        session.flush()
        assert not has_demo_customers_only(session)
        assert "real" not in {customer.customer_id for customer in list_demo_customers(session, limit=1000)}
        session.rollback()


def fill(folder: Path, *, demo: bool) -> subprocess.CompletedProcess[str]:
    """Run the step that fills a shop."""
    variables = {"SHOPKEEPER_DATA_DIR": str(folder), "SHOPKEEPER_DEMO": str(int(demo)), "DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, "-m", "catalog.demo"],
        env={**os.environ, **variables}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_one_variable_leaves_the_shop_empty(tmp_path: Path) -> None:
    done = fill(tmp_path, demo=False)
    assert done.returncode == 0, done.stderr
    assert "SHOPKEEPER_DEMO is 0" in done.stderr
    with Database(f"sqlite:///{tmp_path / 'shop.db'}") as database:
        assert count(database, Product) == 0


def test_a_shop_that_holds_the_demo_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'shop.db'}") as database:
        assert not holds_demo_shop(database)
        upgrade(database)
        with database.session() as session:
            write_customers(session, make_customers())
        line = no_empty_shop(database)
    done = fill(tmp_path, demo=False)
    assert done.returncode == 1
    assert done.stderr == f"SHOPKEEPER_DEMO is 0, but {line}\n"


def test_on_postgresql_the_way_out_is_another_database_or_the_volumes() -> None:
    with Database("postgresql://shopkeeper:secret@database:5432/shopkeeper") as database:
        line = no_empty_shop(database)
    assert "secret" not in line
    assert "docker compose down -v" in line
