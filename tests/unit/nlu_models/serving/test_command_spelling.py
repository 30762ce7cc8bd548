import pytest

from nlu_models.serving.command_spelling import corrected_command, corrected_words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("chekout", "checkout"), ("Chcekout!", "checkout"), ("retrun", "return"), ("agnet", "agent"), ("hlep", "help"),
     ("refnud?", "refund"), ("warrrranty", None), ("shiping", "shipping"), ("invioce", "invoice")],
)  # fmt: skip
def test_badly_typed_command_is_put_right(typed: str, meant: str | None) -> None:
    assert corrected_command(typed) == meant


@pytest.mark.parametrize("text", ["helm", "card", "checkout", "orders", "two words", "结算", "sony", "", "tracks"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert corrected_command(text) is None


def test_words_of_a_message_that_was_not_understood_are_put_right() -> None:
    assert corrected_words("wher is my ordr") == "where is my order"
    assert corrected_words("i need hepl with my pasword") == "i need help with my password"
    assert corrected_words("where is my order") is None
    assert corrected_words("智能手表") is None
