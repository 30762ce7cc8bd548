from collections.abc import Sequence

import numpy as np
import pytest

from nlu_models.dialogue.answering import Asked, Thresholds, ToWord, answer_all
from nlu_models.dialogue.corpus import KINDS
from nlu_models.dialogue.sentences import Sentence
from nlu_models.encoder.config import Float32

SHOP = (
    Sentence("Returns", "You can return items within 30 days of delivery."),
    Sentence("Returns", "Sale items cannot be returned."),
    Sentence("How to return", "Open “My orders”.", step=True),
    Sentence("How to return", "Tap “Return”.", step=True),
)


class FixedReader:
    """Says what each sentence is, with a certainty."""

    def __init__(self, said: dict[int, tuple[str, float]]) -> None:
        self.said = said

    def judge(self, asked: Asked) -> Float32:
        rows = np.zeros((len(asked.sentences), len(KINDS)), np.float32)
        rows[:, 0] = 1
        for i, (kind, sure) in self.said.items():
            rows[i] = 0
            rows[i, 0], rows[i, KINDS.index(kind)] = 1 - sure, sure
        return rows


class FixedGenerator:
    """Gives drafts by the masked sentence."""

    def __init__(self, drafts: dict[str, str | None]) -> None:
        self.drafts = drafts

    def word(self, wanted: Sequence[ToWord]) -> list[str | None]:
        return [self.drafts[one.text.text] for one in wanted]


GOOD = FixedGenerator(
    {
        "You can return items within ★ of delivery.": "You have ★ from delivery to send it back.",
        "Sale items cannot be returned.": "Sale items can't be sent back.",
    }
)


class Repeating:
    """Words a sentence as it stands."""

    def word(self, wanted: Sequence[ToWord]) -> list[str]:
        return [one.text.text for one in wanted]


GOOD_ENOUGH = Repeating()


def answered(question: str, said: dict[int, tuple[str, float]], generator: FixedGenerator | None = GOOD):  # type: ignore[no-untyped-def]
    asked = Asked(question, "en", SHOP)
    return answer_all([asked], FixedReader(said), generator, Thresholds())[0]


def test_value_is_worded_and_put_back() -> None:
    answer = answered("how long", {0: ("value", 0.9)})
    assert (answer.text, answer.how) == ("You have 30 days from delivery to send it back.", "worded")


def test_nothing_found_is_said_to_be_not_covered() -> None:
    answer = answered("gift wrap?", {0: ("value", 0.3)})
    assert (answer.text, answer.kind, answer.how, answer.chosen) == ("", "not_covered", "not_covered", ())


def test_no_sentences_are_not_covered_either() -> None:
    asked = Asked("anything", "en", ())
    assert answer_all([asked], FixedReader({}), None, Thresholds())[0].how == "not_covered"


def test_draft_that_turns_the_fact_round_becomes_the_sentence_itself() -> None:
    wrong = FixedGenerator({"Sale items cannot be returned.": "Sale items can be sent back."})
    answer = answered("sale?", {1: ("value", 0.9)}, wrong)
    assert answer.how == "quoted"
    assert answer.text.endswith("Sale items cannot be returned.")
    assert "polarity" in answer.refused


def test_text_that_the_generator_cannot_word_is_quoted() -> None:
    answer = answered("how long", {0: ("value", 0.9)}, FixedGenerator(dict.fromkeys(GOOD.drafts)))
    assert (answer.how, answer.refused, answer.drafts) == ("quoted", (), ())
    assert answer.text.endswith("within 30 days of delivery.")


def test_without_a_generator_the_sentence_itself_is_quoted() -> None:
    answer = answered("sale?", {1: ("no", 0.95)}, None)
    assert answer.how == "quoted"
    assert "Sale items cannot be returned." in answer.text or "sale items cannot be returned." in answer.text


def test_no_is_said_only_where_the_reader_is_sure_of_it() -> None:
    sure, unsure = answered("sale?", {1: ("no", 0.95)}), answered("sale?", {1: ("conditional", 0.9)})
    assert sure.kind == "no"
    assert not unsure.text.lower().startswith(("no", "yes", "sorry", "i'm afraid"))


@pytest.mark.parametrize(
    ("question", "kind"),
    [("so i have 30 days right", "yes"), ("so thirty days, correct?", "yes"), ("60 days right?", "no")],
)
def test_claimed_value_is_compared_with_the_sentence(question: str, kind: str) -> None:
    answer = answered(question, {0: ("value", 0.9)})
    assert answer.kind == kind
    assert "30 days" in answer.text


def test_a_step_brings_its_whole_list_in_order_and_in_full() -> None:
    answer = answered("how do i return", {3: ("steps", 0.9)})
    assert (answer.chosen, answer.drafts) == ((2, 3), ())
    assert "1. Open “My orders”.\n2. Tap “Return”." in answer.text


def test_chinese_yes_fits_the_way_of_asking() -> None:
    asked = Asked("可以退吗", "zh", (Sentence("", "特价商品可以退。"),))
    answer = answer_all([asked], FixedReader({0: ("yes", 0.95)}), None, Thresholds())[0]
    assert answer.text.startswith("可以")


