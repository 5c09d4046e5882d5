"""Linear layers in 8 bits."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kb_index.model.quantise import Quantised, Reach, pair_safe_scales, quantise

FloatArray = NDArray[np.float32]
DRAW = np.random.default_rng(7)
WEIGHT = DRAW.normal(0, 0.05, (64, 128)).astype(np.float32)


def _inputs(far: float) -> FloatArray:
    """A thousand rows of inputs, of which one reaches ``far``."""
    inputs = DRAW.normal(0, 1, (1000, WEIGHT.shape[1])).astype(np.float32)
    inputs[:, 17] *= far
    return inputs


def _product(inputs: FloatArray, found: Quantised) -> FloatArray:
    """As the graph computes it."""
    whole = np.rint(inputs * found.shrink / found.step + found.zero).clip(0, 255)
    return np.asarray((whole - found.zero) @ found.weights.astype(np.float32) * found.step * found.scales)


def _error(inputs: FloatArray, found: Quantised) -> float:
    exact = inputs @ WEIGHT.T
    return float(np.linalg.norm(_product(inputs, found) - exact) / np.linalg.norm(exact))


def test_an_input_that_reaches_far_does_not_make_the_others_coarse() -> None:
    for far in (1.0, 30.0):
        inputs = _inputs(far)
        assert _error(inputs, quantise(WEIGHT, Reach(inputs.min(0), inputs.max(0)))) < 0.02


def test_what_reaches_farther_than_was_measured_is_held_at_the_end() -> None:
    inputs = _inputs(1.0)
    found = quantise(WEIGHT, Reach(inputs.min(0), inputs.max(0)))
    farther = 1_000 * np.sign(inputs)
    np.testing.assert_array_equal(_product(farther, found), _product(2 * farther, found))


def test_no_two_neighbours_leave_sixteen_bits() -> None:
    weight = np.concatenate([WEIGHT, np.abs(WEIGHT), np.ones_like(WEIGHT), -np.ones_like(WEIGHT), 0 * WEIGHT])
    whole = np.rint(weight / pair_safe_scales(weight)[:, None])
    assert np.abs(whole).max() <= 127
    assert np.abs(255 * (whole[:, 0::2] + whole[:, 1::2])).max() < 2**15


def test_most_rows_keep_more_than_seven_bits() -> None:
    whole = WEIGHT / pair_safe_scales(WEIGHT)[:, None]
    assert float(np.median(np.abs(whole).max(1))) > 75


def test_the_reach_of_two_texts_together_is_the_wider_of_each_end() -> None:
    first = Reach(np.array([-1, -5], np.float32), np.array([2, 1], np.float32))
    joined = first.joined(replace(first, low=np.array([-3, 0], np.float32), high=np.array([1, 4], np.float32)))
    np.testing.assert_array_equal(joined.low, [-3, -5])
    np.testing.assert_array_equal(joined.high, [2, 4])
