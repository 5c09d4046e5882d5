"""The migrations make the schema that the models describe, from nothing, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from balcao.database import Database, utc_now
from handoff import migrations
from handoff.attachments.models import Attachment
from handoff.migrations.metadata import METADATA
from handoff.timeline.service import SYSTEM, record
from tests.handoff.conftest import World


def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_every_table_and_partial_index_is_there(database: Database) -> None:
    with database.read() as session:
        inspector = inspect(session.connection())
        assert set(METADATA.tables) < set(inspector.get_table_names())
        indexes = {index["name"]: index for index in inspector.get_indexes("episodes")}
    assert indexes["uq_episodes_open"]["unique"]


def test_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new folder' / 'desk.db'}"
    first = migrations.upgrade(url)
    assert migrations.upgrade(url) == first != ""


def test_the_history_can_be_walked_back_and_forth(database_url: str) -> None:
    database = Database(database_url)
    with database.write() as session:
        head = migrations.revision_of(session.connection())
    database.close()
    assert migrations.downgrade(database_url, "base") == ""
    assert migrations.upgrade(database_url) == head


def test_attachments_come_to_a_database_with_conversations_in_it_and_leave_them_as_they_are(
    world: World, database_url: str
) -> None:
    conversation = world.open()
    world.write(conversation.id, "oi")
    migrations.downgrade(database_url, "0007")
    with world.database.read() as session:
        assert "attachments" not in inspect(session.connection()).get_table_names()
    migrations.upgrade(database_url)
    assert [message.text for message in world.messages(conversation.id)] == ["oi"]
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_an_entry_of_the_timeline_cannot_be_changed(database: Database) -> None:
    with database.write() as session:
        record(session, subject="ticket", subject_id="x", event="opened", author=SYSTEM, now=utc_now())
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text("UPDATE timeline SET event = 'closed'"))
