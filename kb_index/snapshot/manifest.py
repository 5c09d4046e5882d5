"""The manifest of a snapshot: what it was made of, and the hash of every file in it."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from balcao.errors import BalcaoError
from kb_index.files import hash_file, write_atomically

FORMAT = 1
NAME = "manifest.json"


class BadSnapshot(BalcaoError):
    """A snapshot that is damaged, or of another format than this program reads."""

    code = "bad_snapshot"


class Manifest(BaseModel):
    """``articles`` are ``(id, version, content hash)``; ``files`` are SHA-256 by path; ``inputs`` hashes all that was put in."""

    model_config = ConfigDict(frozen=True)

    format: int
    id: str
    created_at: str
    ranker: str
    model: str
    dimension: int
    inputs: str
    articles: list[tuple[str, int, str]]
    metrics: dict[str, float]
    files: dict[str, str]


def write_manifest(folder: Path, **told: Any) -> Manifest:
    """Hashes the files in ``folder`` and writes the manifest, last of all."""
    files = {path.relative_to(folder).as_posix(): hash_file(path) for path in _files(folder)}
    manifest = Manifest(format=FORMAT, files=files, **told)
    write_atomically(folder / NAME, manifest.model_dump_json(indent=1))
    return manifest


def read_manifest(folder: Path, *, verify: bool = True) -> Manifest:
    """The manifest; :class:`BadSnapshot` if it or (with ``verify``) any file is missing, changed, or of another format."""
    try:
        told = json.loads((folder / NAME).read_text("utf-8"))
        if told.get("format") != FORMAT:
            raise BadSnapshot(f"snapshot {folder.name} is of format {told.get('format')}, not {FORMAT}")
        manifest = Manifest.model_validate(told)
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        raise BadSnapshot(f"snapshot {folder.name} has no readable manifest: {type(error).__name__}") from error
    if verify:
        _verify(folder, manifest)
    return manifest


def _verify(folder: Path, manifest: Manifest) -> None:
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or hash_file(path) != expected:
            raise BadSnapshot(f"snapshot {folder.name} is damaged: {name}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
