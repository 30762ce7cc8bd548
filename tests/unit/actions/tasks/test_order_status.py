"""Which order is meant, and who may ask."""

import pytest

from actions.services.tasks.frames import Ask, Frame, Impossible, Ready
from actions.services.tasks.order_status import (
    OrderFacts,
    OrderStatus,
    chosen_order,
    normalise_number,
    read_order_number,
)
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


@pytest.mark.parametrize("text", ["my last order", "the latest", "最近那单", "刚下的单"])
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


def test_normalise_number_makes_spellings_equal() -> None:
    assert normalise_number("#w-1000 0000") == "W10000000"
