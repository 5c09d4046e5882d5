"""Character n-grams of words: they see through typing errors, endings and compounds.

Texts are tf-idf vectors over hashed grams of 3 to 5 characters, with each word's beginning and end marked, as scikit-learn's
``char_wb`` analyser has them (Cavnar & Trenkle 1994). Hashing saves the vocabulary; all texts are cut at once, in NumPy.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

_BITS = 18
_BUCKETS = 1 << _BITS
_SIZES = (3, 4, 5)
_EDGE = ord(" ")
_PRIME = np.uint64(0x9E3779B97F4A7C15)
MAX_CHARS = 400


class GramIndex:
    """``indptr`` ``(texts + 1,)``, ``buckets`` and ``values``: rows of unit length; ``idf`` ``(buckets,)``."""

    def __init__(self, indptr: IntArray, buckets: NDArray[np.int32], values: FloatArray, idf: FloatArray) -> None:
        self._indptr = indptr
        self._buckets = buckets
        self._values = values
        self._idf = idf

    @classmethod
    def build(cls, texts: Sequence[str]) -> "GramIndex":
        """``texts``: folded words with one space between."""
        rows, buckets, counts = _cut(texts)
        documents = np.bincount(buckets, minlength=_BUCKETS)
        idf = (np.log((1 + len(texts)) / (1 + documents)) + 1).astype(np.float32)
        values = _weigh(rows, idf[buckets], counts, len(texts))
        indptr = np.searchsorted(rows, np.arange(len(texts) + 1)).astype(np.int64)
        return cls(indptr, buckets.astype(np.int32), values, idf)

    @classmethod
    def load(cls, path: Path) -> "GramIndex":
        """From what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(kept["indptr"], kept["buckets"], kept["values"], kept["idf"])

    def save(self, path: Path) -> None:
        """One ``.npz`` file."""
        np.savez(path, indptr=self._indptr, buckets=self._buckets, values=self._values, idf=self._idf)

    def scores(self, text: str, rows: IntArray) -> FloatArray:
        """``(rows,)``: cosines of ``text`` with those rows."""
        query = self._query(text)
        starts, stops = self._indptr[rows], self._indptr[rows + 1]
        places, sizes = ranges(starts, stops)
        hits = query[self._buckets[places]] * self._values[places]
        owner = np.repeat(np.arange(len(rows)), sizes)
        return np.bincount(owner, hits, minlength=len(rows)).astype(np.float32)

    def _query(self, text: str) -> FloatArray:
        rows, buckets, counts = _cut([text])
        query = np.zeros(_BUCKETS, np.float32)
        query[buckets] = _weigh(rows, self._idf[buckets], counts, 1)
        return query


def ranges(starts: IntArray, stops: IntArray) -> tuple[IntArray, IntArray]:
    """All places from each start to its stop, one after another, and how many each gives."""
    sizes = stops - starts
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else sizes
    return np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes), sizes


def _weigh(rows: IntArray, idf: FloatArray, counts: IntArray, texts: int) -> FloatArray:
    raw = (1 + np.log(counts)) * idf
    length = np.sqrt(np.bincount(rows, raw**2, minlength=texts))
    return np.asarray(raw / np.maximum(length[rows], 1e-9), np.float32)


def _cut(texts: Sequence[str]) -> tuple[IntArray, IntArray, IntArray]:
    """Row, bucket and count of every gram, sorted by row and bucket."""
    padded = [f" {text[:MAX_CHARS]} ".encode("utf-16-le", "replace") for text in texts]
    chars = np.frombuffer(b"".join(padded), np.uint16).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) // 2 for text in padded])
    keys = np.concatenate([_grams(chars, owner, size) for size in _SIZES])
    found, counts = np.unique(keys, return_counts=True)
    return found >> _BITS, found & (_BUCKETS - 1), counts.astype(np.int64)


def _grams(chars: NDArray[np.uint64], owner: IntArray, size: int) -> IntArray:
    """``row << bits | bucket`` of each gram of ``size`` characters within one word and its edges."""
    count = len(chars) - size + 1
    if count <= 0:
        return np.zeros(0, np.int64)
    code = np.full(count, size, np.uint64)
    inner = np.ones(count, bool)
    for offset in range(size):
        window = chars[offset : offset + count]
        code = (code ^ window) * _PRIME
        code ^= code >> np.uint64(29)
        if 0 < offset < size - 1:
            inner &= window != _EDGE
    inner &= owner[:count] == owner[size - 1 :]
    bucket = (code >> np.uint64(64 - _BITS)).astype(np.int64)
    return (owner[:count][inner] << _BITS) | bucket[inner]
