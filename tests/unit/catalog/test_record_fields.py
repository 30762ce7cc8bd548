"""Cells of customer and order tables: what is read, and what is refused with a reason."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importers import csv_customers, csv_orders
from catalog.importers.order_cells import parse_order_number, parse_order_status, parse_tracking_numbers
from catalog.importers.outcome import RowRejectedError
from catalog.importers.record_fields import guarded, parse_email, parse_line, parse_moment, written_moment
from catalog.models import OrderStatus

PAGE = Path(__file__).parents[3] / "docs" / "import.md"


@pytest.mark.parametrize(("text", "moment"), [
    ("2026-11-28", (2026, 11, 28, 0, 0)), ("2026/1/5 9:05", (2026, 1, 5, 9, 5)), ("28.11.2026", (2026, 11, 28, 0, 0)),
    ("2026-11-28T14:30:00Z", (2026, 11, 28, 14, 30)), ("2026-11-28 14:30 +0800", (2026, 11, 28, 6, 30)),
    ("2026年11月28日 14:30", (2026, 11, 28, 14, 30)), ("2026-11-28 14:30 UTC", (2026, 11, 28, 14, 30)),
])  # fmt: skip
def test_moments_are_read_in_many_ways(text: str, moment: tuple[int, int, int, int, int]) -> None:
    assert parse_moment(text, "placed_at") == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize("text", ["1/2/2026", "yesterday", "2026-13-01", "0001-01-01", "2026-11-28 25:00", "20261128"])
def test_unclear_moments_are_refused(text: str) -> None:
    with pytest.raises(RowRejectedError) as error:
        parse_moment(text, "placed_at")
    assert error.value.column == "placed_at"


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)))
def test_written_moments_are_read_again(moment: datetime) -> None:
    known = moment.replace(tzinfo=UTC)
    assert parse_moment(written_moment(known), "placed_at") == known.replace(microsecond=0)


@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=20) | st.sampled_from(["=1+1", "'=1", "''", "-"]))
def test_guarded_text_is_no_formula_and_is_read_as_it_was(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@"))
    assert parse_line(guarded(text), "name") == text


@pytest.mark.parametrize("text", ["ann", "ann@", "ann@shop", "a b@shop.org", "a@b.org, c@d.org", f"{'a' * 250}@b.org"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(RowRejectedError):
        parse_email(text, "email")


@pytest.mark.parametrize(("text", "status"), [
    ("Shipped", OrderStatus.SHIPPED), ("return requested", OrderStatus.RETURN_REQUESTED), ("paid", "processed"),
    ("Canceled", OrderStatus.CANCELLED), ("已签收", OrderStatus.DELIVERED), ("待发货", OrderStatus.PROCESSED),
])  # fmt: skip
def test_order_status_is_a_usual_word(text: str, status: str) -> None:
    assert parse_order_status(text, "status") == status


def test_order_numbers_are_kept_the_same_however_they_are_typed() -> None:
    assert parse_order_number(" # so-７ 1", "order_number") == "SO-71"
    for text in ("", "#", "x" * 40):
        with pytest.raises(RowRejectedError):
            parse_order_number(text, "order_number")


def test_tracking_numbers_may_be_several() -> None:
    assert parse_tracking_numbers("T1, T2；T3 T4", "tracking_number") == ("T1", "T2", "T3", "T4")


@pytest.mark.parametrize(("title", "headers"), [("Customers", csv_customers.HEADERS), ("Orders", csv_orders.HEADERS)])
def test_every_header_is_documented(title: str, headers: Mapping[str, str]) -> None:
    section = PAGE.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    written = dict(line.strip("| ").split(" | ")[:2] for line in section.splitlines() if line.startswith("| `"))
    for name, aliases in headers.items():
        others = [alias for alias in aliases.split() if alias != name]
        assert written[f"`{name}`"] == ", ".join(others)
