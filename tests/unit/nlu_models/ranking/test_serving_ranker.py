"""The shipped ranker in any shop: sensible for new shoppers and new products, quick, strict about versions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nlu_models
from nlu_models.ranking.errors import RankingError, UnknownVersionError
from nlu_models.ranking.serving_ranker import ServingRanker

WEIGHTS = Path(nlu_models.__file__).parent / "weights"


def item(product_id: str, **more: Any) -> dict[str, Any]:
    """A product of a shop that the weights never saw."""
    return {"product_id": product_id, "category": "fishing-rods", "brand": f"brand-{product_id}", "price_minor": 5000,
            "rating": 4.3, "rating_count": 200, **more}  # fmt: skip


def shop(*own: dict[str, Any]) -> list[dict[str, Any]]:
    """The products beside forty others, so that levels and places mean something."""
    random_ = np.random.default_rng(3)
    others = [
        item(f"other-{n}", price_minor=int(5000 * np.exp(random_.normal(0, 0.6))),
             rating=round(float(np.clip(random_.normal(4.3, 0.3), 1, 5)), 1), rating_count=int(random_.gamma(1, 300)))
        for n in range(40)
    ]  # fmt: skip
    return [*own, *others]


@pytest.fixture(scope="module")
def ranker() -> ServingRanker:
    return ServingRanker.load(WEIGHTS)


def test_new_shopper_sees_the_better_rated_product_first(ranker: ServingRanker) -> None:
    ranker.put_items("1", shop(item("good", rating=4.8), item("bad", rating=3.4)))
    good, bad = ranker.probabilities("1", [], ["good", "bad"])
    assert good > bad


def test_new_shopper_sees_the_cheaper_of_equal_products_first(ranker: ServingRanker) -> None:
    ranker.put_items("1", shop(item("cheap", price_minor=3000), item("dear", price_minor=12000)))
    cheap, dear = ranker.probabilities("1", [], ["cheap", "dear"])
    assert cheap > dear


def test_a_high_rating_by_many_beats_the_same_by_two(ranker: ServingRanker) -> None:
    ranker.put_items("1", shop(item("known", rating=4.9, rating_count=3000), item("new", rating=4.9, rating_count=2)))
    known, new = ranker.probabilities("1", [], ["known", "new"])
    assert known > new


def test_product_without_facts_comes_between_good_and_bad_ones(ranker: ServingRanker) -> None:
    ranker.put_items(
        "1", shop(item("good", rating=4.9, price_minor=3500), item("bad", rating=2.5), {"product_id": "bare"})
    )
    good, bad, bare, unknown = ranker.probabilities("1", [], ["good", "bad", "bare", "unknown"])
    assert bad < bare < good
    assert 0 < unknown < 1


def test_history_changes_the_order(ranker: ServingRanker) -> None:
    cheap, dear = item("cheap", price_minor=2500, brand="Aka"), item("dear", price_minor=12000, brand="Bem")
    bought = [item(f"dear-{n}", price_minor=12000 + n, brand="Bem") for n in range(4)]
    ranker.put_items("1", shop(cheap, dear, *bought))
    history = [{"product_id": f"dear-{n}", "kind": "purchase", "age_days": 5.0} for n in range(4)]
    new = ranker.probabilities("1", [], ["cheap", "dear"])
    warm = ranker.probabilities("1", history, ["cheap", "dear"])
    assert warm[1] / warm[0] > new[1] / new[0]


def test_an_impression_alone_is_no_history(ranker: ServingRanker) -> None:
    ranker.put_items("1", shop(item("a")))
    seen = [{"product_id": "a", "kind": "impression", "age_days": 0.1}]
    assert ranker.probabilities("1", seen, ["a"]) == ranker.probabilities("1", [], ["a"])


def test_another_version_is_refused_and_a_bad_table_leaves_the_old_one(ranker: ServingRanker) -> None:
    ranker.put_items("1", shop(item("a")))
    with pytest.raises(ValueError, match="twice"):
        ranker.put_items("2", [item("a"), item("a")])
    assert len(ranker.probabilities("1", [], ["a"])) == 1
    with pytest.raises(UnknownVersionError):
        ranker.probabilities("2", [], ["a"])
    with pytest.raises(UnknownVersionError):
        ServingRanker.load(WEIGHTS).probabilities("1", [], ["a"])


def test_no_candidates_give_no_figures_and_an_empty_shop_works(ranker: ServingRanker) -> None:
    ranker.put_items("0", [])
    assert ranker.probabilities("0", [], []) == []
    assert len(ranker.probabilities("0", [{"product_id": "a", "kind": "view", "age_days": 1}], ["a"])) == 1


def test_candidates_get_the_same_figure_alone_and_among_others(ranker: ServingRanker) -> None:
    vectors = np.random.default_rng(0).normal(size=(100, 384)).astype(np.float32)
    ranker.put_items("1", [item(str(n), embedding=vectors[n]) for n in range(100)])
    history = [{"product_id": str(n), "kind": "click", "age_days": float(n)} for n in range(50)]
    together = ranker.probabilities("1", history, [str(n) for n in range(60)])
    alone = [ranker.probabilities("1", history, [str(n)])[0] for n in (0, 31, 59)]
    assert alone == pytest.approx([together[n] for n in (0, 31, 59)], abs=1e-5)
    assert len({round(float(p), 6) for p in together}) > 30


def test_load_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RankingError, match="cannot be loaded"):
        ServingRanker.load(tmp_path)


def test_shipped_weights_are_small() -> None:
    assert (WEIGHTS / "ranker.safetensors").stat().st_size <= 3_000_000
