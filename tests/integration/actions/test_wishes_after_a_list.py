"""A wish that names no kind, said after a list, changes that list; names narrower than their category are kept to."""

from dataclasses import replace
from typing import Any

import pytest

from actions.reply import Reply
from catalog.repositories.categories import save_categories
from catalog.repositories.product_writer import ProductWriter
from catalog.session import Database
from tests.integration.actions.conftest import CATEGORIES, PRODUCTS

WATCHES = {"apple-se", "galaxy-6", "galaxy-6-classic", "bip-5", "gt-4"}


def ids(reply: Reply) -> set[str]:
    return {card.product_id for card in reply.cards}


@pytest.fixture(autouse=True)
def _materials_and_phones(shop: Database) -> None:
    """Give two watches a strap material, and the shop a phone that is no iPhone."""
    straps = {"galaxy-6-classic": "leather", "bip-5": "silicone"}
    phone = replace(
        PRODUCTS[5],
        product_id="pixel",
        brand="Google",
        titles={"en": "Google Pixel 8a", "zh": "谷歌 Pixel 8a 手机"},
        variants=tuple(replace(v, variant_id=f"pixel-{v.variant_id}") for v in PRODUCTS[5].variants),
    )
    with_straps = [
        replace(product, attributes={**product.attributes, "strap_material": straps[product.product_id]})
        for product in PRODUCTS
        if product.product_id in straps
    ]
    aliases = {"en": ("phone", "iphone"), "zh": ("手机", "iphone")}
    with shop.session() as session:
        save_categories(session, [replace(c, aliases=aliases) if c.slug == "smartphones" else c for c in CATEGORIES])
        ProductWriter(session).write([phone, *with_straps])


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("not leather", "refine_search", {"material": "leather"}),
        ("不要皮的", "refine_search", {}),
        ("smartwatch, not leather", "search_product", {"product_type": "smartwatch", "feature": "leather"}),
    ],
)
async def test_material_that_is_not_wanted_is_left_out(
    shopper: Any, text: str, intent: str, entities: dict[str, str]
) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(text, intent, **entities)
    more = await shopper.say("under 300" if text.isascii() else "2100以内", "refine_search", price_max=(2100, "CNY"))

    assert ids(reply) == WATCHES - {"galaxy-6-classic"}
    assert "not made of leather" in reply.text or "不含皮" in reply.text
    assert "galaxy-6-classic" not in ids(more)


@pytest.mark.parametrize(("text", "word"), [("not classic", "classic"), ("不要Classic", "Classic")])
async def test_property_that_is_not_wanted_is_left_out_by_title_and_attributes(
    shopper: Any, text: str, word: str
) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(text, "refine_search", feature=word)

    assert ids(reply) == WATCHES - {"galaxy-6-classic"}
    assert word in reply.text


async def test_property_that_no_product_states_cannot_be_left_out(shopper: Any) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say("without perfume", "refine_search", feature="perfume")

    assert ids(reply) == WATCHES
    assert "can't filter by “perfume”" in reply.text
    assert "without" not in reply.text.replace("can't filter", "")


@pytest.mark.parametrize(
    ("text", "entities", "found"),
    [
        ("samsung", {"brand": "samsung"}, {"galaxy-6", "galaxy-6-classic"}),
        ("waterproof", {"product_type": "waterproof"}, WATCHES),
        ("silicone", {"product_type": "silicone"}, {"bip-5"}),
        ("classic", {"product_type": "classic"}, WATCHES),
        ("headphones", {"product_type": "headphones"}, {"sony-xm5"}),
        ("sony", {"brand": "sony"}, {"sony-xm5"}),
    ],
)
async def test_wish_without_a_kind_changes_the_list_that_has_it(
    shopper: Any, text: str, entities: dict[str, str], found: set[str]
) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")

    assert ids(await shopper.say(text, "search_product", **entities)) == found


@pytest.mark.parametrize("text", ["iphone", "cheapest iphone", "最便宜的iphone"])
async def test_name_of_one_brands_products_finds_that_brand(shopper: Any, text: str) -> None:
    assert ids(await shopper.say(text, "search_product", product_type="iphone")) == {"iphone"}


