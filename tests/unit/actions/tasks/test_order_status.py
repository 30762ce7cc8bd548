"""Which order is meant, and who may ask."""

from dataclasses import replace

import pytest

from actions.services.tasks.frames import Ask, Frame, Impossible, Ready
from actions.services.tasks.order_status import (
    OrderFacts,
    OrderStatus,
    chosen_order,
    read_order_number,
)
from actions.turn import Entity
from catalog.order_numbers import match_order_number, normalize_order_number
from tests.unit.actions.tasks.messages import tapped, typed

TASK = OrderStatus()
TWO = OrderFacts(signed_in=True, recent=(("W200", "W200, Nov 20"), ("W100", "W100, Nov 1")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is #W10000000", "W10000000"),
        ("查一下W10000007", "W10000007"),
        ("order 12345", "12345"),
        ("where is my order", None),
        ("room 12", None),
    ],
)
def test_read_order_number_finds_it_in_a_sentence(text: str, expected: str | None) -> None:
    assert read_order_number(typed(text, "track_order")) == expected


def test_order_number_is_whole_where_the_model_marked_a_part_of_it() -> None:
    assert read_order_number(typed("W10000007", "track_order", order_id="10000")) == "W10000007"
    assert read_order_number(typed("order five-one", "track_order", order_id="51")) == "51"


def test_nobody_but_the_owner_is_asked_anything() -> None:
    step = TASK.next(Frame("order_status", {"order_number": "W100"}), OrderFacts(signed_in=False))

    assert isinstance(step, Impossible)
    assert step.say.key == "order.sign_in"


def test_several_orders_are_offered_and_one_is_taken_without_a_question() -> None:
    step = TASK.next(Frame("order_status"), TWO)
    assert isinstance(step, Ask)
    assert [option.value for option in step.options] == ["W200", "W100"]

    alone = OrderFacts(signed_in=True, recent=TWO.recent[:1])
    assert isinstance(TASK.next(Frame("order_status"), alone), Ready)
    assert chosen_order(Frame("order_status"), alone) == "W200"


@pytest.mark.parametrize(
    "text",
    [
        "my last order",
        "the latest",
        "the latst one",
        "the lastest",
        "my most recent order",
        "最近那单",
        "刚下的单",
        "上一单",
        "上个订单",
    ],
)
def test_the_latest_is_the_newest(text: str) -> None:
    filled = TASK.fill(Frame("order_status"), typed(text, "track_order"), TWO)

    assert filled is not None
    assert filled.frame.get("order_number") == "W200"


def test_a_choice_is_taken_by_button_or_position() -> None:
    frame = Frame("order_status", asked="order_number")
    by_button = TASK.fill(frame, tapped("W100"), TWO)
    by_position = TASK.fill(frame, typed("the second one", position=2), TWO)

    assert by_button is not None
    assert by_position is not None
    assert by_button.frame.get("order_number") == by_position.frame.get("order_number") == "W100"


def test_no_orders_is_said() -> None:
    step = TASK.next(Frame("order_status"), OrderFacts(signed_in=True))

    assert isinstance(step, Impossible)
    assert step.say.key == "order.none"


def test_one_normaliser_makes_spellings_equal() -> None:
    assert normalize_order_number("#w-1000 0000") == "W10000000"
    assert normalize_order_number("＃Ｗ１０００００００") == "W10000000"


