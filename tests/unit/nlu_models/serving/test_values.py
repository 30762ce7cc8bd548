"""Prices, positions, quantities, order numbers and addresses, in both languages."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu_models.intent.limit_words import Bound
from nlu_models.intent.numerals import find_numbers
from nlu_models.intent.prices import find_price_limits, marked_bound, parse_price
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
        ("200rmb", 200, "CNY"),
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


@pytest.mark.parametrize(
    ("context", "currency"),
    [
        ("菜刀 100左右", None),
        ("欧式台灯 100左右", None),
        ("元宵灯笼 100左右", None),
        ("精美刀具 100左右", None),
        ("liquid soap around 100", None),
        ("compound bow around 100", None),
        ("starbucks mug around 100", None),
        ("菜刀 100刀左右", "USD"),
        ("欧式台灯 100欧左右", "EUR"),
        ("100到200块的菜刀", "CNY"),
        ("100 for soap, i pay in quid", "GBP"),
        ("100左右，用欧元付", "EUR"),
    ],
)
def test_currency_is_not_found_inside_other_words(context: str, currency: str | None) -> None:
    assert parse_price("100", "price_max", context=context) == {"amount": 100, "currency": currency}


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
    ("text", "bound"),
    [
        ("headphones that don't cost more than $100", "price_max"),
        ("headphones that don’t cost more than $100", "price_max"),
        ("I don't want to spend more than 100 on headphones", "price_max"),
        ("dont wanna pay more than 100 bucks", "price_max"),
        ("nothing over $100", "price_max"),
        ("i can't go over 100", "price_max"),
        ("please don't show me anything above $100", "price_max"),
        ("i cannot afford more than $100", "price_max"),
        ("without going over $100", "price_max"),
        ("laptops not exceeding 100", "price_max"),
        ("no headphones over $100", "price_max"),
        ("i don't want to spend $100 or more", "price_max"),
        ("don't you have anything under $100?", "price_max"),
        ("不想花超过100元", "price_max"),
        ("预算不能超过100", "price_max"),
        ("不要推荐高于100元的", "price_max"),
        ("不考虑100以上的", "price_max"),
        ("不到100元的耳机", "price_max"),
        ("要不要100以下的", "price_max"),
        ("只要不超过100元就行", "price_max"),
        ("no less than $100", "price_min"),
        ("not less than 100 dollars", "price_min"),
        ("it can't be less than $100", "price_min"),
        ("i don't want anything under $100", "price_min"),
        ("budget 100 or more", "price_min"),
        ("i want something over $100", "price_min"),
        ("elegant present over $100", "price_min"),
        ("not too cheap but over $100", "price_min"),
        ("i don't mind paying more than $100", "price_min"),
        ("don't you have anything over $100", "price_min"),
        ("headphones without wires over $100", "price_min"),
        ("不低于100元", "price_min"),
        ("不少于100元的手机", "price_min"),
        ("不能低于100", "price_min"),
        ("不要100元以下的", "price_min"),
        ("预算100以上", "price_min"),
        ("至少要100", "price_min"),
        ("不锈钢锅超过100元", "price_min"),
        ("不要太便宜的，100以上", "price_min"),
        ("特别好的超过100元", "price_min"),
        ("别的耳机，超过100元", "price_min"),
    ],
)
def test_a_negation_turns_a_limit_over(text: str, bound: str) -> None:
    assert [(limit.bound, limit.amount) for limit in find_price_limits(text)] == [(bound, 100)]


@pytest.mark.parametrize(
    "text",
    [
        "nike air max 90",
        "iphone 15 pro max 256",
        "iphone 15 max",
        "iphone 13以上",
        "hoover 200",
        "range rover 100",
        "toys for kids under 12",
        "toys for ages between 10 and 12",
        "children over 10",
        "gifts for people over 60",
        "鞋码不超过42",
        "256内存的手机",
    ],
)
def test_numbers_of_names_and_measures_are_no_limits(text: str) -> None:
    assert find_price_limits(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "headphones max 50",
        "max 50",
        "air max under 50",
        "gift for kids under 50",
        "plus size dress under 50",
        "weighted blanket under 50",
        "kids headphones under 50",
        "耳机under 50",
        "数码配件 50以下",
        "大码女装 50以内",
    ],
)
def test_limits_stay_where_only_their_neighbours_are_names_or_measures(text: str) -> None:
    assert [(limit.bound, limit.amount) for limit in find_price_limits(text)] == [("price_max", 50)]


@pytest.mark.parametrize(
    ("text", "part", "marked", "bound"),
    [
        ("sony wh-1000xm5", "1000", "price_min", None),
        ("sony wf-1000", "1000", "price_max", None),
        ("500ml 水杯", "500", "price_min", None),
        ("500 ml bottle", "500", "price_min", None),
        ("20000mAh power bank", "20000", "price_max", None),
        ("Garmin Forerunner 265", "265", "price_min", None),
        ("Garmin Forerunner 265", "265", "price_max", None),
        ("levi's 501 jeans", "501", "price_min", None),
        ("levi's 501 jeans", "501", "price_max", None),
        ("bose 700 headphones", "700", "price_max", None),
        ("canon eos 250", "250", "price_max", None),
        ("耳机100-200", "-200", "price_min", "price_max"),
        ("耳机100-200", "100", "price_max", "price_min"),
        ("smartphones 300", "300", "price_max", "price_max"),
        ("耳机 300", "300", "price_max", "price_max"),
        ("i can spend 300", "300", "price_max", "price_max"),
        ("laptop 800 or so", "800", "price_max", "price_max"),
        ("nike air max 90", "90", "price_max", None),
        ("iphone 15 pro max 256", "256", "price_max", None),
        ("toys for kids under 12", "12", "price_max", None),
        ("6到12岁的玩具", "12", "price_max", None),
        ("headphones 100 to 200", "100", "price_min", "price_min"),
        ("耳机 100到200", "100", "price_min", "price_min"),
        ("headphones 1k to 2k", "1k", "price_min", "price_min"),
        ("耳机 1.5k", "1.5k", "price_max", "price_max"),
        ("耳机 2w左右", "2w", "price_max", "price_max"),
        ("headphones $200", "$200", "price_min", "price_min"),
        ("200元的耳机", "200", "price_min", "price_min"),
        ("usd200 headphones", "200", "price_max", "price_max"),
        ("around 200ish", "200", "price_max", "price_max"),
        ("smartphones around 300", "300", "price_max", "price_max"),
        ("菜刀 100左右", "100", "price_max", "price_max"),
        ("headphones from 100", "100", "price_max", "price_min"),
        ("headphones from $100", "$100", "price_max", "price_min"),
        ("headphones from 100 to 200", "200", "price_max", "price_max"),
        ("headphones down from 100", "100", "price_max", "price_max"),
        ("more than 200 headphones", "200", "price_max", "price_min"),
        ("no more than 200 headphones", "200", "price_min", "price_max"),
        ("不超过200耳机", "200", "price_min", "price_max"),
    ],
)
def test_words_beside_a_marked_price_say_what_it_is(text: str, part: str, marked: Bound, bound: Bound | None) -> None:
    start = text.index(part)
    assert marked_bound(text, start, start + len(part), marked) == bound


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
@pytest.mark.parametrize(
    "part", ["a", "1$", "1-", "一", "1,000,", "a@", "第一个", "one hundred ", "not any ", "over 10 不要"]
)
def test_long_text_takes_bounded_time(part: str) -> None:
    find_entities(part * 100_000)
    normalise_value("price_max", part * 100_000, context=part * 100_000)
    marked_bound(part * 100_000, 50_000, 50_010, "price_min")
