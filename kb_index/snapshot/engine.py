"""The model in place, and the embedder on it."""

from dataclasses import dataclass

from kb_index.embedder import Embedder, load_embedder
from kb_index.model.ensure import ModelFiles, ensure_model
from kb_index.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class Engine:
    """A model with its embedder."""

    files: ModelFiles
    embedder: Embedder


def open_engine(settings: IndexSettings, *, threads: int = 1) -> Engine:
    """Unpacks the model if that has not been done, and loads it."""
    files = ensure_model(settings)
    return Engine(files, load_embedder(files, threads=threads))
