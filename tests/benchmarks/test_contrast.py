"""What tuning compares with what."""

import random
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contrast import ARTICLES, Base, draw_batch, plan
from benchmarks.ranker_sets import own_sets
from kb_index.evaluate import Query, read_articles, read_queries
from kb_index.ranking.texts import fold


@pytest.fixture(scope="module")
def folder() -> Path:
    return own_sets()["detran"]


@pytest.fixture(scope="module")
def queries(folder: Path) -> dict[str, Query]:
    ids = {article.id for article in read_articles(folder / "articles.jsonl")}
    return {fold(query.text).rstrip("?!. "): query for query in read_queries(folder / "queries.jsonl", ids)}


def test_a_batch_knows_which_title_answers_which_question(folder: Path, queries: dict[str, Query]) -> None:
    base = Base.read(folder)
    titles = {fold(article.title).rstrip("?!. "): article.id for article in base.articles}
    batch = draw_batch(base, random.Random(3))
    asked = [queries[fold(text).rstrip("?!. ")] for text in batch.questions]
    named = [titles[fold(text).rstrip("?!. ")] for text in batch.titles]
    assert batch.right.tolist() == [[name in query.right for name in named] for query in asked if query.in_scope]
    assert [query.in_scope for query in asked] == sorted((query.in_scope for query in asked), reverse=True)
    assert len(batch.passages) == ARTICLES
    assert len(set(named)) == len(named)


def test_some_questions_of_a_batch_belong_together(folder: Path) -> None:
    batch = draw_batch(Base.read(folder), random.Random(4))
    assert np.array_equal(batch.alike, batch.alike.T)
    assert batch.alike.sum() > len(batch.alike)


def test_the_plan_asks_of_every_base_and_is_the_same_each_time(folder: Path) -> None:
    bases = [Base.read(folder), Base.read(folder.with_name("iptu"))]
    assert plan(bases, 1.0, random.Random(1)) == plan(bases, 1.0, random.Random(1))
    assert set(plan(bases, 0.2, random.Random(1))) == {0, 1}
