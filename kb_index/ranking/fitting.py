"""Fits the confidence on questions made from the articles themselves.

A question with an answer: a variant that is held out, or the title put more loosely. A question without one: the same, with
its article hidden (what remains is near, and wrong), and chatter. All choices are drawn from the article's id, so that the
same articles give the same questions, whose vectors are then found in the cache.
"""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder, FloatArray
from kb_index.ranking.base import BoolArray
from kb_index.ranking.chatter import CHATTER
from kb_index.ranking.confidence import Curve, fit_thresholds
from kb_index.ranking.dense import ASKING
from kb_index.ranking.hybrid import HybridRanker, Scored, evidence
from kb_index.ranking.texts import fold, stems

MAX_PROBES = 500
_MIN_PROBES = 10
_KEEP_WORD = 0.65


@dataclass(frozen=True, slots=True)
class Probe:
    """A made question. ``row`` is the dense row from which it was made, and which must not answer it; ``article`` is right."""

    text: str
    article: int
    row: int


def fit_confidence(ranker: HybridRanker, articles: Sequence[PublishedArticle], embedder: Embedder) -> HybridRanker:
    """The same ranker with fitted curves and thresholds; with too few articles it keeps the default ones."""
    if ranker.dense is None or len(articles) < _MIN_PROBES:
        return ranker
    probes = make_probes(ranker, articles)
    vectors = embedder.query_embed([*(probe.text for probe in probes), *CHATTER])
    for name in ("hybrid", "lexical"):
        samples = _samples(ranker, probes, vectors, lexical_only=name == "lexical")
        grounds, right, answerable = samples
        if right.any() and not right.all():
            ranker.curves[name] = Curve.fit(grounds, right)
            if name == "hybrid":
                ranker.thresholds = fit_thresholds(ranker.curves[name].apply(grounds).tolist(), right, answerable)
    return ranker


def make_probes(ranker: HybridRanker, articles: Sequence[PublishedArticle]) -> list[Probe]:
    """At most 500, spread over the articles."""
    step = max(1, -(-len(articles) // MAX_PROBES))
    return [_probe(ranker, place, articles[place]) for place in range(0, len(articles), step)]


def _probe(ranker: HybridRanker, place: int, article: PublishedArticle) -> Probe:
    draw = random.Random(hashlib.sha256(article.id.encode()).digest())  # noqa: S311 - reproducible, not secret
    rows = ranker.dense.rows_of(place, ASKING) if ranker.dense is not None else []
    if article.questions and len(rows) > 1:
        number = draw.randrange(1, len(rows))
        return Probe(article.questions[number - 1], place, rows[number])
    return Probe(_loosen(article.title, draw), place, rows[0] if rows and draw.random() < 0.5 else -1)


def _loosen(title: str, draw: random.Random) -> str:
    """The title as someone in a hurry types it: some words left out, without accents."""
    found = fold(title).rstrip("?.! ").split()
    kept = [word for word in found if draw.random() < _KEEP_WORD]
    return " ".join(kept or found)


def _samples(
    ranker: HybridRanker, probes: Sequence[Probe], vectors: FloatArray, *, lexical_only: bool
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Evidence of the first result of each question, whether it was right, and whether the question had an answer."""
    found: list[tuple[FloatArray, bool, bool]] = []
    for place, vector in enumerate(vectors):
        probe = probes[place] if place < len(probes) else None
        query = stems(probe.text if probe else CHATTER[place - len(probes)])
        allowed = np.ones(ranker.articles, bool)
        for hide in (False, True) if probe else (False,):
            if probe and hide:
                allowed[probe.article] = False
            row = probe.row if probe else -1
            scored = (
                ranker.score_words(query, allowed)
                if lexical_only
                else ranker.score(vector, query, allowed, hidden_row=row)
            )
            if len(scored.articles):
                right = probe is not None and not hide and _is_first(scored, probe.article)
                found.append((evidence(scored)[0], right, probe is not None and not hide))
    grounds = np.array([one[0] for one in found], np.float32).reshape(-1, 5)
    return grounds, np.array([one[1] for one in found], bool), np.array([one[2] for one in found], bool)


def _is_first(scored: Scored, article: int) -> bool:
    return int(scored.articles[0]) == article
