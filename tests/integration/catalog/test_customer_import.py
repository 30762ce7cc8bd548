"""Customers from a merchant's table, on both engines."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.cli import import_app
from catalog.errors import UnreadableFileError
from catalog.importers.csv_customers import import_customers
from catalog.models import PaymentKind
from catalog.repositories.customer_writer import save_customer
from catalog.repositories.customers import AddressView, CustomerView, PaymentMethodView, get_customer
from catalog.session import Database

HEADER = "customer_id,first_name,last_name,email,phone,address,city,postal_code,country\n"
ANN = "c-1,Ann,Lee,ann@shop.example.org,+44 20 7946 0000,1 Rose Lane,Leeds,LS1 4AP,UK\n"


def _write(folder: Path, text: str) -> Path:
    path = folder / "customers.csv"
    path.write_text(text, "utf-8")
    return path


def _customer(database: Database, customer_id: str) -> CustomerView:
    with database.reading() as session:
        found = get_customer(session, customer_id)
    assert found is not None
    return found


def test_customers_are_loaded_and_loading_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = _write(tmp_path, HEADER + ANN + "c-2,婷,李,li@shop.example.org,,,,,\n")
    first = import_customers(database, path)
    assert (first.created, first.rejected, first.exit_code) == (2, 0, 0)
    assert import_customers(database, path).unchanged == 2

    ann, li = _customer(database, "c-1"), _customer(database, "c-2")
    assert (ann.name, ann.email, ann.phone, ann.language) == (
        "Ann Lee", "ann@shop.example.org", "+44 20 7946 0000", "en",
    )  # fmt: skip
    assert ann.addresses == (AddressView("1 Rose Lane", "Leeds", "LS1 4AP", "UK"),)
    assert (li.name, li.language, li.addresses) == ("李婷", "zh", ())


def test_what_a_row_leaves_empty_stays(database: Database, tmp_path: Path) -> None:
    second = AddressView("2 Elm Close", "York", "YO1 7HH", "UK")
    card = PaymentMethodView("card-1", PaymentKind.CREDIT_CARD)
    with database.session() as session:
        first = AddressView("1 Rose Lane", "Leeds", "LS1 4AP", "UK", recipient="A. Lee")
        save_customer(
            session, CustomerView("c-1", "Ann", "Lee", "ann@x.example.org", "1", "zh", (first, second), (card,))
        )
    outcome = import_customers(database, _write(tmp_path, "编号,姓名,邮箱,城市\nc-1,,anna@x.example.org,Bradford\n"))
    assert (outcome.updated, outcome.errors) == (1, [])
    ann = _customer(database, "c-1")
    assert (ann.name, ann.email, ann.phone, ann.language) == ("Ann Lee", "anna@x.example.org", "1", "zh")
    assert ann.addresses == (AddressView("1 Rose Lane", "Bradford", "LS1 4AP", "UK", recipient="A. Lee"), second)
    assert ann.payment_methods == (card,)


def test_bad_rows_are_reported_with_line_and_column(database: Database, tmp_path: Path) -> None:
    rows = [
        ANN,
        "c-2,Bo,Li,bo at home,,,,,\n",
        ",Cy,Ng,cy@shop.example.org,,,,,\n",
        "c-1,Ann,Lee,ann@shop.example.org,,,,,\n",
        "c-4,Di,Xu,di@example.com,,,,,\n",
        "c-5,Ed,Wu,ed@shop.example.org,,,Paris,,\n",
        f"c-6,{'F' * 121},Yu,flo@shop.example.org,,,,,\n",
        "c-7,,,gil@shop.example.org,,,,,\n",
        "c-8,Hal,Oh,,,,,,\n",
    ]
    outcome = import_customers(database, _write(tmp_path, HEADER + "".join(rows)))
    assert (outcome.created, outcome.rejected, outcome.exit_code) == (1, 8, 1)
    assert [(error.line, error.column) for error in outcome.errors] == [
        (3, "email"), (4, "customer_id"), (5, "customer_id"), (6, "email"), (7, "address"), (8, "first_name"),
        (9, "last_name"), (10, "email"),
    ]  # fmt: skip
    assert "'c-1' is in line 2 already" in outcome.errors[2].reason
    assert "demo shop" in outcome.errors[3].reason


@pytest.mark.parametrize(
    ("name", "parts"), [("Ann May Lee", ("Ann May", "Lee")), ("李婷", ("", "李婷")), ("Cher", ("Cher", ""))]
)
def test_whole_names_are_parted(sqlite_database: Database, tmp_path: Path, name: str, parts: tuple[str, str]) -> None:
    import_customers(sqlite_database, _write(tmp_path, f"id,name,e-mail\nc-1,{name},a@shop.example.org\n"))
    customer = _customer(sqlite_database, "c-1")
    assert (customer.first_name, customer.last_name) == parts
    assert customer.name == name


def test_file_without_a_needed_column_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no column is read as email"):
        import_customers(sqlite_database, _write(tmp_path, "customer_id,name\nc-1,Ann\n"))


def test_command_reports_bad_rows_and_exits_honestly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = _write(tmp_path, HEADER + ANN + "c-2,Bo,Li,bo,,,,,\n")
    done = CliRunner().invoke(import_app, ["customers", str(path), "--data-dir", str(tmp_path / "data")])
    assert done.exit_code == 1
    assert "customers: 1 created, 0 updated, 0 unchanged, 1 rejected" in done.output
    assert "line 3, email: 'bo' is not an e-mail address" in done.output
    assert (tmp_path / "customers.csv.rejected.csv").read_text("utf-8-sig").splitlines()[1].startswith("3,email,")


def test_shopify_customer_export_is_read_without_the_marks_before_its_numbers(
    database: Database, tmp_path: Path
) -> None:
    header = "Customer ID,First Name,Last Name,Email,Default Address Address1,Default Address City,Default Address Zip"
    phones = "Default Address Country Code,Default Address Phone,Phone"
    row = "'7012345678901,Ann,Lee,ann@shop.example.org,1 Rose Lane,Leeds,'LS1 4AP,GB,'+44 1,'+44 20 7946 0000"
    assert import_customers(database, _write(tmp_path, f"{header},{phones}\n{row}\n")).created == 1
    ann = _customer(database, "7012345678901")
    assert ann.phone == "+44 20 7946 0000"
    assert ann.addresses == (AddressView("1 Rose Lane", "Leeds", "LS1 4AP", "GB"),)
