import random

from nlu_models.dialogue.grammar import load_facts
from nlu_models.dialogue.made_up import made_up_merchants
from nlu_models.dialogue.merchants import NOT_COVERED
from tests.integration.nlu_models.dialogue.conftest import DATA


def test_every_question_names_sentences_of_its_shop_or_is_not_covered() -> None:
    facts = load_facts(DATA / "training", "en")
    shops = list(made_up_merchants(facts, 3, random.Random(5)))
    assert len(shops) == 3
    for shop in shops:
        told = {sentence.text for sentence in shop.policies["en"]}
        covered = [question for question in shop.questions if question.kind != NOT_COVERED]
        assert all(set(question.sentences) <= told and question.sentences for question in covered)
        assert 0.1 < 1 - len(covered) / len(shop.questions) < 0.5
        assert {question.kind for question in covered} >= {"yes", "no", "value"}
