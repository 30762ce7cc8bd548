from pathlib import Path

import pytest

import nlu_models.dialogue
from nlu_models.dialogue.answering import Answer, Asked
from nlu_models.dialogue.merchants import NOT_COVERED, Merchant, Question, load_merchants
from nlu_models.dialogue.sentences import Sentence
from nlu_models.evaluation.dialogue import judge, report

VALIDATION = Path(nlu_models.dialogue.__file__).parent / "data" / "merchants" / "validation"
TOLD = (Sentence("Returns", "You have 30 days."), Sentence("Returns", "Sale items stay sold."))
LONG = Question(
    "how long", "en", (), "value", ("You have 30 days.",), (("30 days", "thirty days"),), ("14 days",), "30 days."
)
SALE = Question("sale?", "en", (), "no", ("Sale items stay sold.",), (("stay sold",),), (), "No, sale items stay sold.")
WRAP = Question("gift wrap?", "en", (), NOT_COVERED, (), (), (), "")


def scores(replies: dict[str, Answer]) -> dict[str, float]:
    """Judge the replies to the questions that are named, and return the English figures."""
    asked = [question for question in (LONG, SALE, WRAP) if question.text in replies]
    shop = Merchant("shop", {"en": TOLD}, tuple(asked))

    def reply(one: Asked) -> Answer:
        return replies[one.question]

    judged = judge([shop], reply, lambda merchant, _: merchant.policies["en"], lambda q, text: text in q.sentences)
    return report(judged, "en")


def said(text: str, *chosen: int, kind: str = "value", sure: bool = True) -> Answer:
    return Answer(text, kind, "worded", chosen, sure, drafts=(text,))


@pytest.mark.parametrize(
    ("answer", "facts", "wrong"),
    [
        (said("You have thirty days.", 0), 1, 0),
        (said("You have time.", 0), 0, 0),
        (said("30 days, or 14 days.", 0), 0, 1),
        (Answer("", NOT_COVERED, "not_covered"), 0, 0),
    ],
)
def test_facts_are_right_where_the_required_are_said_and_no_forbidden_one(
    answer: Answer, facts: float, wrong: float
) -> None:
    found = scores({"how long": answer})
    assert (found["facts"], found["wrong_polarity"]) == (facts, wrong)


def test_yes_for_no_is_wrong_though_the_fact_is_said() -> None:
    found = scores({"sale?": said("Yes: sale items stay sold.", 1, kind="yes")})
    assert (found["facts"], found["wrong_polarity"]) == (0, 1)


def test_value_that_the_sentences_do_not_have_is_unsupported() -> None:
    assert scores({"how long": said("You have 30 days.", 0)})["unsupported"] == 0
    assert scores({"how long": said("You have 30 days and $5.", 0)})["unsupported"] == 1
    assert scores({"how long": said("You have 30 days.", 1)})["unsupported"] == 1


def test_what_introduces_a_list_supports_what_is_told_of_its_items() -> None:
    listed = (
        Sentence("Returns", "After 30 days we do not take back:"),
        Sentence("Returns", "swimwear", item=True),
        Sentence("Returns", "hats", item=True),
    )
    shop = Merchant("shop", {"en": listed}, (LONG,))
    reply = said("After 30 days we do not take back: swimwear.", 1)
    judged = judge([shop], lambda _: reply, lambda merchant, _: merchant.policies["en"], lambda q, text: True)
    assert report(judged, "en")["unsupported"] == 0


def test_refused_answered_and_called_the_closest_are_shares_of_their_own_questions() -> None:
    nothing = Answer("", NOT_COVERED, "not_covered")
    found = scores({"how long": nothing, "sale?": said("x", 1, sure=False), "gift wrap?": said("x", 1, sure=False)})
    assert (found["refused_answerable"], found["answered_unanswerable"]) == (0.5, 1)
    assert (found["called_closest"], found["of_these_called_closest"]) == (1, 1)
    assert scores({"gift wrap?": nothing})["answered_unanswerable"] == 0


def test_words_of_the_sentence_as_they_stand_are_copied() -> None:
    assert scores({"how long": said("You have 30 days.", 0)})["copied"] == 1
    assert scores({"how long": said("30 days.", 0)})["copied"] == 0


def test_every_answerable_validation_question_tells_what_a_right_reply_says() -> None:
    for merchant in load_merchants(VALIDATION):
        for question in merchant.questions:
            if question.kind == NOT_COVERED:
                continue
            reference = question.reference.casefold()
            assert question.required, question.text
            assert all(any(one.casefold() in reference for one in group) for group in question.required), question.text
            assert not any(one.casefold() in reference for one in question.forbidden), question.text
