"""The folder of files: each is written under a temporary name, synced, and only then given its own.

Rows are committed after their file is in place and deleted before it goes, so that whatever a crash leaves is a file that no row
knows, which :meth:`FileStore.stray` finds.
"""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from balcao.errors import StorageFull
from balcao.ids import new_id
from handoff.attachments.kinds import HEAD_BYTES

_INCOMING = "incoming"
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Draft:
    """A file that is being received. Write, :meth:`place` or :meth:`discard`; none of it is seen before it is placed."""

    def __init__(self, store: "FileStore") -> None:
        self.id = new_id()
        self.size = 0
        self.head = b""
        self._hash = hashlib.sha256()
        self._final = store.path(self.id)
        self._path = store.incoming / self.id
        with _full_disk_told():
            self._file: BinaryIO = self._path.open("xb", buffering=0)

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Adds to the file; :class:`StorageFull` when there is no room."""
        with _full_disk_told():
            view = memoryview(chunk)
            while view:
                view = view[self._file.write(view) :]
        self.size += len(chunk)
        self._hash.update(chunk)
        self.head += chunk[: HEAD_BYTES - len(self.head)]

    def place(self) -> None:
        """Makes it durable and gives it its name."""
        with _full_disk_told():
            os.fsync(self._file.fileno())
            self._file.close()
            self._final.parent.mkdir(exist_ok=True)
            self._path.rename(self._final)
            _sync_folder(self._final.parent)

    def discard(self) -> None:
        """Removes it, placed or not."""
        self._file.close()
        self._path.unlink(missing_ok=True)
        self._final.unlink(missing_ok=True)


class FileStore:
    """``folder`` holds ``XY/<id>``, where XY are the last two characters of the id. ``reserve`` bytes of the disk are left free."""

    def __init__(self, folder: Path, reserve: int) -> None:
        self.folder = folder
        self.incoming = folder / _INCOMING
        self._reserve = reserve

    def begin(self) -> Draft:
        """A file to write; :class:`StorageFull` where that would eat into the reserve."""
        with _full_disk_told():
            self.incoming.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < self._reserve:
            raise StorageFull("there is no room for files")
        return Draft(self)

    def path(self, id_: str) -> Path:
        """Where the file of an id is, if it is there."""
        return self.folder / id_[-2:] / id_

    def head(self, id_: str) -> bytes:
        """What the file begins with; ``b""`` if it is gone."""
        try:
            with self.path(id_).open("rb") as file:
                return file.read(HEAD_BYTES)
        except FileNotFoundError:
            return b""

    def remove(self, id_: str) -> None:
        """Deletes the file; one that is gone is fine."""
        self.path(id_).unlink(missing_ok=True)

    def stray(self, older_than: float) -> Iterator[Path]:
        """Files (half-received ones, too) that have not changed for so many seconds; whether rows know them is for the caller to ask."""
        before = time.time() - older_than
        for file in self.folder.glob("*/*"):
            try:
                if file.stat().st_mtime < before:
                    yield file
            except FileNotFoundError:  # removed meanwhile
                continue

    def is_half(self, file: Path) -> bool:
        """Whether the file was never received to its end."""
        return file.parent == self.incoming


@contextmanager
def _full_disk_told() -> Iterator[None]:
    """Turns the system's "no space left" into :class:`StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull("there is no room for files") from error
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
