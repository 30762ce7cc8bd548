"""Searching and refining, in both languages, on a real database."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.reply import Reply
from catalog.models import BehaviourEvent, EventKind
from tests.engines import on_both_engines

WATCHES = {"apple-se", "galaxy-6", "galaxy-6-classic", "bip-5", "gt-4"}


def ids(reply: Reply) -> list[str]:
    return [card.product_id for card in reply.cards]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("smartwatch", "smartwatch"),
        ("smart watches", "smart watches"),
        ("智能手表", "智能手表"),
        ("smartwach", "smartwach"),
    ],
)
async def test_kind_gives_only_its_products(shopper: Any, text: str, kind: str) -> None:
    assert set(ids(await shopper.say(text, "search_product", product_type=kind))) == WATCHES


async def test_kind_split_by_the_model_is_still_one_kind(shopper: Any) -> None:
    reply = await shopper.say("智能手表", "search_product", brand="智能", product_type="手表")

    assert set(ids(reply)) == WATCHES
    assert "没有" not in reply.text


@on_both_engines("shop")
async def test_price_limit_is_obeyed_by_every_card(shopper: Any) -> None:
    reply = await shopper.say(
        "smartwatch under $200", "search_product", product_type="smartwatch", price_max=(200, "USD")
    )

    assert set(ids(reply)) == {"bip-5", "gt-4"}
    assert all(card.price_minor <= 20000 and card.currency == "USD" for card in reply.cards)
    assert "$200" in reply.text
    assert reply.text.count("2") >= 1


@on_both_engines("shop")
async def test_chinese_amount_without_currency_is_yuan(shopper: Any) -> None:
    reply = await shopper.say("1500以下的智能手表", "search_product", product_type="智能手表", price_max=(1500, None))

    assert ids(reply)
    assert all(card.currency == "CNY" and card.price_minor <= 150000 for card in reply.cards)


async def test_currency_sticks_when_the_language_changes(shopper: Any) -> None:
    await shopper.say("智能手表", "search_product", product_type="智能手表")
    reply = await shopper.say("show me some headphones", "search_product", product_type="headphones")

    assert reply.language == "en"
    assert {card.currency for card in reply.cards} == {"CNY"}


async def test_currency_that_the_shop_lacks_is_said(shopper: Any) -> None:
    reply = await shopper.say(
        "smartwatch under 90 euros", "search_product", product_type="smartwatch", price_max=(90, "EUR")
    )

    assert "EUR" in reply.text
    assert {card.currency for card in reply.cards} == {"USD"}


async def test_nothing_in_the_price_range_offers_the_nearest_above(shopper: Any) -> None:
    reply = await shopper.say(
        "smartwatch under $20", "search_product", product_type="smartwatch", price_max=(20, "USD")
    )

    assert ids(reply)[0] == "bip-5"
    assert "$79" in reply.text
    assert "no smartwatches" in reply.text


@pytest.mark.parametrize(
    ("text", "kind", "brand", "said"),
    [("sony smartwatch", "smartwatch", "sony", "Sony"), ("索尼智能手表", "智能手表", "索尼", "索尼")],
)
async def test_missing_brand_is_named_in_the_language(
    shopper: Any, text: str, kind: str, brand: str, said: str
) -> None:
    reply = await shopper.say(text, "search_product", product_type=kind, brand=brand)

    assert said in reply.text
    assert set(ids(reply)) == WATCHES


@pytest.mark.parametrize(("text", "said"), [("under $250", "$250"), ("250美元以内", "US$250")])
async def test_price_named_after_cheaper_is_said_as_named(shopper: Any, text: str, said: str) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    await shopper.say("cheaper", "refine_search")
    reply = await shopper.say(text, "refine_search", price_max=(250, "USD"))

    assert said in reply.text
    assert "250.01" not in reply.text
    assert set(ids(reply)) == {"apple-se", "bip-5", "gt-4"}


async def test_unknown_brand_is_said_and_others_shown_as_such(shopper: Any) -> None:
    reply = await shopper.say("rolex smartwatch", "search_product", product_type="smartwatch", brand="rolex")

    assert "don't carry Rolex" in reply.text
    assert set(ids(reply)) == WATCHES


@pytest.mark.parametrize(
    ("text", "kind"), [("phone case", "phone case"), ("手机壳", "手机壳"), ("umbrella", "umbrella")]
)
async def test_kind_that_the_shop_lacks_is_said(shopper: Any, text: str, kind: str) -> None:
    reply = await shopper.say(text, "search_product", product_type=kind)

    assert reply.cards == ()
    assert reply.quick_replies


async def test_missing_colour_is_said_with_the_colours_there_are(shopper: Any) -> None:
    reply = await shopper.say("headphones in pink", "search_product", product_type="headphones", color="pink")

    assert "in pink" in reply.text
    assert "black" in reply.text
    assert ids(reply) == ["sony-xm5"]


@on_both_engines("shop")
async def test_cheaper_is_cheaper_and_ends_honestly(shopper: Any) -> None:
    first = await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    median = sorted(card.price_minor for card in first.cards)[2]
    second = await shopper.say("cheaper", "refine_search")
    assert second.cards
    assert all(card.price_minor < median for card in second.cards)
    await shopper.say("cheaper", "refine_search")
    last = await shopper.say("cheaper", "refine_search")

    assert "cheapest" in last.text
    assert ids(last) == ["bip-5"]


async def test_colour_refinement_keeps_the_kind(shopper: Any) -> None:
    await shopper.say("智能手表", "search_product", product_type="智能手表")
    reply = await shopper.say("有粉色的吗", "refine_search", color="粉色")

    assert ids(reply) == ["bip-5"]


async def test_option_asked_of_one_product_answers_for_it(shopper: Any) -> None:
    shown = await shopper.say("智能手表", "search_product", product_type="智能手表")
    reply = await shopper.say("第二个有黑色的吗", "refine_search", position=2, color="黑色")

    assert ids(reply) == [ids(shown)[1]]
    assert reply.text.startswith("有的")


async def test_changed_mind_is_a_new_search(shopper: Any) -> None:
    await shopper.say("smartwatch in pink", "search_product", product_type="smartwatch", color="pink")
    reply = await shopper.say("actually show me headphones instead", "refine_search", product_type="headphones")

    assert ids(reply) == ["sony-xm5"]
    assert "pink" not in reply.text


async def test_limits_alone_change_the_last_search(shopper: Any) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say("under $100", "search_product", price_max=(100, "USD"))

    assert ids(reply) == ["bip-5"]


async def test_limit_is_dropped_on_request(shopper: Any) -> None:
    await shopper.say("pink smartwatch", "search_product", product_type="smartwatch", color="pink")

    assert set(ids(await shopper.say("any colour is fine", "refine_search"))) == WATCHES


async def test_text_counts_what_the_cards_show(shopper: Any) -> None:
    reply = await shopper.say("samsung smartwatch", "search_product", product_type="smartwatch", brand="samsung")

    assert "2" in reply.text
    assert "Samsung" in reply.text
    assert len(reply.cards) == 2


async def test_sold_out_variants_do_not_satisfy_a_colour_before_stocked_ones(shopper: Any) -> None:
    reply = await shopper.say("gold smartwatch", "search_product", product_type="smartwatch", color="gold")

    assert [(card.product_id, card.in_stock) for card in reply.cards] == [("galaxy-6", False)]
    assert not any("add_to_cart" in button.payload for button in reply.cards[0].buttons)


async def test_feature_in_the_data_is_counted_and_unknown_ones_are_admitted(shopper: Any) -> None:
    known = await shopper.say(
        "waterproof smartwatch", "search_product", product_type="smartwatch", feature="waterproof"
    )
    unknown = await shopper.say("smartwatch with radio", "search_product", product_type="smartwatch", feature="radio")

    assert set(ids(known)[:2]) == {"apple-se", "galaxy-6"}
    assert "2 of them" in known.text
    assert "doesn't say whether" in unknown.text


async def test_refining_before_any_search_asks_for_the_kind(shopper: Any) -> None:
    reply = await shopper.say("cheaper", "refine_search")

    assert reply.expects == "product_type"
    assert reply.quick_replies


@on_both_engines("shop")
async def test_impressions_are_written_behind_the_reply(shopper: Any, shop: Any) -> None:
    reply = await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    await shopper.impressions.flush()

    def read(session: Session) -> list[tuple[int | None, float | None]]:
        rows = session.scalars(select(BehaviourEvent).where(BehaviourEvent.kind == EventKind.IMPRESSION))
        return [(row.rank, row.propensity) for row in rows]

    assert await shop.read(read) == [(rank, 1.0) for rank in range(1, len(reply.cards) + 1)]


async def test_a_single_card_is_an_impression_too_and_a_list_of_none_is_not(shopper: Any, shop: Any) -> None:
    found = await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    detail = await shopper.tap("ask_product_detail", product_id=found.cards[0].product_id)
    assert len(detail.cards) == 1
    empty = await shopper.tap("ask_product_detail", product_id="nothing-like-it")
    assert not empty.cards

    def count(session: Session) -> int:
        return len(session.scalars(select(BehaviourEvent.id).where(BehaviourEvent.kind == EventKind.IMPRESSION)).all())

    await shopper.impressions.flush()
    assert await shop.read(count) == len(found.cards) + 1


async def test_recommendation_spreads_over_categories_and_obeys_the_budget(shopper: Any) -> None:
    reply = await shopper.say(
        "gift for my dad under $400", "recommend_product", recipient="my dad", price_max=(400, "USD")
    )

    assert "your dad" in reply.text
    assert {"sony-xm5"} < set(ids(reply))
    assert all(card.price_minor <= 40000 for card in reply.cards)


@pytest.mark.parametrize(
    ("text", "recipient", "said"),
    [
        ("gift ideas for her", "her", "For her, how"),
        ("a gift for myself", "myself", "For yourself, how"),
        ("送给她的礼物", "她的", "送她的话"),
        ("给他买个礼物", "给他", "送他的话"),
    ],
)
async def test_pronoun_as_recipient_is_said_as_the_shop_says_it(
    shopper: Any, text: str, recipient: str, said: str
) -> None:
    assert (await shopper.say(text, "recommend_product", recipient=recipient)).text.startswith(said)


async def test_category_button_is_a_search_of_that_category(shopper: Any) -> None:
    reply = await shopper.tap("search_product", category="headphones")

    assert ids(reply) == ["sony-xm5"]


async def test_button_of_a_product_type_adds_no_words_of_its_own(shopper: Any) -> None:
    typed = await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    tapped = await shopper.tap("search_product", product_type="smartwatch")

    assert ids(tapped) == ids(typed)
    assert "text" not in shopper.shopping["query"]


async def test_brand_that_the_model_missed_is_found_in_the_words(shopper: Any) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")

    assert ids(await shopper.say("only huawei", "refine_search")) == ["gt-4"]


async def test_wish_that_cannot_be_filtered_is_admitted(shopper: Any) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")
    reply = await shopper.say("something lighter", "refine_search")

    assert "can't filter" in reply.text
    assert set(ids(reply)) == WATCHES


@pytest.mark.parametrize(("text", "said"), [("the cheapest one", "The cheapest is"), ("最便宜的那个", "最便宜的是")])
async def test_the_cheapest_one_is_one_product_that_the_talk_is_about(shopper: Any, text: str, said: str) -> None:
    await shopper.say("smartwatch", "search_product", product_type="smartwatch")

    reply = await shopper.say(text, "refine_search")

    assert reply.text.startswith(said)
    assert ids(reply) == ["bip-5"]
    assert ids(await shopper.say("show me that one", "ask_product_detail")) == ["bip-5"]
