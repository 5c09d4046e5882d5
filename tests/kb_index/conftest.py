"""Databases, the unpacked model, and articles for the tests of the index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from balcao.database import Base, Database
from kb_index.articles.models import Article, ArticleEvent, ArticleVersion
from kb_index.articles.schemas import ArticleDraft, PublishedArticle
from kb_index.embedder import Embedder
from kb_index.settings import IndexSettings
from kb_index.snapshot.engine import open_engine

TABLES = [model.__table__ for model in (Article, ArticleVersion, ArticleEvent)]

SUBJECTS = (
    "senha vencida",
    "impressora sem toner",
    "rede sem fio",
    "certificado digital",
    "caixa postal cheia",
    "contracheque ausente",
    "notebook lento",
    "pasta compartilhada",
    "processo eletrônico",
    "requisição de compra",
    "férias do servidor",
    "monitor apagado",
    "teclado trocado",
    "reunião por vídeo",
    "crachá perdido",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'kb.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres")
    yield from _open(url)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    yield from _open(f"sqlite:///{tmp_path / 'kb.db'}")


def _open(url: str) -> Iterator[Database]:
    database = Database(url)
    Base.metadata.drop_all(database.engine, tables=TABLES)
    Base.metadata.create_all(database.engine, tables=TABLES)
    try:
        yield database
    finally:
        Base.metadata.drop_all(database.engine, tables=TABLES)
        database.close()


@pytest.fixture(scope="session")
def model_settings(tmp_path_factory: pytest.TempPathFactory) -> IndexSettings:
    """Settings whose home holds the real model, unpacked once."""
    return IndexSettings(home=tmp_path_factory.mktemp("home"), embedding_model="")


@pytest.fixture(scope="session")
def embedder(model_settings: IndexSettings) -> Embedder:
    """The real model."""
    return open_engine(model_settings, threads=1).embedder


def make_draft(article_id: str = "vpn", **changes: object) -> ArticleDraft:
    values = {"id": article_id, "kind": "faq", "title": "Como instalo a VPN?", "answer": "Abra a central.", **changes}
    return ArticleDraft.model_validate(values)


def make_articles(count: int = len(SUBJECTS)) -> list[PublishedArticle]:
    return [
        PublishedArticle(
            id=f"a{number}",
            version=1,
            kind="faq",
            title=f"Como resolvo {SUBJECTS[number % len(SUBJECTS)]} {number // len(SUBJECTS) or ''}".strip(),
            answer=f"Para {SUBJECTS[number % len(SUBJECTS)]}, siga o roteiro {number}.",
            audience="internal" if number == 1 else "public",
            service="rede" if number == 2 else None,
            content_hash=str(number),
        )
        for number in range(count)
    ]
