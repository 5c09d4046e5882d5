"""Fits the ranker's shipped numbers on scenes: fusion weights listwise, then a logistic curve over the grounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.ranker_sets import Asked, Scene
from kb_index.ranking.evidence import FEATURES, GROUNDS, Candidates, Setting, fuse, grounds, length_of
from kb_index.ranking.weights import Mode

FloatArray = NDArray[np.float64]

FUSION_RIDGE = 0.1
CURVE_RIDGE = 0.05
_MODEL_FEATURES = ("asking", "asking_mean", "passage", "passage_mean", "discriminant")
_LEFT_OUT = {Mode.FULL: (), Mode.WORDS: _MODEL_FEATURES}
_LEFT_OUT_GROUNDS = {
    Mode.FULL: (),
    Mode.WORDS: ("asking", "passage", "discriminant", "stands_out", "everyday", "over_everyday"),
}
_HIDDEN_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Judged:
    """Grounds ``(n, 15)`` of queries, whether the first result was right, and weights ``(n,)``."""

    grounds: FloatArray
    right: NDArray[np.bool_]
    weights: FloatArray


def seen(asked: Asked, mode: Mode) -> tuple[Candidates, Setting]:
    """Candidates and setting as a ranker in ``mode`` has them."""
    return (asked.words, asked.blind) if mode is Mode.WORDS else (asked.full, asked.setting)


def fit_fusion(scenes: Sequence[Scene], mode: Mode) -> FloatArray:
    """``(2, features)``, of a question of middling length and by its length: minimises the listwise log loss of the right articles, each scene by its weight."""
    lists = [(_lists(scene, mode), scene) for scene in scenes]
    groups = [(found, scene.weight) for found, scene in lists if found]
    total = sum(len(found) * weight for found, weight in groups)
    stacked = [(np.concatenate([features for features, _ in found]), found, weight) for found, weight in groups]
    scale = np.sqrt(np.mean([_spread(found) for found, _ in groups], axis=0)) + 1e-3
    allowed = np.array([name not in _LEFT_OUT[mode] for name in FEATURES * 2], float)
    batches = [_pad(found, scale, weight / total) for _, found, weight in stacked]

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        value, slope = FUSION_RIDGE * float(weights @ weights), 2 * FUSION_RIDGE * weights
        for features, right, there, weight in batches:
            scores = np.where(there, features @ weights, -1e9)
            raised = np.exp(scores - scores.max(1, keepdims=True))
            share = raised / raised.sum(1, keepdims=True)
            hit = share * right
            value -= weight * float(np.log(hit.sum(1)).sum())
            slope = slope + weight * np.einsum("qa,qaf->f", share - hit / hit.sum(1, keepdims=True), features)
        return value, slope * allowed

    found = minimize(loss, np.zeros(2 * len(FEATURES)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(found.x / scale * allowed).reshape(2, -1)


def judge(scenes: Sequence[Scene], fusion: FloatArray, mode: Mode, *, training: bool) -> Judged:
    """Grounds of every query whose label may be learnt from. For training also of in-scope ones with their articles hidden."""
    found: list[tuple[FloatArray, bool, float]] = []
    for scene in scenes:
        for asked in (one for one in scene.asked if one.learnt):
            candidates, setting = seen(asked, mode)
            found += _judge_one(candidates, setting, asked.right, fusion, scene.weight)
            if training and asked.right:
                hidden = candidates.without(np.array(sorted(asked.right)))
                found += _judge_one(hidden, setting, asked.right, fusion, scene.weight * _HIDDEN_WEIGHT)
    return Judged(
        np.array([one[0] for one in found], float),
        np.array([one[1] for one in found]),
        np.array([one[2] for one in found]),
    )


def fit_curve(scenes: Sequence[Scene], fusion: FloatArray, mode: Mode) -> tuple[FloatArray, float]:
    """Weights ``(grounds,)`` and bias. The order of queries is learnt with made negatives, the scale then without them."""
    weights, bias = _fit_logistic(judge(scenes, fusion, mode, training=True), mode)
    natural = judge(scenes, fusion, mode, training=False)
    logits, signs = natural.grounds @ weights + bias, np.where(natural.right, 1.0, -1.0)
    share = natural.weights / natural.weights.sum()

    def loss(line: FloatArray) -> float:
        return float(share @ np.logaddexp(0, -signs * (line[0] * logits + line[1])))

    slope, shift = minimize(loss, np.array([1.0, 0.0])).x
    return weights * slope, float(bias * slope + shift)


def _fit_logistic(judged: Judged, mode: Mode) -> tuple[FloatArray, float]:
    mean, scale = judged.grounds.mean(0), judged.grounds.std(0) + 1e-6
    allowed = np.array([name not in _LEFT_OUT_GROUNDS[mode] for name in GROUNDS], float)
    rows = (judged.grounds - mean) / scale
    signs, share = np.where(judged.right, 1.0, -1.0), judged.weights / judged.weights.sum()

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        weights, bias = flat[:-1], flat[-1]
        margin = signs * (rows @ weights + bias)
        pull = -signs * share / (1 + np.exp(np.clip(margin, -30, 30)))
        value = float(share @ np.logaddexp(0, -margin)) + CURVE_RIDGE * float(weights @ weights)
        return value, np.append((rows.T @ pull + 2 * CURVE_RIDGE * weights) * allowed, pull.sum())

    found = minimize(loss, np.zeros(len(GROUNDS) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = found[:-1] * allowed / scale
    return weights, float(found[-1] - weights @ mean)


def _judge_one(
    candidates: Candidates, setting: Setting, right: frozenset[int], fusion: FloatArray, weight: float
) -> list[tuple[FloatArray, bool, float]]:
    if not len(candidates.articles):
        return []
    fused = fuse(candidates, fusion.astype(np.float32), setting.words)
    return [(grounds(fused, setting).astype(float), int(fused.candidates.articles[0]) in right, weight)]


def _lists(scene: Scene, mode: Mode) -> list[tuple[FloatArray, NDArray[np.bool_]]]:
    found = []
    for asked in scene.asked:
        candidates, setting = seen(asked, mode)
        right = np.isin(candidates.articles, list(asked.right))
        if right.any():
            features = candidates.features.astype(float)
            found.append((np.concatenate([features, features * length_of(setting.words)], axis=1), right))
    return found


def _spread(lists: Sequence[tuple[FloatArray, NDArray[np.bool_]]]) -> FloatArray:
    return np.asarray(np.mean([features.var(0) for features, _ in lists], axis=0))


def _pad(
    lists: Sequence[tuple[FloatArray, NDArray[np.bool_]]], scale: FloatArray, weight: float
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_], float]:
    most = max(len(right) for _, right in lists)
    features = np.zeros((len(lists), most, 2 * len(FEATURES)))
    right, there = np.zeros((len(lists), most)), np.zeros((len(lists), most), bool)
    for place, (values, hits) in enumerate(lists):
        features[place, : len(hits)] = values / scale
        right[place, : len(hits)], there[place, : len(hits)] = hits, True
    return features, right, there, weight
