"""What asks on about a service question while no product is shown, and what a button of the policies tells."""

import pytest

from actions.services.models_port import PolicyAnswer
from tests.integration.actions.tasks.conftest import ScriptedReader
from tests.integration.actions.tasks.service_shopper import ServiceShopper


@pytest.mark.parametrize(
    ("asked", "intent", "text", "read_as", "section"),
    [
        ("how long is the warranty", "ask_warranty", "and for batteries?", "refine_search", "What it covers"),
        ("保修多久", "ask_warranty", "那电池呢", "ask_product_detail", "保修范围"),
        (
            "how do i return something",
            "return_item",
            "what about sale items",
            "ask_promotion",
            "What cannot be returned",
        ),
        ("怎么退货", "return_item", "那特价的呢", "ask_promotion", "哪些商品不能退"),
        ("do you ship to Germany?", "ask_shipping", "how much is that", "ask_price", "Where we ship"),
        (
            "how do I get a refund",
            "get_refund",
            "how long does that take",
            "ask_delivery_time",
            "How long a refund takes",
        ),
        ("怎么申请退款", "get_refund", "要多久", "ask_delivery_time", "退款多久到账"),
    ],
)
async def test_follow_up_is_read_in_what_was_just_answered(
    shopper: ServiceShopper, reader: ScriptedReader, asked: str, intent: str, text: str, read_as: str, section: str
) -> None:
    document = (await shopper.say(asked, intent)).sources[0].document
    reader.answer = PolicyAnswer("So it is.", True, (0,))
    reply = await shopper.say(text, read_as)
    assert [source.document for source in reply.sources] == [document]
    told = {source.section for source in reply.sources} | {heading for heading, _ in reader.passages}
    assert section in told


async def test_bare_question_after_a_policy_is_no_small_talk(shopper: ServiceShopper) -> None:
    await shopper.say("how do I return this", "return_item")
    assert [source.section for source in (await shopper.say("how long do I have", "chitchat")).sources] == [
        "How long you have"
    ]


async def test_how_long_after_shipping_may_be_told_by_the_delivery_times(
    shopper: ServiceShopper, reader: ScriptedReader
) -> None:
    await shopper.say("how much is shipping", "ask_shipping")
    reader.answer = PolicyAnswer("", False, ())
    reply = await shopper.say("and how long does it take", "ask_delivery_time")
    assert [source.document for source in reply.sources] == ["Delivery times"]


async def test_wish_for_a_product_is_no_follow_up(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    await shopper.say("how do i return something", "return_item")
    reader.answer = PolicyAnswer("So it is.", True, (0,))
    reply = await shopper.say("what about black ones", "refine_search", color="black")
    assert reply.text != "So it is."


@pytest.mark.parametrize(("brand", "follows"), [("jersey", True), ("Apple", False)])
async def test_name_that_is_no_brand_of_the_shop_is_no_wish(
    shopper: ServiceShopper, reader: ScriptedReader, brand: str, follows: bool
) -> None:
    await shopper.say("do you ship to France?", "ask_shipping")
    reader.answer = PolicyAnswer("So it is.", True, (0,))
    reply = await shopper.say(f"and {brand}", "refine_search", brand=brand)
    assert (reply.text == "So it is.") is follows


async def test_place_asked_on_is_not_out_of_scope(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    await shopper.say("包邮吗", "ask_shipping")
    reader.answer = PolicyAnswer("新疆不包邮。", True, (0,))
    assert (await shopper.say("新疆呢", "out_of_scope")).text == "新疆不包邮。"


async def test_shown_products_are_meant_before_the_policies(shopper: ServiceShopper, reader: ScriptedReader) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    await shopper.say("how do i return something", "return_item")
    reader.answer = PolicyAnswer("So it is.", True, (0,))
    assert (await shopper.say("how much is that", "ask_price")).sources == ()


@pytest.mark.parametrize(
    ("text", "read_as", "section"),
    [("how long do I have", "chitchat", "How long you have"), ("who pays for that", "ask_price", "Who pays")],
)
async def test_what_can_mean_no_product_asks_on_about_the_policy(
    shopper: ServiceShopper, reader: ScriptedReader, text: str, read_as: str, section: str
) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    await shopper.say("how do i return something", "return_item")
    reader.answer = PolicyAnswer("So it is.", True, (0,))
    reply = await shopper.say(text, read_as)
    told = [source.section for source in reply.sources]
    assert any(section in one for one in (*told, *(heading for heading, _ in reader.passages)))
    assert reply.cards == ()


@pytest.mark.parametrize(
    ("intent", "english", "chinese"),
    [
        ("track_refund", "Where is my refund", "退款到哪了"),
        ("change_shipping_address", "How to change the delivery address", "怎么改收货地址"),
        ("report_payment_issue", "If your payment failed", "付款失败怎么办"),
        ("ask_return_policy", "How long you have", "多少天内可以退"),
        ("ask_cancellation_policy", "Until when", "多久之内可以取消"),
        ("return_item", "How to return something", "如何操作退货"),
    ],
)
async def test_button_tells_the_section_that_its_label_names(
    shopper: ServiceShopper, intent: str, english: str, chinese: str
) -> None:
    for hello, section in (("hello there", english), ("你好呀", chinese)):
        await shopper.say(hello, "greet")
        assert [source.section for source in (await shopper.say(f"/{intent}", intent)).sources] == [section]


async def test_upset_shopper_who_was_not_understood_gets_a_person(shopper: ServiceShopper) -> None:
    ranking = (("make_complaint", 0.5), ("report_delivery_problem", 0.4))
    for text in ("where is my money, you thieves", "你们是骗子吧", "我要报警了，一个月了还没到货"):
        assert (await shopper.say(text, "nlu_fallback", ranking=ranking)).handoff == "upset"
    assert (await shopper.say("is this site a scam?", "nlu_fallback", ranking=ranking)).handoff is None
