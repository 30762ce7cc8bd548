"""Questions about one version of a product: its price and card, and one of several colours, in both languages."""

from typing import Any

import pytest

from actions.money import format_price
from catalog.repositories.product_records import Price, ProductRecord, VariantRecord
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database


@pytest.fixture
def watch(shop: Database) -> str:
    """Give a watch in two sizes and two colours; the larger one costs 20 more."""
    variants = tuple(
        VariantRecord(
            f"band-{size}-{color}",
            {"USD": Price(usd * 100), "CNY": Price(usd * 700)},
            {"color": color, "size": size},
            5,
        )
        for size, usd in (("41 mm", 229), ("46 mm", 249))
        for color in ("black", "brown")
    )
    with shop.session() as session:
        titles = {"en": "Runner Band", "zh": "跑者手表"}
        ProductWriter(session).write([ProductRecord("band", titles, variants, category_slug="smartwatches")])
    return "band"


@pytest.mark.parametrize(
    ("text", "entities", "said", "usd"),
    [
        ("how much is the 46 mm", {"size": "46 mm"}, "Runner Band (46 mm) costs $249.00.", 249),
        ("how much is the 46 mm in brown", {"size": "46 mm", "color": "brown"}, "(brown, 46 mm) costs $249.00", 249),
        ("how much is the brown one", {"color": "brown"}, "Runner Band (brown) costs between $229.00 and", 229),
        ("how much is it", {}, "Runner Band costs between $229.00 and", 229),
        ("46mm的多少钱", {"size": "46mm"}, "跑者手表（46 mm）的价格是US$249.00。", 249),
    ],
)
async def test_price_and_card_are_of_the_version_asked_for(
    shopper: Any, watch: str, text: str, entities: dict[str, str], said: str, usd: int
) -> None:
    await shopper.tap("show_product", product_id=watch)
    reply = await shopper.say(text, "ask_price", **entities)
    (card,) = reply.cards

    assert said in reply.text
    assert card.price_minor == usd * 100
    assert format_price(card.price_minor, card.currency, reply.language) in reply.text


@pytest.mark.parametrize(
    ("text", "colors", "said"),
    [
        ("is it available in red or black", ["red", "black"], "is in stock in black"),
        ("is it available in red or pink", ["red", "pink"], "doesn't come in red or pink"),
        ("有红色或者黑色的吗", ["红色", "黑色"], "的black有现货"),
        ("有红色或者粉色的吗", ["红色", "粉色"], "没有红色、粉色"),
    ],
)
async def test_one_of_the_colours_asked_for_is_enough(shopper: Any, text: str, colors: list[str], said: str) -> None:
    await shopper.tap("show_product", product_id="gt-4")

    assert said in (await shopper.say(text, "ask_availability", color=colors)).text


async def test_colour_and_size_must_both_fit(shopper: Any, watch: str) -> None:
    await shopper.tap("show_product", product_id=watch)
    fits = await shopper.say("black or red in 46 mm?", "ask_availability", color=["black", "red"], size="46 mm")
    other = await shopper.say("black or red in 50 mm?", "ask_availability", color=["black", "red"], size="50 mm")

    assert "in stock in black, 46 mm" in fits.text
    assert "doesn't come in" in other.text


@pytest.mark.parametrize(
    ("text", "intent", "color", "said"),
    [
        ("what colors other than black", "refine_search", "black", "comes in these: color – black and silver"),
        ("除了黑色还有什么颜色", "refine_search", "黑色", "有：black、silver"),
        ("do you have it, just not in black", "ask_availability", "black", "Huawei Watch GT 4 is in stock."),
    ],
)
async def test_colour_that_is_not_wanted_is_not_the_one_asked_for(
    shopper: Any, text: str, intent: str, color: str, said: str
) -> None:
    await shopper.tap("show_product", product_id="gt-4")

    assert said in (await shopper.say(text, intent, color=color)).text
