"""Metrics against values worked out by hand."""

import math

import numpy as np
import pytest

from nlu_models.evaluation.ranking_metrics import auc, expected_calibration_error, log_loss, ndcg_at_k, recall_at_k


def test_auc_counts_ordered_pairs() -> None:
    assert auc(np.array([0.0, 1, 0, 1]), np.array([0.1, 0.4, 0.5, 0.9])) == pytest.approx(0.75)
    assert math.isnan(auc(np.zeros(3), np.arange(3.0)))


def test_log_loss_is_finite_for_a_sure_mistake() -> None:
    assert log_loss(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == pytest.approx(math.log(2))
    assert log_loss(np.array([1.0]), np.array([0.0])) < 20


def test_calibration_error_is_zero_for_right_rates_and_the_gap_for_wrong_ones() -> None:
    labels = np.tile([1.0, 0, 0, 0], 100)
    assert expected_calibration_error(labels, np.full(400, 0.25), bins=4) == pytest.approx(0, abs=0.01)
    assert expected_calibration_error(labels, np.full(400, 0.75), bins=4) == pytest.approx(0.5, abs=0.01)


def test_ndcg_discounts_by_place_and_skips_lists_without_gain() -> None:
    lists = [(np.array([0.0, 1, 0]), np.array([3.0, 2, 1])), (np.zeros(2), np.arange(2.0))]
    assert ndcg_at_k(lists, k=10) == pytest.approx(1 / math.log2(3))
    assert math.isnan(ndcg_at_k(lists[1:], k=10))


def test_recall_is_the_share_found_among_the_best() -> None:
    assert recall_at_k([(np.array([1.0, 0, 1, 0]), np.array([9.0, 8, 1, 7]))], k=2) == pytest.approx(0.5)
