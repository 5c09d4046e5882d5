"""Snapshots: built, checked, swapped, rolled back, refused."""

import json
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from balcao.database import Database
from balcao.errors import NotFound, Unavailable
from kb_index.articles.importers import import_path
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder
from kb_index.files import locked
from kb_index.ranking import Decision
from kb_index.search.library import Library
from kb_index.settings import IndexSettings
from kb_index.snapshot import SnapshotStore, build, rollback
from kb_index.snapshot.builder import BuildResult, build_snapshot
from kb_index.snapshot.loaded import LoadedSnapshot
from kb_index.snapshot.manifest import BadSnapshot, read_manifest
from tests.kb_index.conftest import make_articles
from tests.kb_index.fakes import FakeEmbedder

SAMPLE = Path(__file__).parents[2] / "kb_index" / "sample"


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def construct(store: SnapshotStore, articles: list[PublishedArticle], embedder: Embedder | None = None) -> BuildResult:
    return build_snapshot(store.root, articles, embedder or FakeEmbedder())


def changed(articles: list[PublishedArticle], place: int = 3) -> list[PublishedArticle]:
    other = articles[place].model_copy(update={"version": 2, "answer": "Agora é com a central de atendimento."})
    return [*articles[:place], other, *articles[place + 1 :]]


def titles(snapshot: LoadedSnapshot, text: str) -> list[str]:
    return [snapshot.articles[one.row].id for one in snapshot.rank(text).results]


def test_a_snapshot_answers_from_its_folder_alone(store: SnapshotStore) -> None:
    result = construct(store, make_articles())
    snapshot = LoadedSnapshot.load(result.folder, FakeEmbedder())
    assert titles(snapshot, "impressora sem toner")[0] == "a1"
    assert store.pointer().current == result.id
    assert read_manifest(result.folder).articles[0] == ("a0", 1, "0")


def test_only_what_changed_is_embedded_again(store: SnapshotStore) -> None:
    assert construct(store, make_articles()).embedded > 2 * len(make_articles())
    second = construct(store, changed(make_articles()), FakeEmbedder())
    assert (second.built, second.embedded) == (True, 1)
    again = construct(store, changed(make_articles()))
    assert (again.built, again.id) == (False, second.id)


def test_what_an_earlier_kept_snapshot_knew_is_not_embedded_again(store: SnapshotStore) -> None:
    construct(store, make_articles())
    construct(store, make_articles()[:2])
    assert construct(store, make_articles(), FakeEmbedder()).embedded == 0


def test_vectors_of_another_model_are_not_taken_over(store: SnapshotStore) -> None:
    first = construct(store, make_articles())
    assert construct(store, make_articles(), FakeEmbedder("fake-2")).embedded == first.embedded


def test_rollback_goes_to_the_one_before_and_back(store: SnapshotStore) -> None:
    first = construct(store, make_articles())
    with pytest.raises(NotFound):
        rollback(store.root)
    second = construct(store, changed(make_articles()))
    assert rollback(store.root) == first.id
    assert rollback(store.root) == second.id


def test_old_snapshots_are_removed_but_the_live_and_the_one_before_stay(store: SnapshotStore) -> None:
    articles = make_articles()
    results = [construct(store, changed(articles, place)) for place in range(5)]
    kept = {path.name for path in store.root.iterdir() if path.is_dir()}
    assert {results[-1].id, results[-2].id} <= kept
    assert len(kept) == 3


@pytest.mark.parametrize("name", ["articles.jsonl", "ranker/vectors.npy", "ranker/ranker.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "delete"])
def test_a_damaged_snapshot_is_refused_by_its_manifest(store: SnapshotStore, name: str, damage: str) -> None:
    path = construct(store, make_articles()).folder / name
    raw = path.read_bytes()
    path.unlink()
    if damage == "flip":
        path.write_bytes(raw[:20] + bytes([raw[20] ^ 1]) + raw[21:] if name != "manifest.json" else b"x" + raw)
    elif damage == "cut":
        path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(BadSnapshot):
        LoadedSnapshot.load(path.parents[len(Path(name).parts) - 1], FakeEmbedder())


def test_a_snapshot_of_another_format_is_refused(store: SnapshotStore) -> None:
    folder = construct(store, make_articles()).folder
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**told, "format": 0}))
    with pytest.raises(BadSnapshot, match="format 0"):
        read_manifest(folder)