async def test_brand_of_such_a_name_can_be_turned_down(shopper: Any) -> None:
    await shopper.say("iphone", "search_product", product_type="iphone")
    refused = await shopper.say("no apple", "refine_search", brand="apple")
    anything = await shopper.say("any brand is fine", "refine_search")

    assert ids(refused) == {"pixel"}
    assert ids(anything) == {"iphone", "pixel"}


async def test_model_named_after_another_brands_list_is_searched(shopper: Any) -> None:
    await shopper.say("google phone", "search_product", product_type="phone", brand="google")
    reply = await shopper.say("iphone 15 silver", "search_product", product_type="iphone 15", color="silver")

    assert "iphone" in ids(reply)


async def test_cheaper_brand_is_another_one(shopper: Any) -> None:
    await shopper.say("samsung smartwatch", "search_product", product_type="smartwatch", brand="samsung")

    assert ids(await shopper.say("a cheaper brand", "refine_search")) == {"apple-se", "bip-5", "gt-4"}


@pytest.mark.parametrize(("size", "said"), [("46 mm", "“46 mm” is listed for 1"), ("52 mm", "no smartwatches in size")])
async def test_measure_that_is_no_size_is_a_property(shopper: Any, shop: Database, size: str, said: str) -> None:
    with shop.session() as session:
        ProductWriter(session).write([replace(PRODUCTS[4], attributes={"display": "46 mm AMOLED"})])
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(size, "refine_search", size=size)

    assert said in reply.text


async def test_name_of_the_category_itself_finds_every_brand(shopper: Any) -> None:
    assert ids(await shopper.say("phone", "search_product", product_type="phone")) == {"iphone", "pixel"}


async def test_english_words_before_the_kind_are_looked_for_and_spoken_of(shopper: Any) -> None:
    reply = await shopper.say("ceramic headphones", "search_product", product_type="ceramic headphones")

    assert ids(reply) == {"sony-xm5"}
    assert "ceramic" in reply.text


@pytest.mark.parametrize("text", ["forget the price", "价格无所谓"])
async def test_price_that_does_not_matter_is_dropped_though_read_as_a_question(shopper: Any, text: str) -> None:
    await shopper.say("smartwatch under 100", "search_product", product_type="smartwatch", price_max=(100, "USD"))

    assert ids(await shopper.say(text, "ask_price")) == WATCHES


async def test_rough_price_is_a_span(shopper: Any) -> None:
    reply = await shopper.say(
        "smartwatch around 250", "search_product", product_type="smartwatch", price_max=(250, None)
    )

    assert ids(reply) == {"apple-se", "galaxy-6"}


async def test_color_that_does_not_matter_is_no_color(shopper: Any) -> None:
    await shopper.say("smartwatch amazfit", "search_product", product_type="smartwatch", brand="amazfit")
    reply = await shopper.say("颜色随便", "refine_search", color="颜色")

    assert ids(reply) == {"bip-5"}
    assert "没有颜色" not in reply.text


async def test_figure_must_be_stated_for_a_feature_with_one(shopper: Any) -> None:
    reply = await shopper.say("smartwatch 20000mah", "search_product", product_type="smartwatch")

    assert "doesn't say whether they have “20000mah”" in reply.text


@pytest.mark.parametrize(("text", "said"), [("whats the cheapest", {"bip-5"}), ("哪个最便宜", {"bip-5"})])
async def test_superlative_read_as_a_comparison_orders_the_list(shopper: Any, text: str, said: set[str]) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say(text, "compare_products")

    assert reply.cards[0].product_id in said


async def test_which_has_the_best_compares_what_was_asked_first(shopper: Any) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say("which one has the best water resistance", "compare_products", feature="water resistance")

    assert len(reply.cards) == 4
    lines = reply.text.splitlines()
    rows = [line.partition(":")[0] for line in lines if " | " in line]
    assert rows[2].casefold().startswith("water")
