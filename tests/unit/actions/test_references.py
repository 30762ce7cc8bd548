"""Which product a message is about."""

from dataclasses import replace
from typing import Any

import pytest

from actions.message_language import choose_language
from actions.reply import Language
from actions.services.references import Found, References, only_points, resolve, resolve_several
from actions.services.shopping_context import ShoppingContext, ShownProduct
from actions.turn import Entity, Turn

GALAXY = ShownProduct("galaxy", "Samsung Galaxy Watch6", 29900, "USD", "Samsung", "smartwatches", 4.5)
APPLE = ShownProduct("apple", "Apple Watch SE", 24900, "USD", "Apple", "smartwatches", 4.7)
AMAZFIT = ShownProduct("amazfit", "Amazfit Bip 5", 7900, "USD", "Amazfit", "smartwatches", 4.2)
SONY = ShownProduct("sony", "Sony WH-1000XM5 Headphones", 34900, "USD", "Sony", "headphones", 4.7)
SHOWN = ShoppingContext().showing([GALAXY, APPLE, AMAZFIT], query=None)


def turn(text: str, **entities: Any) -> Turn:
    found = tuple(Entity(name, value, str(value)) for name, value in entities.items())
    language = choose_language(text, None, None)
    return Turn("c", text, "x", 1.0, (), found, language, (), None, "web", None, False, {}, (), {})


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("the second one", {"position": 2}, "apple"),
        ("第三个", {"position": 3}, "amazfit"),
        ("the last one", {"position": -1}, "amazfit"),
        ("the second to last one", {}, "apple"),
        ("倒数第二个多少钱", {}, "apple"),
        ("2", {}, "apple"),
        ("the cheaper one", {}, "amazfit"),
        ("最便宜的那个", {}, "amazfit"),
        ("便宜的那个有货吗", {}, "amazfit"),
        ("这几款哪个便宜", {}, "amazfit"),
        ("the most expensive one", {}, "galaxy"),
        ("最贵的那款", {}, "galaxy"),
        ("the best rated", {}, "apple"),
        ("the samsung", {}, "galaxy"),
        ("how much is the bip 5?", {}, "amazfit"),
        ("galaxy watch 6 please", {}, "galaxy"),
    ],
)
def test_reference_resolves_among_the_products_shown(text: str, entities: dict[str, Any], expected: str) -> None:
    assert resolve(turn(text, **entities), SHOWN).product_id == expected


@pytest.mark.parametrize(
    "text", ["is it waterproof", "that watch", "刚才那款防水吗", "这个多少钱", "the one you just showed me"]
)
def test_deictic_words_mean_the_product_in_focus(text: str) -> None:
    resolution = resolve(turn(text), SHOWN.focusing(APPLE))

    assert resolution.product_id == "apple"
    assert resolution.explicit


@pytest.mark.parametrize("text", ["这个能便宜点吗", "能便宜点吗", "can you make it cheaper", "is it cheaper elsewhere"])
def test_bargaining_is_about_the_product_in_focus_and_no_cheaper_one(text: str) -> None:
    assert resolve(turn(text), SHOWN.focusing(GALAXY)).product_id == "galaxy"


@pytest.mark.parametrize(
    "text",
    [
        *("the cheaper one", "the cheper one pls", "the cheaper of the two", "便宜的那个", "便宜点的那款吧"),
        *(
            "the one you just showed me",
            "that watch",
            "that one",
            "the one u showed me earlier",
            "刚才那款",
            "这款手表",
        ),
    ],
)
def test_bare_reference_asks_nothing_else(text: str) -> None:
    assert only_points(text)


@pytest.mark.parametrize(
    "text",
    [
        *("cheaper ones", "a cheaper one", "更便宜的", "the cheaper one in black", "is that watch waterproof"),
        *("便宜的那个有货吗", "the one with the longest battery", "that is too expensive", "that's all", "这款多少钱"),
    ],
)
def test_reference_with_a_question_or_a_wish_is_more_than_a_reference(text: str) -> None:
    assert not only_points(text)


@pytest.mark.parametrize("text", ["is it waterproof", "它防水吗", "add it to my cart"])
def test_ambiguous_reference_gives_candidates_and_no_product(text: str) -> None:
    resolution = resolve(turn(text), SHOWN)

    assert resolution.found is Found.AMBIGUOUS
    assert resolution.product_id is None
    assert resolution.candidates == SHOWN.shown


def test_position_beyond_the_list_is_out_of_range() -> None:
    assert resolve(turn("the ninth", position=9), SHOWN).found is Found.OUT_OF_RANGE


def test_brand_shared_by_two_gives_both_as_candidates() -> None:
    ultra = ShownProduct("ultra", "Apple Watch Ultra 2", 79900, "USD", "Apple", "smartwatches")
    context = ShoppingContext().showing([GALAXY, APPLE, ultra], query=None)

    assert {p.product_id for p in resolve(turn("the apple one"), context).candidates} == {"apple", "ultra"}


