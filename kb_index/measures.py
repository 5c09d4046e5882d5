"""Measures of ranking and confidence. Pure; each with its definition and source."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
BoolArray = NDArray[np.bool_]


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """Share of queries with a right article among the first ``k`` (success@k). ``ranks`` count from 1; None: not found."""
    return _mean([rank is not None and rank <= k for rank in ranks])


def mrr_at(ranks: Sequence[int | None], k: int) -> float:
    """Mean reciprocal rank, 0 beyond ``k`` (Voorhees, TREC-8 question answering track, 1999)."""
    return _mean([1.0 / rank if rank is not None and rank <= k else 0.0 for rank in ranks])


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Probability that a query of ``inside`` has a higher confidence than one of ``outside``, ties half (Hanley & McNeil 1982)."""
    if not len(inside) or not len(outside):
        return float("nan")
    values = np.concatenate([np.asarray(inside, float), np.asarray(outside, float)])
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2.0)[places]
    n, m = len(inside), len(outside)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def coverage_at_precision(
    confidence: Sequence[float], right: BoolArray, answerable: BoolArray, precision: float
) -> float:
    """The largest share of answerable queries that are answered rightly while at least ``precision`` of all answered are right.

    Queries are answered from the most confident down; queries of equal confidence are answered together (selective
    classification, El-Yaniv & Wiener 2010). ``right`` is False for every query that has no right article.
    """
    total = int(answerable.sum())
    if not total:
        return float("nan")
    values = np.asarray(confidence, float)
    order = np.argsort(-values, kind="stable")
    answered = np.arange(1, len(order) + 1)
    hits = np.cumsum(right[order])
    last_of_equals = np.append(np.diff(values[order]) != 0, True)
    good = last_of_equals & (hits >= precision * answered - 1e-9)
    return float(hits[good].max() / total) if good.any() else 0.0


def calibration_error(confidence: Sequence[float], right: BoolArray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017): mean |confidence - accuracy|, by bin size."""
    values = np.asarray(confidence, float)
    if not len(values):
        return float("nan")
    bin_of = np.minimum((values * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = bin_of == number
        if inside.any():
            error += inside.mean() * abs(values[inside].mean() - right[inside].mean())
    return float(error)


def share(part: int, whole: int) -> float:
    """``part / whole``; NaN if there is nothing."""
    return part / whole if whole else float("nan")


def _mean(values: Sequence[float | bool]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
