"""Reads articles."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from kb_index.articles.models import Article, ArticleEvent, ArticleVersion
from kb_index.articles.schemas import PublishedArticle

_CHUNK = 500


def find_article(session: Session, article_id: str, *, lock: bool = False) -> Article | None:
    """The article, or None; with ``lock`` no other writing transaction changes it until this one ends."""
    statement = select(Article).where(Article.id == article_id)
    return session.scalar(statement.with_for_update() if lock else statement)


def find_version(session: Session, article_id: str, number: int) -> ArticleVersion | None:
    """One version, or None."""
    return session.get(ArticleVersion, (article_id, number))


def list_events(session: Session, article_id: str) -> Sequence[ArticleEvent]:
    """The timeline of an article, oldest first."""
    return session.scalars(
        select(ArticleEvent).where(ArticleEvent.article_id == article_id).order_by(ArticleEvent.seq)
    ).all()


def last_event_seq(session: Session, article_id: str) -> int:
    """The highest ``seq`` of the timeline; 0 if it is empty."""
    statement = select(func.coalesce(func.max(ArticleEvent.seq), 0)).where(ArticleEvent.article_id == article_id)
    return session.scalar(statement) or 0


def list_latest(
    session: Session, *, state: str | None = None, service: str | None = None, limit: int = 200, offset: int = 0
) -> Sequence[Row[Article, ArticleVersion]]:
    """Articles with their latest versions, by id."""
    statement = select(Article, ArticleVersion).join(
        ArticleVersion,
        and_(ArticleVersion.article_id == Article.id, ArticleVersion.number == Article.latest_version),
    )
    if state is not None:
        statement = statement.where(Article.state == state)
    if service is not None:
        statement = statement.where(ArticleVersion.service == service)
    return session.execute(statement.order_by(Article.id).limit(limit).offset(offset)).all()


def list_published(session: Session) -> list[PublishedArticle]:
    """The live version of every article that has one, by id."""
    statement = (
        select(ArticleVersion)
        .join(
            Article,
            and_(ArticleVersion.article_id == Article.id, ArticleVersion.number == Article.published_version),
        )
        .order_by(Article.id)
        .execution_options(yield_per=_CHUNK)
    )
    return [_published(version) for version in session.scalars(statement)]


def iter_existing(session: Session, ids: Sequence[str]) -> Iterator[tuple[Article, str, int]]:
    """Those of ``ids`` that exist: the article, the content hash of its latest version, the last ``seq`` of its timeline."""
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        last = (
            select(ArticleEvent.article_id, func.max(ArticleEvent.seq).label("seq"))
            .where(ArticleEvent.article_id.in_(chunk))
            .group_by(ArticleEvent.article_id)
            .subquery()
        )
        statement = (
            select(Article, ArticleVersion.content_hash, func.coalesce(last.c.seq, 0))
            .join(
                ArticleVersion,
                and_(ArticleVersion.article_id == Article.id, ArticleVersion.number == Article.latest_version),
            )
            .outerjoin(last, last.c.article_id == Article.id)
            .where(Article.id.in_(chunk))
        )
        yield from ((row[0], row[1], row[2]) for row in session.execute(statement))


def count_by_state(session: Session) -> dict[str, int]:
    """How many articles are in each state."""
    rows = session.execute(select(Article.state, func.count()).group_by(Article.state))
    return {state: count for state, count in rows}


def _published(version: ArticleVersion) -> PublishedArticle:
    return PublishedArticle(
        id=version.article_id,
        version=version.number,
        kind=version.kind,
        title=version.title,
        answer=version.body,
        questions=tuple(version.questions),
        steps=version.steps,
        service=version.service,
        classification=version.classification,
        audience=version.audience,
        language=version.language,
        content_hash=version.content_hash,
    )
