"""The knowledge bases that the model and the weights are learnt from are what their page says."""

from collections import Counter

import pytest

from benchmarks.ranker_sets import own_sets
from kb_index.evaluate import read_articles, read_queries
from kb_index.ranking.texts import words

BASES = own_sets()
KINDS = {"in", "in_short", "near_oos", "smalltalk", "oos_general"}


def test_there_are_eighteen() -> None:
    assert len(BASES) == 18


@pytest.mark.parametrize("name", BASES)
def test_a_base_is_sound(name: str) -> None:
    articles = read_articles(BASES[name] / "articles.jsonl")
    ids = {article.id for article in articles}
    queries = read_queries(BASES[name] / "queries.jsonl", ids)
    assert len(ids) == len(articles)
    assert all(article.id.startswith(f"{name}:") and article.title and len(article.answer) > 20 for article in articles)
    assert {query.kind for query in queries} == KINDS
    assert all(query.right <= ids for query in queries)
    asked = Counter(one for query in queries if query.kind == "in" for one in query.right)
    assert min(asked[one] for one in ids) >= 5


@pytest.mark.parametrize("name", BASES)
def test_no_question_is_asked_twice_or_repeats_a_title(name: str) -> None:
    articles = read_articles(BASES[name] / "articles.jsonl")
    queries = read_queries(BASES[name] / "queries.jsonl", {article.id for article in articles})
    texts = Counter(" ".join(words(query.text)) for query in queries)
    assert [text for text, count in texts.items() if count > 1] == []
    assert texts.keys().isdisjoint(" ".join(words(article.title)) for article in articles)
