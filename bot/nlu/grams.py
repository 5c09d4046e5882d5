"""Words and pieces of words as sparse features, fast for one text at a time.

Like scikit-learn's ``TfidfVectorizer`` (sublinear counts, smooth idf, rows of length 1), which is made for many texts at once and
takes ten times as long for one.
"""

import math
from collections import Counter
from typing import Any, Dict, Iterator, Sequence, Tuple

import numpy as np
import scipy.sparse

_LONGEST_WORDS = 2
_PIECES = range(2, 6)


class Grams:
    """Learns a vocabulary from folded texts; columns are words first, then pieces."""

    def __init__(self) -> None:
        self._column: Dict[str, int] = {}
        self._idf: Any = None

    def fit(self, texts: Sequence[str]) -> Any:
        """The features ``(texts, columns)`` of the texts learnt from, as a sparse matrix."""
        seen = Counter(gram for text in texts for gram in {*_words(text), *_pieces(text)})
        self._column = {gram: column for column, gram in enumerate(sorted(seen))}
        counts = np.array([seen[gram] for gram in self._column], float)
        self._idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        rows = [self.row(text) for text in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns, values = (np.concatenate(part) for part in zip(*rows, strict=True))
        return scipy.sparse.csr_matrix((values, columns, starts), shape=(len(texts), len(self._column)))

    def row(self, text: str) -> Tuple[Any, Any]:
        """Columns and values of one folded text; grams never seen are left out."""
        words, pieces = self._weighed(_words(text)), self._weighed(_pieces(text))
        return np.concatenate([words[0], pieces[0]]), np.concatenate([words[1], pieces[1]])

    def _weighed(self, grams: Iterator[str]) -> Tuple[Any, Any]:
        counts = Counter(column for column in map(self._column.get, grams) if column is not None)
        columns = np.fromiter(counts, np.int64, len(counts))
        values = np.array([1 + math.log(count) for count in counts.values()]) * self._idf[columns]
        length = math.sqrt(float(values @ values))
        return columns, values / length if length else values


def _words(text: str) -> Iterator[str]:
    tokens = text.split()
    for size in range(1, _LONGEST_WORDS + 1):
        for start in range(len(tokens) - size + 1):
            yield "w " + " ".join(tokens[start : start + size])


def _pieces(text: str) -> Iterator[str]:
    """Runs of 2 to 5 characters within words, a space standing for a word's edge."""
    for token in text.split():
        padded = f" {token} "
        for size in _PIECES:
            if size >= len(padded):
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]
