"""BM25 over stems (Robertson & Zaragoza 2009, as Lucene counts it; bm25s computes it ahead)."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


class LexicalIndex:
    """Scores every document for a query; ``best`` is about the highest score that a word can give."""

    def __init__(self, scorer: bm25s.BM25 | None, documents: int) -> None:
        self._scorer = scorer
        self._documents = documents
        self._vocabulary: dict[str, int] = scorer.vocab_dict if scorer is not None else {}
        self._peaks = _peaks(scorer) if scorer is not None else np.zeros(0, np.float32)
        self._unknown = float(self._peaks.max()) if self._peaks.size else 1.0

    @classmethod
    def build(cls, documents: Sequence[list[str]]) -> "LexicalIndex":
        """``documents``: the stems of each."""
        if not any(documents):
            return cls(None, len(documents))
        scorer = bm25s.BM25(method="lucene")
        scorer.index([document or ["\x00"] for document in documents], show_progress=False)
        return cls(scorer, len(documents))

    @classmethod
    def load(cls, folder: Path, documents: int) -> "LexicalIndex":
        """From what :meth:`save` wrote."""
        found = (folder / "params.index.json").is_file()
        return cls(bm25s.BM25.load(folder) if found else None, documents)

    def save(self, folder: Path) -> None:
        """JSON and ``.npy`` files, without pickle."""
        folder.mkdir(exist_ok=True)
        if self._scorer is not None:
            self._scorer.save(folder, show_progress=False)

    def scores(self, query: Sequence[str]) -> FloatArray:
        """``(documents,)``: the share of the query's possible score that each document has, 0 to about 1."""
        known = [self._vocabulary[stem] for stem in query if stem in self._vocabulary]
        if self._scorer is None or not known:
            return np.zeros(self._documents, np.float32)
        possible = float(self._peaks[known].sum()) + self._unknown * (len(query) - len(known))
        raw = self._scorer.get_scores_from_ids(known)
        return np.asarray(raw / max(possible, 1e-6), np.float32)


def _peaks(scorer: bm25s.BM25) -> FloatArray:
    """The highest score that each word gives to any document."""
    pointers = scorer.scores["indptr"]
    data = scorer.scores["data"]
    peaks = np.zeros(len(pointers) - 1, np.float32)
    filled = np.flatnonzero(np.diff(pointers))
    if filled.size:
        peaks[filled] = np.maximum.reduceat(data, pointers[filled])
    return peaks
