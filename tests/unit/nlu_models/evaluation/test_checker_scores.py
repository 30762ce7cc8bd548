from nlu_models.cli import PACKAGE
from nlu_models.dialogue.grammar import load_facts
from nlu_models.evaluation.checker import evaluate_checker


def test_pairs_of_each_sort_are_counted_and_the_same_seed_draws_the_same() -> None:
    facts = [fact for fact in load_facts(PACKAGE / "dialogue" / "data" / "training", "en") if fact.topic == "returns"]
    scores = evaluate_checker(facts)
    assert scores.right > scores.refused > 0
    assert scores.swapped > 3 * scores.swapped_accepted
    assert scores.unrestricted > 0
    assert scores == evaluate_checker(facts)


def test_value_facts_have_no_swapped_pairs() -> None:
    facts = load_facts(PACKAGE / "dialogue" / "data" / "training", "zh")
    scores = evaluate_checker([fact for fact in facts if fact.name == "returns_window"])
    assert scores.right > 0
    assert scores.swapped == scores.unrestricted == 0
