from string import Formatter

from bot.desk.word_lists import canned_replies, intents, is_intent
from bot.gateway.texts import has_han
from bot.gateway.typed_text import MAX_CHARACTERS
from nlu_models.intent.labels import INTENTS


def test_every_intent_that_can_be_learnt_can_be_chosen_and_no_other() -> None:
    assert [row["name"] for row in intents("en")] == list(INTENTS)
    assert all(is_intent(name) for name in INTENTS)
    assert not is_intent("nlu_fallback")
    for language in ("en", "zh"):
        titles = [row["title"] for row in intents(language)]
        assert len(set(titles)) == len(titles)
        assert all(has_han(title) is (language == "zh") for title in titles)


def test_canned_replies_are_whole_in_both_languages() -> None:
    keys = [reply["key"] for reply in canned_replies()]
    assert len(set(keys)) == len(keys) >= 8
    for reply in canned_replies():
        for field in ("title", "text"):
            assert set(reply[field]) == {"en", "zh"}
            assert has_han(reply[field]["zh"])
            assert not has_han(reply[field]["en"])
        for text in reply["text"].values():
            assert 0 < len(text) < MAX_CHARACTERS
            assert {name for _, name, _, _ in Formatter().parse(text)} <= {None, "name"}
