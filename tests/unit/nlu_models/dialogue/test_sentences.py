import pytest

from catalog.knowledge.policy_file import split_passages
from nlu_models.dialogue.sentences import cut, split_sentences

POLICY = """Intro under the title. It has two sentences.

## How to return
1. Open *My orders*.
2. Tap **Return**
   and choose a reason.

Then wait for our e-mail.

## Costs
- Free within the country
- From abroad you pay, e.g. 5 EUR. No refund of that.

| Country | Cost |
|---|---|
| France | 5 EUR |

## 运费
国内免运费。海外自付！
自己寄的不报销。
"""


def test_sentences_stand_under_their_headings_without_marks() -> None:
    found = [(s.heading, s.text, s.step) for s in split_sentences(POLICY, "Returns")]
    assert found == [
        ("Returns", "Intro under the title.", False),
        ("Returns", "It has two sentences.", False),
        ("How to return", "Open My orders.", True),
        ("How to return", "Tap Return and choose a reason.", True),
        ("How to return", "Then wait for our e-mail.", False),
        ("Costs", "Free within the country", False),
        ("Costs", "From abroad you pay, e.g. 5 EUR.", False),
        ("Costs", "No refund of that.", False),
        ("Costs", "France: 5 EUR", False),
        ("运费", "国内免运费。", False),
        ("运费", "海外自付！", False),
        ("运费", "自己寄的不报销。", False),
    ]


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    assert cut("Approx. 3.5 kg, i.e. Two boxes. Fine.") == ["Approx. 3.5 kg, i.e. Two boxes.", "Fine."]


def test_nothing_comes_of_rules_and_empty_text() -> None:
    assert split_sentences("\n---\n\n***\n", "Title") == []


@pytest.mark.parametrize("line", [
    "## 退货期限", "##退货期限", "  ##退货期限", "###How long ###", "#退货期限", "#1 choice", "    ## Code",
    "####### Seven", "##", "## ", "```\n## Code\n```", "~~~\n##退货期限\n~~~", "```\nx\n```\n##退货期限",
])  # fmt: skip
def test_headings_are_those_of_the_policy_import(line: str) -> None:
    markdown = f"{line}\nWithin 30 days."
    read = [sentence.heading for sentence in split_sentences(markdown, "Title")]
    assert list(dict.fromkeys(read)) == [passage.section for passage in split_passages(markdown, "Title")]


def test_a_heading_needs_no_space_after_its_hashes() -> None:
    found = [(s.heading, s.text) for s in split_sentences("##退货期限\n签收后30天内可以退货。\n#1 choice", "退货")]
    assert found == [("退货期限", "签收后30天内可以退货。"), ("退货期限", "#1 choice")]


@pytest.mark.parametrize(
    "table",
    [
        "| Country | Standard | Express |\n| --- | --- | --- |\n| Austria | €6.90 | €14.90 |",
        "Country | Standard | Express\n--- | --- | ---\nAustria | €6.90 | €14.90",
    ],
)
def test_row_is_read_as_its_cells_and_told_with_its_columns(table: str) -> None:
    (row,) = split_sentences(table)
    assert (row.text, row.row) == ("Austria: €6.90: €14.90", "Austria – Standard: €6.90; Express: €14.90")


def test_chinese_row_is_told_as_a_sentence() -> None:
    (row,) = split_sentences("| 地区 | 普通 | 加急 |\n|---|---|---|\n| 外省 | 10元 | 不支持 |")
    assert row.row == "外省：普通 10元，加急 不支持"


def test_table_without_names_of_columns_is_told_as_it_stands() -> None:
    (row,) = split_sentences("| Leeds | 10 to 6 |")
    assert (row.text, row.row) == ("Leeds: 10 to 6", "Leeds: 10 to 6")


@pytest.mark.parametrize(
    ("line", "text", "step"),
    [
        ("4.1 The customer pays.", "The customer pays.", False),
        ("4.1.2. 买方承担运费。", "买方承担运费。", False),
        ("3.5 kg parcels cost €4.", "3.5 kg parcels cost €4.", False),
        ("2.5公斤以上加收10元。", "2.5公斤以上加收10元。", False),
        ("7.5折商品不退。", "7.5折商品不退。", False),
        ("1.打开订单。", "打开订单。", True),
        ("1. Open it.", "Open it.", True),
    ],
)
def test_number_of_a_clause_goes_and_a_figure_stays(line: str, text: str, step: bool) -> None:
    assert [(one.text, one.step) for one in split_sentences(line)] == [(text, step)]


def test_enumeration_in_a_sentence_is_not_cut() -> None:
    text = "下列不退：（一）软件；（二）充值卡。"
    assert cut(text) == [text]
