"""Cells of customer and order tables: one-line texts, e-mail addresses, moments, postal addresses."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from catalog.importers.fields import refuse_shortened
from catalog.importers.outcome import RowRejectedError

ADDRESS_FIELDS: Final[Mapping[str, tuple[str, int]]] = {
    "address": ("line1", 300),
    "address2": ("line2", 300),
    "city": ("city", 120),
    "state": ("state", 120),
    "postal_code": ("postal_code", 20),
    "country": ("country", 120),
}
"""Column of an address: its field in the model, and how many characters that holds."""

ADDRESS_HEADERS: Final[Mapping[str, str]] = {
    "address": "address address1 street address_line1 default_address_address1 地址 详细地址 收货地址",
    "address2": "address2 address_line2 default_address_address2 地址2",
    "city": "city town default_address_city 城市",
    "state": "state province region default_address_province_code 省 省份 州",
    "postal_code": "postal_code postcode zip zip_code zipcode default_address_zip 邮编 邮政编码",
    "country": "country default_address_country_code 国家",
}
"""Documented column of an address: every header that is read as it."""

_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]+")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[T\s]+(.+))?")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?:\s+(?P<time>.+))?")
_ONE_DIGIT_HOUR = re.compile(r"^(?=\d:)")
_FORMULA = ("=", "+", "-", "@")
_YEARS = range(1970, 2101)


def guarded(text: str) -> str:
    """Return a text as it is safe in a cell: what a spreadsheet would take for a formula gets a `'` before it."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def parse_line(text: str, column: str, *, most: int = 200) -> str:
    """Return a text of one line; the `'` that `guarded` puts before it is taken off.

    Raises:
        RowRejectedError: it has more than `most` characters, or control characters.
    """
    plain = " ".join(text.split())
    if plain[:1] == "'" and plain[1:].startswith((*_FORMULA, "'")):
        plain = plain[1:]
    if len(plain) > most:
        raise RowRejectedError(column, f"is longer than {most} characters")
    if not plain.isprintable():
        raise RowRejectedError(column, "contains control characters")
    return plain


def parse_code(text: str, column: str, *, most: int = 200) -> str:
    """Return a number or code of one line, without the `'` by which spreadsheets keep its zeros: `'0123`.

    Raises:
        RowRejectedError: as in `parse_line`, or a spreadsheet has cut it.
    """
    plain = parse_line(text, column, most=most).removeprefix("'")
    refuse_shortened(plain, column)
    return plain


def parse_email(text: str, column: str) -> str:
    """Return an e-mail address.

    Raises:
        RowRejectedError: it is none.
    """
    plain = parse_line(text, column, most=254)
    if not _EMAIL.fullmatch(plain):
        raise RowRejectedError(column, f"{plain[:60]!r} is not an e-mail address")
    return plain


def parse_moment(text: str, column: str) -> datetime:
    """Read a day, or a moment with or without an offset (UTC without): `2026-11-28`, `2026/11/28 14:47 +0800`.

    Raises:
        RowRejectedError: it is none, or the order of day and month is not clear (`1/2/2026`).
    """
    found = _YEAR_FIRST.fullmatch(text.strip())
    dotted = None if found else _DAY_FIRST.fullmatch(text.strip())
    try:
        if found is not None:
            year, month, day, clock = found.groups()
        elif dotted is not None:
            year, month, day, clock = dotted.group("year", "month", "day", "time")
        else:
            raise ValueError(text)
        moment = datetime.combine(date(int(year), int(month), int(day)), _clock(clock or "00:00"))
    except ValueError as error:
        raise RowRejectedError(
            column, f"{text[:40]!r} is not a date; write it as 2026-11-28 or 2026-11-28 14:30"
        ) from error
    if moment.year not in _YEARS:
        raise RowRejectedError(column, f"{text[:40]!r} lies too far from today")
    return moment.astimezone(UTC)


def _clock(text: str) -> time:
    plain = _ONE_DIGIT_HOUR.sub("0", "".join(text.split())).removesuffix("UTC")
    clock = time.fromisoformat(plain)
    return clock if clock.tzinfo is not None else clock.replace(tzinfo=UTC)


def written_moment(moment: datetime | None) -> str:
    """Return a moment as `parse_moment` reads it: in UTC, to the second."""
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def parse_address(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of an address that a row gives, {} where it gives none.

    Raises:
        RowRejectedError: one is too long.
    """
    return {
        field: parse_address_cell(values[column], column)
        for column, (field, _) in ADDRESS_FIELDS.items()
        if column in values
    }


def parse_address_cell(text: str, column: str) -> str:
    """Return one cell of an address.

    Raises:
        RowRejectedError: it is too long, or has control characters.
    """
    parse = parse_code if column == "postal_code" else parse_line
    return parse(text, column, most=ADDRESS_FIELDS[column][1])
