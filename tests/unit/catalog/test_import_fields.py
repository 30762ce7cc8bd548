"""Cells to values: what is read, and what is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importers.fields import (
    parse_flag,
    parse_id,
    parse_price,
    parse_rating,
    parse_stock,
    parse_url,
    parse_whole,
    plain_text,
)
from catalog.importers.outcome import ImportOutcome, RowError, RowRejectedError
from catalog.repositories.product_records import WriteCounts


@pytest.mark.parametrize(("text", "price"), [
    ("199.00 USD", ("USD", 19900)), ("CNY 1,299", ("CNY", 129900)), ("¥1,299.50", ("CNY", 129950)),
    ("1.299,00 €", ("EUR", 129900)), ("199", ("CNY", 19900)), ("199元", ("CNY", 19900)), ("JPY 1200", ("JPY", 1200)),
    ("£5", ("GBP", 500)), ("19,99", ("CNY", 1999)), ("0", ("CNY", 0)), ("1 299.00 USD", ("USD", 129900)),
    ("1.2万", ("CNY", 1_200_000)), ("￥1.2万元", ("CNY", 1_200_000)), ("3 万", ("CNY", 3_000_000)),
])  # fmt: skip
def test_prices_are_read_in_many_ways(text: str, price: tuple[str, int]) -> None:
    assert parse_price(text, "price", "CNY") == price


@pytest.mark.parametrize(("text", "reason"), [
    ("free", "not a price"), ("-5", "negative"), ("1.999 USD", "more decimals"), ("5 XYZ", "not a currency"),
    ("¥1,299", "not in USD"), ("$5 CNY", "not in CNY"),
    ("99999999999", "too large"), ("12..5", "not a number"), ("JPY 1.5", "more decimals"), ("", "is empty"),
    ("¥399起", "'起' is not a currency"), ("89元/个", "'元/个' is not a currency"),
])  # fmt: skip
def test_bad_prices_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(RowRejectedError, match=reason) as error:
        parse_price(text, "price", "USD")
    assert error.value.column == "price"


@given(st.text(max_size=30))
def test_any_text_is_a_price_or_refused(text: str) -> None:
    try:
        _, amount = parse_price(text, "price", "USD")
    except RowRejectedError:
        return
    assert 0 <= amount <= 2_000_000_000


@pytest.mark.parametrize(("text", "stock"), [
    ("12", 12), ("1,200", 1200), ("in stock", 99), ("有货", 99), ("Out of Stock", 0), ("缺货", 0), ("0", 0),
])  # fmt: skip
def test_stock_is_a_number_or_a_word(text: str, stock: int) -> None:
    assert parse_stock(text, "stock") == stock


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "NaN", "1e400"])
def test_bad_whole_numbers_are_refused(text: str) -> None:
    with pytest.raises(RowRejectedError):
        parse_whole(text, "stock")


@pytest.mark.parametrize("text", ["5.1", "-1", "good", "nan"])
def test_bad_ratings_are_refused(text: str) -> None:
    with pytest.raises(RowRejectedError):
        parse_rating(text, "rating")


def test_addresses_are_http_or_of_the_own_site() -> None:
    assert parse_url(" https://shop.example/p/1 ", "url") == "https://shop.example/p/1"
    assert parse_url("/images/a.svg", "url") == "/images/a.svg"
    for bad in ("javascript:alert(1)", "data:text/html,x", "ftp://a", "shop.example", "http", "//evil.example/x"):
        with pytest.raises(RowRejectedError):
            parse_url(bad, "url")


def test_ids_and_flags() -> None:
    assert parse_id(" a-1 ", "id") == "a-1"
    for bad in ("", "x" * 201, "a\x00b"):
        with pytest.raises(RowRejectedError):
            parse_id(bad, "id")
    assert parse_flag("是", "active") is True
    assert parse_flag("", "active") is False
    with pytest.raises(RowRejectedError):
        parse_flag("maybe", "active")


def test_plain_text_keeps_words_and_drops_scripts() -> None:
    html = "<p>Warm &amp; soft</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>"
    assert plain_text(html) == "Warm & soft\none\ntwo"
    assert plain_text("no tags") == "no tags"


def test_exit_codes_say_what_happened() -> None:
    error = RowError(2, "price", "bad")
    good, mixed, bad, nothing = ImportOutcome(), ImportOutcome(), ImportOutcome(), ImportOutcome()
    good.add(WriteCounts(unchanged=1))
    mixed.add(WriteCounts(created=1))
    mixed.reject(error)
    bad.reject(error)
    assert [outcome.exit_code for outcome in (good, mixed, bad, nothing)] == [0, 1, 2, 2]
    assert str(error) == "line 2, price: bad"


@pytest.mark.parametrize(
    ("text", "stock"), [("20件", 20), ("1,000 pcs", 1000), ("充足", 99), ("limited availability", 99), ("预售", 0)]
)
def test_stock_is_read_as_shops_write_it(text: str, stock: int) -> None:
    assert parse_stock(text, "stock") == stock


def test_stock_in_other_words_is_refused_with_what_to_write() -> None:
    with pytest.raises(RowRejectedError, match="write how many, in stock or out of stock"):
        parse_stock("若干", "stock")


@pytest.mark.parametrize(("text", "is_on_sale"), [("上架", True), ("已下架", False), ("停售", False)])
def test_flags_are_read_in_the_words_of_shops(text: str, is_on_sale: bool) -> None:
    assert parse_flag(text, "active") is is_on_sale


def test_long_numbers_that_a_spreadsheet_has_cut_are_no_ids() -> None:
    with pytest.raises(RowRejectedError, match="the spreadsheet has cut"):
        parse_id("6.90123E+12", "merchant_id")
