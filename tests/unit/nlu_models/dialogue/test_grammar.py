import random
from pathlib import Path

import pytest

from nlu_models.dialogue.grammar import GrammarError, expand, load_facts

FACTS = """
topic: returns
facts:
  - fact: window
    slots: {days: duration, place: [Ireland, France]}
    questions: ["how [long|many days] do i have"]
    variants:
      - variant: plain
        kind: value
        sentences: ["Within {days} in {place}."]
        brief: ["{days}."]
        warm: ["Take {days}."]
  - fact: sale
    questions: ["sale?"]
    variants:
      - {variant: a, kind: yes, sentences: ["Yes."], brief: ["ok"], warm: ["sure"]}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "en").mkdir()
    (folder / "en" / "returns.yml").write_text(text)
    return folder


def test_facts_are_read_with_kinds_that_yaml_takes_for_truth_values(tmp_path: Path) -> None:
    window, sale = load_facts(write(tmp_path, FACTS), "en")
    assert (window.topic, window.name, window.slots) == (
        "returns",
        "window",
        {"days": "duration", "place": ("Ireland", "France")},
    )
    assert sale.variants[0].kind == "yes"


def test_choices_may_be_nested_and_empty() -> None:
    texts = {expand("[a [b|c]|d]| [e|]".replace("| [", " ["), random.Random(n), {}) for n in range(60)}
    assert texts == {"a b e", "a c e", "d e", "a b", "a c", "d"}


def test_slots_are_filled() -> None:
    assert expand("in {days}", random.Random(0), {"days": "3 days"}) == "in 3 days"


@pytest.mark.parametrize("text", ["a [b", "a] b", "[a|b]]"])
def test_brackets_that_do_not_balance_are_named(text: str) -> None:
    with pytest.raises(GrammarError, match="bracket"):
        expand(text, random.Random(0), {})


def test_slot_that_is_not_declared_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"returns\.yml.*weeks"):
        load_facts(write(tmp_path, FACTS.replace("Take {days}", "Take {weeks}")), "en")
