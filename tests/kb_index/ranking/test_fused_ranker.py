"""The whole ranker: on a fake model where that suffices, on the real one and real sets where they are present."""

from pathlib import Path

import numpy as np
import pytest

from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder
from kb_index.evaluate import evaluate, read_articles, read_queries
from kb_index.ranking import Decision
from kb_index.ranking.fused import FusedKind
from kb_index.settings import IndexSettings
from tests.kb_index.conftest import make_articles
from tests.kb_index.fakes import FakeEmbedder

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def article(name: str, title: str, answer: str = "", questions: tuple[str, ...] = ()) -> PublishedArticle:
    return PublishedArticle(id=name, version=1, kind="faq", title=title, answer=answer, questions=questions)


def test_a_saved_ranker_ranks_as_before(tmp_path: Path) -> None:
    articles, embedder = make_articles(60), FakeEmbedder()
    ranker = FusedKind().fit(articles, embedder)
    ranker.save(tmp_path)
    again = FusedKind().load(tmp_path, articles, embedder)
    for text in ("senha vencida", "impressora", "xyz"):
        assert again.rank(text) == ranker.rank(text)


def test_the_saved_files_hold_no_pickle(tmp_path: Path) -> None:
    FusedKind().fit(make_articles(), FakeEmbedder()).save(tmp_path)
    for path in tmp_path.rglob("*.np[yz]"):
        np.load(path, allow_pickle=False)


def test_a_fit_is_the_same_each_time() -> None:
    one, other = (FusedKind().fit(make_articles(), FakeEmbedder()).rank("rede sem fio") for _ in range(2))
    assert one == other


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_knowledge_bases_can_be_asked(count: int) -> None:
    ranker = FusedKind().fit(make_articles(count), FakeEmbedder())
    found = ranker.rank("senha vencida")
    assert len(found) == count
    assert ranker.decide(found) in set(Decision)


def test_articles_without_title_or_answer_are_indexed() -> None:
    articles = [article("a", "", "Ligue o roteador da sala."), article("b", "Senha vencida"), article("c", "???")]
    found = FusedKind().fit(articles, FakeEmbedder()).rank("roteador da sala")
    assert found[0].row == 0


@pytest.mark.parametrize("text", ["", " ", "😀😀😀", "a", "?", "palavra " * 2000])
def test_odd_questions_are_survived(text: str) -> None:
    found = FusedKind().fit(make_articles(60), FakeEmbedder()).rank(text)
    assert all(np.isfinite(one.confidence) and 0 <= one.confidence <= 1 for one in found)


def test_what_is_not_allowed_is_never_found() -> None:
    allowed = np.ones(60, bool)
    allowed[0] = False
    ranker = FusedKind().fit(make_articles(60), FakeEmbedder())
    assert ranker.rank("senha vencida 0")[0].row == 0 or ranker.rank("senha vencida")
    assert all(one.row != 0 for one in ranker.rank("senha vencida", k=60, allowed=allowed))


def test_a_narrow_filter_still_finds_its_articles() -> None:
    allowed = np.zeros(600, bool)
    allowed[599] = True
    found = FusedKind().fit(make_articles(600), FakeEmbedder()).rank("algo bem diferente", allowed=allowed)
    assert [one.row for one in found] == [599]


def test_without_its_model_it_ranks_by_words(tmp_path: Path) -> None:
    articles = make_articles(60)
    FusedKind().fit(articles, FakeEmbedder()).save(tmp_path)
    found = FusedKind().load(tmp_path, articles, None).rank("monitor apagado")
    assert "monitor apagado" in articles[found[0].row].title


def test_a_variant_makes_its_article_found(embedder: Embedder) -> None:
    plain = [article("a", "Recuperar o acesso"), article("b", "Pedir férias"), article("c", "Trocar o toner")]
    varied = [article("a", "Recuperar o acesso", questions=("meu usuário foi bloqueado",)), *plain[1:]]
    question = "bloquearam meu usuario"
    before, after = (FusedKind().fit(articles, embedder).rank(question)[0] for articles in (plain, varied))
    assert after.row == 0
    assert after.confidence > before.confidence


def test_chatter_is_not_answered(embedder: Embedder) -> None:
    ranker = FusedKind().fit(make_articles(), embedder)
    for text in ("adoro passear no parque", "você tem irmãos?", "kkkk que legal", "tô com saudade da minha mãe"):
        assert ranker.decide(ranker.rank(text)) is not Decision.ANSWER


@pytest.mark.skipif(not DATA.is_dir(), reason="the sets are absent: ../shared/data")
@pytest.mark.parametrize(("name", "recall"), [("faq_pt/chatbit", 0.76), ("faq_pt/lai", 0.78)])
def test_real_questions_are_answered_as_well_as_before(name: str, recall: float, model_settings: IndexSettings) -> None:
    articles = read_articles(DATA / name / "articles.jsonl")
    queries = read_queries(DATA / name / "queries.jsonl", {one.id for one in articles})
    report = evaluate(articles, queries, home=model_settings.home)
    assert report["recall_at_1"] >= recall
    assert report["decision"]["answer_precision"] >= 0.85
