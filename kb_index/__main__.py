"""Starts the search service: ``python -m kb_index``. The composition root of this process."""

import faiss
import structlog
import uvicorn

from balcao import logs
from kb_index.embedder import CachingEmbedder, Embedder
from kb_index.search.app import create_app
from kb_index.search.library import Library
from kb_index.settings import IndexSettings, SearchSettings
from kb_index.snapshot.engine import open_engine
from kb_index.snapshot.store import SnapshotStore

log = structlog.get_logger(__name__)


def main() -> None:
    """Runs until it is told to stop."""
    settings = SearchSettings()  # type: ignore[call-arg]  # from the environment
    logs.configure(settings.log_format)
    faiss.omp_set_num_threads(1)  # queries come side by side; a team of threads for each would spin on the other core
    library = Library(SnapshotStore(settings.snapshots), open_embedder(settings))
    uvicorn.run(
        create_app(settings, library),
        host="127.0.0.1",
        port=settings.search_port,
        log_level="warning",
        access_log=False,
    )


def open_embedder(settings: IndexSettings) -> Embedder | None:
    """The embedder with a small memory, or None if the model cannot be loaded: search then goes by words alone."""
    try:
        return CachingEmbedder(open_engine(settings, threads=1).embedder)
    except Exception as error:  # noqa: BLE001 - any fault of a model must leave search alive
        log.error("model_unusable", error=type(error).__name__, reason=str(error))
        return None


if __name__ == "__main__":
    main()
