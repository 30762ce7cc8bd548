from pathlib import Path

import numpy as np
import pytest

from nlu_models.dialogue.grammar import LANGUAGES, load_facts
from nlu_models.dialogue.merchants import MerchantError, Question, load_merchant, load_merchants
from nlu_models.dialogue.reader_data import JudgedShop, answers, nearest_baseline

DATA = Path(__file__).parents[4] / "nlu_models" / "dialogue" / "data"
STATES = np.zeros((1, 4), np.float16)


def question(kind: str, *sentences: str) -> Question:
    return Question("q", "en", (), kind, sentences, (), (), "")


def test_every_merchants_gold_sentences_are_found_in_its_policies() -> None:
    merchants = load_merchants(DATA / "merchants" / "validation")
    assert len(merchants) >= 10
    for merchant in merchants:
        for asked in merchant.questions:
            found = [row.text for row in merchant.policies[asked.language] if answers(asked, row.text)]
            assert bool(found) == (asked.kind != "not_covered"), (merchant.name, asked.text)


def test_training_facts_are_the_same_in_both_languages() -> None:
    english, chinese = (load_facts(DATA / "training", language) for language in LANGUAGES)
    kinds = [
        {(f.name, v.name, v.kind, len(v.wordings)) for f in facts for v in f.variants} for facts in (english, chinese)
    ]
    assert {fact.name for fact in english} == {fact.name for fact in chinese}
    assert kinds[0] == kinds[1]


def test_baseline_counts_answerable_questions_only() -> None:
    questions = (question("value", "a"), question("yes", "b"), question("not_covered"))
    base = np.array([[0.9, 0.8], [0.9, 0.8], [0.9, 0.8]], np.float32)
    gold = np.array([[True, False], [False, True], [False, False]])
    shop = JudgedShop(questions, ("a", "b"), (STATES,) * 3, (STATES,) * 2, base, gold)
    assert nearest_baseline([shop]) == {"en": 0.5}


def test_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(MerchantError, match="no policy"):
        load_merchant(tmp_path)
    (tmp_path / "a.md").write_text("no front matter")
    with pytest.raises(MerchantError, match=r"a\.md.*front matter"):
        load_merchant(tmp_path)
    (tmp_path / "a.md").write_text("---\nlanguage: en\n---\nText.")
    (tmp_path / "questions.yml").write_text("- {question: x, language: en, kind: perhaps}")
    with pytest.raises(MerchantError, match=r"question 1.*perhaps"):
        load_merchant(tmp_path)
