"""What a match must stand out from: everyday talk, and the likeness that articles of this knowledge base have to each other."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_index.embedder import Embedder
from kb_index.ranking.everyday import EVERYDAY
from kb_index.ranking.evidence import Setting
from kb_index.ranking.vectors import Layout

FloatArray = NDArray[np.float32]

_SAMPLE = 1000
_USUAL = (0.89, 0.03)
"""Mean and deviation for a knowledge base too small to tell; about those of the sets that the weights were fitted on."""
_LEAST_DEVIATION = 0.01


@dataclass(frozen=True, slots=True)
class Background:
    """``everyday`` ``(sentences, dimension)``; mean and deviation of the cosine of an asking with the nearest other article's."""

    everyday: FloatArray
    near_mean: float
    near_deviation: float

    @classmethod
    def fit(cls, asking_vectors: FloatArray, layout: Layout, embedder: Embedder) -> "Background":
        """``asking_vectors`` ``(askings, dimension)``, in the order of their articles; a thousand of them are compared."""
        owners = np.repeat(np.arange(layout.articles), layout.middles - layout.starts[:-1])
        mean, deviation = _nearness(asking_vectors, owners)
        return cls(embedder.query_embed(EVERYDAY), mean, deviation)

    @classmethod
    def load(cls, path: Path) -> "Background":
        """From what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(kept["everyday"], float(kept["near"][0]), float(kept["near"][1]))

    def save(self, path: Path) -> None:
        """One ``.npz`` file."""
        np.savez(path, everyday=self.everyday, near=np.array([self.near_mean, self.near_deviation]))

    def setting(self, query: FloatArray, words: int) -> Setting:
        """Of a query vector ``(dimension,)`` with so many words."""
        return Setting(float((self.everyday @ query).max()), words, self.near_mean, self.near_deviation)


def _nearness(vectors: FloatArray, owners: NDArray[np.int64]) -> tuple[float, float]:
    """Shrunken towards :data:`_USUAL` where there are few articles."""
    step = max(1, -(-len(vectors) // _SAMPLE))
    chosen = np.arange(0, len(vectors), step)
    cosines = vectors[chosen] @ vectors[chosen].T
    cosines[owners[chosen][:, None] == owners[chosen][None, :]] = -1.0
    nearest = cosines.max(1)
    nearest = nearest[nearest > -1.0]
    known = len(nearest) / (len(nearest) + 10.0)
    mean = float(nearest.mean()) if len(nearest) else 0.0
    deviation = float(nearest.std()) if len(nearest) else 0.0
    mixed = known * np.array([mean, deviation]) + (1 - known) * np.array(_USUAL)
    return float(mixed[0]), max(float(mixed[1]), _LEAST_DEVIATION)
