"""Rows of tables and items of lists: what has to be told with them."""

import pytest

from nlu_models.dialogue.answering import Asked, Thresholds, answer_all
from nlu_models.dialogue.grammar import Language
from nlu_models.dialogue.listed import lead_of
from nlu_models.dialogue.sentences import split_sentences
from tests.unit.nlu_models.dialogue.test_answering import GOOD_ENOUGH, FixedReader

RATES = """| Country | Standard | Express |
| --- | --- | --- |
| Germany | €4.90 | €9.90 |
| Austria | €6.90 | €14.90 |
| Spain | €9.90 | €19.90 |
"""
EXCLUDED = """## Exclusions

- Damage by liquids
- Burn-in of screens
- We mend seams for nothing.
"""
STAYS = """These stay sold:

- Underwear
- Gift cards

Socks come back.
"""


def told(markdown: str, question: str, best: int, *, previous: str = "", language: Language = "en") -> str:
    asked = Asked(question, language, split_sentences(markdown, "Title"), previous)
    return answer_all([asked], FixedReader({best: ("value", 0.9)}), GOOD_ENOUGH, Thresholds())[0].text


@pytest.mark.parametrize(
    ("question", "previous", "rows"),
    [
        ("how much to austria", "", ["Austria"]),
        ("and spain?", "how much to austria", ["Spain"]),
        ("and express", "how much to austria", ["Austria"]),
        ("is there express", "", ["Germany", "Austria", "Spain"]),
        ("what does it cost", "", ["Germany", "Austria", "Spain"]),
    ],
)
def test_rows_that_a_question_means_are_told(question: str, previous: str, rows: list[str]) -> None:
    lines = told(RATES, question, 0, previous=previous).splitlines()
    assert [line.partition(" – ")[0] for line in lines] == rows


def test_row_that_shares_most_words_is_meant() -> None:
    islands = "| Where | Cost |\n|---|---|\n| North Island | $7 |\n| South Island | $6 |\n"
    assert told(islands, "freight to the north island", 0) == "North Island – Cost: $7."


def test_row_is_told_with_its_columns_and_as_it_stands() -> None:
    assert told(RATES, "how much to austria", 1) == "Austria – Standard: €6.90; Express: €14.90."


def test_item_is_told_after_what_denies_it() -> None:
    assert told(EXCLUDED, "is water covered", 0).endswith("Damage by liquids.")
    assert told(EXCLUDED, "is water covered", 0).startswith("Exclusions:")
    assert told(EXCLUDED, "do you mend seams", 2) == "We mend seams for nothing."


def test_item_is_told_after_the_sentence_that_introduces_it() -> None:
    assert told(STAYS, "can i return pants", 1) == "These stay sold: Underwear."
    assert told(STAYS, "and socks", 3) == "Socks come back."


def test_sentence_that_introduces_a_list_is_told_with_it() -> None:
    assert told(STAYS, "what stays sold", 0) == "These stay sold: Underwear; Gift cards."


def test_chinese_item_is_told_after_its_heading() -> None:
    policy = "## 不保修的情况\n\n- 进水、摔坏\n- 自行拆机\n"
    assert told(policy, "进水了保修吗", 0, language="zh") == "不保修的情况：进水、摔坏。"


def test_heading_that_grants_leads_nothing() -> None:
    sentences = split_sentences("## What we mend\n\n- Seams\n- Zips\n")
    assert [lead_of(sentences, at) for at in range(2)] == ["", ""]


def test_items_in_one_sentence_are_told_in_full() -> None:
    text = "The right does not exist for (a) software, (b) earphones, (c) cards."
    assert told(text, "can i return earphones", 0).endswith(text[1:])


def test_two_sentences_without_a_stop_are_told_as_two() -> None:
    asked = Asked("laptop and battery?", "zh", split_sentences("- 手机：24个月\n- 电池：6个月\n", "保修期"))
    reader = FixedReader({0: ("value", 0.9), 1: ("value", 0.9)})
    text = answer_all([asked], reader, GOOD_ENOUGH, Thresholds())[0].text
    assert text.endswith("手机：24个月。电池：6个月。")
