"""Measures, on cases worked out by hand."""

import math

import numpy as np
import pytest

from kb_index import measures


def test_recall_and_reciprocal_rank() -> None:
    ranks = [1, 3, None, 11]
    assert measures.recall_at(ranks, 1) == 0.25
    assert measures.recall_at(ranks, 3) == 0.5
    assert measures.mrr_at(ranks, 10) == pytest.approx((1 + 1 / 3) / 4)
    assert math.isnan(measures.recall_at([], 1))


def test_auroc_counts_ties_half() -> None:
    assert measures.auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)
    assert measures.auroc([1.0], [0.0]) == 1.0
    assert math.isnan(measures.auroc([], [0.1]))


def test_coverage_is_the_largest_share_while_precision_holds() -> None:
    confidence = [0.9, 0.8, 0.7, 0.6, 0.5]
    right = np.array([True, True, False, True, False])
    answerable = np.array([True, True, False, True, True])
    assert measures.coverage_at_precision(confidence, right, answerable, 0.9) == 0.5
    assert measures.coverage_at_precision(confidence, right, answerable, 0.75) == 0.75
    assert measures.coverage_at_precision([0.5] * 5, right, answerable, 0.9) == 0.0


def test_calibration_error_is_the_weighted_gap() -> None:
    assert measures.calibration_error([0.95, 0.95], np.array([True, False])) == pytest.approx(0.45)
    assert measures.calibration_error([1.0, 0.0], np.array([True, False])) == 0.0
