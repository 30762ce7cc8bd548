import random
from pathlib import Path

from nlu_models.dialogue.grammar import load_facts
from nlu_models.dialogue.merchants import Merchant, Question
from nlu_models.dialogue.sentences import Sentence
from nlu_models.dialogue.wording import ASKED_VALUE, SYMBOLS
from nlu_models.dialogue.wording_examples import of_grammar, of_merchants

DATA = Path(__file__).parents[4] / "nlu_models" / "dialogue" / "data"
SENTENCE = "Send it back within 30 days."
SHOP = Merchant(
    "one",
    {"en": (Sentence("Returns", SENTENCE),)},
    (
        Question("30 days right?", "en", (), "yes", (SENTENCE,), (), (), "Yes, within 30 days."),
        Question("two weeks?", "en", (), "no", (SENTENCE,), (), (), "No, 14 days is wrong."),
        Question("gift wrap?", "en", ("hi",), "not_covered", (), (), (), ""),
    ),
)


def test_reply_is_learnt_without_its_opening_and_with_symbols_for_values() -> None:
    (found,) = of_merchants([SHOP], random.Random(2))
    symbol = next(character for character in found.text if character in SYMBOLS)
    assert found.reply == f"Within {symbol}."
    assert found.asked == f"{ASKED_VALUE} right?"
    assert (found.kind, found.manner) == ("yes", "brief")


def test_grammar_words_sentences_in_both_manners() -> None:
    found = list(of_grammar(load_facts(DATA / "training", "zh"), random.Random(2)))
    assert {e.manner for e in found} == {"brief", "warm"}
    assert not any(character.isdigit() for e in found for character in e.reply)
