from pathlib import Path

import numpy as np
import pytest

from nlu_models.dialogue.grammar import LANGUAGES, load_facts
from nlu_models.dialogue.merchants import MerchantError, Question, load_merchant, load_merchants
from nlu_models.dialogue.reader_data import JudgedQuestion, answers, nearest_baseline
from nlu_models.dialogue.similarity import FEATURES

DATA = Path(__file__).parents[4] / "nlu_models" / "dialogue" / "data"
NEAR = np.zeros((2, FEATURES), np.float32)
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
    rows = [
        JudgedQuestion(question("value", "a"), STATES, ("a", "b"), (STATES, STATES), NEAR, (True, False)),
        JudgedQuestion(question("yes", "b"), STATES, ("a", "b"), (STATES, STATES), NEAR, (False, True)),
        JudgedQuestion(question("not_covered"), STATES, ("a",), (STATES,), NEAR, (False,)),
    ]
    assert nearest_baseline(rows) == {"en": 0.5}


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
