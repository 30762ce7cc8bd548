"""Passages as they are told in a chat."""

import pytest

from actions.services.passage_text import told_passage
from nlu_models.dialogue.tables import table_rows


def test_table_is_told_row_by_row_with_its_columns() -> None:
    table = "| Country | Standard | Express |\n| --- | --- | --- |\n| Austria | €6.90 | €14.90 |\n\nDuties are yours."
    assert told_passage(table) == "- Austria – Standard: €6.90; Express: €14.90\n\nDuties are yours."


def test_chinese_table_is_told_as_sentences() -> None:
    assert (
        told_passage("| 地区 | 普通 | 加急 |\n|---|---|---|\n| 外省 | 10元 | 不支持 |")
        == "- 外省：普通 10元，加急 不支持"
    )


def test_marks_go_and_links_stay() -> None:
    text = "**Write** to [us](mailto:hi@shop.example), see [returns](https://shop.example/r) or [the terms](/terms)."
    assert told_passage(text) == ("Write to us (hi@shop.example), see returns (https://shop.example/r) or the terms.")


def test_plain_text_stays_as_it_is() -> None:
    text = "1. Open it.\n2. Tap “Return”.\n\nA | B"
    assert told_passage(text) == text


@pytest.mark.parametrize(
    "table",
    [
        "| To | Express | Days |\n|---|---|---|\n| Austria | €14.90 | 2 |\n| Spain | €19.90 | |",
        "| 地区 | 运费 | 时效 |\n|---|---|---|\n| 新疆、西藏 | 28元 | 8天 |",
    ],
)
def test_rows_are_told_as_the_models_tell_them(table: str) -> None:
    """Neither package may import the other, so this holds them together."""
    told = [row for _, row in table_rows(table.splitlines())]
    assert told_passage(table).splitlines() == [f"- {row}" for row in told]
