"""What the desk's tests share: a migrated database, SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from balcao.database import Database, utc_now
from balcao.ids import new_id
from handoff import migrations
from handoff.accounts.models import Agent
from handoff.bot_turns.models import BotTurn
from handoff.catalogue.service import load_catalogue
from handoff.conversations import queries, service
from handoff.conversations.models import Conversation, Message
from handoff.timeline.models import TimelineEntry
from tests.conftest import run_sql, with_name
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import SECRETS, RunningDesk, settings_for

DIALECTS = ["sqlite", "postgresql"]


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.db'}"
        migrations.upgrade(url)
        yield url
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"t_{new_id().lower()}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE template_desk")
    yield with_name(server, name)
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database, opened."""
    database = Database(database_url)
    yield database
    database.close()


@dataclass
class World:
    """A database with the catalogue and two agents, and short ways to what tests do in it."""

    database: Database
    ana: str
    bruno: str

    def open(self, key: str | None = None) -> Conversation:
        with self.database.write() as session:
            key = key or new_id()
            return service.open_session(session, channel="web", client_key=key, now=utc_now())[0]

    def write(self, conversation_id: str, text: str, key: str | None = None) -> Message:
        with self.database.write() as session:
            posted = service.post_user_message(
                session, conversation_id=conversation_id, client_key=key or new_id(), text=text, now=utc_now()
            )
            return posted.message

    def hand_over(self, conversation_id: str, group: str | None = "n2-acesso") -> None:
        with self.database.write() as session:
            conversation = queries.locked(session, conversation_id)
            service.hand_over(
                session,
                conversation=conversation,
                group=group,
                reason="user_asked",
                summary="VPN",
                fields={"service": "vpn"},
                now=utc_now(),
            )

    def claim(self, conversation_id: str, agent_id: str) -> None:
        with self.database.write() as session:
            service.claim(session, conversation_id=conversation_id, agent_id=agent_id, now=utc_now())

    def messages(self, conversation_id: str, *, notes: bool = False) -> list[Message]:
        with self.database.read() as session:
            return list(queries.messages_after(session, conversation_id, 0, 1000, notes=notes))

    def standing(self, conversation_id: str) -> queries.Standing:
        with self.database.read() as session:
            return queries.standing(session, conversation_id)

    def timeline(self, conversation_id: str) -> list[TimelineEntry]:
        chosen = select(TimelineEntry).where(TimelineEntry.subject_id == conversation_id).order_by(TimelineEntry.id)
        with self.database.read() as session:
            return list(session.scalars(chosen))

    def turns(self, conversation_id: str) -> list[BotTurn]:
        chosen = select(BotTurn).where(BotTurn.conversation_id == conversation_id).order_by(BotTurn.id)
        with self.database.read() as session:
            return list(session.scalars(chosen))


def settle(database: Database) -> World:
    """Gives a database the sample catalogue and two agents."""
    ana, bruno = new_id(), new_id()
    with database.write() as session:
        load_catalogue(session, now=datetime(2026, 1, 1, tzinfo=UTC))
        for id_, name in ((ana, "Ana Lima"), (bruno, "Bruno Reis")):
            session.add(Agent(id=id_, login=name.split()[0].lower(), name=name, password_hash="-", role="agent_l2"))
    return World(database, ana, bruno)


@pytest.fixture
def world(database: Database) -> World:
    """A fresh database on both kinds, settled."""
    return settle(database)


@pytest.fixture
def bot() -> Iterator[FakeBot]:
    """A bot on a free port that answers whatever it is told to."""
    bot = FakeBot(SECRETS["bot_token"])
    bot.start()
    yield bot
    bot.stop()


@pytest.fixture
def desk(world: World, database_url: str, tmp_path: Path, bot: FakeBot) -> Iterator[RunningDesk]:
    """A running desk with the bot behind it, on both kinds of database."""
    running = RunningDesk(settings_for(database_url, tmp_path, bot)).start()
    yield running
    running.stop()
