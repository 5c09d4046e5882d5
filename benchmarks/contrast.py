"""What tuning compares: batches from one knowledge base, so that the wrong articles are near ones.

A batch has questions of some articles, a few that nothing answers, titles of those articles and of others, and a passage of each.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_index.articles.schemas import PublishedArticle
from kb_index.evaluate import read_articles, read_queries
from kb_index.ranking.texts import askings, fold, passages

BoolArray = NDArray[np.bool_]

ARTICLES = 20
_OTHER_TITLES = 20
_OUTSIDE = 8
_FIRST_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Base:
    """``asked``: questions of each article with the rows of all articles that answer them; ``outside``: questions of none."""

    name: str
    articles: list[PublishedArticle]
    asked: list[list[tuple[str, frozenset[int]]]]
    outside: list[str]

    @classmethod
    def read(cls, folder: Path) -> "Base":
        """From ``articles.jsonl`` and ``queries.jsonl``."""
        articles = read_articles(folder / "articles.jsonl")
        rows = {article.id: row for row, article in enumerate(articles)}
        queries = read_queries(folder / "queries.jsonl", set(rows))
        asked: list[list[tuple[str, frozenset[int]]]] = [[] for _ in articles]
        for query in queries:
            right = frozenset(rows[one] for one in query.right if one in rows)
            if right:
                asked[min(right)].append((query.text, right))
        return cls(folder.name, articles, asked, [query.text for query in queries if not query.in_scope])

    @property
    def batches(self) -> int:
        """How many batches ask about every question once."""
        return max(1, round(sum(map(len, self.asked)) / (1.5 * ARTICLES)))


@dataclass(frozen=True, slots=True)
class Batch:
    """``questions`` (the in-scope ones first), ``titles`` (of the articles with passages first), ``passages``; and which belong
    together: ``right`` ``(in-scope questions, titles)``, ``alike`` ``(in-scope questions, in-scope questions)``."""

    questions: list[str]
    titles: list[str]
    passages: list[str]
    right: BoolArray
    alike: BoolArray


def draw_batch(base: Base, draw: random.Random) -> Batch:
    """Half of the articles give two questions, so that questions of one article can be brought together."""
    chosen = draw.sample([row for row, found in enumerate(base.asked) if found], ARTICLES)
    picked = [
        one
        for place, row in enumerate(chosen)
        for one in draw.sample(base.asked[row], min(len(base.asked[row]), 2 if place < ARTICLES // 2 else 1))
    ]
    others = [row for row in range(len(base.articles)) if row not in set(chosen)]
    rows = chosen + draw.sample(others, min(_OTHER_TITLES, len(others)))
    outside = draw.sample(base.outside, min(_OUTSIDE, len(base.outside)))
    return Batch(
        questions=[as_typed(text, draw) for text in (*(text for text, _ in picked), *outside)],
        titles=[as_typed(askings(base.articles[row])[0], draw) for row in rows],
        passages=[draw.choice(passages(base.articles[row])[:_FIRST_PASSAGES]) for row in chosen],
        right=np.array([[row in right for row in rows] for _, right in picked]),
        alike=np.array([[bool(one & other) for _, other in picked] for _, one in picked]),
    )


def plan(bases: Sequence[Base], epochs: float, draw: random.Random) -> list[int]:
    """The place of the base of each batch, in an order drawn by lot."""
    places = [place for place, base in enumerate(bases) for _ in range(round(base.batches * epochs))]
    draw.shuffle(places)
    return places


def as_typed(text: str, draw: random.Random) -> str:
    """A quarter without accents and capitals, some without capitals and the mark at the end, most as they are."""
    lot = draw.random()
    if lot < 0.25:
        return fold(text)
    return text.lower().rstrip("?!. ") if lot < 0.4 else text
