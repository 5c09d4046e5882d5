"""Vectors of what articles say: several an article, in two layers (how it is asked, what it answers).

FAISS finds the nearest rows; the articles that own them are then scored exactly, as the best of their rows in each layer
(max-sim). Up to 20,000 rows the index is flat, hence exact; above, an inverted file is used.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

LAYERS = 2
ASKING, PASSAGE = 0, 1
_FLAT_ROWS = 20_000
_PROBES = 16
_NEAREST = 128


class DenseIndex:
    """``vectors`` ``(rows, dimension)``, sorted by owner; ``owners`` and ``layers`` ``(rows,)``."""

    def __init__(self, vectors: FloatArray, owners: IntArray, layers: IntArray, index: faiss.Index) -> None:
        self.vectors = vectors
        self.owners = owners
        self.layers = layers
        self._index = index
        count = int(owners[-1]) + 1 if len(owners) else 0
        self._starts = np.searchsorted(owners, np.arange(count + 1))

    @classmethod
    def build(cls, vectors: FloatArray, owners: Sequence[int], layers: Sequence[int]) -> "DenseIndex":
        """Rows come in the order of their owners; every article owns at least one."""
        return cls(vectors, np.asarray(owners, np.int64), np.asarray(layers, np.int64), _make_index(vectors))

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """From what :meth:`save` wrote; the vectors stay on disk until they are needed."""
        rows = np.load(folder / "rows.npz")
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        return cls(vectors, rows["owners"], rows["layers"], faiss.read_index(str(folder / "dense.faiss")))

    def save(self, folder: Path) -> None:
        """FAISS's own file and NumPy arrays."""
        faiss.write_index(self._index, str(folder / "dense.faiss"))
        np.save(folder / "vectors.npy", self.vectors)
        np.savez(folder / "rows.npz", owners=self.owners, layers=self.layers)

    def nearest(self, query: FloatArray) -> IntArray:
        """Articles that own the rows nearest to ``query`` ``(dimension,)``, each once."""
        _, rows = self._index.search(query[None], min(_NEAREST, len(self.owners)))
        return np.unique(self.owners[rows[0][rows[0] >= 0]])

    def similarities(self, query: FloatArray, articles: IntArray, hidden_row: int = -1) -> FloatArray:
        """``(articles, 2)``: the highest cosine of each article in each layer; one layer stands in for another it lacks."""
        best = np.full((len(articles), LAYERS), -1.0, np.float32)
        for place, article in enumerate(articles):
            start, stop = self._starts[article], self._starts[article + 1]
            cosines = self.vectors[start:stop] @ query
            if start <= hidden_row < stop:
                cosines[hidden_row - start] = -1.0
            np.maximum.at(best[place], self.layers[start:stop], cosines)
        lacking = best == -1.0
        return np.where(lacking, best[:, ::-1], best)

    def rows_of(self, article: int, layer: int) -> list[int]:
        """Rows that ``article`` owns in ``layer``."""
        start, stop = int(self._starts[article]), int(self._starts[article + 1])
        return [row for row in range(start, stop) if self.layers[row] == layer]


def _make_index(vectors: FloatArray) -> faiss.Index:
    rows, dimension = vectors.shape
    flat = faiss.IndexFlatIP(dimension)
    index: faiss.Index = flat if rows <= _FLAT_ROWS else _inverted_file(flat, vectors)
    index.add(np.ascontiguousarray(vectors))
    return index


def _inverted_file(coarse: faiss.Index, vectors: FloatArray) -> faiss.Index:
    rows, dimension = vectors.shape
    index = faiss.IndexIVFFlat(coarse, dimension, int(4 * rows**0.5), faiss.METRIC_INNER_PRODUCT)
    index.nprobe = _PROBES
    index.train(vectors)
    return index
