"""Puts a model in place, once: unpacks the default one, and makes the ONNX graph of any that allows it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from kb_index.files import hash_file, locked, new_folder, write_atomically
from kb_index.model.export import can_export, export_graph
from kb_index.model.folder import bert_weights, write_folder
from kb_index.model.packed import packed_path, read_packed
from kb_index.model.tuning import tuned, tuning_path
from kb_index.settings import IndexSettings

log = structlog.get_logger(__name__)

FORMAT = 4
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
        return _ensure_packed(settings.default_model, tuning_path())
    folder = Path(named)
    if not folder.is_dir() or not can_export(folder):
        return ModelFiles(named, f"sentence-transformers:{named}", None, None)
    return _ensure_exported(folder, settings.home / "models")


def ensure_plain(settings: IndexSettings) -> ModelFiles:
    """The default model as it was packed, without what was learnt on top: to tune it, and to compare."""
    return _ensure_packed(settings.home / "models" / "plain", None)


def ensure_tuned(settings: IndexSettings, tuning: Path) -> ModelFiles:
    """The default model with other changes than the shipped ones: to try them."""
    return _ensure_packed(settings.home / "models" / f"tuned-{hash_file(tuning)[:16]}", tuning)


def _ensure_packed(folder: Path, tuning: Path | None) -> ModelFiles:
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not _is_whole(folder, tuning):
            log.info("model_unpacking", folder=str(folder))
            _unpack(folder, tuning)
        graph = folder / GRAPH
        return ModelFiles("multilingual-e5-small", _receipt(folder)["id"], graph, folder / "tokenizer.json")


def _unpack(folder: Path, tuning: Path | None) -> None:
    packed = packed_path()
    model = read_packed(packed.read_bytes())
    weights = bert_weights(model)
    with new_folder(folder) as scratch:
        write_folder(model, tuned(weights, tuning) if tuning else weights, scratch)
        export_graph(scratch, scratch / GRAPH)
        _write_receipt(scratch, hash_file(packed), tuning)


def _write_receipt(folder: Path, source: str, tuning: Path | None) -> None:
    files = {name: (folder / name).stat().st_size for name in _UNPACKED}
    graph = f"onnx:{hash_file(folder / GRAPH)[:16]}"
    receipt = {"format": FORMAT, "source": source, "tuning": _hash(tuning), "id": graph, "files": files}
    write_atomically(folder / RECEIPT, json.dumps(receipt, indent=2))


def _is_whole(folder: Path, tuning: Path | None) -> bool:
    """Whether the receipt, which is written last, is of this format and tuning, and every file has the size that it tells."""
    try:
        receipt = _receipt(folder)
        known = receipt["format"] == FORMAT and receipt["tuning"] == _hash(tuning)
        return known and all((folder / name).stat().st_size == size for name, size in receipt["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _hash(tuning: Path | None) -> str | None:
    return hash_file(tuning) if tuning else None


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
