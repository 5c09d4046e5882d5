"""Making a row exist, whoever else tries at the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from balcao.database import Base


def insert_missing(session: Session, model: type[Base], **values: Any) -> None:
    """Inserts the row unless one with its key is there; waits for another transaction that is inserting it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(model).values(**values).on_conflict_do_nothing())
