"""The product search on both engines: words of two languages, limits, order, names."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from catalog.repositories.product_writer import ProductWriter
from catalog.repositories.vectors import pending_texts, save_vectors
from catalog.search.name_lookup import find_by_name
from catalog.search.product_search import ProductSearch
from catalog.search.query import Limits, ProductHit, SearchQuery, SearchResult, SortOrder
from catalog.session import Database
from tests.integration.catalog.conftest import PRODUCTS, product, variant

WATCHES = {"apple-watch-9", "galaxy-watch-6", "galaxy-watch-4", "huawei-gt4"}


def _search(shop: Database, query: SearchQuery) -> SearchResult:
    with shop.reading() as session:
        return ProductSearch().search(session, query)


def _ids(result: SearchResult) -> list[str]:
    return [hit.product_id for hit in result.hits]


@pytest.mark.parametrize("text", ["smartwatch", "智能手表", "手表", "smart watches", "SMARTWATCH!", "想买一个智能手表"])
def test_search_finds_watches_only_in_both_languages(shop: Database, text: str) -> None:
    assert set(_ids(_search(shop, SearchQuery(text)))) == WATCHES


def test_search_in_a_category_does_not_read_the_whole_shop(shop: Database) -> None:
    with shop.session() as session:
        ProductWriter(session).write(
            [product(f"tee-{n}", "t-shirts", f"Tee {n}", f"T恤{n}", variant(f"tee-{n}", 10)) for n in range(300)]
        )
    shop.analyse()
    run: list[tuple[str, Any]] = []
    listener = (shop._reading_engine, "before_cursor_execute", lambda *call: run.append((call[2], call[3])))
    event.listen(*listener)
    found = _search(shop, SearchQuery("", limits=Limits(categories=("smartwatches",))))
    event.remove(*listener)
    statement, values = next((text, values) for text, values in run if "row_number" in text)
    explain = "EXPLAIN QUERY PLAN" if shop.is_sqlite else "EXPLAIN"
    with shop.engine.connect() as connection:
        plan = [str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", values)]
    assert set(_ids(found)) == WATCHES
    if shop.is_sqlite:
        assert "ix_products_category_active" in next(step for step in plan if "SEARCH" in step), plan
    else:
        assert any("category_id" in step for step in plan), plan


def test_search_matches_chinese_inside_words(shop: Database) -> None:
    assert _ids(_search(shop, SearchQuery("降噪"))) == ["sony-xm5"]
    assert set(_ids(_search(shop, SearchQuery("耳机")))) == {"sony-xm5", "budget-buds"}


@pytest.mark.parametrize(("typed", "corrected", "first"), [
    ("smartwach", "smartwatch", "apple-watch-9"), ("samsnug", "samsung", "galaxy-watch-6"),
    ("headphnes", "headphones", "sony-xm5"),
])  # fmt: skip
def test_search_corrects_typing_errors_and_says_so(shop: Database, typed: str, corrected: str, first: str) -> None:
    result = _search(shop, SearchQuery(typed, sort=SortOrder.RATING))
    assert result.corrected == corrected
    assert _ids(result)[0] == first


@pytest.mark.parametrize(
    "text", ['"', "'", "AND", "a OR b", "NEAR(", "*", "col:x", "(", "\\", "😀", "100% & |", "-- ;"]
)
def test_search_takes_any_text_without_an_error(shop: Database, text: str) -> None:
    _search(shop, SearchQuery(text))


def test_price_limit_holds_for_the_variant_that_is_shown(shop: Database) -> None:
    limits = Limits(categories=("smartwatches",), price_max_minor=20000)
    result = _search(shop, SearchQuery("smartwatch", limits=limits, currency="USD"))
    assert _ids(result) == ["galaxy-watch-6", "galaxy-watch-4"]  # what is in stock comes first
    assert all(hit.price_minor <= 20000 and hit.currency == "USD" for hit in result.hits)
    assert [hit.in_stock for hit in result.hits] == [True, False]


def test_prices_are_of_the_currency_asked_for(shop: Database) -> None:
    limits = Limits(categories=("smartwatches",), price_max_minor=150000, in_stock_only=True)
    result = _search(shop, SearchQuery("手表", limits=limits, currency="CNY"))
    assert {hit.product_id: hit.price_minor for hit in result.hits} == {"galaxy-watch-6": 149900, "huawei-gt4": 148800}
    assert "usd-only-tee" not in _ids(_search(shop, SearchQuery("tee", currency="CNY")))


@pytest.mark.parametrize("color", ["black", "黑色", "黑的", "Black"])
def test_colors_match_across_languages_and_shades(shop: Database, color: str) -> None:
    limits = Limits(categories=("smartwatches",), colors=(color,))
    assert set(_ids(_search(shop, SearchQuery(limits=limits)))) == {"apple-watch-9", "galaxy-watch-6", "galaxy-watch-4"}


def test_a_shade_is_its_color_but_a_color_is_not_the_shade(shop: Database) -> None:
    assert _ids(_search(shop, SearchQuery(limits=Limits(colors=("蓝色",))))) == ["galaxy-watch-6"]
    assert _ids(_search(shop, SearchQuery(limits=Limits(colors=("navy",))))) == ["galaxy-watch-6"]
    red = _search(shop, SearchQuery(limits=Limits(colors=("红",))))
    assert _ids(red) == ["plain-tee"]
    assert _search(shop, SearchQuery(limits=Limits(colors=("酒红色",)))).hits[0].variant_id == "tee-burgundy-xl"


def test_limits_hold_together_in_one_variant(shop: Database) -> None:
    def found(color: str, size: str) -> list[str]:
        return _ids(_search(shop, SearchQuery(limits=Limits(colors=(color,), sizes=(size,)))))

    assert found("black", "大号") == ["plain-tee"]
    assert found("red", "L") == []
    assert found("black", "40毫米") == ["galaxy-watch-6", "galaxy-watch-4"]


@pytest.mark.parametrize("color", ["black", "黑色"])
def test_brands_and_colors_that_are_not_wanted_are_left_out(shop: Database, color: str) -> None:
    others = Limits(categories=("smartwatches",), not_brands=("SAMSUNG", "nobody"))
    assert set(_ids(_search(shop, SearchQuery(limits=others)))) == {"apple-watch-9", "huawei-gt4"}
    no_brand_at_all = Limits(categories=("t-shirts",), not_brands=("Apple",))
    assert set(_ids(_search(shop, SearchQuery(limits=no_brand_at_all)))) == {"plain-tee", "usd-only-tee"}
    left = _search(shop, SearchQuery(limits=Limits(categories=("electronics",), not_colors=(color,)), currency="USD"))
    assert {hit.product_id: hit.variant_id for hit in left.hits} == {
        "apple-watch-9": "aw9-silver-45", "galaxy-watch-6": "gw6-navy-44", "huawei-gt4": "gt4-brown-46",
        "sony-xm5": "xm5-silver", "budget-buds": "h3-white",
    }  # fmt: skip


def test_sizes_materials_and_kinds_that_are_not_wanted_are_left_out(shop: Database) -> None:
    def found(limits: Limits) -> set[str]:
        return set(_ids(_search(shop, SearchQuery(limits=limits, currency="USD"))))

    assert found(Limits(categories=("t-shirts",), not_materials=("纯棉",))) == {"usd-only-tee"}
    assert "huawei-gt4" not in found(Limits(categories=("smartwatches",), not_materials=("leather",)))
    assert found(Limits(categories=("t-shirts",), not_sizes=("中号",))) == {"plain-tee"}
    assert found(Limits(not_categories=("electronics",))) == {"plain-tee", "usd-only-tee"}


def test_material_brand_and_category_limits(shop: Database) -> None:
    assert _ids(_search(shop, SearchQuery(limits=Limits(materials=("纯棉",))))) == ["plain-tee"]
    assert _ids(_search(shop, SearchQuery(limits=Limits(materials=("真皮",))))) == ["huawei-gt4"]
    brands = Limits(brands=("SAMSUNG", "sony"), categories=("electronics",))
    assert set(_ids(_search(shop, SearchQuery(limits=brands)))) == {"galaxy-watch-6", "galaxy-watch-4", "sony-xm5"}
    assert _ids(_search(shop, SearchQuery(limits=Limits(brands=("Nokia",))))) == []
    assert _ids(_search(shop, SearchQuery(limits=Limits(categories=("boats",))))) == []


def test_exclude_among_and_stock_limits(shop: Database) -> None:
    limits = Limits(categories=("smartwatches",), exclude=("apple-watch-9",), in_stock_only=True)
    assert set(_ids(_search(shop, SearchQuery(limits=limits)))) == {"galaxy-watch-6", "huawei-gt4"}
    among = Limits(among=("plain-tee", "sony-xm5"))
    assert set(_ids(_search(shop, SearchQuery("smartwatch", limits=among)))) == {"plain-tee", "sony-xm5"}


def test_sorting_by_price_and_rating(shop: Database) -> None:
    def ids(sort: SortOrder) -> list[str]:
        return _ids(_search(shop, SearchQuery(limits=Limits(categories=("smartwatches",)), sort=sort)))

    assert ids(SortOrder.PRICE_ASCENDING) == ["galaxy-watch-6", "huawei-gt4", "apple-watch-9", "galaxy-watch-4"]
    assert ids(SortOrder.PRICE_DESCENDING) == ["apple-watch-9", "huawei-gt4", "galaxy-watch-6", "galaxy-watch-4"]
    assert ids(SortOrder.RATING) == ["apple-watch-9", "huawei-gt4", "galaxy-watch-6", "galaxy-watch-4"]


def test_pages_of_a_list_do_not_overlap(shop: Database) -> None:
    pages = [_search(shop, SearchQuery(limit=3, offset=offset)) for offset in (0, 3, 6)]
    seen = [product_id for page in pages for product_id in _ids(page)]
    assert sorted(seen) == sorted(record.product_id for record in PRODUCTS)
    assert {page.total for page in pages} == {len(PRODUCTS)}


def test_a_hit_carries_what_a_card_shows(shop: Database) -> None:
    hit = _search(shop, SearchQuery("galaxy watch 6")).hits[0]
    assert isinstance(hit, ProductHit)
    assert (hit.product_id, hit.variant_id, hit.variant_count) == ("galaxy-watch-6", "gw6-black-40", 2)
    assert hit.title("zh") == "三星 Galaxy Watch6 智能手表"
    assert (hit.brand, hit.category_slug, hit.rating, hit.image) == (
        "Samsung", "smartwatches", 4.4, "/images/smartwatches.svg",
    )  # fmt: skip
    assert hit.text_match == "full"


def test_nearest_above_are_the_cheapest_above_the_limit(shop: Database) -> None:
    query = SearchQuery("smartwatch", limits=Limits(categories=("smartwatches",), price_max_minor=5000))
    with shop.reading() as session:
        search = ProductSearch()
        assert search.search(session, query).hits == ()
        above = search.nearest_above(session, query, limit=2)
        assert [hit.price_minor for hit in above.hits] == [19900, 24900]
        with pytest.raises(ValueError, match="highest price"):
            search.nearest_above(session, SearchQuery("smartwatch"))


def _vector(place: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.zeros(8, np.float32)
    vector[place] = 1.0
    return vector


def test_vectors_find_what_words_do_not_and_order_the_rest(shop: Database) -> None:
    keys = {}
    with shop.session() as session:
        pending = pending_texts(session, "model-1")
        assert len(pending) == 2 * len(PRODUCTS)
        places = {key: place % 8 for place, key in enumerate(dict.fromkeys(text.key for text in pending))}
        save_vectors(session, "model-1", [(p, _vector(places[p.key]).astype("<f2").tobytes()) for p in pending])
        assert pending_texts(session, "model-1") == []
        assert len(pending_texts(session, "model-2", limit=5)) == 5
        keys = places
    search = ProductSearch()
    with shop.reading() as session:
        everything = search.search(session, SearchQuery(limit=99)).hits
        wanted = next(hit for hit in everything if hit.product_id == "huawei-gt4")
        near = search.search(session, SearchQuery("zzzz", vector=_vector(keys[wanted.key])))
        assert _ids(near)[0] == "huawei-gt4"
        assert near.hits[0].similarity == pytest.approx(1.0)
        limits = Limits(categories=("smartwatches",))
        ordered = search.search(session, SearchQuery("手表", vector=_vector(keys[wanted.key]), limits=limits))
        assert _ids(ordered)[0] == "huawei-gt4"
        assert search.search(session, SearchQuery("zzzz", vector=np.ones(3, np.float32))).hits == ()


def test_a_changed_text_lacks_a_current_vector_again(shop: Database) -> None:
    with shop.session() as session:
        save_vectors(session, "m", [(p, _vector(0).astype("<f2").tobytes()) for p in pending_texts(session, "m")])
        changed = product(
            "sony-xm5", "headphones", "Sony New Name", "索尼新名", variant("xm5-black", 349), brand="Sony"
        )
        ProductWriter(session).write([changed])
        assert {p.text for p in pending_texts(session, "m")} == {
            "Sony New Name. Sony. Headphones. About Sony New Name.", "索尼新名. Sony. 耳机. 关于索尼新名。",
        }  # fmt: skip


def test_search_sees_a_change_made_by_another_process(shop: Database) -> None:
    search = ProductSearch()
    with shop.reading() as session:
        assert search.search(session, SearchQuery("kettle")).hits == ()
    with Database(shop.url.render_as_string(hide_password=False)) as other, other.session() as session:
        ProductWriter(session).write([product("kettle", "electronics", "Steel Kettle", "水壶", variant("k", 30))])
    with shop.reading() as session:
        assert _ids(search.search(session, SearchQuery("kettle"))) == ["kettle"]


def test_a_large_shop_is_searched_by_candidates(shop: Database) -> None:
    """Above `exact_up_to` only the best candidates are checked against the limits."""
    search = ProductSearch(exact_up_to=2)
    with shop.reading() as session:
        assert set(_ids(search.search(session, SearchQuery("智能手表")))) == WATCHES
        limits = Limits(categories=("smartwatches",), price_max_minor=20000, in_stock_only=True)
        assert _ids(search.search(session, SearchQuery("smartwatch", limits=limits))) == ["galaxy-watch-6"]
        assert len(search.search(session, SearchQuery()).hits) == len(PRODUCTS)


@pytest.mark.parametrize(("name", "product_id"), [
    ("galaxy watch 6", "galaxy-watch-6"), ("the galaxy watch4", "galaxy-watch-4"), ("华为手表gt4", "huawei-gt4"),
    ("xm5", "sony-xm5"), ("苹果手表", "apple-watch-9"), ("sonny headphones", "sony-xm5"),
    ("apple watch", "apple-watch-9"),
])  # fmt: skip
def test_products_are_found_by_name(shop: Database, name: str, product_id: str) -> None:
    with shop.reading() as session:
        found = find_by_name(session, ProductSearch().snapshot(session), name)
    assert found[0].product_id == product_id


def test_a_model_that_the_shop_lacks_scores_low(shop: Database) -> None:
    with shop.reading() as session:
        snapshot = ProductSearch().snapshot(session)
        exact = find_by_name(session, snapshot, "galaxy watch 6")[0]
        lacking = find_by_name(session, snapshot, "galaxy watch 9", min_score=0.0)
        assert exact.score == pytest.approx(1.0)
        assert all(match.score < 0.6 for match in lacking if match.product_id.startswith("galaxy"))
        assert all(match.score < exact.score for match in lacking)
        assert find_by_name(session, snapshot, "trampoline") == []
        among = find_by_name(session, snapshot, "watch", among=["huawei-gt4", "plain-tee"])
        assert [match.product_id for match in among] == ["huawei-gt4"]
