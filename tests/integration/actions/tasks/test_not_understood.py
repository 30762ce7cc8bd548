"""Messages that were not understood for sure, and small talk."""

import pytest

from actions.services.models_port import PolicyAnswer
from tests.integration.actions.tasks.conftest import ScriptedReader
from tests.integration.actions.tasks.service_shopper import ServiceShopper


async def test_the_second_failure_in_a_row_offers_a_person(shopper: ServiceShopper) -> None:
    ranking = (("report_payment_issue", 0.4), ("get_invoice", 0.3))
    first = await shopper.say("blorf gnix the wumpel, will you now", "nlu_fallback", ranking=ranking)
    second = await shopper.say("zzkqp wrrt fnord and so on for ever", "nlu_fallback", ranking=ranking)

    assert len(first.quick_replies) == 2
    assert not any("person" in button.title for button in first.quick_replies)
    assert any("person" in button.title for button in second.quick_replies)


async def test_an_unsure_reading_that_names_a_product_is_answered(shopper: ServiceShopper) -> None:
    reply = await shopper.say("amazfit bip 5", "nlu_fallback", ranking=(("out_of_scope", 0.6),))

    assert [card.title for card in reply.cards] == ["Amazfit Bip 5"]
    assert shopper.conversation["failures"] == 0


@pytest.mark.parametrize(
    ("text", "color", "said"),
    [("is it available in pink or so", "pink", "in stock in pink"), ("粉色的这款还有没有呢亲", "粉色", "pink还剩2件")],
)
async def test_an_unsure_question_for_a_version_of_the_product_talked_about_is_answered(
    shopper: ServiceShopper, text: str, color: str, said: str
) -> None:
    await shopper.say("amazfit bip 5", "search_product")
    ranking = (("ask_availability", 0.6), ("ask_product_detail", 0.4))

    assert said in (await shopper.say(text, "nlu_fallback", ranking=ranking, color=color)).text