def test_sentence_that_introduces_a_list_is_answered_by_the_list() -> None:
    shop = (
        Sentence("Oil", "This is how you oil it:"),
        Sentence("Oil", "Rub it in.", step=True),
        Sentence("Oil", "Wait.", step=True),
    )
    answer = answer_all([Asked("how", "en", shop)], FixedReader({0: ("value", 0.9)}), None, Thresholds())[0]
    assert (answer.kind, answer.chosen) == ("steps", (1, 2))


def test_unsure_reader_says_so_and_tells_what_may_be_meant_instead_too() -> None:
    said = {1: ("value", 0.4), 0: ("value", 0.1), 2: ("value", 0.05)}
    asked = Asked("sale?", "en", SHOP)
    answer = answer_all([asked], FixedReader(said), GOOD_ENOUGH, Thresholds(covered=0.2, sure=0.5))[0]
    assert (answer.kind, answer.chosen) == ("value", (0, 1))
    assert answer.text.startswith(("The closest", "I'm not sure"))
    assert answer.text.endswith(": you can return items within 30 days of delivery. Sale items cannot be returned.")
    surely = answer_all([asked], FixedReader(said), GOOD_ENOUGH, Thresholds(covered=0.2, sure=0.3))[0]
    assert (surely.chosen, surely.text) == ((1,), "Sale items cannot be returned.")


def test_unsure_reader_confirms_no_value() -> None:
    asked = Asked("so i have 30 days right", "en", SHOP)
    answer = answer_all([asked], FixedReader({0: ("value", 0.4)}), None, Thresholds(covered=0.2, sure=0.5))[0]
    assert answer.kind == "value"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("so i have 30 days, right?", "yes"),
        ("I got it 12 days ago, I can still return it, right?", "value"),
        ("it is 12 days old, it can go back, right?", "value"),
        ("i have 14 days to return it, correct", "no"),
        ("i have had it for 14 days, can it still go back", "value"),
    ],
)
def test_value_is_compared_only_where_it_is_to_be_confirmed(question: str, kind: str) -> None:
    assert answered(question, {0: ("value", 0.9)}).kind == kind


def test_question_in_the_policy_brings_its_answer() -> None:
    shop = (
        Sentence("Cancelling", "Want to cancel it all?"),
        Sentence("Cancelling", "You can until it is packed."),
        Sentence("Hours", "We open at nine."),
    )
    answer = answer_all([Asked("cancel?", "en", shop)], FixedReader({0: ("value", 0.9)}), GOOD_ENOUGH, Thresholds())[0]
    assert answer.chosen == (0, 1)


def test_sentences_of_no_list_are_not_numbered() -> None:
    shop = (
        Sentence("Your data", "Tap “Export my data” in the settings."),
        Sentence("Your data", "The file comes by e-mail."),
        Sentence("Newsletter", "Tap “Sign up” at the bottom."),
    )
    said = {0: ("steps", 0.9), 1: ("steps", 0.8)}
    answer = answer_all([Asked("my data?", "en", shop)], FixedReader(said), GOOD_ENOUGH, Thresholds())[0]
    assert (answer.kind, answer.chosen) == ("steps", (0, 1))
    assert "1." not in answer.text
    other = answer_all(
        [Asked("my data?", "en", shop)], FixedReader({0: ("steps", 0.9), 2: ("steps", 0.8)}), None, Thresholds()
    )[0]
    assert other.chosen == (0,), "what another section has is no further step"


def test_numbered_clauses_are_no_steps() -> None:
    shop = (
        Sentence("§ 4 Payment", "Invoices fall due after 10 days.", step=True),
        Sentence("§ 4 Payment", "Cards attract no surcharge.", step=True),
    )
    answer = answer_all([Asked("visa?", "en", shop)], FixedReader({1: ("value", 0.9)}), GOOD_ENOUGH, Thresholds())[0]
    assert (answer.kind, answer.chosen) == ("value", (1,))


@pytest.mark.parametrize(
    ("question", "items", "kind"),
    [
        ("walk me through sending it back", 3, "steps"),
        ("咋退啊", 3, "steps"),
        ("how long do i have", 3, "value"),
        ("how do i send it back", 9, "value"),  # a contract
    ],
)
def test_question_that_asks_how_is_answered_by_a_short_list(question: str, items: int, kind: str) -> None:
    shop = tuple(Sentence("Returns", f"Do part {number}.", step=True) for number in range(items))
    answer = answer_all([Asked(question, "en", shop)], FixedReader({1: ("value", 0.9)}), None, Thresholds())[0]
    assert answer.kind == kind


def test_clause_that_a_list_ends_with_a_semicolon_is_said_as_a_sentence() -> None:
    asked = Asked("退什么", "zh", (Sentence("退款", "退商品金额；"),))
    answer = answer_all([asked], FixedReader({0: ("value", 0.9)}), None, Thresholds())[0]
    assert answer.text.endswith("退商品金额。")
