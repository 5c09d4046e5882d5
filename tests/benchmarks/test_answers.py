"""The comparison of ways to find the answer measures each as the evaluation measures the product."""

from pathlib import Path

import pytest

from benchmarks.answers import bm25, draw, measure, nearest
from kb_index.articles.schemas import PublishedArticle
from kb_index.evaluate import Query
from tests.kb_index.fakes import FakeEmbedder

ARTICLES = [
    PublishedArticle(id="senha", version=1, kind="faq", title="Trocar a senha", answer="Abra o portal de acesso."),
    PublishedArticle(id="toner", version=1, kind="faq", title="Impressora sem toner", answer="Peça um cartucho."),
    PublishedArticle(
        id="vpn", version=1, kind="faq", title="Instalar a VPN", answer="Baixe.", questions=("rede de casa",)
    ),
]
TEXTS = ["esqueci a senha", "acabou o cartucho da impressora", "usar a rede de casa"]


def test_bm25_reads_titles_variants_and_answers() -> None:
    assert [ranking[0][0] for ranking in bm25(ARTICLES, TEXTS)] == ["senha", "toner", "vpn"]


def test_nearest_takes_the_best_of_an_articles_texts() -> None:
    assert [ranking[0][0] for ranking in nearest(ARTICLES, TEXTS, FakeEmbedder())] == ["senha", "toner", "vpn"]


def test_what_nothing_answers_counts_against_coverage_and_short_questions_do_not_count() -> None:
    asked = [
        Query("a", frozenset(["senha"]), "in"),
        Query("b", frozenset(["vpn"]), "in"),
        Query("c", frozenset(), "smalltalk"),
        Query("d", frozenset(["toner"]), "in_short"),
    ]
    rankings = [[("senha", 0.9), ("vpn", 0.1)], [("senha", 0.5), ("vpn", 0.4)], [("toner", 0.95)], [("senha", 1.0)]]
    found = measure(asked, rankings)
    assert found["recall_at_1"] == pytest.approx(0.5)
    assert found["recall_at_3"] == pytest.approx(1.0)
    assert found["coverage_at_0.90"] == pytest.approx(0.0)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_picture_is_drawn(tmp_path: Path, ending: str) -> None:
    pytest.importorskip("matplotlib")
    figures = {"recall_at_1": 0.8, "recall_at_3": 0.9, "coverage_at_0.90": 0.5}
    draw({"lai": {"BM25": figures, "Balcão": figures}}, tmp_path / f"answers.{ending}")
    assert (tmp_path / f"answers.{ending}").stat().st_size > 5_000
