"""From features to grounds to a probability."""

import numpy as np
import pytest

from kb_index.ranking.evidence import FEATURES, GROUNDS, Candidates, Setting, fuse, grounds, probability
from kb_index.ranking.weights import Mode, shipped

SETTING = Setting(everyday=0.85, words=4, near_mean=0.9, near_deviation=0.02)


def candidates(*askings: float) -> Candidates:
    features = np.zeros((len(askings), len(FEATURES)), np.float32)
    features[:, FEATURES.index("asking")] = askings
    return Candidates(np.arange(len(askings)), features)


def only(name: str, weight: float) -> np.ndarray:
    """Weights that do not depend on the length of the question."""
    fixed = [weight if feature == name else 0.0 for feature in FEATURES]
    return np.array([fixed, np.zeros(len(FEATURES))], np.float32)


def test_the_best_comes_first_and_shares_add_up() -> None:
    fused = fuse(candidates(0.8, 0.95, 0.9), only("asking", 10.0), words=4)
    assert fused.candidates.articles.tolist() == [1, 2, 0]
    assert fused.shares.sum() == pytest.approx(1.0, abs=1e-5)


def test_weights_may_depend_on_the_length_of_the_question() -> None:
    found = candidates(0.8, 0.95)
    found.features[:, FEATURES.index("passage")] = (0.95, 0.8)
    weights = only("asking", 10.0)
    weights[1, FEATURES.index("passage")] = 10.0
    assert fuse(found, weights, words=3).candidates.articles[0] == 1
    assert fuse(found, weights, words=30).candidates.articles[0] == 0
    assert fuse(found, weights, words=10_000).scores[0] == fuse(found, weights, words=40).scores[0]


def test_a_hidden_article_is_no_candidate() -> None:
    assert candidates(0.8, 0.95).without(np.array([1])).articles.tolist() == [0]


def test_a_lead_and_a_match_that_stands_out_are_grounds() -> None:
    clear = dict(
        zip(GROUNDS, grounds(fuse(candidates(0.98, 0.8), only("asking", 20.0), words=4), SETTING), strict=True)
    )
    close = dict(
        zip(GROUNDS, grounds(fuse(candidates(0.88, 0.87), only("asking", 20.0), words=4), SETTING), strict=True)
    )
    assert clear["margin"] > close["margin"]
    assert clear["odds"] > close["odds"]
    assert clear["stands_out"] == pytest.approx(4.0, abs=1e-3)
    assert close["stands_out"] < 0


def test_a_single_candidate_has_finite_grounds() -> None:
    assert np.isfinite(grounds(fuse(candidates(0.9), only("asking", 20.0), words=4), SETTING)).all()


def test_a_probability_stays_between_0_and_1() -> None:
    huge = np.full(len(GROUNDS), 1e9, np.float32)
    assert 0.0 <= probability(-huge, huge, 0.0) < probability(huge, huge, 0.0) <= 1.0


def test_the_shipped_weights_name_what_the_code_computes() -> None:
    for mode in Mode:
        weights = shipped()[mode]
        assert weights.fusion.shape == (2, len(FEATURES))
        assert weights.curve.shape == (len(GROUNDS),)
        assert 0.0 < weights.choices <= weights.answer < 1.0


def test_without_a_model_no_weight_rests_on_vectors() -> None:
    weights = shipped()[Mode.WORDS].fusion
    assert not weights[:, : FEATURES.index("asking_words")].any()
