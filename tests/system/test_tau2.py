"""A whole foreign shop is imported by the command line, and the assistant sells from it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.launch.instance import ROOT, Instance
from catalog.models import Customer, Order, OrderLine, Payment, Product, Refund, Variant
from catalog.session import Database
from tests.system.conversation import Shopper
from tests.system.running import start, stop

pytestmark = pytest.mark.system
PUBLISHED = ROOT.parent / "shared" / "data" / "tau2-retail" / "db.json"
OWN = ROOT / "tests" / "data" / "tau2-small.json"
FILE = PUBLISHED if PUBLISHED.exists() else OWN
IMPORT_TIMEOUT_S = 120


def run_import(data: Path) -> subprocess.CompletedProcess[str]:
    """Run `shopkeeper import shop`."""
    command = [sys.executable, "-m", "bot.cli", "import", "shop", str(FILE), "--format", "tau2"]
    return subprocess.run(
        [*command, "--data-dir", str(data)],
        cwd=ROOT, capture_output=True, text=True, timeout=IMPORT_TIMEOUT_S, check=False,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
    )  # fmt: skip


def minor(amount: float) -> int:
    """Return an amount of the file in cents."""
    return int(Decimal(str(amount)) * 100)


@pytest.fixture(scope="module")
def source() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def data(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import the shop into a data directory of its own, which shares the first instance's models."""
    folder = tmp_path_factory.mktemp("tau2")
    for name in ("models", "rasa"):
        (folder / name).symlink_to(instance.data / name)
    done = run_import(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def shop(data: Path) -> Iterator[Instance]:
    process, running = start(data, "--no-demo")
    yield running
    stop(process)


def test_import_loses_nothing(data: Path, source: dict[str, Any]) -> None:
    variants = {i: v for product in source["products"].values() for i, v in product["variants"].items()}
    payments = [p for order in source["orders"].values() for p in order["payment_history"]]
    if FILE == PUBLISHED:
        counts = (len(source["products"]), len(variants), len(source["users"]), len(source["orders"]))
        assert counts == (50, 591, 500, 1000)
    with Database(f"sqlite:///{data / 'shop.db'}") as database, database.reading() as session:
        for model, wanted in ((Product, source["products"]), (Variant, variants), (Customer, source["users"])):
            assert session.scalar(select(func.count()).select_from(model)) == len(wanted)
        assert set(session.scalars(select(Order.number))) == set(source["orders"])
        lines = [item for order in source["orders"].values() for item in order["items"]]
        assert session.scalar(select(func.count()).select_from(OrderLine)) == len(lines)
        assert session.scalar(select(func.sum(OrderLine.price_minor))) == sum(minor(i["price"]) for i in lines)
        for ledger, kind in ((Payment, "payment"), (Refund, "refund")):
            amounts = [minor(p["amount"]) for p in payments if p["transaction_type"] == kind]
            assert session.scalar(select(func.sum(ledger.amount_minor))) == sum(amounts)
        options = {
            row.merchant_id: row.options for row in session.execute(select(Variant.merchant_id, Variant.options))
        }
        assert options == {item_id: variant["options"] for item_id, variant in variants.items()}


def test_import_run_twice_changes_nothing(data: Path) -> None:
    done = run_import(data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r"[1-9]\d* (created|updated|changed)", done.stdout), done.stdout


def prices(source: dict[str, Any], name: str) -> list[int]:
    """Return the prices of a product's variants, in cents."""
    (product,) = [p for p in source["products"].values() if p["name"] == name]
    return [minor(variant["price"]) for variant in product["variants"].values()]


def said(body: dict[str, Any]) -> str:
    """Return all texts of an answer."""
    return "\n".join(reply["text"] for reply in body["replies"])


def cards(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all cards of an answer."""
    return [card for reply in body["replies"] for card in reply["cards"]]


def amounts(text: str) -> list[int]:
    """Return the dollar amounts that a text names, in cents."""
    return [minor(float(found.replace(",", ""))) for found in re.findall(r"(?:\$|US\$)\s?([\d,]+(?:\.\d\d)?)", text)]


@pytest.mark.parametrize("question", ["how much is the water bottle", "水瓶多少钱"])
def test_price_question_is_answered_from_the_imported_shop(
    shop: Instance, source: dict[str, Any], question: str
) -> None:
    body = Shopper(shop.gateway_url).say(question)
    named = amounts(said(body)) + [card["price_minor"] for card in cards(body)]
    assert named, said(body)
    assert set(named) <= set(prices(source, "Water Bottle")), said(body)
    assert "Water Bottle" in said(body) + str(cards(body))


@pytest.mark.parametrize("question", ["do you have t-shirts in purple", "有紫色的T恤吗"])
def test_colour_question_is_answered_from_the_imported_shop(
    shop: Instance, source: dict[str, Any], question: str
) -> None:
    body = Shopper(shop.gateway_url).say(question)
    shown = cards(body)
    assert shown, said(body)
    assert {card["title"].split(",")[0].split(" –")[0] for card in shown} == {"T-Shirt"}, shown
    (shirt,) = [p for p in source["products"].values() if p["name"] == "T-Shirt"]
    for card in shown:
        if card["variant_id"] is not None:
            assert shirt["variants"][card["variant_id"]]["options"]["color"] == "purple"


@pytest.mark.parametrize("question", ["action camera under $500", "500美元以下的运动相机"])
def test_price_limit_holds_in_the_imported_shop(shop: Instance, source: dict[str, Any], question: str) -> None:
    body = Shopper(shop.gateway_url).say(question)
    shown = cards(body)
    assert "Action Camera" in [card["title"] for card in shown], said(body)
    affordable = [price for price in prices(source, "Action Camera") if price <= 50_000]
    for card in shown:
        assert card["currency"] == "USD"
        assert card["price_minor"] <= 50_000, shown
        if card["title"] == "Action Camera":
            assert card["price_minor"] in affordable
