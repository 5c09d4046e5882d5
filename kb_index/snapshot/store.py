"""The folder of snapshots, and the pointer to the live one."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from balcao.errors import NotFound
from kb_index.files import locked, write_atomically
from kb_index.snapshot.manifest import BadSnapshot, Manifest, read_manifest

_KEEP = 3


@dataclass(frozen=True, slots=True)
class Pointer:
    """The id of the live snapshot, and of the one that was live before it."""

    current: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class SnapshotStore:
    """``root`` is ``{home}/snapshots``."""

    root: Path

    @property
    def pointer_path(self) -> Path:
        """The file that is replaced in one step when another snapshot goes live."""
        return self.root / "current"

    @property
    def lock_path(self) -> Path:
        """Held by whoever builds or changes the pointer."""
        return self.root / ".lock"

    def pointer(self) -> Pointer:
        """What ``current`` says; nothing if it is absent or damaged."""
        try:
            told = json.loads(self.pointer_path.read_text("utf-8"))
            return Pointer(told.get("current"), told.get("previous"))
        except (OSError, ValueError, AttributeError):
            return Pointer(None, None)

    def folder(self, snapshot_id: str) -> Path:
        """Where a snapshot is, or would be; never outside ``root``."""
        return self.root / Path(snapshot_id).name

    def point(self, snapshot_id: str, previous: str | None) -> None:
        """Makes a snapshot the live one."""
        write_atomically(self.pointer_path, json.dumps({"current": snapshot_id, "previous": previous}))

    def candidates(self) -> list[Path]:
        """Folders to try, best first: the live one, the one before, then the newest."""
        pointer = self.pointer()
        named = [self.folder(one) for one in (pointer.current, pointer.previous) if one]
        others = sorted((path for path in self._folders() if path not in named), reverse=True)
        return [path for path in [*named, *others] if path.is_dir()]

    def current_manifest(self) -> Manifest | None:
        """The manifest of the live snapshot, not verified; None if there is none that can be read."""
        current = self.pointer().current
        try:
            return read_manifest(self.folder(current), verify=False) if current else None
        except BadSnapshot:
            return None

    def prune(self) -> None:
        """Removes all but the live one, the one before, and the newest up to three."""
        for folder in self.candidates()[_KEEP:]:
            shutil.rmtree(folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        if not self.root.is_dir():
            return []
        return [path for path in self.root.iterdir() if path.is_dir() and not path.name.startswith(".")]


def rollback(root: Path) -> str:
    """Makes the snapshot before the live one live again, and tells its id; once more undoes it.

    :class:`NotFound` if there is none; :class:`BadSnapshot` if it is damaged.
    """
    store = SnapshotStore(root)
    with locked(store.lock_path):
        pointer = store.pointer()
        if not pointer.previous or not store.folder(pointer.previous).is_dir():
            raise NotFound("there is no earlier snapshot", code="no_previous_snapshot")
        read_manifest(store.folder(pointer.previous))
        store.point(pointer.previous, pointer.current)
        return pointer.previous
