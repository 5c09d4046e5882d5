"""What speaks for the first result: from features of candidates to grounds for a probability. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

FEATURES = (
    "asking",
    "asking_mean",
    "passage",
    "passage_mean",
    "discriminant",
    "asking_words",
    "whole_words",
    "grams",
    "kinds",
    "kinds_apart",
)
"""Of one article for one query: four cosines, a linear discriminant, two BM25 shares, n-grams, and the kind of question."""

GROUNDS = (
    "odds",
    "margin",
    "asking",
    "passage",
    "discriminant",
    "asking_words",
    "whole_words",
    "grams",
    "kinds",
    "stands_out",
    "everyday",
    "over_everyday",
    "words_agree",
    "length",
    "rivals",
)
"""Of one query: the log odds of its first candidate among all, its lead, its features, how far it stands out from the likeness
between articles, its likeness to everyday talk, whether BM25 chose it too, the query's words (log), and candidates (log)."""


_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Candidates:
    """``articles`` ``(n,)`` with ``features`` ``(n, 10)``."""

    articles: IntArray
    features: FloatArray

    def without(self, articles: IntArray) -> "Candidates":
        """Fewer candidates, as if those articles were not there."""
        kept = ~np.isin(self.articles, articles)
        return Candidates(self.articles[kept], self.features[kept])


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all candidates of a query: its highest cosine with everyday talk, its words; and, of the knowledge
    base, mean and deviation of the cosine of an asking with the nearest of another article."""

    everyday: float
    words: int
    near_mean: float
    near_deviation: float


@dataclass(frozen=True, slots=True)
class Fused:
    """Candidates in order, best first, with ``scores`` ``(n,)`` and ``shares`` ``(n,)``: the softmax of the scores."""

    candidates: Candidates
    scores: FloatArray
    shares: FloatArray


def length_of(words: int) -> float:
    """The length of a question on the scale on which weights depend on it: log words, about -1.5 to 3; 0 at about six words."""
    return float((np.log1p(min(words, _MOST_WORDS)) - 2.0) / 0.6)


def fuse(candidates: Candidates, weights: FloatArray, words: int) -> Fused:
    """Scores are weighted sums of features, fitted listwise (Cao et al. 2007, ListNet), so that their softmax is a probability.

    ``weights`` ``(2, features)``: those of a question of middling length, and what each :func:`length_of` more adds. In a long
    story the words and the passages tell more than the likeness to a title."""
    scores = candidates.features @ (weights[0] + length_of(words) * weights[1])
    order = np.argsort(-scores, kind="stable")
    scores = scores[order]
    raised = np.exp(scores - scores[0]) if len(scores) else scores
    ordered = Candidates(candidates.articles[order], candidates.features[order])
    return Fused(ordered, scores.astype(np.float32), (raised / max(float(raised.sum()), 1e-9)).astype(np.float32))


def grounds(fused: Fused, setting: Setting) -> FloatArray:
    """``(15,)`` in the order of :data:`GROUNDS`; there must be a candidate."""
    first = dict(zip(FEATURES, fused.candidates.features[0].tolist(), strict=True))
    features = fused.candidates.features
    share = float(np.clip(fused.shares[0], 1e-4, 1 - 1e-4))
    lead = float(fused.scores[0] - fused.scores[1]) if len(fused.scores) > 1 else 4.0
    words = features[:, FEATURES.index("asking_words")] + features[:, FEATURES.index("whole_words")]
    found = {
        **first,
        "odds": float(np.log(share / (1 - share))),
        "margin": min(lead, 8.0),
        "stands_out": (first["asking"] - setting.near_mean) / setting.near_deviation,
        "everyday": setting.everyday,
        "over_everyday": max(first["asking"], first["passage"]) - setting.everyday,
        "words_agree": float(words[0] >= words.max() and words[0] > 0),
        "length": float(np.log1p(min(setting.words, _MOST_WORDS))),
        "rivals": float(np.log(len(features))),
    }
    return np.array([found[name] for name in GROUNDS], np.float32)


def probability(found: FloatArray, curve: FloatArray, bias: float) -> float:
    """A logistic curve over the grounds (Platt 1999, with several grounds)."""
    return float(1.0 / (1.0 + np.exp(-np.clip(found @ curve + bias, -30.0, 30.0))))
