"""Tables of articles.

An :class:`Article` is an identity and a place in the life cycle; what it says is in its :class:`ArticleVersion` rows, which
never change. An article may be live with one version (``published_version``) while a later one (``latest_version``) is still
a draft. :class:`ArticleEvent` is the append-only timeline: every change, with its author.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Connection, Date, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from balcao.database import Base, utc_now
from balcao.errors import Conflict

ID_LENGTH = 200


class Kind(StrEnum):
    """What an article is; see docs/article-format.md."""

    FAQ = "faq"
    SCRIPT = "script"
    SOLUTION = "solution"
    PROCEDURE = "procedure"
    TUTORIAL = "tutorial"
    MANUAL = "manual"


class State(StrEnum):
    """Where the latest version of an article is in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may see an article: anyone, or agents only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class EventKind(StrEnum):
    """What happened to an article."""

    CREATED = "created"
    REVISED = "revised"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    RESTORED = "restored"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Article(Base):
    """One piece of knowledge. ``state`` is that of ``latest_version``; ``published_version`` is the one that is searched."""

    __tablename__ = "articles"
    __table_args__ = (CheckConstraint(_one_of("state", State), name="state"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    latest_version: Mapped[int]
    published_version: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)

    versions: Mapped[list["ArticleVersion"]] = relationship(
        back_populates="article", order_by="ArticleVersion.number", lazy="raise"
    )


class ArticleVersion(Base):
    """What an article says, once and for all. ``body`` is Markdown; ``steps`` is a list only for a guided script."""

    __tablename__ = "article_versions"
    __table_args__ = (
        CheckConstraint(_one_of("kind", Kind), name="kind"),
        CheckConstraint(_one_of("audience", Audience), name="audience"),
        Index("ix_article_versions_service", "service"),
    )

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    questions: Mapped[list[str]] = mapped_column(JSON)
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    service: Mapped[str | None] = mapped_column(String(200))
    classification: Mapped[str | None] = mapped_column(String(200))
    audience: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str | None] = mapped_column(String(200))
    review_by: Mapped[date | None] = mapped_column(Date)
    content_hash: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    article: Mapped[Article] = relationship(back_populates="versions", lazy="raise")


class ArticleEvent(Base):
    """One line of an article's timeline; ``seq`` counts from 1 in each article."""

    __tablename__ = "article_events"
    __table_args__ = (CheckConstraint(_one_of("kind", EventKind), name="kind"),)

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    author: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


def _refuse_change(_mapper: Mapper[Any], _connection: Connection, row: Base) -> None:
    raise Conflict(f"a row of {row.__tablename__} is never changed", code="immutable")


for _table in (ArticleVersion, ArticleEvent):
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
