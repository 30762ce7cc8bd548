"""Order status, policies, and the wish for a person."""

from pathlib import Path

import pytest

from actions.services.models_port import PolicyAnswer
from catalog.knowledge.import_folder import import_policies
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.tasks.conftest import POLICIES, ScriptedReader
from tests.integration.actions.tasks.service_shopper import ServiceShopper


async def order_of(shopper: ServiceShopper, customer_id: str) -> str:
    """Let a customer buy a watch; return the order's number."""
    shopper.customer_id = customer_id
    await shopper.say("add the amazfit bip 5 in black", "add_to_cart", color="black")
    await shopper.say("check out", "place_order")
    await shopper.say("yes", "affirm")
    await shopper.say("card", "nlu_fallback")
    reply = await shopper.say("yes", "affirm")
    return next(word.strip(",.") for word in reply.text.split() if word.startswith("W") and word[1:2].isdigit())


@on_both_engines("shop")
async def test_the_owner_sees_the_order_and_nobody_else(shopper: ServiceShopper) -> None:
    number = await order_of(shopper, "liam")
    reply = await shopper.say(f"where is {number}", "track_order", order_id=number)
    assert "Amazfit Bip 5" in reply.text

    for stranger in ("emma", None):
        shopper.customer_id = stranger
        reply = await shopper.say(f"where is {number}", "track_order", order_id=number)
        assert "Amazfit" not in reply.text
        assert shopper.tasks == [] or stranger == "emma"


async def test_an_unknown_number_is_not_found(shopper: ServiceShopper) -> None:
    shopper.customer_id = "emma"

    reply = await shopper.say("where is W99999999", "track_order", order_id="W99999999")

    assert "W99999999" in reply.text
    assert "can't find" in reply.text


