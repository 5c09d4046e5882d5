"""Sets of articles and questions, as the fit of the ranker's weights sees them.

A scene is a set in one of two shapes: articles as given, or with up to five of the set's own questions an article moved to its
variants. Every question of a scene is compared with its candidates once; all fits work on that.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder
from kb_index.evaluate import Query, read_articles, read_queries
from kb_index.ranking.evidence import Candidates, Setting
from kb_index.ranking.fused import FusedKind
from kb_index.ranking.wordindex import QueryWords

SETS = {
    "aia": "faq_pt/aia",
    "nilo": "faq_pt/nilo",
    "chatbit": "faq_pt/chatbit",
    "lai": "faq_pt/lai",
    "pen_kb": "pen_kb",
}
VARIANTS = 5
_FOREIGN = 60
_MISLABELLED = {("nilo", "smalltalk")}
"""Kinds that are not what they are called: much of nilo's small talk asks after subjects that its articles treat. They are left out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates, with vectors and by words alone. ``right``: rows of right articles. ``foreign``: it was asked
    of another set."""

    words: Candidates
    full: Candidates
    setting: Setting
    blind: Setting
    right: frozenset[int]
    kind: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A set in one shape."""

    name: str
    varied: bool
    asked: list[Asked]


def load_scenes(data: Path, embedder: Embedder, seeds: Sequence[int]) -> list[Scene]:
    """Each set as given, and once a seed with variants."""
    sets = {name: _read(data / place) for name, place in SETS.items() if (data / place).is_dir()}
    scenes = []
    for name, (articles, queries) in sets.items():
        others = [query for other, (_, found) in sets.items() if other != name for query in found if query.in_scope]
        for seed in (None, *seeds):
            varied, kept = (articles, queries) if seed is None else with_variants(articles, queries, seed)
            foreign = random.Random(seed or 0).sample(others, min(_FOREIGN, len(others)))
            scenes.append(Scene(name, seed is not None, _ask(varied, kept, foreign, embedder)))
    return scenes


def with_variants(
    articles: Sequence[PublishedArticle], queries: Sequence[Query], seed: int
) -> tuple[list[PublishedArticle], list[Query]]:
    """Up to five questions an article become its variants, but never its last one."""
    by_article: dict[str, list[int]] = {}
    for place, query in enumerate(queries):
        if query.in_scope and not query.short:
            by_article.setdefault(sorted(query.right)[0], []).append(place)
    draw = random.Random(seed)
    taken: dict[int, str] = {}
    for article, places in sorted(by_article.items()):
        chosen = draw.sample(places, min(VARIANTS, len(places) - 1))
        taken |= dict.fromkeys(chosen, article)
    variants = {
        article.id: tuple(queries[place].text for place in sorted(taken) if taken[place] == article.id)
        for article in articles
    }
    varied = [article.model_copy(update={"questions": variants[article.id]}) for article in articles]
    return varied, [query for place, query in enumerate(queries) if place not in taken]


def _read(folder: Path) -> tuple[list[PublishedArticle], list[Query]]:
    articles = read_articles(folder / "articles.jsonl")
    queries = read_queries(folder / "queries.jsonl", {article.id for article in articles})
    return articles, [query for query in queries if (folder.name, query.kind) not in _MISLABELLED]


def _ask(
    articles: Sequence[PublishedArticle], queries: Sequence[Query], foreign: Sequence[Query], embedder: Embedder
) -> list[Asked]:
    ranker = FusedKind().fit(articles, embedder)
    rows = {article.id: row for row, article in enumerate(articles)}
    vectors = embedder.query_embed([query.text for query in (*queries, *foreign)])
    asked = []
    for place, (query, vector) in enumerate(zip((*queries, *foreign), vectors, strict=True)):
        words = QueryWords.of(query.text)
        if not words.words:
            continue
        outside = place >= len(queries)
        right = frozenset() if outside else frozenset(rows[one] for one in query.right if one in rows)
        asked.append(
            Asked(
                ranker.candidates(words, None),
                ranker.candidates(words, np.asarray(vector)),
                ranker.setting(words, np.asarray(vector)),
                ranker.setting(words, None),
                right,
                "foreign" if outside else query.kind,
                outside,
            )
        )
    return asked
