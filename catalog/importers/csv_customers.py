"""Customers of a merchant's own shop from a table (docs/import.md): one row a customer."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from catalog.importers.outcome import ImportOutcome, RowRejectedError
from catalog.importers.record_fields import ADDRESS_HEADERS, parse_address, parse_code, parse_email, parse_line
from catalog.importers.table_import import Progress, RowsRejectedError, import_rows, named_as_in_the_file, read_rows
from catalog.importers.text_table import TableRow
from catalog.repositories.customer_writer import save_customer
from catalog.repositories.customers import DEMO_MAIL, AddressView, CustomerView, get_customer
from catalog.repositories.product_records import WriteCounts
from catalog.session import Database

HEADERS: Final[Mapping[str, str]] = {
    "customer_id": "customer_id id user_id 客户编号 客户id 会员编号 用户编号 编号",
    "first_name": "first_name firstname given_name 名 名字",
    "last_name": "last_name lastname surname family_name 姓 姓氏",
    "name": "name full_name customer_name 姓名 客户姓名",
    "email": "email e_mail mail email_address 邮箱 电子邮箱 邮件",
    "phone": "phone telephone mobile tel default_address_phone 电话 手机 手机号 联系电话",
    "language": "language lang 语言",
    **ADDRESS_HEADERS,
}
"""Documented column: every header that is read as it."""

_WANTED: Final = (("customer_id",), ("email",), ("last_name", "first_name", "name"))
_LANGUAGES: Final[Mapping[str, str]] = {"en": "en", "english": "en", "英文": "en", "英语": "en",
                                        "zh": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh"}  # fmt: skip
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def import_customers(database: Database, path: Path, *, progress: Progress | None = None) -> ImportOutcome:
    """Create or change customers by the merchant's id; what a row leaves empty stays as it is.

    Raises:
        UnreadableFileError: the file cannot be read, or has no column for the id, the e-mail address or a name.
    """
    lines: dict[str, int] = {}

    def save(session: Session, rows: list[TableRow]) -> WriteCounts:
        (row,) = rows
        try:
            customer_id = parse_customer_id(row.values.get("customer_id", ""), "customer_id")
            earlier = lines.setdefault(customer_id, row.line)
            if earlier != row.line:
                raise RowRejectedError("customer_id", f"{customer_id!r} is in line {earlier} already")
            return save_customer(session, _customer(row.values, customer_id, get_customer(session, customer_id)))
        except RowRejectedError as error:
            raise RowsRejectedError(error.at(row.line)) from error

    found = read_rows(path, HEADERS, _WANTED, progress=progress)
    outcome = import_rows(database, ([item] if isinstance(item, TableRow) else item for item in found), save)
    return named_as_in_the_file(outcome, path, HEADERS)


def parse_customer_id(text: str, column: str) -> str:
    """Return a customer's id: what the shop's tokens have as `sub`.

    Raises:
        RowRejectedError: it is empty, too long, or has control characters.
    """
    plain = parse_code(text, column, most=120)
    if not plain:
        raise RowRejectedError(column, "is empty")
    return plain


def _customer(values: Mapping[str, str], customer_id: str, before: CustomerView | None) -> CustomerView:
    first, last = _names(values, before)
    if "email" not in values and before is None:
        raise RowRejectedError("email", "is empty")
    given = parse_address(values)
    addresses = before.addresses if before else ()
    if given:
        kept = asdict(addresses[0]) if addresses else asdict(AddressView("", "", "", ""))
        address = AddressView(**{**kept, **given})
        if not address.line1:
            raise RowRejectedError("address", "is empty, but other columns have a part of it; fill in the street")
        addresses = (address, *addresses[1:])
    language = _LANGUAGES.get(values.get("language", "").lower())
    if "language" in values and language is None:
        raise RowRejectedError("language", f"{values['language'][:40]!r} is neither en nor zh")
    customer = CustomerView(
        customer_id=customer_id,
        first_name=first,
        last_name=last,
        email=_email(values["email"]) if "email" in values else "",
        phone=parse_code(values["phone"], "phone", most=40) if "phone" in values else None,
        language=language or ("zh" if _CHINESE.search(first + last) else "en"),
        addresses=addresses,
        payment_methods=before.payment_methods if before else (),
    )
    if before is None:
        return customer
    return replace(
        customer,
        email=customer.email or before.email,
        phone=customer.phone or before.phone,
        language=language or before.language,
    )


def _email(text: str) -> str:
    """Read a customer's address; as one whose address is of the demo shop's kind, anybody may sign in there."""
    plain = parse_email(text, "email")
    if plain.lower().endswith(DEMO_MAIL):
        raise RowRejectedError("email", f"{plain[:60]!r}: addresses {DEMO_MAIL} are the demo shop's; give the real one")
    return plain


def _names(values: Mapping[str, str], before: CustomerView | None) -> tuple[str, str]:
    """Return first and last name; a whole name is parted at its last space, a Chinese one is all last name."""
    if "first_name" in values or "last_name" in values:
        first = parse_line(values.get("first_name", before.first_name if before else ""), "first_name", most=120)
        last = parse_line(values.get("last_name", before.last_name if before else ""), "last_name", most=120)
        return first, last
    if "name" in values:
        name = parse_line(values["name"], "name", most=120)
        first, _, last = name.rpartition(" ")
        return ("", name) if _CHINESE.search(name) else (first or last, last if first else "")
    if before is None:
        raise RowRejectedError("last_name", "is empty, and so are first_name and name")
    return before.first_name, before.last_name
