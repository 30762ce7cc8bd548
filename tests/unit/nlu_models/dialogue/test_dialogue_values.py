import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu_models.dialogue.slot_values import slot_value
from nlu_models.dialogue.values import find_values, put_back, take_out

SYMBOLS = "★●■◆"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("within 30 days of delivery", [("duration", "30 days")]),
        ("a 14-day window", [("duration", "14-day")]),
        ("takes 3 to 5 working days", [("duration", "3 to 5 working days")]),
        ("orders over £49.50 ship free", [("amount", "£49.50")]),
        ("until 31 January at 10:30 am", [("date", "31 January"), ("time", "10:30 am")]),
        ("open 9:00–18:00, Monday to Friday", [("hours", "9:00–18:00"), ("weekdays", "Monday to Friday")]),
        ("write to help@marlow.example", [("email", "help@marlow.example")]),
        ("see www.marlow.example/returns.", [("link", "www.marlow.example/returns")]),
        ("open “My orders” first", [("name", "“My orders”")]),
        ("call +44 20 7946 0958", [("phone", "+44 20 7946 0958")]),
        ("a 5% fee", [("percent", "5%")]),
        ("签收后7天内可以退", [("duration", "7天")]),
        ("满99元包邮，不满收12元", [("amount", "99元"), ("amount", "12元")]),
        ("3-5个工作日到账", [("duration", "3-5个工作日")]),
        ("12月签收的可以延到1月31日", [("date", "12月"), ("date", "1月31日")]),
        ("周一至周五早上9点到晚上6点", [("weekdays", "周一至周五"), ("hours", "早上9点到晚上6点")]),
        ("打开“我的订单”", [("name", "“我的订单”")]),
        ("投诉请发到help@a.example或打0571-27599668", [("email", "help@a.example"), ("phone", "0571-27599668")]),
        ("请见www.yunqi.example/help了解", [("link", "www.yunqi.example/help")]),
        ("from £12, or $1,299.50,", [("amount", "£12"), ("amount", "$1,299.50")]),
        ("打0571-27599668", [("phone", "0571-27599668")]),
        ("加收£12,下单时付", [("amount", "£12")]),
        ("到marlow.example/help看说明", [("link", "marlow.example/help")]),
        ("on 2024-05-01", [("date", "2024-05-01")]),
        ("You may return it.", []),
        ("不支持退货", []),
    ],
)
def test_values_are_found_with_their_kind(text: str, found: list[tuple[str, str]]) -> None:
    assert [(value.kind, value.text) for value in find_values(text)] == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "thirty days"),
        ("30 days", "a 30-day window"),
        ("14 days", "fourteen days"),
        ("3–5 working days", "3 to 5 business days"),
        ("$1,200", "$1200"),
        ("两周", "2周"),
        ("7天", "七天"),
        ("5个工作日", "五个工作日"),
        ("5个工作日", "五个工作天"),
        ("3-5个工作日", "3到5个工作日"),
        ("99元", "99块"),
    ],
)
def test_values_of_one_meaning_are_equal_in_any_spelling(one: str, other: str) -> None:
    first, second = find_values(one)[0], find_values(other)[0]
    assert (first.kind, first.normal) == (second.kind, second.normal)


@pytest.mark.parametrize(
    ("one", "other"),
    [("30 days", "13 days"), ("5 days", "5 working days"), ("$5", "£5"), ("7天", "7个工作日"), ("99元", "99美元")],
)
def test_values_of_different_meaning_are_different(one: str, other: str) -> None:
    assert find_values(one)[0].normal != find_values(other)[0].normal


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Return it within 30 days; after 30 days we charge $5.", "Return it within ★; after ★ we charge ●."),
        ("Within thirty days. Our 30 days are from delivery.", "Within ★. Our ● are from delivery."),
        ("一般第二天到，远一点的像东北要两天。", "一般第二天到，远一点的像东北要★。"),
        ("第三十天起不退，三十天内退。", "第三十天起不退，★内退。"),
        ("下午一点前下单，一点到两点休息。", "★前下单，●休息。"),
    ],
)
def test_values_come_back_as_they_were_written(text: str, masked: str) -> None:
    found, values = take_out(text, SYMBOLS)
    assert found == masked
    assert put_back(found, SYMBOLS, values) == text


def test_symbol_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="■"):
        put_back("★ and ■", SYMBOLS, take_out("30 days", SYMBOLS)[1])


@given(st.text(max_size=80))
def test_taking_out_and_putting_back_never_fails_and_values_do_not_overlap(text: str) -> None:
    found = find_values(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(text[value.start : value.end] == value.text for value in found)
    take_out(text, SYMBOLS)


def test_made_up_hours_close_in_the_afternoon_before_six() -> None:
    made = {slot_value("hours", "zh", random.Random(seed)) for seed in range(300)}
    closing = [match for text in made if (match := re.search(r"到(下午|晚上)(\d+)点", text))]
    assert {match[1] for match in closing} == {"下午", "晚上"}
    assert all((match[1] == "下午") == (int(match[2]) < 6) for match in closing)
