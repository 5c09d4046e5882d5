"""Making a row exist, whoever else tries at the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from balcao.database import Base


def insert_missing(session: Session, model: type[Base], **values: Any) -> None:
    """Inserts the row unless one with its key is there; waits for another transaction that is inserting it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(model).values(**values).on_conflict_do_nothing())


def upsert(session: Session, model: type[Base], key: dict[str, Any], values: dict[str, Any]) -> None:
    """Makes the row with this primary key hold these values, whether it is there or not."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(**key, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=values),
        execution_options={"synchronize_session": False},
    )
