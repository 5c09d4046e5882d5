"""What may be done to articles. Each verb works in the caller's transaction and leaves a line in the timeline.

draft → in_review → published → archived; a revision makes a new draft while the published version stays live.
"""

from sqlalchemy.orm import Session

from balcao.database import utc_now
from balcao.errors import Conflict, NotFound
from kb_index.articles import queries
from kb_index.articles.models import Article, ArticleEvent, ArticleVersion, EventKind, State
from kb_index.articles.schemas import ArticleDraft


def create_article(session: Session, draft: ArticleDraft, *, author: str, note: str | None = None) -> Article:
    """A new article with its first version, in state draft; :class:`Conflict` if the id is taken."""
    if queries.find_article(session, draft.id) is not None:
        raise Conflict(f"an article {draft.id!r} exists already", code="article_exists")
    article = Article(id=draft.id, state=State.DRAFT, latest_version=1, published_version=None)
    session.add(article)
    session.flush()
    session.add(make_version(draft, 1, author))
    _tell(session, article, EventKind.CREATED, author, note)
    return article


def revise_article(
    session: Session, draft: ArticleDraft, *, author: str, expected_version: int | None = None, note: str | None = None
) -> Article:
    """A new version, in state draft. Nothing happens if it says the same as the latest one.

    :class:`Conflict` if ``expected_version`` is given and is not the latest: someone else was faster.
    """
    article = _locked(session, draft.id)
    if expected_version is not None and expected_version != article.latest_version:
        raise Conflict(f"the article is at version {article.latest_version}", code="version_changed")
    latest = queries.find_version(session, article.id, article.latest_version)
    if latest is not None and latest.content_hash == draft.content_hash():
        return article
    article.latest_version += 1
    session.add(make_version(draft, article.latest_version, author))
    return _move(session, article, State.DRAFT, EventKind.REVISED, author, note)


def submit_article(session: Session, article_id: str, *, author: str, note: str | None = None) -> Article:
    """Draft → in review."""
    article = _locked(session, article_id, State.DRAFT)
    return _move(session, article, State.IN_REVIEW, EventKind.SUBMITTED, author, note)


def return_article(session: Session, article_id: str, *, author: str, note: str | None = None) -> Article:
    """In review → draft."""
    article = _locked(session, article_id, State.IN_REVIEW)
    return _move(session, article, State.DRAFT, EventKind.RETURNED, author, note)


def publish_article(session: Session, article_id: str, *, author: str, note: str | None = None) -> Article:
    """In review → published: the latest version becomes the one that the next snapshot holds."""
    article = _locked(session, article_id, State.IN_REVIEW)
    article.published_version = article.latest_version
    return _move(session, article, State.PUBLISHED, EventKind.PUBLISHED, author, note)


def archive_article(session: Session, article_id: str, *, author: str, note: str | None = None) -> Article:
    """Any state → archived: it leaves the next snapshot."""
    article = _locked(session, article_id, State.DRAFT, State.IN_REVIEW, State.PUBLISHED)
    article.published_version = None
    return _move(session, article, State.ARCHIVED, EventKind.ARCHIVED, author, note)


def restore_article(session: Session, article_id: str, *, author: str, note: str | None = None) -> Article:
    """Archived → draft."""
    article = _locked(session, article_id, State.ARCHIVED)
    return _move(session, article, State.DRAFT, EventKind.RESTORED, author, note)


def make_version(draft: ArticleDraft, number: int, author: str) -> ArticleVersion:
    """The row that keeps ``draft`` as version ``number``; not yet in a session."""
    content = draft.model_dump(exclude={"id", "answer"})
    return ArticleVersion(
        article_id=draft.id,
        number=number,
        body=draft.answer,
        content_hash=draft.content_hash(),
        author=author,
        **content,
    )


def _locked(session: Session, article_id: str, *states: State) -> Article:
    article = queries.find_article(session, article_id, lock=True)
    if article is None:
        raise NotFound(f"no article {article_id!r}", code="article_not_found")
    if states and article.state not in states:
        raise Conflict(f"the article is {article.state}, not {' or '.join(states)}", code="wrong_state")
    return article


def _move(session: Session, article: Article, state: State, kind: EventKind, author: str, note: str | None) -> Article:
    article.state = state
    _tell(session, article, kind, author, note)
    return article


def _tell(session: Session, article: Article, kind: EventKind, author: str, note: str | None) -> None:
    article.updated_at = utc_now()
    session.flush()
    seq = queries.last_event_seq(session, article.id) + 1
    session.add(
        ArticleEvent(
            article_id=article.id, seq=seq, kind=kind, version=article.latest_version, author=author, note=note
        )
    )
    session.flush()