async def test_an_unsure_follow_up_is_answered_from_the_policies(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    await shopper.say("how do i return something", "return_item")
    reader.answer = PolicyAnswer("Returns are free with our label.", True, (0,))
    reply = await shopper.say("and what about the fee", "nlu_fallback", ranking=(("ask_price", 0.3),))
    assert reply.text == "Returns are free with our label."

    reader.answer = PolicyAnswer("", False, ())
    reply = await shopper.say("and who pays for the other", "nlu_fallback", ranking=(("ask_price", 0.3),))
    assert reply.sources == (), "what the policies do not answer is asked back"


@pytest.mark.parametrize(
    ("ranking", "sure", "answered"),
    [
        ((("ask_delivery_time", 0.55), ("chitchat", 0.07)), True, True),
        ((("ask_delivery_time", 0.55), ("chitchat", 0.07)), False, False),
        ((("chitchat", 0.5), ("ask_delivery_time", 0.2)), True, False),
    ],
)
async def test_what_was_not_understood_is_answered_where_the_policies_surely_do(
    shopper: ServiceShopper, reader: ScriptedReader, ranking: tuple[tuple[str, float], ...], sure: bool, answered: bool
) -> None:
    reader.answer = PolicyAnswer("The courier tries again.", True, (0,), sure)
    reply = await shopper.say("what if im not home", "nlu_fallback", ranking=ranking)

    assert (reply.text == "The courier tries again.") is answered
    assert (shopper.conversation["failures"] == 0) is answered


async def test_an_unsure_wish_for_something_cheaper_changes_the_list(shopper: ServiceShopper) -> None:
    watches = await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(
        "有便宜点的吗", "nlu_fallback", ranking=(("refine_search", 0.57), ("ask_promotion", 0.35))
    )
    assert 0 < len(reply.cards) < len(watches.cards)


@pytest.mark.parametrize("text", ["most expensive one", "最贵的那款"])
async def test_the_dearest_of_a_list_is_known_by_its_words(shopper: ServiceShopper, text: str) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(text, "nlu_fallback", ranking=(("ask_price", 0.66), ("refine_search", 0.16)))
    assert len(reply.cards) == 1


async def test_a_brand_that_was_read_as_a_name_changes_the_list(shopper: ServiceShopper) -> None:
    before = await shopper.say("华为的呢", "change_shipping_address", person_name="华为")
    assert before.cards == (), "without a list it is a service question"
    await shopper.say("智能手表", "search_product", product_type="智能手表")

    reply = await shopper.say("华为的呢", "change_shipping_address", person_name="华为")
    assert [card.product_id for card in reply.cards] == ["gt-4"]

    moved = await shopper.say("收件人改成华为", "change_shipping_address", person_name="华为")
    assert moved.cards == ()


async def test_an_unsure_complaint_that_names_a_kind_is_no_search(shopper: ServiceShopper) -> None:
    ranking = (("report_delivery_problem", 0.5), ("make_complaint", 0.3))

    reply = await shopper.say("these smartwatches came with a broken glass", "nlu_fallback", ranking=ranking)

    assert reply.cards == ()
    assert len(reply.quick_replies) == 2


async def test_an_unsure_thanks_is_answered_kindly(shopper: ServiceShopper) -> None:
    reply = await shopper.say("thx a lot", "nlu_fallback", ranking=(("thank", 0.6),))

    assert reply.quick_replies == ()
    assert "?" not in reply.text or "else" in reply.text


@pytest.mark.parametrize("intent", ["greet", "goodbye", "thank", "chitchat", "out_of_scope", "ask_bot_identity"])
async def test_small_talk_answers_in_the_shoppers_language(shopper: ServiceShopper, intent: str) -> None:
    english = await shopper.say("well hello there", intent)
    chinese = await shopper.say("你好啊", intent)

    assert english.language == "en"
    assert chinese.language == "zh"
    assert english.text.isascii() or "’" in english.text or "“" in english.text
    assert not chinese.text.isascii()


@pytest.mark.parametrize("intent", ["goodbye", "chitchat", "out_of_scope", "nlu_fallback"])
async def test_who_asks_for_a_moment_is_not_seen_off(shopper: ServiceShopper, intent: str) -> None:
    ranking = (("goodbye", 0.3), ("deny", 0.3))
    english = await shopper.say("ok wait", intent, ranking=ranking)
    chinese = await shopper.say("好的，等一下", intent, ranking=ranking)

    assert english.text in ("Sure, take your time.", "No rush. I'm here.")
    assert chinese.text in ("好的，您慢慢来。", "不急，我在的。")
    assert english.quick_replies == chinese.quick_replies == ()


async def test_who_asks_for_a_moment_within_a_task_is_given_it(shopper: ServiceShopper) -> None:
    question = (await shopper.say("put the apple watch in my cart", "add_to_cart", product_type="apple watch")).text
    assert shopper.tasks
    for _ in range(5):
        reply = await shopper.say("等一下", "nlu_fallback", ranking=(("goodbye", 0.3),))
    assert reply.text.splitlines()[0] in ("好的，您慢慢来。", "不急，我在的。")
    assert shopper.tasks, f"{question} is still open"


async def test_the_third_failure_in_a_row_passes_the_conversation_on(shopper: ServiceShopper) -> None:
    ranking = (("report_payment_issue", 0.4), ("get_invoice", 0.3))
    replies = [
        await shopper.say(f"blorf gnix the wumpel number {n}", "nlu_fallback", ranking=ranking) for n in range(3)
    ]

    assert [reply.handoff for reply in replies] == [None, None, "failures"]


@pytest.mark.parametrize(("text", "at"), [("2", 1), ("第3个", 2), ("倒数第二个", -2)])
async def test_a_number_after_a_list_shows_that_product(shopper: ServiceShopper, text: str, at: int) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    shown = [row["product_id"] for row in shopper.shopping["shown"]]

    reply = await shopper.say(text, "nlu_fallback", ranking=(("goodbye", 0.94),))

    assert [card.product_id for card in reply.cards] == [shown[at]]


async def test_several_places_after_a_list_show_those_products(shopper: ServiceShopper) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    shown = [row["product_id"] for row in shopper.shopping["shown"]]

    reply = await shopper.say("the last two", "nlu_fallback")

    assert [card.product_id for card in reply.cards] == shown[-2:]


async def test_a_number_beyond_the_list_or_without_one_is_no_goodbye(shopper: ServiceShopper) -> None:
    alone = await shopper.say("2", "nlu_fallback", ranking=(("goodbye", 0.94),))
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    beyond = await shopper.say("9", "nlu_fallback", ranking=(("goodbye", 0.94),))

    assert "couldn't read" in alone.text
    assert "I showed you 5" in beyond.text