def test_product_seen_before_is_found_by_name() -> None:
    context = ShoppingContext().showing([SONY, AMAZFIT], query=None).showing([GALAXY, APPLE], query=None)

    assert resolve(turn("what about the sony headphones"), context).product_id == "sony"


def test_button_names_its_product() -> None:
    resolution = resolve(turn('/show_product{"product_id": "other"}', product_id="other"), SHOWN)

    assert (resolution.found, resolution.product_id, resolution.product) == (Found.BUTTON, "other", None)


def test_nothing_shown_resolves_to_nothing() -> None:
    assert resolve(turn("how much is it"), ShoppingContext()).found is Found.NOTHING


class Names:
    """A catalogue that knows two names."""

    async def by_name(self, text: str, language: Language) -> list[ShownProduct]:
        if "classic" in text:
            return [ShownProduct("classic", "Samsung Galaxy Watch6 Classic", 39900, "USD", "Samsung")]
        return [SONY] if "sony" in text else []


async def test_unshown_product_is_found_in_the_catalogue() -> None:
    assert (await References(Names()).resolve(turn("is the sony any good"), SHOWN)).product_id == "sony"


@pytest.mark.parametrize("text", ["how much is the white one", "白色的多少钱"])
async def test_colour_alone_names_no_product_of_the_catalogue(text: str) -> None:
    class Lamps:
        async def by_name(self, text: str, language: Language) -> list[ShownProduct]:
            return [ShownProduct("hue", "Philips Hue White", 18900, "USD")]

    said = "white" if "white" in text else "白色"
    colour = (Entity("color", said, said, text.find(said), text.find(said) + len(said)),)
    message = replace(turn(text), entities=colour)

    assert (await References(Lamps()).resolve(message, SHOWN.focusing(APPLE))).product_id == "apple"
    assert (await References(Lamps()).resolve(message, SHOWN)).candidates == SHOWN.shown


async def test_every_place_that_is_named_counts() -> None:
    both = (Entity("position", 1, "first", 4, 9), Entity("position", 9, "ninth", 18, 23))
    message = replace(turn("the first and the ninth"), entities=both)

    assert await References(Names()).at_places(message, SHOWN) == [GALAXY, None]
    assert await References(Names()).at_places(turn("the second", position=2), SHOWN) == []
    assert await References(Names()).at_places(message, ShoppingContext()) == []


async def test_longer_name_of_the_catalogue_beats_a_part_of_it_shown() -> None:
    resolution = await References(Names()).resolve(turn("the galaxy watch6 classic"), SHOWN)

    assert resolution.product_id == "classic"


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("compare the first two", {}, ["galaxy", "apple"]),
        ("这两款哪个好", {}, ["galaxy", "apple"]),
        ("the samsung or the amazfit?", {}, ["galaxy", "amazfit"]),
        ("compare all of them", {}, ["galaxy", "apple", "amazfit"]),
        ("compare the last two", {}, ["apple", "amazfit"]),
        ("最后两个对比一下", {}, ["apple", "amazfit"]),
        ("compare the first three", {"position": 1}, ["galaxy", "apple", "amazfit"]),
    ],
)
def test_comparison_names_several(text: str, entities: dict[str, Any], expected: list[str]) -> None:
    assert [p.product_id for p in resolve_several(turn(text, **entities), SHOWN)] == expected


def test_comparison_takes_positions_in_the_order_said() -> None:
    both = (Entity("position", 3, "third"), Entity("position", 1, "first"))
    message = Turn("c", "third or first?", "x", 1.0, (), both, "en", (), None, "web", None, False, {}, (), {})

    assert [p.product_id for p in resolve_several(message, SHOWN)] == ["amazfit", "galaxy"]


@pytest.mark.parametrize(
    ("text", "found"), [("does it have a classic look", "apple"), ("is it the galaxy classic", "classic")]
)
def test_one_word_of_another_title_does_not_lead_away_from_it(text: str, found: str) -> None:
    classic = ShownProduct("classic", "Samsung Galaxy Watch6 Classic", 39900, "USD", "Samsung", "smartwatches", 4.6)
    context = ShoppingContext().showing([classic], query=None).showing([APPLE], query=None)

    assert resolve(turn(text), context).product_id == found


def test_places_that_are_named_leave_no_room_for_a_likeness_of_words() -> None:
    third = ShownProduct("third", "Apple AirPods 第三代 无线耳机", 12900, "USD", "Apple", "earbuds", 4.5)
    context = ShoppingContext(seen=(third,), shown=SHOWN.shown)
    places = (Entity("position", 1, "第一个", 0, 3), Entity("position", 3, "第三个", 4, 7))
    message = replace(turn("第一个和第三个哪个好"), entities=places)

    assert [product.product_id for product in resolve_several(message, context)] == ["galaxy", "amazfit"]
