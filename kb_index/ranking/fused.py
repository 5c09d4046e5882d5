"""The ranker: vectors, a linear discriminant, words and the kind of question, fused by learnt weights; a calibrated confidence."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from balcao.errors import BalcaoError
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import BadVectors, Embedder
from kb_index.ranking.background import Background
from kb_index.ranking.base import BoolArray, Decision, Ranked
from kb_index.ranking.discriminant import Discriminant, Sample
from kb_index.ranking.evidence import FEATURES, Candidates, Fused, Setting, fuse, grounds, probability
from kb_index.ranking.texts import askings, passages
from kb_index.ranking.vectors import Layout, VectorIndex
from kb_index.ranking.weights import Mode, ModeWeights, shipped
from kb_index.ranking.wordindex import Overlap, QueryWords, WordIndex, strongest

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

VERSION = "fused-2"
_ALL_BELOW = 48
_ALL_ALLOWED_BELOW = 256
"""Up to so many articles are all compared: in all, or of those that a filter leaves."""
_BY_WORDS = FEATURES.index("asking_words")


@dataclass(frozen=True, slots=True)
class DenseParts:
    """All that needs the model."""

    index: VectorIndex
    discriminant: Discriminant
    background: Background


class FusedRanker:
    """See :class:`kb_index.ranking.base.Ranker`."""

    def __init__(self, words: WordIndex, dense: DenseParts | None, embedder: Embedder | None, articles: int) -> None:
        self._words = words
        self._dense = dense
        self._embedder = embedder
        self._articles = articles
        self._weights = shipped()
        self._thresholds = self._weights[self.mode]

    @property
    def mode(self) -> Mode:
        """By what it has."""
        return Mode.WORDS if self._dense is None or self._embedder is None else Mode.FULL

    def rank(
        self, text: str, *, k: int = 5, allowed: BoolArray | None = None, lexical_only: bool = False
    ) -> list[Ranked]:
        """See the protocol."""
        query = QueryWords.of(text)
        if not self._articles or not query.words:
            return []
        mode = Mode.WORDS if lexical_only else self.mode
        vector = self._embedder.query_embed([text])[0] if mode != Mode.WORDS and self._embedder is not None else None
        candidates = self.candidates(query, vector, allowed)
        if not len(candidates.articles):
            return []
        fused = fuse(candidates, self._weights[mode].fusion, len(query.words))
        return _ranked(fused, self.setting(query, vector), self._weights[mode], k)

    def decide(self, ranked: Sequence[Ranked]) -> Decision:
        """See the protocol."""
        best = max((found.confidence for found in ranked), default=0.0)
        if best >= self._thresholds.answer:
            return Decision.ANSWER
        return Decision.CHOICES if best >= self._thresholds.choices else Decision.NONE

    def metrics(self) -> dict[str, float]:
        """See the protocol."""
        return {"answer_threshold": self._thresholds.answer, "choices_threshold": self._thresholds.choices}

    def candidates(self, query: QueryWords, vector: FloatArray | None, allowed: BoolArray | None = None) -> Candidates:
        """The articles worth comparing, with their features. ``vector`` ``(dimension,)`` is the query's, or None for words alone."""
        overlap = self._words.overlap(query)
        articles = self._choose(overlap, vector, allowed)
        features = np.zeros((len(articles), len(FEATURES)), np.float32)
        if len(articles):
            features[:, _BY_WORDS:] = self._words.compare(query, overlap, articles)
        if len(articles) and vector is not None:
            features[:, :_BY_WORDS] = self._compare(vector, articles)
        return Candidates(articles, features)

    def setting(self, query: QueryWords, vector: FloatArray | None) -> Setting:
        """See :class:`Setting`."""
        if self._dense is None or vector is None:
            return Setting(0.0, len(query.words), 0.0, 1.0)
        return self._dense.background.setting(vector, len(query.words))

    def save(self, folder: Path) -> None:
        """See the protocol."""
        told = {"version": VERSION, "dense": self._dense is not None, "thresholds": self.metrics()}
        (folder / "ranker.json").write_text(json.dumps(told, indent=2), "utf-8")
        self._words.save(folder)
        if self._dense is not None:
            self._dense.index.save(folder)
            self._dense.discriminant.save(folder / "discriminant.npz")
            self._dense.background.save(folder / "background.npz")

    def _choose(self, overlap: Overlap, vector: FloatArray | None, allowed: BoolArray | None) -> IntArray:
        everything = np.arange(self._articles) if allowed is None else np.flatnonzero(allowed)
        if len(everything) <= _ALL_BELOW or (allowed is not None and len(everything) <= _ALL_ALLOWED_BELOW):
            return everything if vector is not None else everything[overlap.whole[everything] > 0]
        if allowed is not None:
            overlap = Overlap(overlap.askings * allowed, overlap.whole * allowed)
        chosen = strongest(overlap)
        if vector is None:
            return chosen
        if self._dense is None:
            raise BadVectors("the ranker has no vectors")
        near = self._dense.index.nearest(vector)
        return np.union1d(near if allowed is None else near[allowed[near]], chosen)

    def _compare(self, vector: FloatArray, articles: IntArray) -> FloatArray:
        if self._dense is None:
            raise BadVectors("the ranker has no vectors")
        cosines = self._dense.index.compare(vector, articles)
        return np.column_stack([cosines, self._dense.discriminant.scores(vector, articles)])


