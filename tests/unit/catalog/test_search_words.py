"""Segmentation, colours, sizes, materials, spelling, match expressions, fusion."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.color_names import color_names, color_terms, wanted_colors
from catalog.search.fusion import reciprocal_rank_fusion
from catalog.search.match_expression import fts5_expression, text_terms, tsquery_expression
from catalog.search.material_names import material_names, material_terms
from catalog.search.option_terms import option_matches, variant_terms, wanted_terms
from catalog.search.segmentation import segment, tokens
from catalog.search.size_names import size_term, size_terms
from catalog.search.spelling import Speller
from catalog.search.vector_index import build_vector_index


@pytest.mark.parametrize(("text", "indexed"), [
    ("智能手表", "智 能 手 表"), ("iPhone15手机壳", "iphone 15 手 机 壳"), ("ＧＴ４", "gt 4"), ("Watch6", "watch 6"),
    ("T恤", "t 恤"), ("plain words", "plain words"),
])  # fmt: skip
def test_segment_sets_chinese_characters_and_numbers_apart(text: str, indexed: str) -> None:
    assert segment(text).split() == indexed.split()


def test_tokens_keep_chinese_runs_and_drop_possessives() -> None:
    assert tokens("Levi's jeans，牛仔裤 501!") == ["levi", "jeans", "牛仔裤", "501"]


@given(st.text(max_size=60))
def test_segment_is_stable_and_expressions_are_balanced(text: str) -> None:
    once = segment(text)
    assert segment(once).split() == once.split()
    terms = text_terms(text, frozenset({"手表"}), 2)
    assert fts5_expression(terms.loose, every=False).count('"') % 2 == 0
    assert tsquery_expression(terms.strict, every=True).count("'") % 2 == 0


@pytest.mark.parametrize(("text", "colors"), [
    ("黑的", ("black",)), ("Navy Blue", ("navy",)), ("深空灰色", ("space gray",)), ("rose gold", ("rose gold",)),
    ("black/白色", ("black", "white")), ("酒红色的", ("burgundy",)), ("没有颜色", ()), ("off white", ("cream",)),
    ("grey", ("gray",)), ("红", ("red",)),
])  # fmt: skip
def test_color_names_are_read_in_both_languages(text: str, colors: tuple[str, ...]) -> None:
    assert color_names(text) == colors


def test_a_shade_answers_to_its_color_and_not_the_reverse() -> None:
    assert "blue" in color_terms("藏青色")
    assert wanted_colors("navy").isdisjoint(color_terms("blue"))
    assert wanted_colors("蓝色") <= color_terms("navy")
    assert wanted_colors("sunburst") == {"sunburst"}  # an unknown colour is taken by its words


@pytest.mark.parametrize(("left", "right"), [
    ("大号", "L"), ("XXL", "2XL"), ("41mm", "41 毫米"), ("42码", "EU 42"), ("medium", "中码"), ("500 ml", "500毫升"),
    ("42.0", "42"), ("均码", "one size"), ("14 inch", "14英寸"),
])  # fmt: skip
def test_sizes_are_one_across_spellings(left: str, right: str) -> None:
    assert size_term(left) == size_term(right)


def test_different_sizes_stay_different() -> None:
    assert len({size_term(text) for text in ("S", "M", "L", "XL", "40", "40.5", "41 mm", "41 cm")}) == 8
    assert size_terms("41 mm") == {"41mm", "41"}


@pytest.mark.parametrize(("said", "stored"), [("256g", "256GB"), ("1t", "1 TB"), ("256gb", "256 GB")])
def test_memory_is_said_without_its_unit(said: str, stored: str) -> None:
    assert option_matches("storage", [stored], said)
    assert not option_matches("storage", ["512 GB"], said)


def test_materials_know_what_they_are_a_kind_of() -> None:
    assert material_names("头层牛皮 upper, rubber sole") == ("leather", "rubber")
    assert {"steel", "metal", "stainless steel"} <= material_terms("Stainless Steel")
    assert "leather" not in material_terms("PU leather")


def test_variant_terms_take_attributes_only_where_no_option_says_it() -> None:
    terms = variant_terms(
        {"color": "navy"}, {"color": {"en": "red", "zh": "红色"}, "material": {"en": "cotton", "zh": "棉"}}
    )
    assert ("color", "blue") in terms
    assert ("color", "red") not in terms
    assert ("material", "cotton") in terms


@pytest.mark.parametrize(("title", "material"), [
    ("纯棉T恤", "cotton"), ("真皮沙发", "leather"), ("Plain Cotton Tee", "cotton"), ("家用麻将", None),
    ("红木纹贴纸", None),
])  # fmt: skip
def test_title_tells_a_material_where_nothing_else_does(title: str, material: str | None) -> None:
    named = {term for kind, term in variant_terms({}, {}, [title]) if kind == "material"}
    assert named == ({material} if material else set())
    said = variant_terms({}, {"material": "linen"}, [title])
    assert {term for kind, term in said if kind == "material"} == {"linen"}


@pytest.mark.parametrize(("name", "values", "wanted", "fits"), [
    ("color", ["black", "黑色"], "the black one", True), ("color", ["black"], "黑的", True),
    ("color", ["black"], "white", False), ("size", ["M"], "中号", True), ("size", ["L"], "M", False),
    ("storage", ["256 GB"], "256gb", True), ("style", ["crew neck"], "Crew Neck", True),
    ("style", ["v-neck"], "crew", False),
])  # fmt: skip
def test_option_matches_what_the_shopper_means(name: str, values: list[str], wanted: str, fits: bool) -> None:
    assert option_matches(name, values, wanted) is fits


def test_wanted_terms_of_a_size_are_canonical() -> None:
    assert wanted_terms("size", "大号") == {"l"}


SPELLER = Speller({"smartwatch": 50, "samsung": 50, "watch": 20, "headphones": 9, "sony": 5}, frozenset({"comfort"}))


@pytest.mark.parametrize(("typed", "corrected"), [
    ("smartwach", "smartwatch"), ("samsnug watch", "samsung watch"), ("haedphones", "headphones"), ("wacth", "watch"),
])  # fmt: skip
def test_speller_corrects_words_it_does_not_know(typed: str, corrected: str) -> None:
    assert SPELLER.correct(typed) == corrected


@pytest.mark.parametrize(
    "typed", ["smartwatches", "comfort", "the best watch", "手表", "zq", "xm5", "trampoline", "song"]
)
def test_speller_leaves_known_short_and_far_words_alone(typed: str) -> None:
    assert SPELLER.correct(typed) is None


def test_text_terms_cut_chinese_by_the_shops_words() -> None:
    terms = text_terms("想买一个苹果智能手表", frozenset({"智能手表", "苹果"}), 4)
    assert terms.strict == (("苹", "果"), ("智", "能", "手", "表"))
    unknown = text_terms("保温杯", frozenset(), 4)
    assert unknown.strict == (("保", "温", "杯"),)
    assert ("保", "温") in unknown.loose
    assert not text_terms("the best", frozenset(), 4)


def test_fusion_prefers_what_both_rankings_have() -> None:
    scores = reciprocal_rank_fusion((((1, 2, 3), 1.0), ((3, 4), 1.0)))
    assert max(scores, key=lambda key: scores[key]) == 3
    assert scores[1] == pytest.approx(1 / 61)


def _rows(
    count: int, width: int = 32
) -> tuple[list[tuple[int, bytes]], np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    matrix = np.random.default_rng(7).normal(size=(count, width)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return [(key, row.astype("<f2").tobytes()) for key, row in enumerate(matrix, start=100)], matrix


def test_exact_index_takes_the_best_language_of_a_product() -> None:
    east, north = np.array([1, 0], "<f2"), np.array([0, 1], "<f2")
    index = build_vector_index([(5, east.tobytes()), (5, north.tobytes()), (9, north.tobytes())])
    found = index.nearest(np.array([1, 0], np.float32), limit=9)
    assert found == [(5, 1.0), (9, 0.0)]
    assert index.nearest(np.array([1, 0, 0], np.float32), limit=9) == []
    assert build_vector_index([]).nearest(np.array([1, 0], np.float32), limit=9) == []


def test_approximate_index_agrees_with_the_exact_one() -> None:
    rows, matrix = _rows(3000)
    exact, approximate = build_vector_index(rows), build_vector_index(rows, exact_up_to=100)
    assert exact.exact
    assert not approximate.exact
    hits = 0
    for query in matrix[:50]:
        wanted = {key for key, _ in exact.nearest(query, limit=10)}
        hits += len(wanted & {key for key, _ in approximate.nearest(query, limit=10)})
    assert hits / 500 >= 0.6  # random vectors are the worst case; the nearest itself is always found
    assert approximate.nearest(matrix[17], limit=1)[0][0] == 117
