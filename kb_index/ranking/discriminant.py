"""A linear head over the vectors: it learns what sets one article apart from the others of this knowledge base.

It is Fisher's linear discriminant with a shrunken covariance (Hastie et al., The Elements of Statistical Learning, 4.3), in closed
form for any number of articles. Multinomial logistic regression was no better once fused, and takes minutes at 1,000 articles.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_index.ranking.vectors import Layout

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

SHRINKAGE = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What it is fitted on: ``rows`` ``(n, dimension)``, their articles ``(n,)`` and weights ``(n,)``."""

    rows: FloatArray
    owners: IntArray
    weights: FloatArray

    @classmethod
    def of(cls, vectors: FloatArray, layout: Layout) -> "Sample":
        """An asking counts 1; the passages of an article count together the root of half their number."""
        counts = np.diff(layout.starts) - (layout.middles - layout.starts[:-1])
        owners = layout.owners()
        weights = np.where(layout.asking_rows(), 1.0, 0.5 / np.sqrt(counts[owners]))
        return cls(np.asarray(vectors, np.float32), owners, weights.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Discriminant:
    """``mean`` ``(dimension,)``, ``inverse`` ``(dimension, dimension)``, ``directions`` ``(articles, dimension)``."""

    mean: FloatArray
    inverse: FloatArray
    directions: FloatArray

    @classmethod
    def fit(cls, sample: Sample, articles: int) -> "Discriminant":
        """In closed form."""
        weights = sample.weights[:, None]
        mean = np.average(sample.rows, axis=0, weights=sample.weights)
        centred = sample.rows - mean
        covariance = (centred * weights).T @ centred / sample.weights.sum()
        covariance = covariance + (SHRINKAGE * np.trace(covariance) / len(covariance) + 1e-9) * np.eye(len(covariance))
        inverse = np.linalg.inv(covariance)
        centres = _sums(centred * weights, sample.owners, articles)
        directions = centres @ inverse
        length = np.sqrt(np.maximum(np.einsum("ad,ad->a", directions, centres), 1e-12))
        return cls(_f32(mean), _f32(inverse), _f32(directions / length[:, None]))

    @classmethod
    def load(cls, path: Path) -> "Discriminant":
        """From what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(kept["mean"], kept["inverse"], kept["directions"])

    def save(self, path: Path) -> None:
        """One ``.npz`` file."""
        np.savez(path, mean=self.mean, inverse=self.inverse, directions=self.directions)

    def scores(self, query: FloatArray, articles: IntArray) -> FloatArray:
        """``(articles,)``: cosines in the whitened space, -1 to 1."""
        centred = query - self.mean
        length = np.sqrt(max(float(centred @ self.inverse @ centred), 1e-12))
        return _f32(self.directions[articles] @ centred / length)


def _sums(rows: FloatArray, owners: IntArray, articles: int) -> NDArray[np.float64]:
    """Sums of the rows of each article; owners are sorted."""
    starts = np.searchsorted(owners, np.arange(articles))
    return np.asarray(np.add.reduceat(rows, starts, axis=0), np.float64)


def _f32(values: NDArray[np.floating]) -> FloatArray:
    return np.asarray(values, np.float32)
