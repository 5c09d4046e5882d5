"""Puts a model in place, once: unpacks the default one, and makes the ONNX graph of any that allows it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from kb_index.files import hash_file, locked, new_folder, write_atomically
from kb_index.model.export import can_export, export_graph
from kb_index.model.folder import write_folder
from kb_index.model.packed import packed_path, read_packed
from kb_index.settings import IndexSettings

log = structlog.get_logger(__name__)

FORMAT = 2
GRAPH = "model.onnx"
RECEIPT = "balcao.json"
_UNPACKED = ("model.safetensors", "tokenizer.json", "config.json", "modules.json", GRAPH)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model ready for use. ``graph`` is None where only sentence-transformers can run it; ``id`` changes with the weights."""

    name: str
    id: str
    graph: Path | None
    tokenizer: Path | None


def ensure_model(settings: IndexSettings) -> ModelFiles:
    """The model that the settings name, unpacked and exported if that has not been done; safe from several processes at once."""
    named = settings.embedding_model
    if not named or Path(named).resolve() == settings.default_model.resolve():
        return _ensure_default(settings.default_model)
    folder = Path(named)
    if not folder.is_dir() or not can_export(folder):
        return ModelFiles(named, f"sentence-transformers:{named}", None, None)
    return _ensure_exported(folder, settings.home / "models")


def _ensure_default(folder: Path) -> ModelFiles:
    with locked(folder.with_name("model.lock")):
        if not _is_whole(folder):
            log.info("model_unpacking", folder=str(folder))
            _unpack(folder)
        graph = folder / GRAPH
        return ModelFiles("multilingual-e5-small", _receipt(folder)["id"], graph, folder / "tokenizer.json")


def _unpack(folder: Path) -> None:
    packed = packed_path()
    model = read_packed(packed.read_bytes())
    with new_folder(folder) as scratch:
        write_folder(model, scratch)
        export_graph(scratch, scratch / GRAPH)
        _write_receipt(scratch, hash_file(packed))


def _write_receipt(folder: Path, source: str) -> None:
    files = {name: (folder / name).stat().st_size for name in _UNPACKED}
    receipt = {"format": FORMAT, "source": source, "id": f"onnx:{hash_file(folder / GRAPH)[:16]}", "files": files}
    write_atomically(folder / RECEIPT, json.dumps(receipt, indent=2))


def _is_whole(folder: Path) -> bool:
    """Whether the receipt, which is written last, is of this format and every file has the size that it tells."""
    try:
        receipt = _receipt(folder)
        return receipt["format"] == FORMAT and all(
            (folder / name).stat().st_size == size for name, size in receipt["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _receipt(folder: Path) -> Any:
    return json.loads((folder / RECEIPT).read_text("utf-8"))


def _ensure_exported(folder: Path, cache: Path) -> ModelFiles:
    weights = hash_file(folder / "model.safetensors")[:16]
    graph = cache / weights / GRAPH
    with locked(cache / f"{weights}.lock"):
        if not graph.is_file():
            log.info("model_exporting", folder=str(folder))
            with new_folder(graph.parent) as scratch:
                export_graph(folder, scratch / GRAPH)
    return ModelFiles(folder.name, f"onnx:{hash_file(graph)[:16]}", graph, folder / "tokenizer.json")
