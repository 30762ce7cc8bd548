"""The stack of frames: never silent, never endless, always ended by cancelling."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.services.service_tasks import MOST_OPEN, ServiceTasks
from actions.services.tasks.frames import Frame
from actions.turn import Turn
from tests.unit.actions.tasks.stack import Engine, FormService, FormTask, own_texts

MESSAGES = st.sampled_from(
    [
        ("Jane Miller", "chitchat"),
        ("yes", "affirm"),
        ("no", "deny"),
        ("what does shipping cost?", "ask_shipping"),
        ("hello", "greet"),
        ("asdf", "nlu_fallback"),
        ("I want to order", "place_order"),
        ("put it in my cart", "add_to_cart"),
        ("find me a kettle", "search_product"),
        ("a person please", "contact_human_agent"),
        ("never mind", "deny"),
        ("算了", "deny"),
        ("", "nlu_fallback"),
    ]
)


def engine() -> tuple[Engine, FormService, FormService]:
    order = FormService(FormTask("order", ("place_order",), ("name", "confirm"), patience=2))
    cart = FormService(
        FormTask("cart", ("add_to_cart",), ("colour",), ended_by=frozenset({"search_product", "place_order"}))
    )
    return Engine(ServiceTasks((order, cart), own_texts())), order, cart


@given(st.lists(MESSAGES, max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_message_is_answered_and_the_stack_stays_small(messages: list[tuple[str, str]]) -> None:
    async def talk() -> None:
        shop, _, _ = engine()
        for text, intent in messages:
            assert (await shop.say(text, intent)).strip()
            assert len(shop.stack) <= MOST_OPEN

    asyncio.run(talk())


@given(st.lists(MESSAGES, max_size=12))
@settings(max_examples=150, deadline=None)
def test_cancelling_often_enough_always_ends_everything(messages: list[tuple[str, str]]) -> None:
    async def talk() -> None:
        shop, _, _ = engine()
        for text, intent in messages:
            await shop.say(text, intent)
        while shop.stack:  # those of one kind that wait for each other end together
            open_before = len(shop.stack)
            assert (await shop.say("never mind", "deny")).strip()
            assert len(shop.stack) < open_before

    asyncio.run(talk())


@given(st.sampled_from(["nlu_fallback", "affirm"]))
def test_a_shopper_who_is_never_understood_is_let_go(intent: str) -> None:
    async def talk() -> None:
        shop, _, _ = engine()
        await shop.say("I want to order", "place_order")
        answers = [await shop.say("?", intent) for _ in range(6)]
        assert any("task.offer_person" in answer for answer in answers)
        assert any("task.set_aside" in answer for answer in answers)
        assert shop.stack == []

    asyncio.run(talk())


async def test_a_digression_is_answered_and_the_question_comes_again() -> None:
    shop, _, _ = engine()
    await shop.say("I want to order", "place_order")

    answer = await shop.say("what does shipping cost?", "ask_shipping")

    assert answer.splitlines() == ["rule:ask_shipping", "ask.order.name"]


async def test_too_many_digressions_end_the_task_without_nagging() -> None:
    shop, _, _ = engine()
    await shop.say("put it in my cart", "add_to_cart")
    await shop.say("what does shipping cost?", "ask_shipping")

    assert await shop.say("and how long?", "ask_shipping") == "rule:ask_shipping"
    assert shop.stack == []


async def test_a_new_wish_ends_a_task_that_it_replaces() -> None:
    shop, _, _ = engine()
    await shop.say("put it in my cart", "add_to_cart")

    assert await shop.say("find me a kettle", "search_product") == "rule:search_product"
    assert shop.stack == []


async def test_a_task_inside_a_task_goes_back_to_the_first() -> None:
    shop, order, cart = engine()
    await shop.say("I want to order", "place_order")
    assert "ask.cart.colour" in await shop.say("put it in my cart", "add_to_cart")

    answer = await shop.say("black", "chitchat")

    assert cart.done == [{"colour": "black"}]
    assert answer.splitlines()[-2:] == ["order.back", "ask.order.name"]
    await shop.say("Jane", "chitchat")
    await shop.say("yes", "affirm")
    assert order.done == [{"name": "Jane", "confirm": True}]
    assert shop.stack == []


async def test_asking_for_a_person_closes_what_is_open() -> None:
    shop, _, _ = engine()
    await shop.say("I want to order", "place_order")

    assert await shop.say("a person please", "contact_human_agent") == "rule:contact_human_agent"
    assert shop.stack == []


async def test_what_is_impossible_says_why_and_does_not_stay_open() -> None:
    service = FormService(FormTask("order", ("place_order",), ("name",), possible=False))
    shop = Engine(ServiceTasks((service,), own_texts()))

    assert await shop.say("I want to order", "place_order") == "impossible"
    assert shop.stack == []


async def test_frames_of_a_task_that_no_longer_exists_are_forgotten() -> None:
    shop, _, _ = engine()
    shop.stack = [{"task": "gone", "slots": {}, "asked": "x"}]

    assert await shop.say("hello", "greet") == "rule:greet" or shop.stack == []
    assert shop.stack == []


async def test_checking_out_again_goes_back_to_the_order_that_waits() -> None:
    shop, order, _ = engine()
    await shop.say("I want to order", "place_order")
    await shop.say("put it in my cart", "add_to_cart")

    assert (await shop.say("check out", "place_order")).splitlines()[-1] == "ask.order.name"
    assert [frame["task"] for frame in shop.stack] == ["order"]
    await shop.say("never mind", "deny")
    assert shop.stack == []
    assert order.done == []


@dataclass
class BasketService(FormService):
    """Opens a frame for each thing that one message names."""

    count: int = 2

    async def open(self, turn: Turn) -> list[Frame]:
        """Begin with as many as there are."""
        return [Frame(self.form.name, {"at": place}) for place in range(self.count)]


def baskets(*, within: bool) -> Engine:
    order = FormService(FormTask("order", ("place_order",), ("name", "confirm"), patience=2))
    cart = BasketService(FormTask("cart", ("add_to_cart",), ("colour",)))
    shop = Engine(ServiceTasks((order, cart), own_texts()))
    if within:
        shop.stack = [Frame("order", asked="name").as_json()]
    return shop


@pytest.mark.parametrize("within", [False, True])
async def test_never_mind_ends_what_one_message_named_and_nothing_else(within: bool) -> None:
    shop = baskets(within=within)
    await shop.say("add the first two", "add_to_cart")
    assert [frame["task"] for frame in shop.stack[-2:]] == ["cart", "cart"]

    await shop.say("never mind", "deny")

    assert [frame["task"] for frame in shop.stack] == ["order"] * within


async def test_never_mind_at_the_second_leaves_the_first_done() -> None:
    shop = baskets(within=True)
    await shop.say("add the first two", "add_to_cart")
    await shop.say("black", "chitchat")
    assert [frame["task"] for frame in shop.stack] == ["order", "cart"]

    await shop.say("never mind", "deny")

    assert [frame["task"] for frame in shop.stack] == ["order"]


async def test_never_mind_spares_a_task_of_the_same_kind_that_was_asked_about() -> None:
    shop = baskets(within=False)
    shop.stack = [
        Frame("cart", {"at": 0}, asked="colour").as_json(),
        Frame("cart", {"at": 1}, asked="colour").as_json(),
    ]

    await shop.say("never mind", "deny")

    assert [frame["slots"]["at"] for frame in shop.stack] == [0]


@pytest.mark.parametrize(("text", "intent"), [("稍等", "deny"), ("hold on", "affirm"), ("等一下", "goodbye")])
async def test_a_moment_ends_no_task(text: str, intent: str) -> None:
    shop, _, _ = engine()
    await shop.say("put it in my cart", "add_to_cart")

    assert (await shop.say(text, intent)).splitlines() == ["social.wait", "ask.cart.colour"]
    assert len(shop.stack) == 1


async def test_another_language_is_spoken_within_a_task() -> None:
    shop, _, _ = engine()
    await shop.say("put it in my cart", "add_to_cart")

    assert (await shop.say("switch to english pls", "manage_account")).splitlines() == [
        "social.language", "ask.cart.colour",
    ]  # fmt: skip
