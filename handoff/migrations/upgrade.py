"""Bringing a database to the newest schema."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from balcao.database import Database


def upgrade(url: str, revision: str = "head") -> str:
    """Migrates the database at ``url`` from wherever it is, an empty one included; returns the revision it now has.

    The whole upgrade is one transaction, and two upgrades at once wait for each other.
    """
    _make_folder(url)
    return _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> str:
    """Takes the database back to ``revision`` (``base`` for an empty one); returns the revision it now has."""
    return _run(url, lambda config: command.downgrade(config, revision))


def revision_of(connection: Connection) -> str | None:
    """The revision that the database has now; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def _run(url: str, change: Callable[[Config], None]) -> str:
    database = Database(url)
    try:
        with database.write() as session:
            connection = session.connection()
            _lock(connection)
            change(_config(connection))
            return revision_of(connection) or ""
    finally:
        database.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(8700)")


def _make_folder(url: str) -> None:
    _, _, path = url.partition("sqlite:///")
    if path and not path.startswith(":"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
