"""Which passages are read for a service question, on policies and models that stand still."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.reply import Outcome
from actions.services.models_port import ModelsUnavailableError, PolicyAnswer
from actions.services.service_answers import ServiceAnswers
from actions.texts import load_texts
from actions.turn import Turn
from catalog.search.passage_search import PassageHit, PassageQuery
from tests.unit.actions.test_service_sections import hit, turn

RETURNS = (
    hit("How to return something", similarity=0.85),
    hit("Who pays for the return", similarity=0.82, key=1),
)
PAYMENT = (hit("How you can pay", "payment", 0.84, key=2), hit("Paying in instalments", "payment", 0.83, key=3))
GIFT_CARDS = hit("Gift cards", "promotions", 0.87, key=4)


class FixedPassages:
    """Finds the passages of the topics wanted, the likest first."""

    def __init__(self, *hits: PassageHit) -> None:
        self._hits = hits

    def search(self, session: None, query: PassageQuery) -> list[PassageHit]:
        """Return them."""
        found = [one for one in self._hits if not query.topics or one.topic in query.topics]
        return sorted(found, key=lambda one: -(one.similarity or 0.0))[: query.limit]


class FixedReader:
    """Reads policies as told; `reads` are the headings of what it was given, one list a question."""

    async def encode(self, texts: Sequence[str], kind: str) -> tuple[np.ndarray, str]:
        """Embed nothing."""
        return np.zeros((len(texts), 4), np.float32), "none"

    def __init__(self, *answering: str, down: bool = False) -> None:
        self._answering = answering
        self._down = down
        self.reads: list[list[str]] = []

    async def generate(self, question: str, language: str, passages: Any, previous: str = "") -> PolicyAnswer:
        """Answer from the first passage with one of the headings that answer."""
        if self._down:
            raise ModelsUnavailableError("down")
        headings = [section for section, _ in passages]
        self.reads.append(headings)
        places = tuple(place for place, section in enumerate(headings) if section in self._answering)
        return PolicyAnswer("So it is.", True, places[:1]) if places else PolicyAnswer("", False, ())


class NoDatabase:
    """Reads without a session."""

    async def read(self, work: Callable[..., Any], *given: Any) -> Any:
        """Call it."""
        return work(None, *given)


async def ask(message: Turn, reader: FixedReader, *hits: PassageHit) -> Outcome:
    fakes: tuple[Any, Any, Any] = (NoDatabase(), FixedPassages(*hits), reader)
    return await ServiceAnswers(*fakes, load_texts()).handle(message)


def sections(outcome: Outcome) -> list[str]:
    assert outcome.reply is not None
    return [source.section for source in outcome.reply.sources]


def after(message: Turn, asked: str, about: str) -> Turn:
    return replace(message, conversation={"asked": asked, "about": about})


@pytest.mark.parametrize(
    ("reader", "answer"),
    [
        (FixedReader("How to return something"), "So it is."),
        (FixedReader(), "The shop's policies don't cover that"),
        (FixedReader(down=True), "The shop's policies don't cover that"),
    ],
)
async def test_topic_without_a_document_is_read_for_in_the_others(reader: FixedReader, answer: str) -> None:
    outcome = await ask(turn("the glass came broken", "report_delivery_problem"), reader, *RETURNS)
    assert outcome.reply is not None
    assert outcome.reply.text.startswith(answer)


@pytest.mark.parametrize("text", ["do gift cards expire", "礼品卡会过期吗"])
async def test_passage_of_another_topic_that_is_clearly_better_is_read_first(text: str) -> None:
    reader = FixedReader("Gift cards")
    outcome = await ask(turn(text, "ask_payment_methods"), reader, *PAYMENT, GIFT_CARDS)
    assert sections(outcome) == ["Gift cards"]
    assert reader.reads[0] == ["Gift cards", "How you can pay", "Paying in instalments"]


async def test_usual_section_holds_where_the_others_are_hardly_better() -> None:
    near = replace(GIFT_CARDS, similarity=0.85)
    assert sections(await ask(turn("how can i pay", "ask_payment_methods"), FixedReader(), *PAYMENT, near)) == [
        "How you can pay"
    ]


@pytest.mark.parametrize("text", ["and what about the postage", "那谁付钱呢"])
async def test_follow_up_is_read_in_the_topic_just_answered_alone(text: str) -> None:
    reader = FixedReader("How you can pay", "Who pays for the return")
    message = after(turn(text, "ask_price"), "how do I return this", "returns")
    outcome = await ask(message, reader, *RETURNS, *PAYMENT)
    assert sections(outcome) == ["Who pays for the return"]
    assert reader.reads == [["How to return something", "Who pays for the return"]]
    assert outcome.conversation == {"asked": text, "about": "returns"}


async def test_follow_up_that_its_topic_does_not_cover_is_read_in_the_others() -> None:
    reader = FixedReader("How you can pay")
    message = after(turn("and what about klarna", "ask_price"), "how do I return this", "returns")
    outcome = await ask(message, reader, *RETURNS, *PAYMENT)
    assert sections(outcome) == ["How you can pay"]
    assert len(reader.reads) == 2


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("and who pays for that", "Who pays for the return"),
        ("how soon must i do that", "How to return something"),
    ],
)
async def test_what_says_nothing_of_its_topic_is_read_in_no_other(text: str, section: str) -> None:
    message = after(turn(text, "ask_payment_methods"), "how do I return this", "returns")
    outcome = await ask(message, FixedReader("How you can pay"), *RETURNS, *PAYMENT)
    assert sections(outcome) == [section]


async def test_what_turns_to_something_else_is_answered_by_itself() -> None:
    likest = replace(PAYMENT[0], similarity=0.9)
    message = after(turn("so how can i pay you", "ask_payment_methods"), "how do I return this", "returns")
    outcome = await ask(message, (reader := FixedReader()), *RETURNS, likest)
    assert sections(outcome) == ["How you can pay"]
    assert reader.reads == []


async def test_tapped_question_is_remembered_by_its_label() -> None:
    outcome = await ask(replace(turn("/return_item", "return_item"), language="en"), FixedReader(), *RETURNS)
    assert outcome.conversation == {"asked": "Send something back", "about": "returns"}


STEPS = (hit("4. Right of return", similarity=0.85), hit("5. Procedure", similarity=0.84, key=1))
EXCHANGES = hit("Swapping", "exchanges", 0.84, key=5)


@pytest.mark.parametrize("text", ["how do i return a laptop", "/return_item"])
async def test_how_to_return_is_told_by_the_section_that_says_how(text: str) -> None:
    message = replace(turn(text, "return_item"), language="en")
    assert sections(await ask(message, FixedReader(), *STEPS)) == ["5. Procedure"]


async def test_whether_something_goes_back_is_read() -> None:
    message = turn("i lost the manual can i return it", "return_item")
    assert sections(await ask(message, FixedReader("4. Right of return"), *STEPS)) == ["4. Right of return"]


@pytest.mark.parametrize("text", ["换货运费谁出", "who pays to swap it"])
async def test_what_is_asked_of_a_swap_is_read_in_the_exchanges(text: str) -> None:
    reader = FixedReader("Swapping")
    assert sections(await ask(turn(text, "ask_return_policy"), reader, *RETURNS, EXCHANGES)) == ["Swapping"]


@pytest.mark.parametrize("text", ["do i get a loaner", "可以刻字吗"])
async def test_what_says_nothing_of_paying_is_no_reason_to_list_the_methods(text: str) -> None:
    outcome = await ask(turn(text, "ask_payment_methods"), (reader := FixedReader()), *PAYMENT)
    assert reader.reads
    assert outcome.reply is not None
    assert not outcome.reply.text.startswith("How you can pay")


@pytest.mark.parametrize(
    ("text", "intent"),
    [("怎么取消订单", "cancel_order"), ("how do i unsubscribe", "manage_newsletter"), ("vat receipt?", "get_invoice")],
)
async def test_topic_without_a_document_is_not_answered_by_what_is_about_another(text: str, intent: str) -> None:
    outcome = await ask(turn(text, intent), FixedReader("How to return something"), *RETURNS)
    assert outcome.reply is not None
    assert outcome.reply.sources == ()


async def test_topic_without_a_document_may_be_told_elsewhere() -> None:
    contract = hit("Cancelling an order", "terms", 0.86, key=6)
    message = turn("cancel my order", "cancel_order")
    assert sections(await ask(message, FixedReader(contract.section), *RETURNS, contract)) == [contract.section]


@pytest.mark.parametrize("text", ["who pays the postage", "运费谁付"])
async def test_who_pays_is_asked_of_what_was_just_told(text: str) -> None:
    shipping = hit("What it costs", "shipping", 0.9, key=7)
    message = after(turn(text, "ask_shipping"), "how do I return this", "returns")
    outcome = await ask(message, FixedReader("Who pays for the return", "What it costs"), *RETURNS, shipping)
    assert sections(outcome) == ["Who pays for the return"]


async def test_both_questions_of_a_message_are_answered() -> None:
    reader = FixedReader("Who pays for the return", "How you can pay")
    message = turn("who pays for the return and how can i pay you", "ask_return_policy")
    outcome = await ask(message, reader, *RETURNS, *PAYMENT)
    assert len(reader.reads) == 2
    assert outcome.reply is not None
    assert outcome.reply.sources


async def test_offers_are_not_told_by_what_is_near_in_other_policies() -> None:
    fakes: tuple[Any, Any, Any] = (NoDatabase(), FixedPassages(*RETURNS), FixedReader())
    outcome = await ServiceAnswers(*fakes, load_texts()).about_offers(turn("do you price match", "ask_promotion"))
    assert outcome is not None
    assert outcome.reply is not None
    assert outcome.reply.sources == ()


async def test_table_is_told_without_its_marks() -> None:
    rates = replace(hit("Rates", "shipping"), text="| To | Cost |\n|---|---|\n| Spain | €9 |")
    outcome = await ask(turn("shipping costs", "ask_shipping"), FixedReader(), rates)
    assert outcome.reply is not None
    assert outcome.reply.text == "- Spain – Cost: €9"
