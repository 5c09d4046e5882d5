"""Sets of articles and questions, as the fit of the ranker's weights sees them.

A scene is a set in one of two shapes: articles as given, or with up to five of the set's own questions an article moved to its
variants. Every question of a scene is compared with its candidates once; all fits work on that.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder
from kb_index.evaluate import Query, read_articles, read_queries
from kb_index.model.calibrate import TRAINING
from kb_index.ranking.evidence import Candidates, Setting
from kb_index.ranking.fused import FusedKind
from kb_index.ranking.wordindex import QueryWords

REAL = {
    "aia": "faq_pt/aia",
    "nilo": "faq_pt/nilo",
    "chatbit": "faq_pt/chatbit",
    "lai": "faq_pt/lai",
    "pen_kb": "pen_kb",
}
"""Sets that nobody here wrote, by their places in a folder of data; they are not part of the project."""

VARIANTS = 5
REAL_WEIGHT = 16.0
"""What a real set counts against one of our own, whose questions avoid the words of titles more than people do. With 1 the sets
left out lose 1.5 points of recall@1."""
_MISLABELLED = {("nilo", "smalltalk")}
"""Kinds that are not what they are called: much of nilo's small talk asks after subjects that its articles treat. Judged by, but not
learnt from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates, with vectors and by words alone. ``right``: rows of right articles. ``learnt``: whether its
    label may be learnt from."""

    words: Candidates
    full: Candidates
    setting: Setting
    blind: Setting
    right: frozenset[int]
    kind: str
    learnt: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """A set in one shape."""

    name: str
    varied: bool
    asked: list[Asked]

    @property
    def weight(self) -> float:
        """What each of its questions counts in a fit: sets count as the root of their size."""
        return float(len(self.asked) ** -0.5 * (REAL_WEIGHT if self.name in REAL else 1.0))


def own_sets() -> dict[str, Path]:
    """The folders of the project's own sets, by name."""
    return {path.parent.name: path.parent for path in sorted(TRAINING.glob("*/articles.jsonl"))}


def dealt(folders: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Every other base, by name."""
    return sorted(folders)[0::2], sorted(folders)[1::2]


def real_sets(data: Path) -> dict[str, Path]:
    """The folders of the real sets that are there."""
    return {name: data / place for name, place in REAL.items() if (data / place).is_dir()}


def load_scenes(
    folders: Mapping[str, Path], embedder_for: Callable[[str], Embedder], seeds: Sequence[int]
) -> list[Scene]:
    """Each set as given, and once a seed with variants; ``embedder_for`` tells the embedder of a set."""
    scenes = []
    for name, folder in folders.items():
        articles = read_articles(folder / "articles.jsonl")
        queries = read_queries(folder / "queries.jsonl", {article.id for article in articles})
        for seed in (None, *seeds):
            varied, kept = (articles, queries) if seed is None else with_variants(articles, queries, seed)
            scenes.append(Scene(name, seed is not None, _ask(name, varied, kept, embedder_for(name))))
    return scenes


def with_variants(
    articles: Sequence[PublishedArticle], queries: Sequence[Query], seed: int, count: int = VARIANTS
) -> tuple[list[PublishedArticle], list[Query]]:
    """Up to ``count`` questions an article become its variants, but never its last one."""
    by_article: dict[str, list[int]] = {}
    for place, query in enumerate(queries):
        if query.in_scope and not query.short:
            by_article.setdefault(sorted(query.right)[0], []).append(place)
    draw = random.Random(seed)
    taken: dict[int, str] = {}
    for article, places in sorted(by_article.items()):
        chosen = draw.sample(places, min(count, len(places) - 1))
        taken |= dict.fromkeys(chosen, article)
    variants = {
        article.id: tuple(queries[place].text for place in sorted(taken) if taken[place] == article.id)
        for article in articles
    }
    varied = [article.model_copy(update={"questions": variants[article.id]}) for article in articles]
    return varied, [query for place, query in enumerate(queries) if place not in taken]


def _ask(name: str, articles: Sequence[PublishedArticle], queries: Sequence[Query], embedder: Embedder) -> list[Asked]:
    ranker = FusedKind().fit(articles, embedder)
    rows = {article.id: row for row, article in enumerate(articles)}
    vectors = embedder.query_embed([query.text for query in queries])
    asked = []
    for query, vector in zip(queries, vectors, strict=True):
        words = QueryWords.of(query.text)
        if not words.words:
            continue
        asked.append(
            Asked(
                ranker.candidates(words, None),
                ranker.candidates(words, np.asarray(vector)),
                ranker.setting(words, np.asarray(vector)),
                ranker.setting(words, None),
                frozenset(rows[one] for one in query.right if one in rows),
                query.kind,
                (name, query.kind) not in _MISLABELLED,
            )
        )
    return asked
