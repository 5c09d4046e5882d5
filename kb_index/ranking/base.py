"""What a ranker is. The snapshot, the search service and the evaluation know only what is in this file.

A ranker is fitted from the published articles alone: no query log, no labels from elsewhere. It is kept in the snapshot as
plain files (JSON, ``.npy`` without pickle, FAISS), and loaded again from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


class Decision(StrEnum):
    """What to do with the results: say the first, offer a few, or admit that there is nothing."""

    ANSWER = "answer"
    CHOICES = "choices"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article found. ``row`` is its place among the fitted articles; ``score`` only orders the results of one query;
    ``confidence`` is the calibrated probability that this article answers the query, 0 to 1."""

    row: int
    score: float
    confidence: float


class Ranker(Protocol):
    """A fitted ranker. ``rank`` may be called from several threads at once."""

    def rank(
        self, text: str, *, k: int = 5, allowed: BoolArray | None = None, lexical_only: bool = False
    ) -> list[Ranked]:
        """At most ``k`` articles, best first. ``allowed`` ``(articles,)`` tells which may be found. With ``lexical_only`` the
        embedder is not used; the confidence is then that of words alone."""

    def decide(self, ranked: Sequence[Ranked]) -> Decision:
        """By thresholds that were fitted with the ranker."""

    def metrics(self) -> dict[str, float]:
        """What the fit measured on itself; goes into the manifest."""

    def save(self, folder: Path) -> None:
        """Writes its files into ``folder``, which exists and is empty."""


class RankerKind(Protocol):
    """How rankers of one kind are made. ``version`` changes whenever saved files or scores would."""

    version: str

    def fit(self, articles: Sequence[PublishedArticle], embedder: Embedder) -> Ranker: ...

    def load(self, folder: Path, articles: Sequence[PublishedArticle], embedder: Embedder | None) -> Ranker:
        """From saved files; without an embedder it can rank only lexically."""
