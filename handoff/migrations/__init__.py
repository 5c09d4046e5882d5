"""The one migration history of the database, the articles' tables included."""

from handoff.migrations.upgrade import downgrade, revision_of, upgrade

__all__ = ["downgrade", "revision_of", "upgrade"]
