"""How many pieces there shall be in all, and one more of the same."""

import pytest

from actions.services.tasks.new_quantity import read_new_quantity, wants_one_more
from tests.unit.actions.tasks.messages import typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("make it two", 2), ("make that 3", 3), ("actualy make it 2 pls", 2), ("make it 2 of the jbl", 2)),
        *(("change the quantity to 3", 3), ("reduce to one", 1), ("set the kettle to 3", 3), ("i want 3 instead", 3)),
        *(("just one please", 1), ("only 1", 1), ("actualy i want 2", 2), ("2 instead of 1", 2)),
        *(("改成两个", 2), ("改两件", 2), ("数量改成3", 3), ("只要一个", 1), ("把水壶改成2件", 2), ("两个就够了", 2)),
        *(("make it black", None), ("change it to 5 Park Lane", None), ("i want 2 watches", None), ("2", None)),
        *(
            ("改成第二个", None),
            ("改成白色", None),
            ("我要三个", None),
            ("退货要几天", None),
            ("make it the second one", None),
        ),
    ],
)
def test_read_new_quantity_hears_how_many_there_shall_be(text: str, expected: int | None) -> None:
    assert read_new_quantity(typed(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("add another one", True), ("one more please", True), ("add one more of those", True), ("再来一个", True)),
        *(("再加一件吧", True), ("another kettle", False), ("one more question", False), ("再来一个水壶", False)),
    ],
)
def test_wants_one_more_hears_only_the_same_again(text: str, expected: bool) -> None:
    assert wants_one_more(typed(text)) is expected
