"""Vectors of what articles say: several an article, first how it is asked, then what it answers.

FAISS finds the nearest rows; the articles that own them are then compared exactly. Up to 20,000 rows the index is flat, hence
exact; above, an inverted file is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from kb_index.ranking.grams import ranges

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

_FLAT_ROWS = 20_000
_PROBES = 16
_NEAREST = 96


@dataclass(frozen=True, slots=True)
class Layout:
    """Which rows belong to which article: those from ``starts[a]`` to ``middles[a]`` are how ``a`` is asked, from there to
    ``starts[a + 1]`` what it answers. Each article has at least one row of each."""

    starts: IntArray
    middles: IntArray

    @classmethod
    def of(cls, askings: Sequence[int], passages: Sequence[int]) -> "Layout":
        """From the number of rows of each article."""
        each = np.asarray(askings, np.int64) + np.asarray(passages, np.int64)
        starts = np.concatenate([[0], np.cumsum(each)]).astype(np.int64)
        return cls(starts, starts[:-1] + np.asarray(askings, np.int64))

    @property
    def articles(self) -> int:
        return len(self.middles)

    def owners(self) -> IntArray:
        """``(rows,)``"""
        return np.repeat(np.arange(self.articles), np.diff(self.starts))

    def asking_rows(self) -> NDArray[np.bool_]:
        """``(rows,)``: which rows are askings."""
        marks = np.zeros(int(self.starts[-1]), bool)
        marks[ranges(self.starts[:-1], self.middles)[0]] = True
        return marks


class VectorIndex:
    """``vectors`` ``(rows, dimension)`` of unit length, in the order of ``layout``."""

    def __init__(self, vectors: FloatArray, layout: Layout, index: faiss.Index, lengths: FloatArray) -> None:
        self.vectors = vectors
        self.layout = layout
        self._index = index
        self._owners = layout.owners()
        self._lengths = lengths

    @classmethod
    def build(cls, vectors: FloatArray, layout: Layout) -> "VectorIndex":
        """``lengths`` ``(articles, 2)`` are those of the mean vectors of each article's two parts."""
        lengths = np.column_stack([np.linalg.norm(mean, axis=1) for mean in means(vectors, layout)])
        return cls(vectors, layout, _make_index(vectors), lengths.astype(np.float32))

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """From what :meth:`save` wrote; the vectors stay on disk until they are needed."""
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        with np.load(folder / "rows.npz", allow_pickle=False) as rows:
            layout, lengths = Layout(rows["starts"], rows["middles"]), rows["lengths"]
        return cls(vectors, layout, faiss.read_index(str(folder / "dense.faiss")), lengths)

    def save(self, folder: Path) -> None:
        """FAISS's own file and NumPy arrays."""
        faiss.write_index(self._index, str(folder / "dense.faiss"))
        np.save(folder / "vectors.npy", self.vectors)
        np.savez(folder / "rows.npz", starts=self.layout.starts, middles=self.layout.middles, lengths=self._lengths)

    def nearest(self, query: FloatArray) -> IntArray:
        """Articles that own the rows nearest to ``query`` ``(dimension,)``, each once, sorted."""
        _, rows = self._index.search(query[None], min(_NEAREST, len(self._owners)))
        return np.unique(self._owners[rows[0][rows[0] >= 0]])

    def compare(self, query: FloatArray, articles: IntArray) -> FloatArray:
        """``(articles, 4)`` cosines: nearest asking, mean of askings, nearest passage, mean of passages."""
        starts, middles = self.layout.starts[articles], self.layout.middles[articles]
        stops = self.layout.starts[articles + 1]
        places, sizes = ranges(starts, stops)
        cosines = self.vectors[places] @ query
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        bounds = np.column_stack([first, first + middles - starts]).ravel()
        best = np.maximum.reduceat(cosines, bounds).reshape(-1, 2)
        counts = np.column_stack([middles - starts, stops - middles])
        mean = np.add.reduceat(cosines, bounds).reshape(-1, 2) / counts / np.maximum(self._lengths[articles], 1e-6)
        return np.column_stack([best[:, 0], mean[:, 0], best[:, 1], mean[:, 1]]).astype(np.float32)


def means(vectors: FloatArray, layout: Layout) -> tuple[FloatArray, FloatArray]:
    """Mean vectors ``(articles, dimension)`` of askings and of passages."""
    bounds = np.column_stack([layout.starts[:-1], layout.middles]).ravel()
    sums = np.add.reduceat(vectors, bounds, axis=0)
    counts = np.diff(np.append(bounds, layout.starts[-1]))[:, None]
    found = np.asarray(sums / counts, np.float32)
    return found[0::2], found[1::2]


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
