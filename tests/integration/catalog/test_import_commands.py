"""`shopkeeper import …` as a user sees it: words, report file, exit codes."""

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from catalog.cli import import_app
from catalog.models import Product, ProductText
from catalog.session import Database

GOOD = "merchant_id,title,price\na,Cup,5\n"
MIXED = GOOD + "b,Plate,cheap\n"
POLICY = "---\nslug: a\ntopic: a\nlanguage: en\ntitle: A\nversion: 1\neffective: 2026-01-01\n---\nText.\n"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "data"


def _run(data_dir: Path, *arguments: str) -> Result:
    return CliRunner().invoke(import_app, [*arguments, "--data-dir", str(data_dir)])


def test_products_command_counts_and_exits_honestly(tmp_path: Path, data_dir: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(GOOD)
    first = _run(data_dir, "products", str(path))
    assert first.exit_code == 0
    assert f"made a new shop: {data_dir / 'shop.db'}\n" in first.output
    assert "1 created, 0 updated, 0 unchanged, 0 rejected" in first.output
    again = _run(data_dir, "products", str(path)).output
    assert "1 unchanged" in again
    assert again.startswith(f"shop: {data_dir / 'shop.db'}\n")

    path.write_text(MIXED)
    mixed = _run(data_dir, "products", str(path))
    assert mixed.exit_code == 1
    assert "line 3, price: 'cheap' is not a price" in mixed.output
    report = (tmp_path / "p.csv.rejected.csv").read_text("utf-8-sig")
    assert report.splitlines() == ["line,column,reason", "3,price,'cheap' is not a price"]

    path.write_text("merchant_id,title,price\n,,\nx,,y\n")
    assert _run(data_dir, "products", str(path)).exit_code == 2


def test_products_command_says_why_a_file_cannot_be_read(tmp_path: Path, data_dir: Path) -> None:
    missing = _run(data_dir, "products", str(tmp_path / "missing.csv"))
    assert missing.exit_code == 2
    assert "cannot import" in missing.output
    assert "Traceback" not in missing.output
    assert _run(data_dir, "products", str(tmp_path), "--format", "google-xml").exit_code == 2
    assert _run(data_dir, "shop", str(tmp_path / "missing.json"), "--format", "tau2").exit_code == 2
    policies = _run(data_dir, "policies", str(tmp_path / "missing"))
    assert policies.exit_code == 2
    assert "missing is no folder" in policies.output.replace("\n", "")


def test_policies_command_reports_bad_files(tmp_path: Path, data_dir: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "bad.md").write_text("nothing")
    (folder / "good.md").write_text(POLICY)
    outcome = _run(data_dir, "policies", str(folder))
    assert outcome.exit_code == 1
    assert "1 created, 0 updated, 0 unchanged, 1 rejected" in outcome.output
    assert "bad.md: " in outcome.output


def test_policies_command_names_what_it_retires(tmp_path: Path, data_dir: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "a.md").write_text(POLICY)
    (folder / "b.md").write_text(POLICY.replace("slug: a", "slug: b"))
    assert _run(data_dir, "policies", str(folder)).output == (
        f"made a new shop: {data_dir / 'shop.db'}\npolicies: 2 created, 0 updated, 0 unchanged, 0 rejected, 0 retired\n"
    )
    (folder / "b.md").unlink()
    outcome = _run(data_dir, "policies", str(folder))
    assert outcome.exit_code == 0
    assert "1 unchanged, 0 rejected, 1 retired" in outcome.output
    assert "b in en (b.md): no file of the folder holds it now, so it is answered from no longer" in outcome.output


def _on_sale(data_dir: Path) -> list[str]:
    with Database(f"sqlite:///{data_dir / 'shop.db'}") as database, database.reading() as session:
        return sorted(session.scalars(select(Product.merchant_id).where(Product.active)))


def test_whole_catalogue_takes_off_sale_what_the_file_does_not_name(tmp_path: Path, data_dir: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(GOOD + "b,Plate,6\nc,Bowl,7\n")
    assert _run(data_dir, "products", str(path), "--whole-catalogue").output.endswith(
        "products: 3 created, 0 updated, 0 unchanged, 0 rejected, 0 taken off sale\n"
    )
    path.write_text(GOOD)
    assert _run(data_dir, "products", str(path)).exit_code == 0
    assert _on_sale(data_dir) == ["a", "b", "c"]

    done = _run(data_dir, "products", str(path), "--whole-catalogue")
    assert done.exit_code == 0
    assert "1 unchanged, 0 rejected, 2 taken off sale" in done.output
    assert _on_sale(data_dir) == ["a"]

    path.write_text(GOOD + "c,Bowl,7\n")
    assert "1 updated, 1 unchanged, 0 rejected, 0 taken off sale" in (
        _run(data_dir, "products", str(path), "--whole-catalogue").output
    )
    assert _on_sale(data_dir) == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        (MIXED, 1, "rows were rejected: mend them and import the file again"),
        ("merchant_id,title,price\na,Cup,cheap\n", 2, "rows were rejected: mend them and import the file again"),
        ("merchant_id,title,price\n", 2, "the file has no product"),
    ],
)
def test_whole_catalogue_takes_nothing_off_sale_where_the_file_may_not_be_whole(
    tmp_path: Path, data_dir: Path, text: str, code: int, why: str
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(GOOD + "c,Bowl,7\n")
    assert _run(data_dir, "products", str(path)).exit_code == 0
    path.write_text(text)
    done = _run(data_dir, "products", str(path), "--whole-catalogue")
    assert done.exit_code == code
    assert f"nothing was taken off sale: {why}\n" in done.output
    assert _on_sale(data_dir) == ["a", "c"]


def test_bad_rows_that_cannot_be_listed_beside_the_file_are_said_with_the_way_out(
    tmp_path: Path, data_dir: Path
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(MIXED)
    report = tmp_path / "p.csv.rejected.csv"
    report.mkdir()  # refuses the report to root too
    done = _run(data_dir, "products", str(path))
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert f"the bad rows cannot be listed in {report} (Is a directory): name another file with --report" in done.output
    assert _run(data_dir, "products", str(path), "--report", str(tmp_path / "bad.csv")).exit_code == 1
    assert (tmp_path / "bad.csv").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://shop:secret@db/shop", "DATABASE_URL: mysql is not supported"),
        ("shop:secret", "DATABASE_URL: no address; use sqlite:///file or postgresql://"),
        ("sqlite://", "DATABASE_URL: SQLite needs a file"),
    ],
)
def test_import_says_which_database_address_is_wrong(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(GOOD)
    monkeypatch.setenv("DATABASE_URL", address)
    done = _run(data_dir, "products", str(path))
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert f"cannot import: {said}" in done.output
    assert "secret" not in done.output


def test_products_command_takes_the_two_languages_only(tmp_path: Path, data_dir: Path) -> None:
    path = tmp_path / "p.tsv"
    path.write_text("id\ttitle\tprice\na\t杯子\t5 CNY\n", "utf-8")
    wrong = _run(data_dir, "products", str(path), "--format", "google-tsv", "--language", "fr")
    assert wrong.exit_code == 2
    assert "--language" in wrong.output
    assert not data_dir.exists()
    assert _run(data_dir, "products", str(path), "--format", "google-tsv", "--language", "zh").exit_code == 0
    with Database(f"sqlite:///{data_dir / 'shop.db'}") as database, database.reading() as session:
        assert session.scalars(select(ProductText.language)).all() == ["zh"]
