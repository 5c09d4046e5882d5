"""Alembic's entry point; run only through :func:`handoff.migrations.upgrade`, which hands it the connection."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from balcao.database import UtcDateTime
from handoff.migrations.metadata import METADATA


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
