"""Holds the live snapshot, and swaps a new one in beside it when ``current`` changes."""

import threading

import structlog

from balcao.errors import Unavailable
from kb_index.embedder import Embedder
from kb_index.snapshot.loaded import LoadedSnapshot
from kb_index.snapshot.store import SnapshotStore

log = structlog.get_logger(__name__)

_Stamp = tuple[int, int] | None


class Library:
    """``refresh`` is called about once a second; readers never wait for it."""

    def __init__(self, store: SnapshotStore, embedder: Embedder | None) -> None:
        self.store = store
        self.embedder = embedder
        self._live: LoadedSnapshot | None = None
        self._stamp: _Stamp = None
        self._lock = threading.Lock()

    @property
    def live(self) -> LoadedSnapshot:
        """The live snapshot; :class:`Unavailable` until there is one."""
        if self._live is None:
            raise Unavailable("no snapshot has been built yet", code="no_snapshot")
        return self._live

    @property
    def is_empty(self) -> bool:
        """Whether there is no live snapshot."""
        return self._live is None

    def refresh(self) -> bool:
        """Loads what ``current`` names if it changed; True if another snapshot went live.

        A snapshot that cannot be loaded is refused, and the one that is live stays; at the start the next best is tried.
        """
        with self._lock:
            stamp = self._read_stamp()
            if stamp == self._stamp and self._live is not None:
                return False
            self._stamp = stamp
            return self._load_best()

    def _load_best(self) -> bool:
        for folder in self.store.candidates():
            if self._live is not None and self._live.manifest.id == folder.name:
                return False
            try:
                self._live = LoadedSnapshot.load(folder, self.embedder)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the live one stays
                log.error("snapshot_refused", snapshot=folder.name, error=type(error).__name__, reason=str(error))
                if self._live is not None:
                    return False
                continue
            log.info("snapshot_live", snapshot=folder.name, articles=len(self._live.articles))
            return True
        return False

    def _read_stamp(self) -> _Stamp:
        try:
            stat = self.store.pointer_path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino
