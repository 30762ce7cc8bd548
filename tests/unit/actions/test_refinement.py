"""How messages change the last search."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.services.refinement import Change, changes_of, refine, the_one
from actions.services.search_request import SearchRequest, request_from_json
from actions.services.shopping_context import ShownProduct
from actions.services.wishes import Wishes
from actions.turn import Entity, Turn
from catalog.search.query import SortOrder

LAST = SearchRequest(kinds=("smartwatches",), kind_words="smartwatch", colors=("black",), currency="USD")


def turn(text: str, **entities: Any) -> Turn:
    found = tuple(Entity(name, value, str(value)) for name, value in entities.items())
    return Turn("c", text, "refine_search", 1.0, (), found, "en", (), None, "web", None, False, {}, (), {})


def shown(*prices: int) -> list[ShownProduct]:
    return [ShownProduct(f"p{at}", f"P{at}", price, "USD") for at, price in enumerate(prices)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cheaper ones", Change.CHEAPER),
        ("too expensive", Change.CHEAPER),
        ("更便宜的", Change.CHEAPER),
        ("太贵了", Change.CHEAPER),
        ("something better quality", Change.DEARER),
        ("再高端一点的", Change.DEARER),
        ("show me more", Change.MORE),
        ("换一批", Change.MORE),
        ("还有别的吗", Change.MORE),
        ("bigger", Change.BIGGER),
        ("小一点的", Change.SMALLER),
        ("any colour is fine", Change.ANY_COLOR),
        ("颜色无所谓", Change.ANY_COLOR),
        ("forget the brand", Change.ANY_BRAND),
        ("color doesnt matter", Change.ANY_COLOR),
        ("i dont care about the colour", Change.ANY_COLOR),
        ("budget doesn’t matter", Change.ANY_PRICE),
        ("no budget limit", Change.ANY_PRICE),
        ("品牌不限", Change.ANY_BRAND),
        ("价格不限", Change.ANY_PRICE),
        ("sort by price", Change.BY_PRICE),
        ("价格从低到高", Change.BY_PRICE),
        ("cheapest one pls", Change.BY_PRICE),
        ("most expensive one", Change.BY_PRICE_DOWN),
        ("最贵的那款", Change.BY_PRICE_DOWN),
        ("best rated first", Change.BY_RATING),
        ("评分高的", Change.BY_RATING),
        ("other brands", Change.OTHER_BRAND),
        ("any other brand?", Change.OTHER_BRAND),
        ("其他品牌的", Change.OTHER_BRAND),
        ("换个牌子", Change.OTHER_BRAND),
        ("a different colour", Change.OTHER_COLOR),
        ("别的颜色", Change.OTHER_COLOR),
    ],
)
def test_words_name_the_change(text: str, expected: Change) -> None:
    assert changes_of(turn(text)) == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the cheapest one pls", Change.BY_PRICE),
        ("最便宜的那个", Change.BY_PRICE),
        ("最便宜的是哪款", Change.BY_PRICE),
        ("most expensive one", Change.BY_PRICE_DOWN),
        ("评分最高的那款", Change.BY_RATING),
        ("cheapest first", None),
        ("最便宜的几款", None),
        ("a cheaper one", None),
    ],
)
def test_a_superlative_may_mean_one_product(text: str, expected: Change | None) -> None:
    assert the_one(text, changes_of(turn(text))) == expected


def test_button_names_its_change() -> None:
    assert changes_of(turn('/refine_search{"change": "more"}', change="more")) == (Change.MORE,)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_cheaper_is_below_the_median_shown(prices: list[int]) -> None:
    limit = refine(LAST, turn("cheaper"), Wishes(), shown(*prices), "USD").request.price_max_minor

    assert limit is not None
    assert limit < sorted(prices)[(len(prices) - 1) // 2] or limit == 0


def test_cheaper_than_the_product_talked_about() -> None:
    products = shown(10000, 20000, 30000)
    refined = refine(LAST, turn("a cheaper one"), Wishes(), products, "USD", focus=products[2])

    assert refined.request.price_max_minor == 29999


def test_named_price_wins_over_cheaper() -> None:
    wishes = Wishes(price_max_minor=5000)
    request = refine(LAST, turn("cheaper, under 50"), wishes, shown(9000, 8000), "USD").request

    assert request.price_max_minor == 5000


@pytest.mark.parametrize("text", ["under $150", "150以下"])
def test_named_price_after_cheaper_is_said_as_named(text: str) -> None:
    cheaper = refine(LAST, turn("cheaper"), Wishes(), shown(20000), "USD").request
    named = refine(cheaper, turn(text), Wishes(price_max_minor=15000), shown(10000), "USD").request

    assert cheaper.relative_price
    assert (named.price_max_minor, named.relative_price) == (15000, False)


@pytest.mark.parametrize("text", ["any price", "价格不限"])
def test_any_price_ends_cheaper(text: str) -> None:
    cheaper = refine(LAST, turn("cheaper"), Wishes(), shown(20000), "USD").request
    request = refine(cheaper, turn(text), Wishes(), shown(10000), "USD").request

    assert (request.has_price_limit, request.relative_price) == (False, False)


def test_refining_keeps_kind_and_other_limits() -> None:
    request = refine(LAST, turn("only Sony"), Wishes(brands=("Sony",)), shown(1), "USD").request

    assert (request.kinds, request.colors, request.brands) == (("smartwatches",), ("black",), ("Sony",))


@pytest.mark.parametrize("text", ["other brands", "别的牌子"])
def test_other_brands_are_neither_the_limit_nor_else_what_was_shown(text: str) -> None:
    seen = [ShownProduct("p1", "P1", 1, "USD", brand="Sony"), ShownProduct("p2", "P2", 1, "USD", brand="Bose")]
    limited = refine(replace(LAST, brands=("Apple",)), turn(text), Wishes(), seen, "USD").request
    open_list = refine(LAST, turn(text), Wishes(), seen, "USD").request
    of_one = refine(LAST, turn(text), Wishes(), seen, "USD", focus=seen[1]).request

    assert (limited.brands, limited.not_brands) == ((), ("Apple",))
    assert open_list.not_brands == ("Sony", "Bose")
    assert of_one.not_brands == ("Bose",)


@pytest.mark.parametrize("text", ["a different colour", "别的颜色"])
def test_another_colour_is_not_the_one_asked_for(text: str) -> None:
    request = refine(LAST, turn(text), Wishes(), shown(1), "USD").request

    assert (request.colors, request.not_colors) == ((), ("black",))


@pytest.mark.parametrize(("text", "color"), [("any colour but black", "black"), ("颜色无所谓，除了黑色", "黑色")])
def test_any_colour_but_one_leaves_that_one_out(text: str, color: str) -> None:
    request = refine(LAST, turn(text), Wishes(not_colors=(color,)), shown(1), "USD").request

    assert (request.colors, request.not_colors) == ((), (color,))


def test_what_is_not_wanted_adds_up_until_it_is_asked_for() -> None:
    first = refine(LAST, turn("not sony"), Wishes(not_brands=("Sony",)), shown(1), "USD").request
    second = refine(first, turn("not bose"), Wishes(not_brands=("Bose",)), shown(1), "USD").request
    asked = refine(second, turn("sony then"), Wishes(brands=("Sony",)), shown(1), "USD").request

    assert second.not_brands == ("Sony", "Bose")
    assert (asked.brands, asked.not_brands) == (("Sony",), ("Bose",))
    assert refine(second, turn("any brand"), Wishes(), shown(1), "USD").request.not_brands == ()


def test_any_colour_drops_only_the_colour() -> None:
    request = refine(LAST, turn("any colour is fine"), Wishes(), shown(1), "USD").request

    assert request.colors == ()
    assert request.kinds == LAST.kinds


def test_more_leaves_out_what_was_shown_and_then_some() -> None:
    first = refine(LAST, turn("more"), Wishes(), shown(1, 2), "USD").request
    others = [ShownProduct("p8", "P8", 3, "USD")]
    second = refine(first, turn("more"), Wishes(), others, "USD").request

    assert first.shown_ids == ("p0", "p1")
    assert second.shown_ids == ("p0", "p1", "p8")


def test_new_limit_starts_the_list_again() -> None:
    more = refine(LAST, turn("more"), Wishes(), shown(1, 2), "USD").request

    assert refine(more, turn("in red"), Wishes(colors=("red",)), shown(3), "USD").request.shown_ids == ()


@pytest.mark.parametrize(
    ("size", "text", "expected"), [("M", "bigger", "L"), ("M", "小一点", "S"), ("42", "bigger", "43")]
)
def test_bigger_and_smaller_step_from_the_size_asked_for(size: str, text: str, expected: str) -> None:
    last = SearchRequest(kinds=("shoes",), sizes=(size,))

    assert refine(last, turn(text), Wishes(), shown(1), "USD").request.sizes == (expected,)


def test_bigger_without_a_size_asks() -> None:
    assert refine(LAST, turn("bigger"), Wishes(), shown(1), "USD").ask_size


def test_sorting_keeps_the_limits() -> None:
    request = refine(LAST, turn("sort by price"), Wishes(), shown(1), "USD").request

    assert request.sort is SortOrder.PRICE_ASCENDING
    assert request.colors == ("black",)


def test_request_survives_its_json() -> None:
    request = refine(LAST, turn("sort by rating"), Wishes(price_max_minor=100, sizes=("M",)), shown(1), "USD").request

    assert request_from_json(request.as_json()) == request
