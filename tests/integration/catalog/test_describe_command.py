"""`shopkeeper describe` as a merchant uses it, and what it stores."""

import json
from pathlib import Path

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from catalog.cli import import_app
from catalog.describe import run
from catalog.describe.commands import describe
from catalog.describe.description import write_description
from catalog.describe.run import Status, Wish, describe_products
from catalog.repositories.catalog_state import versions
from catalog.repositories.descriptions import UnknownCategoryError, product_ids
from catalog.repositories.product_writer import ProductWriter
from catalog.repositories.products import get_product
from catalog.repositories.vectors import pending_texts
from catalog.search.product_search import ProductSearch
from catalog.search.query import SearchQuery
from catalog.session import Database
from tests.integration.catalog.conftest import product, variant

HEADER = "merchant_id,title,title_zh,description,category,price,color,size,group_id,material,weight_g\n"
ROWS = (
    "mug-s,Stone Mug,石纹马克杯,,Kitchen > Mugs,9,gray,S,mug,stoneware,350\n"
    "mug-m,Stone Mug,石纹马克杯,,Kitchen > Mugs,9,gray,M,mug,stoneware,350\n"
    "mug-l,Stone Mug,石纹马克杯,,Kitchen > Mugs,9,blue,L,mug,stoneware,350\n"
    "pan,Iron Pan,,My own words.,Kitchen > Pans,30,black,,,,1500\n"
    "card,Gift Card,,,Other,5,,,,,\n"
)
"""A mug in two languages without a description, a pan with one, and a card of which there is nothing to tell."""


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    file = tmp_path / "products.csv"
    file.write_text(HEADER + ROWS, "utf-8")
    done = CliRunner().invoke(import_app, ["products", str(file), "--data-dir", str(tmp_path / "data")])
    assert done.exit_code == 0, done.output
    return tmp_path / "data"


def _run(data_dir: Path, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(describe)
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(data_dir)])


def _lines(result: Result) -> list[dict[str, str]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_describe_shows_without_storing(data_dir: Path) -> None:
    shown = _run(data_dir, "mug")
    assert shown.exit_code == 0, shown.output
    english, chinese = shown.stdout.splitlines()
    assert english.startswith("mug (en): Stone Mug, ")
    assert "350 g" in english
    assert "comes in gray and blue, in sizes S to L" in english
    assert chinese.startswith("mug (zh): ")
    assert "尺码" in chinese
    assert "350克" in chinese
    assert "2 shown" in shown.stderr
    again = _lines(_run(data_dir, "--missing", "--json"))
    assert [line["product_id"] for line in again if line["status"] == "shown"] == ["mug", "mug"]


def test_describe_reports_what_it_cannot_and_goes_on(data_dir: Path) -> None:
    mixed = _run(data_dir, "nope", "card", "mug", "--json")
    assert mixed.exit_code == 1
    assert [(line["product_id"], line["status"]) for line in _lines(mixed)] == [
        ("nope", "unknown_product"),
        ("card", "nothing_to_tell"),
        ("mug", "shown"),
        ("mug", "shown"),
    ]
    assert _run(data_dir, "nope", "card").exit_code == 2
    no_title = _run(data_dir, "pan", "--language", "zh")
    assert no_title.exit_code == 2
    assert "pan (zh): no title in zh" in no_title.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("mug", "--missing"), ("mug", "--replace"), ("--missing", "--write", "--replace"), ("--category", "zzz")],
)
def test_describe_refuses_unclear_arguments(data_dir: Path, arguments: tuple[str, ...]) -> None:
    refused = _run(data_dir, *arguments)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output


def test_describe_keeps_a_merchants_own_text(data_dir: Path) -> None:
    kept = _run(data_dir, "pan", "mug", "--write")
    assert kept.exit_code == 0, kept.output
    assert "pan (en): kept" in kept.stderr
    with Database(f"sqlite:///{data_dir / 'shop.db'}") as database, database.reading() as session:
        pan, mug = get_product(session, "pan"), get_product(session, "mug")
        assert pan is not None
        assert mug is not None
        assert pan.descriptions == {"en": "My own words."}
        assert mug.descriptions["en"].startswith("Stone Mug, ")
        assert mug.descriptions["zh"].endswith("。")
    assert "nothing to describe" not in _run(data_dir, "--missing", "--language", "en").stderr  # the card is left
    replaced = _run(data_dir, "pan", "--write", "--replace")
    assert replaced.exit_code == 0
    assert replaced.stdout == "pan (en): Iron Pan: weighs 1.5 kg and comes in black.\n"


def test_an_unchanged_import_leaves_a_stored_description(data_dir: Path) -> None:
    assert _run(data_dir, "--category", "mugs", "--write").exit_code == 0
    before = _run(data_dir, "mug", "--json").stdout
    file = data_dir.parent / "products.csv"
    again = CliRunner().invoke(import_app, ["products", str(file), "--data-dir", str(data_dir)])
    assert "0 updated, 3 unchanged" in again.output
    assert "kept" in _run(data_dir, "mug", "--write").stderr
    assert _run(data_dir, "mug", "--json").stdout == before


def test_a_text_that_the_checker_objects_to_is_not_stored(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = write_description
    monkeypatch.setattr(run, "write_description", lambda *arguments: f"{rules(*arguments)} Waterproof to 50 m.")
    wish = Wish(("en",), write=True, replace=True)
    (found,) = describe_products(shop, ["huawei-gt4"], wish)
    assert found.status is Status.NOT_SUPPORTED
    assert found.reason == "not in the product's data: Waterproof, 50, m"
    with shop.reading() as session:
        watch = get_product(session, "huawei-gt4")
        assert watch is not None
        assert watch.description("en") == "About Huawei Watch GT 4."


def test_a_category_is_chosen_with_those_below_it(shop: Database) -> None:
    with shop.reading() as session:
        watches = {"apple-watch-9", "galaxy-watch-6", "galaxy-watch-4", "huawei-gt4"}
        assert set(product_ids(session, category_slug="electronics")) == watches | {"sony-xm5", "budget-buds"}
        assert product_ids(session, category_slug="electronics", missing_in=["en", "zh"]) == []
        with pytest.raises(UnknownCategoryError, match="no category 'nowhere'"):
            product_ids(session, category_slug="nowhere")


def test_a_stored_description_is_searched_and_embedded_anew(shop: Database) -> None:
    with shop.session() as session:
        ProductWriter(session).write([product("kite", "t-shirts", "Kite", "风筝", variant("kite", 10), weight_g=90)])
    with shop.reading() as session:
        version, before = versions(session)[0], _text_hashes(session)
        assert _found(session, "weighs") == []
    (done,) = describe_products(shop, ["kite"], Wish(("en",), write=True, replace=True))
    assert (done.status, done.description) == (Status.WRITTEN, "Kite: weighs 90 g.")
    with shop.reading() as session:
        assert versions(session)[0] > version
        assert _found(session, "weighs") == ["kite"]
        assert len(_text_hashes(session) - before) == 1


def _found(session: Session, text: str) -> list[str]:
    return [hit.product_id for hit in ProductSearch().search(session, SearchQuery(text)).hits]


def _text_hashes(session: Session) -> set[str]:
    return {pending.text_hash for pending in pending_texts(session, "any model")}
