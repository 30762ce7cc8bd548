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
        ("Costs", "Country: Cost", False),
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
