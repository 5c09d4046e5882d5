"""Builds a snapshot: embeds what changed, fits the ranker, writes, checks, and only then makes it live."""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from balcao.database import Database, utc_now
from kb_index.articles.queries import list_published
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder
from kb_index.files import locked, new_folder
from kb_index.ranking import LIVE
from kb_index.settings import IndexSettings
from kb_index.snapshot.cache import VectorCache
from kb_index.snapshot.engine import open_engine
from kb_index.snapshot.loaded import ARTICLES, LoadedSnapshot, write_articles
from kb_index.snapshot.manifest import BadSnapshot, write_manifest
from kb_index.snapshot.store import SnapshotStore

log = structlog.get_logger(__name__)

_SELF_CHECKS = 100
_SELF_RECALL = 0.9
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``built`` is False if the live snapshot already says the same; ``embedded`` counts texts."""

    id: str
    folder: Path
    built: bool
    articles: int
    embedded: int
    seconds: float
    fit_seconds: float


def build(settings: IndexSettings, database: Database, *, threads: int = 2, force: bool = False) -> BuildResult:
    """Builds a snapshot of the published articles and makes it live. A second build at once waits for the first.

    If writing or checking fails, the error goes up and the live snapshot stays.
    """
    with locked(SnapshotStore(settings.snapshots).lock_path):
        with database.read() as session:
            articles = list_published(session)
        embedder = open_engine(settings, threads=threads).embedder
        return build_snapshot(settings.snapshots, articles, embedder, force=force)


def build_snapshot(
    root: Path, articles: Sequence[PublishedArticle], embedder: Embedder, *, force: bool = False
) -> BuildResult:
    """As :func:`build`, from articles and embedder in hand; the caller holds the lock."""
    started = time.perf_counter()
    store = SnapshotStore(root)
    live = store.current_manifest()
    inputs = _hash_inputs(articles, embedder)
    if live is not None and live.inputs == inputs and not force and _is_sound(store.folder(live.id), embedder):
        return BuildResult(live.id, store.folder(live.id), False, len(articles), 0, time.perf_counter() - started, 0.0)
    cache = VectorCache.from_folders(embedder, store.candidates())
    snapshot_id = _new_id()
    with new_folder(store.folder(snapshot_id)) as folder:
        fit_seconds = _write(folder, snapshot_id, articles, cache, inputs)
        _check(folder, cache)
    store.point(snapshot_id, live.id if live else None)
    store.prune()
    seconds = time.perf_counter() - started
    log.info(
        "snapshot_built", id=snapshot_id, articles=len(articles), embedded=cache.embedded, seconds=round(seconds, 2)
    )
    folder = store.folder(snapshot_id)
    return BuildResult(snapshot_id, folder, True, len(articles), cache.embedded, seconds, fit_seconds)


def _write(
    folder: Path, snapshot_id: str, articles: Sequence[PublishedArticle], cache: VectorCache, inputs: str
) -> float:
    started = time.perf_counter()
    ranker = LIVE.fit(articles, cache)
    fit_seconds = time.perf_counter() - started
    (folder / "ranker").mkdir()
    ranker.save(folder / "ranker")
    cache.save(folder)
    write_articles(folder / ARTICLES, list(articles))
    write_manifest(
        folder,
        id=snapshot_id,
        created_at=utc_now().isoformat(),
        ranker=LIVE.version,
        model=cache.id,
        dimension=cache.dimension,
        inputs=inputs,
        articles=[(article.id, article.version, article.content_hash) for article in articles],
        metrics=ranker.metrics(),
    )
    return fit_seconds


def _check(folder: Path, embedder: Embedder) -> None:
    """Loads what was written as the service would, and asks for articles by their own titles (whose vectors are at hand)."""
    snapshot = LoadedSnapshot.load(folder, embedder)
    step = max(1, len(snapshot.articles) // _SELF_CHECKS)
    asked = [article for article in snapshot.articles[::step] if article.title.strip()][:_SELF_CHECKS]
    hits = sum(_finds_itself(snapshot, article) for article in asked)
    if asked and hits < _SELF_RECALL * len(asked):
        raise BadSnapshot(f"only {hits} of {len(asked)} articles are found by their own title")


def _finds_itself(snapshot: LoadedSnapshot, article: PublishedArticle) -> bool:
    found = snapshot.rank(article.title, k=_DEPTH).results
    return any(snapshot.articles[one.row].title == article.title for one in found) or not found


def _is_sound(folder: Path, embedder: Embedder) -> bool:
    try:
        LoadedSnapshot.load(folder, embedder)
    except (BadSnapshot, OSError, ValueError):
        return False
    return True


def _hash_inputs(articles: Sequence[PublishedArticle], embedder: Embedder) -> str:
    digest = hashlib.sha256(json.dumps([LIVE.version, embedder.id]).encode())
    for article in articles:
        digest.update(article.model_dump_json().encode(errors="surrogatepass"))
    return digest.hexdigest()


def _new_id() -> str:
    """Sorts by time: ``20261122T131500-3f2a9c``."""
    return f"{utc_now():%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"
