"""The ranker: dense max-sim and BM25, fused; its confidence a logistic curve fitted on questions made from the articles."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from balcao.errors import BalcaoError
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import BadVectors, Embedder
from kb_index.ranking.base import BoolArray, Decision, Ranked
from kb_index.ranking.confidence import Curve, Evidence, Thresholds
from kb_index.ranking.dense import ASKING, PASSAGE, DenseIndex
from kb_index.ranking.lexical import LexicalIndex
from kb_index.ranking.texts import askings, lexical_texts, passages, stems

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

VERSION = "hybrid-1"
_WEIGHTS = np.array([10.0, 8.0, 1.5], np.float32)
"""Of the best asking, the best passage and BM25; chosen over five Portuguese sets, see benchmarks."""
_LEXICAL_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates of one query, best first. ``features`` ``(candidates, 3)``: best asking, best passage, BM25."""

    articles: IntArray
    scores: FloatArray
    features: FloatArray


class HybridRanker:
    """See :class:`kb_index.ranking.base.Ranker`."""

    def __init__(
        self,
        dense: DenseIndex | None,
        lexical: LexicalIndex,
        embedder: Embedder | None,
        curves: dict[str, Curve],
        thresholds: Thresholds,
        articles: int,
    ) -> None:
        self.dense = dense
        self.lexical = lexical
        self.embedder = embedder
        self.articles = articles
        self.curves = curves
        self.thresholds = thresholds

    def rank(
        self, text: str, *, k: int = 5, allowed: BoolArray | None = None, lexical_only: bool = False
    ) -> list[Ranked]:
        """See the protocol."""
        query = stems(text)
        if not self.articles or not query:
            return []
        if lexical_only or self.embedder is None or self.dense is None:
            scored = self.score_words(query, allowed)
            curve = self.curves["lexical"]
        else:
            scored = self.score(self.embedder.query_embed([text])[0], query, allowed)
            curve = self.curves["hybrid"]
        confidences = curve.apply(evidence(scored))
        rows = zip(scored.articles[:k], scored.scores[:k], confidences[:k], strict=True)
        return [Ranked(int(row), float(score), float(confidence)) for row, score, confidence in rows]

    def decide(self, ranked: Sequence[Ranked]) -> Decision:
        """See the protocol."""
        best = max((found.confidence for found in ranked), default=0.0)
        if best >= self.thresholds.answer:
            return Decision.ANSWER
        return Decision.CHOICES if best >= self.thresholds.choices else Decision.NONE

    def metrics(self) -> dict[str, float]:
        """See the protocol."""
        return {"answer_threshold": self.thresholds.answer, "choices_threshold": self.thresholds.choices}

    def score(
        self, vector: FloatArray, query: Sequence[str], allowed: BoolArray | None = None, *, hidden_row: int = -1
    ) -> Scored:
        """Scores by vectors and words. ``hidden_row`` is a row of the dense index that does not count."""
        if self.dense is None:
            raise BadVectors("the ranker has no vectors")
        words = self.lexical.scores(query)
        top = np.argpartition(-words, min(_LEXICAL_CANDIDATES, self.articles - 1))[:_LEXICAL_CANDIDATES]
        candidates = _allowed(np.union1d(self.dense.nearest(vector), top[words[top] > 0]), allowed)
        cosines = self.dense.similarities(vector, candidates, hidden_row)
        features = np.column_stack([cosines, words[candidates]]).astype(np.float32)
        return _sorted(candidates, features @ _WEIGHTS, features)

    def score_words(self, query: Sequence[str], allowed: BoolArray | None = None) -> Scored:
        """Scores by words alone."""
        words = self.lexical.scores(query)
        candidates = _allowed(np.flatnonzero(words > 0), allowed)
        features = np.zeros((len(candidates), 3), np.float32)
        features[:, 2] = words[candidates]
        return _sorted(candidates, features[:, 2] * 10, features)

    def save(self, folder: Path) -> None:
        """See the protocol."""
        told = {
            "version": VERSION,
            "dense": self.dense is not None,
            "curves": {name: curve.as_json() for name, curve in self.curves.items()},
            "thresholds": asdict(self.thresholds),
        }
        (folder / "ranker.json").write_text(json.dumps(told, indent=2), "utf-8")
        self.lexical.save(folder / "lexical")
        if self.dense is not None:
            self.dense.save(folder)


class HybridKind:
    """Makes :class:`HybridRanker`."""

    version = VERSION

    def fit(self, articles: Sequence[PublishedArticle], embedder: Embedder) -> HybridRanker:
        """Embeds, indexes, then fits the confidence on questions made from the articles."""
        from kb_index.ranking.fitting import fit_confidence

        lexical = LexicalIndex.build(lexical_texts(articles))
        dense = _build_dense(articles, embedder) if articles else None
        ranker = HybridRanker(dense, lexical, embedder, Curve.defaults(), Thresholds(), len(articles))
        return fit_confidence(ranker, articles, embedder)

    def load(self, folder: Path, articles: Sequence[PublishedArticle], embedder: Embedder | None) -> HybridRanker:
        """From files that :meth:`HybridRanker.save` wrote."""
        told = json.loads((folder / "ranker.json").read_text("utf-8"))
        if told["version"] != VERSION:
            raise BalcaoError(f"the ranker is {told['version']}, not {VERSION}", code="other_ranker")
        dense = DenseIndex.load(folder) if told["dense"] and embedder is not None else None
        lexical = LexicalIndex.load(folder / "lexical", len(articles))
        curves = {name: Curve.from_json(curve) for name, curve in told["curves"].items()}
        return HybridRanker(dense, lexical, embedder, curves, Thresholds(**told["thresholds"]), len(articles))


def evidence(scored: Scored) -> Evidence:
    """What speaks for each candidate: its own features, and by how much it beats the best of the others."""
    scores = scored.scores
    if not len(scores):
        return np.zeros((0, 5), np.float32)
    best = scores[0]
    second = scores[1] if len(scores) > 1 else np.float32(0.0)
    rivals = np.where(np.arange(len(scores)) == 0, second, best)
    return np.column_stack([scores, scores - rivals, scored.features]).astype(np.float32)


def _build_dense(articles: Sequence[PublishedArticle], embedder: Embedder) -> DenseIndex:
    texts: dict[int, list[str]] = {ASKING: [], PASSAGE: []}
    rows: list[tuple[int, int, int]] = []
    for owner, article in enumerate(articles):
        for layer, found in ((ASKING, askings(article)), (PASSAGE, passages(article))):
            for text in found:
                rows.append((owner, layer, len(texts[layer])))
                texts[layer].append(text)
    embedded = {ASKING: embedder.query_embed(texts[ASKING]), PASSAGE: embedder.passage_embed(texts[PASSAGE])}
    vectors = np.stack([embedded[layer][place] for _, layer, place in rows]).astype(np.float32)
    return DenseIndex.build(vectors, [row[0] for row in rows], [row[1] for row in rows])


def _allowed(candidates: IntArray, allowed: BoolArray | None) -> IntArray:
    return candidates if allowed is None else candidates[allowed[candidates]]


def _sorted(articles: IntArray, scores: FloatArray, features: FloatArray) -> Scored:
    order = np.argsort(-scores, kind="stable")
    return Scored(articles[order], scores[order].astype(np.float32), features[order])