def test_the_library_keeps_the_last_good_snapshot_when_a_new_one_is_damaged(store: SnapshotStore) -> None:
    first = construct(store, make_articles())
    library = Library(store, FakeEmbedder())
    assert library.refresh()
    assert not library.refresh()
    second = construct(store, changed(make_articles()))
    (second.folder / "articles.jsonl").write_text("")
    assert not library.refresh()
    assert library.live.manifest.id == first.id
    third = construct(store, make_articles())
    assert third.built
    assert library.refresh()
    assert library.live.manifest.id == third.id


def test_a_library_that_starts_on_a_damaged_snapshot_takes_the_one_before(store: SnapshotStore) -> None:
    first = construct(store, make_articles())
    second = construct(store, changed(make_articles()))
    (second.folder / "manifest.json").unlink()
    library = Library(store, FakeEmbedder())
    library.refresh()
    assert library.live.manifest.id == first.id


def test_a_damaged_pointer_does_not_stop_the_library(store: SnapshotStore) -> None:
    first = construct(store, make_articles())
    store.pointer_path.write_text("{")
    library = Library(store, FakeEmbedder())
    library.refresh()
    assert library.live.manifest.id == first.id


def test_a_library_without_a_snapshot_is_unavailable(store: SnapshotStore) -> None:
    library = Library(store, FakeEmbedder())
    assert not library.refresh()
    with pytest.raises(Unavailable):
        _ = library.live


def test_a_build_that_fails_leaves_nothing_and_the_live_one_stays(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = construct(store, make_articles())
    monkeypatch.setattr("kb_index.snapshot.builder._finds_itself", lambda snapshot, article: False)
    with pytest.raises(BadSnapshot, match="by their own title"):
        construct(store, changed(make_articles()))
    assert store.pointer().current == first.id
    assert [path.name for path in store.root.iterdir() if path.is_dir()] == [first.id]


def test_a_live_snapshot_that_was_damaged_is_built_again(store: SnapshotStore) -> None:
    first = construct(store, make_articles())
    (first.folder / "articles.jsonl").write_text("")
    second = construct(store, make_articles())
    assert second.built
    assert LoadedSnapshot.load(second.folder, FakeEmbedder()).articles


def test_no_articles_and_one_article_are_snapshots_too(store: SnapshotStore) -> None:
    empty = LoadedSnapshot.load(construct(store, []).folder, FakeEmbedder())
    assert empty.rank("vpn").decision is Decision.NONE
    one = LoadedSnapshot.load(construct(store, make_articles(1)).folder, FakeEmbedder())
    assert titles(one, "senha vencida") == ["a0"]


def test_odd_articles_do_not_stop_a_build(store: SnapshotStore) -> None:
    articles = make_articles()
    odd = [
        PublishedArticle(id="vazio", version=1, kind="faq", title="Sem resposta", answer=""),
        PublishedArticle(id="mudo", version=1, kind="faq", title="", answer="Só resposta."),
        PublishedArticle(id="emoji", version=1, kind="faq", title="😀", answer="😀😀"),
        PublishedArticle(id="longo", version=1, kind="manual", title="Manual longo", answer="texto grande " * 15_000),
        PublishedArticle(
            id="ingles", version=1, kind="faq", title="How do I reset my password?", answer="Open the page."
        ),
        articles[0].model_copy(update={"id": "copia"}),
    ]
    snapshot = LoadedSnapshot.load(construct(store, [*articles, *odd]).folder, FakeEmbedder())
    assert "ingles" in titles(snapshot, "reset password")


def _hold(path: Path, held: "multiprocessing.synchronize.Event") -> None:
    with locked(path):
        held.set()
        time.sleep(30)


def test_a_second_build_waits_and_a_killed_one_frees_the_lock(store: SnapshotStore) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    process = context.Process(target=_hold, args=(store.lock_path, held))
    process.start()
    assert held.wait(30)
    with pytest.raises(Unavailable), locked(store.lock_path, wait=False):
        pass
    assert process.pid is not None
    os.kill(process.pid, 9)
    process.join(10)
    with locked(store.lock_path, wait=False):
        pass


def test_the_sample_articles_are_built_from_the_database_and_found(
    sqlite: Database, model_settings: IndexSettings, embedder: Embedder
) -> None:
    with sqlite.write() as session:
        import_path(session, SAMPLE / "vpn", author="ana")
    result = build(model_settings, sqlite, threads=1)
    snapshot = LoadedSnapshot.load(result.folder, embedder)
    assert "vpn-instalar-windows" in titles(snapshot, "quero por a vpn no meu windows")[:3]
    assert not snapshot.degraded
    lexical = LoadedSnapshot.load(result.folder, None)
    assert lexical.rank("instalar vpn windows").degraded
    assert "vpn-instalar-windows" in titles(lexical, "instalar vpn windows")
    assert not build(model_settings, sqlite, threads=1).built
