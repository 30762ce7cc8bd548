"""Questions about products, in both languages, on a real database."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from actions.reply import Reply
from actions.services.models_port import ModelsUnavailableError
from actions.texts import load_texts
from actions.trouble import apologising
from actions.turn import Turn, read_turn
from catalog.errors import DatabaseTimeoutError
from catalog.repositories.product_records import Price, ProductRecord
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.engines import on_both_engines
from tests.integration.actions.conftest import PRODUCTS


def ids(reply: Reply) -> list[str]:
    return [card.product_id for card in reply.cards]


def priced(product_id: str, usd: int) -> ProductRecord:
    """Return a product of the shop at another price."""
    record = next(product for product in PRODUCTS if product.product_id == product_id)
    prices = {"USD": Price(usd * 100), "CNY": Price(usd * 700)}
    return replace(record, variants=tuple(replace(variant, prices=prices) for variant in record.variants))


async def showing_watches(shopper: Any) -> list[str]:
    return ids(await shopper.say("smartwatch", "search_product", product_type="smartwatch"))


async def test_price_of_the_second_one(shopper: Any) -> None:
    shown = await showing_watches(shopper)
    reply = await shopper.say("how much is the second one", "ask_price", position=2)

    assert ids(reply) == [shown[1]]
    assert "$" in reply.text


@pytest.mark.parametrize(
    ("text", "places"),
    [
        *(("how much are the first two", [0, 1]), ("前两个多少钱", [0, 1]), ("how much are the last two", [-2, -1])),
        *(("最后两个多少钱", [-2, -1]), ("倒数第二个多少钱", [-2]), ("how much is the second to last one", [-2])),
    ],
)
async def test_price_of_every_place_that_is_named(shopper: Any, text: str, places: list[int]) -> None:
    shown = await showing_watches(shopper)
    reply = await shopper.say(text, "ask_price")

    assert ids(reply) == [shown[place] for place in places]
    assert sum(reply.text.count(sign) for sign in "$¥") == len(places)


@pytest.mark.parametrize(
    ("text", "intent", "words"),
    [
        ("are the first two in stock", "ask_availability", "in stock"),
        ("前两个有货吗", "ask_availability", "有的"),
        ("how heavy are the first two", "ask_product_detail", "Bip 5"),
    ],
)
async def test_every_place_that_is_named_is_answered(shopper: Any, text: str, intent: str, words: str) -> None:
    shown = await showing_watches(shopper)
    reply = await shopper.say(text, intent)

    assert ids(reply) == shown[:2]
    assert len(reply.text.splitlines()) == 2
    assert words in reply.text


async def test_place_beyond_the_list_is_said_beside_the_answer(shopper: Any) -> None:
    shown = await showing_watches(shopper)
    reply = await shopper.say("how much are the first two and the 9th", "ask_price", position=9)

    assert ids(reply) == shown[:2]
    assert "I showed you 5" in reply.text


async def test_price_without_a_reference_lists_every_price(shopper: Any) -> None:
    shown = await showing_watches(shopper)
    reply = await shopper.say("price?", "ask_price")

    assert reply.text.count("$") == len(shown)


async def test_ambiguous_question_asks_with_buttons_that_repeat_it(shopper: Any) -> None:
    await showing_watches(shopper)
    reply = await shopper.say("is it waterproof", "ask_product_detail", feature="waterproof")

    assert reply.cards == ()
    assert len(reply.quick_replies) == 5
    assert all("waterproof" in button.payload for button in reply.quick_replies)


@on_both_engines("shop")
async def test_property_comes_from_the_data_sheet(shopper: Any) -> None:
    await shopper.say("智能手表", "search_product", product_type="智能手表")
    reply = await shopper.say("Apple Watch SE 防水吗", "ask_product_detail", feature="防水")

    assert "50米防水" in reply.text


async def test_weight_carries_its_unit(shopper: Any) -> None:
    await showing_watches(shopper)

    assert "26 g" in (await shopper.say("how heavy is the apple watch se?", "ask_product_detail")).text


async def test_unknown_property_is_admitted_and_offers_a_person(shopper: Any) -> None:
    await showing_watches(shopper)
    reply = await shopper.say("does the apple watch se have a radio?", "ask_product_detail", feature="radio")

    assert "don't say" in reply.text
    assert any("contact_human_agent" in button.payload for button in reply.quick_replies)


async def test_details_button_describes_the_product(shopper: Any) -> None:
    reply = await shopper.tap("show_product", product_id="sony-xm5")

    assert "Sony WH-1000XM5" in reply.text
    assert ids(reply) == ["sony-xm5"]


async def test_product_never_shown_is_found_by_its_name(shopper: Any) -> None:
    reply = await shopper.say("how much is the iphone 15", "ask_price")

    assert ids(reply) == ["iphone"]
    assert "$799" in reply.text


async def test_longer_name_is_not_taken_for_its_beginning(shopper: Any) -> None:
    reply = await shopper.say("tell me about the galaxy watch6 classic", "ask_product_detail")

    assert ids(reply) == ["galaxy-6-classic"]


@pytest.mark.parametrize(
    ("color", "expected"), [("black", "in stock in black"), ("gold", "sold out in gold"), ("green", "doesn't come in")]
)
async def test_availability_is_told_by_variant(shopper: Any, color: str, expected: str) -> None:
    await shopper.tap("show_product", product_id="galaxy-6")
    reply = await shopper.say(f"do you have it in {color}", "ask_availability", color=color)

    assert expected in reply.text


async def test_availability_of_a_kind_is_a_search(shopper: Any) -> None:
    reply = await shopper.say("do you have headphones", "ask_availability", product_type="headphones")

    assert ids(reply) == ["sony-xm5"]


async def test_comparison_shows_both_and_a_true_difference(shopper: Any) -> None:
    await showing_watches(shopper)
    reply = await shopper.say("the apple watch se or the galaxy watch6 classic?", "compare_products")

    assert set(ids(reply)) == {"apple-se", "galaxy-6-classic"}
    assert "cheaper by $150" in reply.text


@pytest.mark.parametrize(
    ("language", "text", "dollars", "words"),
    [
        ("en", "compare the first three", (79, 79), "Amazfit Bip 5 and Huawei Watch GT 4 cost the least, $170.00 less"),
        ("zh", "前三款对比一下", (79, 79), "最便宜，比次低的便宜¥1,190"),
        ("en", "compare the first three", (79, 199), "Amazfit Bip 5 is cheaper by $120.00"),
        ("en", "compare the first two", (79, 79), "They cost the same"),
        ("zh", "前两款对比一下", (79, 79), "价格和评分都差不多"),
    ],
)
async def test_comparison_says_the_same_price_only_of_the_same_price(
    shopper: Any, shop: Database, language: str, text: str, dollars: tuple[int, int], words: str
) -> None:
    with shop.session() as session:
        ProductWriter(session).write([priced("bip-5", dollars[0]), priced("gt-4", dollars[1])])
    kind = "smartwatch" if language == "en" else "智能手表"
    assert ids(await shopper.say(kind, "search_product", product_type=kind))[:2] == ["bip-5", "gt-4"]

    assert words in (await shopper.say(text, "compare_products")).text


async def test_comparison_without_two_products_asks_for_them(shopper: Any) -> None:
    assert "two" in (await shopper.say("which is better", "compare_products")).text


async def test_no_promotions_are_said_to_be_none(shopper: Any) -> None:
    assert "no offers" in (await shopper.say("any coupons?", "ask_promotion")).text


async def test_product_of_an_old_button_that_is_gone_is_said(shopper: Any) -> None:
    assert "any more" in (await shopper.tap("show_product", product_id="gone")).text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (ModelsUnavailableError("down"), "cannot"),
        (DatabaseTimeoutError("slow"), "our side"),
        (OperationalError("select", None, Exception("locked")), "our side"),
    ],
)
async def test_failures_become_an_apology_with_a_person(failure: Exception, words: str) -> None:
    async def fails(turn: Turn) -> Any:
        raise failure

    turn = read_turn({"latest_message": {"text": "show me smart watches"}, "slots": {}})
    reply = (await apologising(fails, load_texts())(turn)).reply

    assert reply is not None
    assert "sorry" in reply.text.lower()
    assert any("contact_human_agent" in button.payload for button in reply.quick_replies)


async def test_unread_message_is_answered_without_the_handler() -> None:
    async def never(turn: Turn) -> Any:
        raise AssertionError("called")

    turn = read_turn({"latest_message": {"text": "智能手表", "failure": "models"}, "slots": {}})
    reply = (await apologising(never, load_texts())(turn)).reply

    assert reply is not None
    assert "抱歉" in reply.text
