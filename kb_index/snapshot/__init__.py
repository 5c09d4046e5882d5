"""Snapshots: immutable builds of the search index.

``{home}/snapshots/<id>/`` holds one build; ``{home}/snapshots/current`` names the live one and the one before it.
"""

from kb_index.snapshot.builder import BuildResult, build
from kb_index.snapshot.engine import Engine, open_engine
from kb_index.snapshot.store import SnapshotStore, rollback

__all__ = ["BuildResult", "Engine", "SnapshotStore", "build", "open_engine", "rollback"]