class FusedKind:
    """Makes :class:`FusedRanker`."""

    version = VERSION

    def fit(self, articles: Sequence[PublishedArticle], embedder: Embedder) -> FusedRanker:
        """Embeds, indexes, fits the discriminant. Deterministic."""
        words = WordIndex.build(articles)
        dense = _build_dense(articles, embedder) if articles else None
        return FusedRanker(words, dense, embedder, len(articles))

    def load(self, folder: Path, articles: Sequence[PublishedArticle], embedder: Embedder | None) -> FusedRanker:
        """From files that :meth:`FusedRanker.save` wrote."""
        told = json.loads((folder / "ranker.json").read_text("utf-8"))
        if told["version"] != VERSION:
            raise BalcaoError(f"the ranker is {told['version']}, not {VERSION}", code="other_ranker")
        dense = None
        if told["dense"] and embedder is not None:
            discriminant = Discriminant.load(folder / "discriminant.npz")
            background = Background.load(folder / "background.npz")
            dense = DenseParts(VectorIndex.load(folder), discriminant, background)
        return FusedRanker(WordIndex.load(folder), dense, embedder, len(articles))


def _ranked(fused: Fused, setting: Setting, weights: ModeWeights, k: int) -> list[Ranked]:
    """The first has the calibrated confidence; the others share it as their softmax stands to the first's."""
    sure = probability(grounds(fused, setting), weights.curve, weights.bias)
    confidences = sure * fused.shares[:k] / fused.shares[0]
    rows = zip(fused.candidates.articles[:k], fused.scores[:k], confidences, strict=True)
    return [Ranked(int(row), float(score), float(confidence)) for row, score, confidence in rows]


def _build_dense(articles: Sequence[PublishedArticle], embedder: Embedder) -> DenseParts:
    asked, said = [askings(article) for article in articles], [passages(article) for article in articles]
    layout = Layout.of([len(texts) for texts in asked], [len(texts) for texts in said])
    vectors = np.empty((int(layout.starts[-1]), embedder.dimension), np.float32)
    marks = layout.asking_rows()
    vectors[marks] = embedder.query_embed([text for texts in asked for text in texts])
    vectors[~marks] = embedder.passage_embed([text for texts in said for text in texts])
    discriminant = Discriminant.fit(Sample.of(vectors, layout), layout.articles)
    background = Background.fit(vectors[marks], layout, embedder)
    return DenseParts(VectorIndex.build(vectors, layout), discriminant, background)
