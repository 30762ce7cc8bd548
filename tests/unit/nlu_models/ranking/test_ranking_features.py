"""Features: relative to the shop, the same for one pair as for many."""

from typing import Any

import numpy as np
import pytest

from nlu_models.ranking.features import (
    BRAND_BUCKETS,
    CROSS,
    HISTORY,
    bucket,
    build_history,
    build_table,
    cold_cross_features,
    cross_features,
)

ITEMS: list[dict[str, Any]] = [
    {"product_id": "cheap", "category": "watches", "brand": "Aka", "price_minor": 1000, "rating": 4.0,
     "rating_count": 5},
    {"product_id": "middle", "category": "watches", "brand": "aka ", "price_minor": 2000, "rating": 4.8,
     "rating_count": 3},
    {"product_id": "dear", "category": "watches", "brand": "Bem", "price_minor": 4000, "rating": 4.8,
     "rating_count": 3000},
    {"product_id": "bare"},
]  # fmt: skip


def with_embeddings() -> list[dict[str, Any]]:
    vectors = np.random.default_rng(1).normal(size=(len(ITEMS), 384))
    return [{**item, "embedding": vector} for item, vector in zip(ITEMS, vectors, strict=True)]


def test_bucket_is_shared_by_spellings_and_empty_names_have_none() -> None:
    assert bucket("Sony", BRAND_BUCKETS) == bucket(" SONY ", BRAND_BUCKETS) > 0
    assert bucket(None, BRAND_BUCKETS) == bucket("  ", BRAND_BUCKETS) == 0


def test_price_level_is_the_same_in_another_currency() -> None:
    in_yen = [{**item, "price_minor": item["price_minor"] * 150} for item in ITEMS if "price_minor" in item]
    np.testing.assert_allclose(build_table(in_yen).price_level, build_table(ITEMS).price_level[:3], atol=1e-5)


def test_price_level_of_a_product_without_price_is_neutral() -> None:
    assert build_table(ITEMS).price_level[3] == 0


def test_rating_counts_as_much_as_its_votes() -> None:
    rating = build_table(ITEMS).numbers[:, 2]
    assert rating[2] > rating[1] > rating[0]


def test_build_table_refuses_doubles_and_wrong_widths() -> None:
    with pytest.raises(ValueError, match="twice"):
        build_table([ITEMS[0], ITEMS[0]])
    with pytest.raises(ValueError, match="shape"):
        build_table([{"product_id": "a", "embedding": np.zeros(3)}])


def test_history_keeps_the_youngest_known_events() -> None:
    table = build_table(ITEMS)
    events = [{"product_id": "cheap", "kind": "view", "age_days": float(age)} for age in range(HISTORY + 20)]
    events += [
        {"product_id": "gone", "kind": "purchase", "age_days": 0.0},
        {"product_id": "dear", "kind": "impression", "age_days": 0.0},
    ]
    history = build_history(table, [events])
    assert set(history.rows[0].tolist()) == {0}
    assert history.age_days.max() == HISTORY - 1


def test_cross_features_of_a_new_shopper_are_the_cold_ones() -> None:
    table = build_table(with_embeddings())
    found = cross_features(table, build_history(table, [[]]), np.zeros(4, np.int64), np.arange(4))
    np.testing.assert_array_equal(found, cold_cross_features(4))


def test_cross_features_see_brand_price_and_repeats() -> None:
    table = build_table(with_embeddings())
    history = build_history(table, [[{"product_id": "cheap", "kind": "purchase", "age_days": 1.0}]])
    found = cross_features(table, history, np.zeros(3, np.int64), np.array([0, 1, 2]))
    column = {name: found[:, number] for number, name in enumerate(CROSS)}
    assert column["brand_liked"][0] == column["brand_liked"][1] > column["brand_liked"][2] == 0
    assert column["price_gap"][0] == pytest.approx(0, abs=1e-6)
    assert column["price_gap"][2] > column["price_gap"][1] > 0
    assert column["bought_before"].tolist() == pytest.approx([np.log(2), 0, 0])
    assert column["nearest_liked"][0] == pytest.approx(1, abs=0.01)


def test_cross_features_of_one_pair_do_not_depend_on_the_others() -> None:
    table = build_table(with_embeddings())
    acts = [
        [{"product_id": "cheap", "kind": "click", "age_days": 2.0}],
        [{"product_id": "dear", "kind": "purchase", "age_days": 9.0}],
    ]
    together = cross_features(table, build_history(table, acts), np.array([1, 0, 1]), np.array([0, 2, -1]))
    alone = [
        cross_features(table, build_history(table, [acts[who]]), np.zeros(1, np.int64), np.array([row]))[0]
        for who, row in ((1, 0), (0, 2), (1, -1))
    ]
    np.testing.assert_allclose(together, alone, atol=1e-6)
