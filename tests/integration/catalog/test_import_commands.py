"""`shopkeeper import …` as a user sees it: words, report file, exit codes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catalog.cli import import_app

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
    assert "1 created, 0 updated, 0 unchanged, 0 rejected" in first.output
    assert "1 unchanged" in _run(data_dir, "products", str(path)).output

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
        "policies: 2 created, 0 updated, 0 unchanged, 0 rejected, 0 retired\n"
    )
    (folder / "b.md").unlink()
    outcome = _run(data_dir, "policies", str(folder))
    assert outcome.exit_code == 0
    assert "1 unchanged, 0 rejected, 1 retired" in outcome.output
    assert "b in en (b.md): no file of the folder holds it now, so it is answered from no longer" in outcome.output
