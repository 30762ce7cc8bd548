import numpy as np

from nlu_models.dialogue.merchants import Question
from nlu_models.dialogue.similarity import relevance_features
from nlu_models.dialogue.thresholds import (
    ReadQuestion,
    choose_thresholds,
    covered_threshold,
    polarity_threshold,
    sure_threshold,
)


def test_one_of_twenty_answerable_questions_may_be_refused() -> None:
    best = np.linspace(0, 1, 101).astype(np.float32)
    assert covered_threshold(best) == 0.05


def test_nine_of_ten_above_the_sure_threshold_are_right() -> None:
    best = np.arange(0, 1, 0.01).astype(np.float32)
    right = best >= 0.5
    threshold = sure_threshold(best, right)
    assert right[best >= threshold].mean() >= 0.9
    assert right[best >= threshold - 0.011].mean() < 0.9
    assert sure_threshold(best, np.zeros(100, bool)) == 1.0


def test_yes_and_no_are_never_said_where_they_are_often_wrong() -> None:
    told = np.tile(np.array([0.99, 0.01, 0, 0, 0], np.float32), (100, 1))
    wanted = np.arange(100) % 2
    assert polarity_threshold(told, wanted) == 1.0
    assert polarity_threshold(told, np.zeros(100, np.int64)) == 0.5


def test_thresholds_come_from_what_was_read() -> None:
    random_ = np.random.default_rng(2)
    read = []
    for number in range(200):
        covered = number % 5 != 0
        gold = np.zeros(6, bool)
        logits = random_.normal(-3, 1, 6).astype(np.float32)
        if covered:
            gold[2], logits[2] = True, random_.normal(3, 2)
        logits[5] = -np.inf
        kinds = np.tile(np.array([0.1, 0.1, 0.7, 0.05, 0.05], np.float32), (6, 1))
        question = Question("?", "en", (), "value" if covered else "not_covered", (), (), (), "")
        cosines = random_.uniform(0.2, 0.4, 6).astype(np.float32)
        features = relevance_features(logits, cosines, np.zeros(6, np.float32))
        read.append(ReadQuestion(question, features, kinds, gold))
    calibration, thresholds, scores = choose_thresholds(read)
    assert scores.sentence > 0.9
    assert scores.covered_auc > 0.9
    assert scores.kind == 1
    assert calibration.logit > 0
    assert 0 < thresholds.covered < 0.9
    assert calibration.probabilities(read[1].features)[5] == 0
