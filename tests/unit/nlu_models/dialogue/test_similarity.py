import numpy as np

from nlu_models.dialogue.similarity import Calibration, base_cosines, fit_calibration, relevance_features


def test_lead_is_before_the_best_other_sentence() -> None:
    cosines, lacks = np.array([0.5, 0.8, 0.2], np.float32), np.array([0, 1, 0], np.float32)
    features = relevance_features(np.array([1, 2, -1], np.float32), cosines, lacks)
    assert np.allclose(features, [[1, 5, -3, 0], [2, 8, 3, 1], [-1, 2, -6, 0]], atol=1e-5)


def test_one_sentence_alone_leads_by_what_it_has() -> None:
    assert relevance_features(np.zeros(1, np.float32), np.array([0.5], np.float32), np.zeros(1, np.float32))[0, 2] == 5


def test_base_cosines_are_means_of_four() -> None:
    x, y = np.array([[1, 0]], np.float32), np.array([[0, 1]], np.float32)
    assert base_cosines(x, y, x, y)[0, 0] == 0.5


def test_fitted_calibration_is_surer_of_what_answers() -> None:
    random_ = np.random.default_rng(1)
    features, gold = [], []
    for _ in range(200):
        cosines = random_.normal(0.3, 0.1, 8)
        truth = np.arange(8) == 3
        cosines[3] += 0.4
        logits = random_.normal(truth, 1).astype(np.float32)
        logits[7] = -np.inf
        lacks = (~truth & (random_.random(8) < 0.5)).astype(np.float32)
        features.append(relevance_features(logits, cosines.astype(np.float32), lacks))
        gold.append(truth)
    calibration = fit_calibration(features, gold)
    sure = calibration.probabilities(features[0])
    assert sure[3] > 0.5 > np.delete(sure, 3).max()
    assert sure[7] == 0, "what was not read answers nothing"
    assert isinstance(calibration, Calibration)
    assert calibration.lacking < 0 < calibration.logit
