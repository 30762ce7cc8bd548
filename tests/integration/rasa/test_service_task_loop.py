import pytest

from tests.integration.rasa.conftest import Shop

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_loop_asks_until_all_is_known_and_closes(shop: Shop) -> None:
    engine = shop.engine
    assert await engine.say("open", "buy") == ["Your name?"]
    assert await engine.say("open", "name Emma") == ["Which city, Emma?"]
    assert (await engine.tracker("open"))["active_loop"]["name"] == "action_service_task"
    assert await engine.say("open", "city Rome") == ["checkout done: Emma, Rome"]
    after = await engine.tracker("open")
    assert not after["active_loop"].get("name")
    assert after["slots"]["tasks"] == []


async def test_digression_is_answered_by_its_rule_and_the_question_comes_again_in_the_same_turn(shop: Shop) -> None:
    await shop.engine.say("digress", "buy")
    assert await shop.engine.say("digress", "how much is it") == ["action_show_price answers", "Your name?"]
    assert await shop.engine.say("digress", "hello") == ["action_small_talk answers", "Your name?"]
    assert await shop.engine.say("digress", "name Emma") == ["Which city, Emma?"]


async def test_correction_changes_a_filled_slot(shop: Shop) -> None:
    await shop.engine.say("correct", "buy")
    await shop.engine.say("correct", "name Emma")
    assert await shop.engine.say("correct", "name Carla") == ["Which city, Carla?"]
    assert await shop.engine.say("correct", "city Rome") == ["checkout done: Carla, Rome"]


@pytest.mark.parametrize("words", ["never mind", "no"])
async def test_cancel_goes_to_the_loop_before_any_rule(shop: Shop, words: str) -> None:
    sender = f"cancel-{words}".replace(" ", "-")
    await shop.engine.say(sender, "buy")
    assert await shop.engine.say(sender, words) == ["Order stopped."]
    assert not (await shop.engine.tracker(sender))["active_loop"].get("name")
    assert await shop.engine.say(sender, "no") == ["action_small_talk answers"]


async def test_second_task_opens_over_the_first_and_both_end(shop: Shop) -> None:
    await shop.engine.say("two", "buy")
    assert await shop.engine.say("two", "where is my order") == ["Which order?"]
    frames = (await shop.engine.tracker("two"))["slots"]["tasks"]
    assert [frame["task"] for frame in frames] == ["checkout", "order_status"]
    [answer] = await shop.engine.say("two", "number 17")
    assert answer.splitlines() == ["order_status done: 17", "Back to your order.", "Your name?"]
    await shop.engine.say("two", "name Emma")
    assert await shop.engine.say("two", "city Rome") == ["checkout done: Emma, Rome"]


async def test_task_can_be_opened_again_after_it_was_finished(shop: Shop) -> None:
    for _ in range(2):
        assert await shop.engine.say("again", "where is my order") == ["Which order?"]
        assert await shop.engine.say("again", "number 3") == ["order_status done: 3"]


async def test_person_asked_for_closes_the_loop(shop: Shop) -> None:
    await shop.engine.say("person", "buy")
    assert await shop.engine.say("person", "a person please") == ["action_hand_over answers"]
    assert not (await shop.engine.tracker("person"))["active_loop"].get("name")


async def test_many_digressions_in_a_row_never_end_in_silence(shop: Shop) -> None:
    await shop.engine.say("long", "buy")
    for _ in range(15):
        assert await shop.engine.say("long", "how much is it") == ["action_show_price answers", "Your name?"]
    await shop.engine.say("long", "name Emma")
    assert await shop.engine.say("long", "city Rome") == ["checkout done: Emma, Rome"]


async def test_rejecting_what_only_the_loop_can_answer_is_silent_once_and_harms_nothing(shop: Shop) -> None:
    """The rule of `track_order` is the loop itself, so nobody else can answer: the gateway sees `[]` and repairs."""
    await shop.engine.say("own", "buy")
    shop.recorder.loop_rejects = True
    assert await shop.engine.say("own", "where is my order") == []
    shop.recorder.loop_rejects = False
    assert await shop.engine.say("own", "where is my order") == ["Which order?"]