async def test_sentences_that_answer_are_said_with_the_passage_they_stand_in(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    reader.answer = PolicyAnswer("Yes, you have 30 days.", True, (1,))
    reply = await shopper.say("can i send it back after 5 weeks", "ask_return_policy")

    assert reply.text == "Yes, you have 30 days."
    assert [source.section for source in reply.sources] == [reader.passages[1][0]]


async def test_what_no_policy_says_is_not_answered(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    reader.answer = PolicyAnswer("", False, ())
    reply = await shopper.say("do you return my old boiler too", "ask_return_policy")

    assert "won't guess" in reply.text
    assert reply.sources[0].section in reply.text
    assert any("contact_human_agent" in button.payload for button in reply.quick_replies)


async def test_what_may_be_another_intent_is_read_in_its_policies_too(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    reader.answer = PolicyAnswer("", False, ())
    said = "is it covered when it breaks"
    await shopper.say(said, "ask_return_policy", ranking=[("ask_return_policy", 0.97), ("ask_warranty", 0.02)])
    alone = {section for section, _ in reader.passages}
    await shopper.say(said, "ask_return_policy", ranking=[("ask_return_policy", 0.7), ("ask_warranty", 0.2)])
    together = {section for section, _ in reader.passages}

    assert not any("covers" in section for section in alone)
    assert any("covers" in section for section in together)


async def test_follow_up_is_read_with_the_question_before_it_only(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    reader.answer = PolicyAnswer("好的。", True, (0,))
    await shopper.say("如何操作退货", "return_item")
    in_time = await shopper.say("超过7天了还能退吗", "ask_return_policy")
    await shopper.say("超过40天了还能退吗", "ask_return_policy")
    await shopper.say("谢谢", "thank")
    await shopper.say("定制的能退吗", "ask_return_policy")

    assert in_time.text.startswith("大多数商品签收后30天内可以退货"), "seven days of thirty: the rule knows"
    assert reader.asked == [("超过7天了还能退吗", "超过40天了还能退吗"), ("", "定制的能退吗")]


async def test_section_that_a_rule_knows_is_said_as_it_stands(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    reader.answer = PolicyAnswer("No.", True, (0,))
    reply = await shopper.say("how much is shipping", "ask_shipping")

    assert reader.asked == []
    assert "$4.90" in reply.text


async def test_button_is_answered_with_the_passage_itself(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    reader.answer = PolicyAnswer("Yes.", True, (0,))
    button = next(b for b in (await shopper.say("how do I return it", "return_item")).quick_replies)
    reply = await shopper.tap(button)

    assert reader.asked == []
    assert reply.text != "Yes."


@on_both_engines("shop")
@pytest.mark.parametrize(
    ("text", "intent", "document"),
    [
        ("how do I return something", "return_item", "Returns"),
        ("如何操作退货", "return_item", "退货"),
        ("how much is shipping", "ask_shipping", "Shipping"),
        ("能开发票吗", "get_invoice", "发票"),
        ("what do you know about me", "ask_privacy", "Privacy"),
    ],
)
async def test_a_service_answer_is_a_passage_with_its_source(
    shopper: ServiceShopper, text: str, intent: str, document: str
) -> None:
    reply = await shopper.say(text, intent)

    assert [source.document for source in reply.sources] == [document]
    assert reply.sources[0].version


@pytest.mark.parametrize(
    ("text", "intent", "section"),
    [
        ("stop sending me your newsletter", "manage_newsletter", "How to unsubscribe"),
        ("how do i sign up for the newsletter", "manage_newsletter", "How to subscribe"),
        ("forgot my pasword", "manage_account", "If you forgot your password"),
        ("注销账号", "manage_account", "怎么注销账户"),
        ("do u ship to canada", "ask_shipping", "Where we ship"),
        ("保修多久", "ask_warranty", "保修多久"),
        ("几点上班", "ask_contact", "客服时间和联系方式"),
        ("change the adress please", "change_shipping_address", "How to change the delivery address"),
        ("when do i get my money back", "track_refund", "How long a refund takes"),
    ],
)
async def test_the_section_fits_what_is_asked(shopper: ServiceShopper, text: str, intent: str, section: str) -> None:
    reply = await shopper.say(text, intent)

    assert [source.section for source in reply.sources] == [section]


async def test_a_person_is_noted_with_how_to_reach_the_team(shopper: ServiceShopper) -> None:
    reply = await shopper.say("转人工", "contact_human_agent")

    assert reply.handoff == "requested"
    assert reply.sources


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("can i use two codes", "How to use a coupon"),
        ("这些券能叠加吗", "优惠券怎么用"),
        ("do you sell gift cards", "Gift cards"),
    ],
)
async def test_rule_of_offers_is_looked_for_in_the_policies(shopper: ServiceShopper, text: str, section: str) -> None:
    assert [source.section for source in (await shopper.say(text, "ask_promotion")).sources] == [section]


@pytest.mark.parametrize("text", ["do u price match", "买贵了退差价吗"])
async def test_rule_of_offers_that_no_policy_has_is_not_answered(shopper: ServiceShopper, text: str) -> None:
    reply = await shopper.say(text, "ask_promotion")
    assert "won't guess" in reply.text or "没有写明" in reply.text


async def test_follow_up_that_sounds_like_a_price_is_looked_for_in_the_policies_first(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    await shopper.say("how do i return something", "return_item")
    reader.answer = PolicyAnswer("Returns are free with our label.", True, (0,))
    assert (await shopper.say("and what about the fee", "ask_price")).text == "Returns are free with our label."


async def test_whether_something_with_a_flaw_goes_back_is_not_answered_with_how(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    reader.answer = PolicyAnswer("Only unused.", True, (0,))
    assert (await shopper.say("i scratched it can i stil return", "return_item")).text == "Only unused."
    reply = await shopper.say("return window?", "return_item")
    assert "30 days" in reply.text


@pytest.mark.parametrize("intent", ["ask_shipping", "nlu_fallback"])
async def test_follow_up_that_names_a_heading_is_answered_by_that_section(
    shopper: ServiceShopper, reader: ScriptedReader, intent: str
) -> None:
    reader.answer = PolicyAnswer("", False, ())
    await shopper.say("怎么退货呀", "return_item")
    reply = await shopper.say("那运费谁出呢", intent, ranking=[("ask_shipping", 0.4)])
    assert [source.section for source in reply.sources] == ["退货运费谁出"]
    assert reader.asked == []


@pytest.mark.parametrize(
    ("text", "intent", "section"),
    [
        ("can i collect it myself", "ask_shipping", "Picking up"),
        ("能到店取吗", "ask_shipping", "可以自提吗"),
        ("i was charged twice!!", "report_payment_issue", "If you were charged twice"),
    ],
)
async def test_section_that_is_named_in_other_words_is_said(
    shopper: ServiceShopper, reader: ScriptedReader, text: str, intent: str, section: str
) -> None:
    reader.answer = PolicyAnswer("", False, ())
    assert [source.section for source in (await shopper.say(text, intent)).sources] == [section]


async def test_when_money_comes_is_looked_for_among_the_refunds(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    reader.answer = PolicyAnswer("In 3 to 5 working days.", True, (0,))
    reply = await shopper.say("how long til i get my mony", "ask_delivery_time")
    assert [source.document for source in reply.sources] == ["Refunds"]


async def test_when_money_comes_needs_no_question_before(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    reader.answer = PolicyAnswer("After a cancellation the refund starts at once.", True, (1,))
    await shopper.say("how many days do i have to return it?", "return_item")
    reply = await shopper.say("and when do i get my money back", "track_refund")
    assert [source.document for source in reply.sources] == ["Refunds"]
    assert "How long" in reply.sources[0].section


async def test_what_shipping_costs_is_said_to_those_who_ask_it(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    reader.answer = PolicyAnswer("", False, ())
    for text, won_t_guess in (
        ("运费怎么算", False),
        ("shipping?", False),
        ("有礼品包装吗", True),
        ("do u gift wrap", True),
    ):
        reply = await shopper.say(text, "ask_shipping")
        assert ("won't guess" in reply.text or "没有写明" in reply.text) is won_t_guess, text


async def test_what_is_not_covered_comes_with_the_usual_section(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    reader.answer = PolicyAnswer("", False, ())
    reply = await shopper.say("and do u take klarna", "ask_payment_methods")
    assert [source.section for source in reply.sources] == ["How you can pay"]


@pytest.mark.parametrize(
    ("text", "intent", "handoff"),
    [
        ("this is a scam, i will call my lawyer", "make_complaint", "upset"),
        ("你们就是骗子，我要打12315", "make_complaint", "upset"),
        ("包裹丢了没人管，气死我了", "report_delivery_problem", "upset"),
        ("i want to complain about the box", "make_complaint", None),
        ("the sauce arrived open", "report_delivery_problem", None),
        ("refund me or i'll sue you", "make_complaint", "upset"),
        ("my friend Sue got the wrong box", "report_delivery_problem", None),
    ],
)
async def test_an_upset_shopper_gets_a_person(
    shopper: ServiceShopper, text: str, intent: str, handoff: str | None
) -> None:
    assert (await shopper.say(text, intent)).handoff == handoff


@pytest.fixture
def refunds_want_a_person(shop: Database, shopper: ServiceShopper, tmp_path: Path) -> ServiceShopper:
    """Mark the English policy on refunds; the shopper's shop has it."""
    text = (POLICIES / "en" / "refunds.md").read_text("utf-8").replace("---\n", "---\nhandoff: true\n", 1)
    (tmp_path / "refunds.md").write_text(text, "utf-8")
    with shop.session() as session:
        assert import_policies(session, tmp_path).updated == 1
    return shopper


async def test_a_policy_that_wants_a_person_is_said_and_gets_one(refunds_want_a_person: ServiceShopper) -> None:
    shopper = refunds_want_a_person
    reply = await shopper.say("when do i get my money back", "track_refund")

    assert "days" in reply.text
    assert ([source.section for source in reply.sources], reply.handoff) == (["How long a refund takes"], "policy")
    assert (await shopper.say("how do I return something", "return_item")).handoff is None
    assert (await shopper.say("多久退款", "track_refund")).handoff is None  # the Chinese one is not marked


@pytest.mark.parametrize(
    ("sections", "covered", "handoff"),
    [
        (("Who pays for the return",), True, None),
        (("Who pays for the return", "What is refunded"), True, "policy"),
        (("What is refunded",), False, None),  # where nothing answers, a person is offered by a button
    ],
)
async def test_one_source_that_wants_a_person_is_enough(
    refunds_want_a_person: ServiceShopper,
    reader: ScriptedReader,
    sections: tuple[str, ...],
    covered: bool,
    handoff: str | None,
) -> None:
    question = ("what do you refund, is the price refunded", "ask_return_policy")
    reader.answer = PolicyAnswer("", False, ())
    closest = await refunds_want_a_person.say(*question)
    assert [source.document for source in closest.sources] == ["Refunds"]
    places = {section: place for place, (section, _) in enumerate(reader.passages)}
    reader.answer = PolicyAnswer("As agreed.", covered, tuple(places[section] for section in sections))

    assert (await refunds_want_a_person.say(*question)).handoff == handoff
