"""From evidence to a probability, and from probabilities to a decision. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Evidence = FloatArray

_PRECISION = 0.93
_MIN_ANSWER = 0.55
_RIGHT_IN_CHOICES = 0.97


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which the first result is said, and from which a few are offered."""

    answer: float = 0.7
    choices: float = 0.2


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve over standardised evidence (Platt 1999, with several features)."""

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    bias: float

    @staticmethod
    def defaults() -> dict[str, "Curve"]:
        """What holds where there is nothing to fit on: a handful of articles, or none."""
        zeros, ones = np.zeros(5, np.float32), np.ones(5, np.float32)
        dense = np.array([0.0, 1.5, 12.0, 6.0, 2.0], np.float32)
        words = np.array([0.0, 0.3, 0.0, 0.0, 6.0], np.float32)
        return {"hybrid": Curve(zeros, ones, dense, -16.5), "lexical": Curve(zeros, ones, words, -3.5)}

    @classmethod
    def fit(cls, evidence: Evidence, right: NDArray[np.bool_]) -> "Curve":
        """``evidence`` ``(n, 5)``, ``right`` ``(n,)``; both outcomes must occur."""
        from sklearn.linear_model import LogisticRegression

        mean, scale = evidence.mean(0), evidence.std(0) + 1e-6
        model = LogisticRegression(C=1.0, max_iter=500).fit((evidence - mean) / scale, right)
        return cls(mean, scale, model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def apply(self, evidence: Evidence) -> FloatArray:
        """``(n,)`` probabilities."""
        logits = ((evidence - self.mean) / self.scale) @ self.weights + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), np.float32)

    def as_json(self) -> dict[str, Any]:
        """Plain lists and numbers."""
        arrays = {name: getattr(self, name).tolist() for name in ("mean", "scale", "weights")}
        return {**arrays, "bias": self.bias}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Curve":
        """Back from :meth:`as_json`."""
        mean, scale, weights = (np.asarray(told[name], np.float32) for name in ("mean", "scale", "weights"))
        return cls(mean, scale, weights, float(told["bias"]))


def fit_thresholds(confidence: Sequence[float], right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> Thresholds:
    """The lowest threshold above which answers are right often enough; and the one that few answerable questions are below."""
    confidences = np.asarray(confidence, np.float32)
    order = np.argsort(-confidences)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= _PRECISION)
    answer = float(confidences[order][good[-1]]) if good.size else 1.0
    choices = float(np.quantile(confidences[answerable], 1 - _RIGHT_IN_CHOICES)) if answerable.any() else 0.2
    answer = min(max(answer, _MIN_ANSWER), 0.99)
    return Thresholds(answer, min(choices, answer))