@pytest.mark.parametrize(
    ("typed_number", "meant"),
    [
        ("W10008866", "W10008866"),
        ("w 10008866", "W10008866"),
        ("#W-10008866", "W10008866"),
        ("10008866", "W10008866"),
        ("1234", None),
        ("0008866", None),
        ("17", None),
    ],
)
def test_number_is_matched_by_its_digits_with_the_only_order_that_has_them(
    typed_number: str, meant: str | None
) -> None:
    assert match_order_number(typed_number, ("W10008866", "A1234", "B1234", "C17")) == meant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is order number10008866", "10008866"),
        ("where is W 10008866", "W 10008866"),
        ("is 10008866 on its way", "10008866"),
        ("W-10008866", "W-10008866"),
        ("order 2024", "2024"),
        ("订单号是20240001", "20240001"),
        ("order no. 10008866 please", "10008866"),
        ("where is the order i placed on 2026-11-24", None),
        ("where is the order i placed on 11/24/2026", None),
        ("我2026年11月24日下的单到哪了", None),
        ("where is the order for the 2024 macbook", None),
        ("where is my order from 2024", None),
        ("where is my order call me at 555-123-4567", None),
        ("where is my order, call (555) 123-4567", None),
        ("my order? my phone number is 5551234567", None),
        ("我的订单到哪了，打我电话13812345678", None),
        ("where is my $2000 order", None),
        ("2000元的那单到哪了", None),
        ("where are my wh-1000xm5", None),
    ],
)
def test_only_what_may_be_an_order_number_is_read_as_one(text: str, expected: str | None) -> None:
    assert read_order_number(typed(text, "track_order")) == expected


@pytest.mark.parametrize(("text", "said"), [("phones under 2500", "2500"), ("2500以下的手机", "2500以下")])
def test_number_inside_something_else_is_no_order_number(text: str, said: str) -> None:
    start = text.index(said)
    limit = Entity("price_max", {"amount": 2000, "currency": None}, said, start, start + len(said))
    turn = replace(typed(text, "track_order"), entities=(limit,))
    assert read_order_number(turn) is None
    assert read_order_number(replace(turn, entities=())) is not None


def test_marked_year_or_date_is_no_order_number() -> None:
    assert read_order_number(typed("order for the 2024 macbook", "track_order", order_id="2024")) is None
    assert read_order_number(typed("placed on 2026-11-24", "track_order", order_id="2026-11-24")) is None


@pytest.mark.parametrize("text", ["do you have phones under 2000?", "有2000以下的手机吗"])
def test_wish_for_something_else_names_no_order(text: str) -> None:
    asked = Frame("order_status", asked="order_number")
    assert TASK.fill(asked, typed(text, "search_product"), TWO) is None
    assert TASK.fill(asked, typed("show me the latest phones", "search_product"), TWO) is None
    assert TASK.fill(asked, typed("does one have 5000 mah", "ask_product_detail"), TWO) is None


def test_number_alone_answers_whatever_it_was_understood_as() -> None:
    facts = replace(TWO, numbers=("W10008866", "W200", "W100"))
    filled = TASK.fill(Frame("order_status", asked="order_number"), typed("10008866", "search_product"), facts)
    assert filled is not None
    assert TASK.next(filled.frame, facts) == Ready()
    assert chosen_order(filled.frame, facts) == "W10008866"


@pytest.mark.parametrize("text", ["where is 99999999", "99999999到哪了"])
def test_number_of_no_own_order_is_said_and_the_orders_are_offered(text: str) -> None:
    filled = TASK.fill(Frame("order_status"), typed(text, "track_order"), TWO)
    assert filled is not None

    step = TASK.next(filled.frame, TWO)
    assert isinstance(step, Ask)
    assert [note.key for note in step.notes] == ["order.not_found"]
    assert [option.value for option in step.options] == ["W200", "W100"]
    assert step.keeps == {"order_number": None}


@pytest.mark.parametrize(
    "text",
    [
        "where is my order from last month",
        "my order from the last 2 weeks",
        "where is the order from last tuesday",
        "我上个月的订单到哪了",
        "最近一个月的订单到哪了",
        "最近两周的订单",
        "show my recent orders",
        "my last 3 orders",
        "最近的订单有哪些",
        "最近几单到哪了",
    ],
)
def test_orders_of_a_time_and_several_orders_are_to_be_chosen_from(text: str) -> None:
    filled = TASK.fill(Frame("order_status"), typed(text, "track_order"), TWO)
    step = TASK.next(filled.frame if filled is not None else Frame("order_status"), TWO)

    assert isinstance(step, Ask)
    assert [option.value for option in step.options] == ["W200", "W100"]
    assert step.notes == ()
