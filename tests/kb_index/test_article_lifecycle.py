"""The life of an article, and its timeline."""

import pytest

from balcao.database import Database
from balcao.errors import Conflict, NotFound
from kb_index.articles import queries, service
from kb_index.articles.models import ArticleEvent, ArticleVersion
from tests.kb_index.conftest import make_draft


def publish(database: Database) -> None:
    with database.write() as session:
        service.create_article(session, make_draft(), author="ana")
        service.submit_article(session, "vpn", author="ana")
        service.publish_article(session, "vpn", author="bia", note="revisado")


def test_an_article_goes_from_draft_to_published_to_archived_and_back(database: Database) -> None:
    publish(database)
    with database.write() as session:
        service.archive_article(session, "vpn", author="bia")
        assert queries.list_published(session) == []
        service.restore_article(session, "vpn", author="bia")
    with database.read() as session:
        events = queries.list_events(session, "vpn")
    assert [event.kind for event in events] == ["created", "submitted", "published", "archived", "restored"]
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert {event.author for event in events} == {"ana", "bia"}


def test_a_revision_waits_as_a_draft_while_the_published_version_stays_live(database: Database) -> None:
    publish(database)
    with database.write() as session:
        article = service.revise_article(session, make_draft(answer="Nova."), author="caio", expected_version=1)
        assert (article.state, article.latest_version, article.published_version) == ("draft", 2, 1)
    with database.read() as session:
        assert queries.list_published(session)[0].answer == "Abra a central."


def test_a_revision_that_says_the_same_is_none(database: Database) -> None:
    publish(database)
    with database.write() as session:
        assert service.revise_article(session, make_draft(), author="caio").latest_version == 1
        assert queries.last_event_seq(session, "vpn") == 3


def test_a_revision_of_an_older_version_is_refused(database: Database) -> None:
    publish(database)
    with database.write() as session:
        service.revise_article(session, make_draft(answer="Nova."), author="caio", expected_version=1)
        with pytest.raises(Conflict, match="version 2"):
            service.revise_article(session, make_draft(answer="Outra."), author="davi", expected_version=1)


def test_verbs_that_do_not_fit_the_state_are_refused(database: Database) -> None:
    publish(database)
    with database.write() as session:
        for verb in (service.submit_article, service.publish_article, service.return_article, service.restore_article):
            with pytest.raises(Conflict):
                verb(session, "vpn", author="ana")
        with pytest.raises(NotFound):
            service.archive_article(session, "nada", author="ana")
        with pytest.raises(Conflict):
            service.create_article(session, make_draft(), author="ana")


def test_versions_and_events_are_never_changed_or_deleted(database: Database) -> None:
    publish(database)
    for model in (ArticleVersion, ArticleEvent):
        with database.read() as session:
            row = session.get_one(model, ("vpn", 1))
            row.author = "mallory"
            with pytest.raises(Conflict, match="never changed"):
                session.flush()
        with database.read() as session:
            session.delete(session.get_one(model, ("vpn", 1)))
            with pytest.raises(Conflict, match="never changed"):
                session.flush()
