"""Prices, positions, quantities, order numbers and addresses, in both languages."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu_models.intent.numerals import find_numbers
from nlu_models.intent.prices import find_price_limits, parse_price
from nlu_models.intent.values import find_entities, normalise_value, parse_position, parse_quantity


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$200", 200, "USD"),
        ("200 dollars", 200, "USD"),
        ("30 bucks", 30, "USD"),
        ("50刀", 50, "USD"),
        ("100美元", 100, "USD"),
        ("€40", 40, "EUR"),
        ("150欧元", 150, "EUR"),
        ("£20", 20, "GBP"),
        ("¥1500", 1500, "CNY"),
        ("1500元", 1500, "CNY"),
        ("１５００元", 1500, "CNY"),
        ("五百块钱", 500, "CNY"),
        ("HK$300", 300, "HKD"),
        ("$1,299.99", 1299.99, "USD"),
        ("1.5k", 1500, None),
        ("2千", 2000, None),
        ("1万5", 15000, None),
        ("一万二千", 12000, None),
        ("三千五", 3500, None),
        ("一百二", 120, None),
        ("一百零五", 105, None),
        ("两千五百", 2500, None),
        ("两三百", 300, None),
        ("一千二三百", 1300, None),
        ("十几块", 20, "CNY"),
        ("几十块", 100, "CNY"),
        ("一千多", 2000, None),
        ("200多块", 300, "CNY"),
        ("千元", 1000, "CNY"),
        ("two hundred", 200, None),
        ("a hundred bucks", 100, "USD"),
        ("twelve hundred dollars", 1200, "USD"),
        ("five hundred and fifty", 550, None),
        ("a couple hundred bucks", 200, "USD"),
        ("100-200", 200, None),
        ("1-2k", 2000, None),
        ("2到3千块", 3000, "CNY"),
    ],
)
def test_price_takes_the_upper_end_as_maximum(text: str, amount: float, currency: str | None) -> None:
    assert parse_price(text, "price_max") == {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("text", "amount"), [("两三百", 200), ("100-200", 100), ("1-2k", 1000), ("一千多", 1000), ("2到3千", 2000)]
)
def test_price_takes_the_lower_end_as_minimum(text: str, amount: float) -> None:
    assert parse_price(text, "price_min") == {"amount": amount, "currency": None}


def test_price_takes_the_currency_from_the_message() -> None:
    assert parse_price("100", "price_min", context="100 to 200 euros") == {"amount": 100, "currency": "EUR"}


def test_text_without_number_is_no_price() -> None:
    assert parse_price("cheap", "price_max") is None


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("smartwatch under $200", [("price_max", "$200", 200, "USD")]),
        ("1500元以下的手表", [("price_max", "1500元", 1500, "CNY")]),
        ("不超过三千", [("price_max", "三千", 3000, None)]),
        ("不要超过 300 块", [("price_max", "300 块", 300, "CNY")]),
        ("预算500左右", [("price_max", "500", 500, None)]),
        ("300 以下", [("price_max", "300", 300, None)]),
        ("千元以内", [("price_max", "千元", 1000, "CNY")]),
        ("two hundred dollars max", [("price_max", "two hundred dollars", 200, "USD")]),
        ("headphones under 200 please", [("price_max", "200", 200, None)]),
        ("iphone 15 under 1000", [("price_max", "1000", 1000, None)]),
        ("at least 50 bucks", [("price_min", "50 bucks", 50, "USD")]),
        ("一千块以上的", [("price_min", "一千块", 1000, "CNY")]),
        ("between 50 and 80 euros", [("price_min", "50", 50, "EUR"), ("price_max", "80 euros", 80, "EUR")]),
        ("100-200元的鞋", [("price_min", "100", 100, "CNY"), ("price_max", "200元", 200, "CNY")]),
        ("价格在100到300之间", [("price_min", "100", 100, None), ("price_max", "300", 300, None)]),
        ("within 30 days", []),
        ("over 100 reviews", []),
        ("size under 42", []),
        ("30天内", []),
        ("5000mah 以上电池", []),
        ("we are 4 people and 12 kids", []),
        ("第2个", []),
        ("order 1234567", []),
    ],
)
def test_limits_are_found_in_fixed_words(text: str, limits: list[tuple[Any, ...]]) -> None:
    found = [(x.bound, text[x.start : x.end], x.amount, x.currency) for x in find_price_limits(text)]
    assert found == limits


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("the second one", 2),
        ("2nd", 2),
        ("first", 1),
        ("the third option", 3),
        ("#3", 3),
        ("number 2", 2),
        ("3", 3),
        ("第二个", 2),
        ("第十二款", 12),
        ("第3个", 3),
        ("2号", 2),
        ("last", -1),
        ("the last one", -1),
        ("最后一个", -1),
        ("倒数第二", -2),
        ("倒数第一个", -1),
        ("second to last", -2),
        ("penultimate", -2),
        ("that one", None),
    ],
)
def test_position(text: str, position: int | None) -> None:
    assert parse_position(text) == position


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("2", 2),
        ("two", 2),
        ("x3", 3),
        ("a pair", 1),
        ("a couple", 2),
        ("a dozen", 12),
        ("twenty-five", 25),
        ("both", 2),
        ("两个", 2),
        ("俩", 2),
        ("三件", 3),
        ("十二个", 12),
        ("一打", 12),
        ("半打", 6),
        ("几个", None),
        ("zero", None),
        ("some", None),
    ],
)
def test_quantity(text: str, quantity: int | None) -> None:
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("where is #W1234567", "order_id", "#W1234567"),
        ("W7654321 please", "order_id", "W7654321"),
        ("SK-10023到哪了", "order_id", "SK-10023"),
        ("my order 123456 is late", "order_id", "123456"),
        ("订单号：987654321", "order_id", "987654321"),
        ("订单号 ＃Ｗ１２３４５６７", "order_id", "#W1234567"),
        ("mail me at a.b+c@x.co.uk, please", "email", "a.b+c@x.co.uk"),
        ("发到zhang@example.com吧", "email", "zhang@example.com"),
    ],
)
def test_patterns_find_orders_and_addresses(text: str, entity: str, value: str) -> None:
    assert [(e.entity, e.value) for e in find_entities(text)] == [(entity, value)]


@pytest.mark.parametrize("text", ["order 2 watches", "iphone 15 pro max", "a 4k tv", "今天星期三", "一个手表"])
def test_patterns_leave_other_numbers_alone(text: str) -> None:
    assert find_entities(text) == []


def test_order_id_loses_its_spaces() -> None:
    assert normalise_value("order_id", "# W123 4567") == "#W1234567"


def test_other_entities_stay_as_typed() -> None:
    assert normalise_value("brand", " Apple ") == "Apple"
    assert normalise_value("brand", "  ") is None


def test_number_places_are_those_in_the_raw_text() -> None:
    text = "买２个，预算３百"
    assert [text[n.start : n.end] for n in find_numbers(text)] == ["２", "３百"]


@given(st.text(alphabet=st.sampled_from("0123456789一两三几十百千万多第倒数个块元$€.,-~到 akordet#w@½²٣"), max_size=40))
def test_any_text_has_values_that_can_be_sent(text: str) -> None:
    found = [(e.start, e.end) for e in find_entities(text)]
    assert all(0 <= a < b <= len(text) for a, b in found)
    values = [
        normalise_value(e, text, context=text) for e in ("price_min", "price_max", "position", "quantity", "order_id")
    ]
    assert orjson.dumps(values)


@pytest.mark.parametrize("text", ["9" * 5000, "1" * 400 + "$", "一" * 300, "第" + "9" * 30, "99999999999 个"])
def test_absurd_numbers_are_no_values(text: str) -> None:
    assert [normalise_value(e, text) for e in ("price_max", "position", "quantity")] == [None, None, None]


@pytest.mark.timeout(5)
@pytest.mark.parametrize("part", ["a", "1$", "1-", "一", "1,000,", "a@", "第一个", "one hundred "])
def test_long_text_takes_bounded_time(part: str) -> None:
    find_entities(part * 100_000)
    normalise_value("price_max", part * 100_000, context=part * 100_000)
