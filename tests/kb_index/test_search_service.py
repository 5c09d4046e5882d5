"""The search service over HTTP."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from kb_index.embedder import Embedder
from kb_index.search.app import create_app
from kb_index.search.library import Library
from kb_index.settings import SearchSettings
from kb_index.snapshot import SnapshotStore
from kb_index.snapshot.builder import build_snapshot
from tests.kb_index.conftest import make_articles
from tests.kb_index.fakes import BrokenEmbedder, FakeEmbedder

TOKEN = "t" * 32
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
JSON = {"Content-Type": "application/json"}
STRANGE = "pen:APP/É um #id? "


def serve(tmp_path: Path, embedder: Embedder | None, *, build: bool = True) -> TestClient:
    store = SnapshotStore(tmp_path / "snapshots")
    articles = make_articles()
    steps = [{"id": "fim", "outcome": "solved"}]
    articles[4] = articles[4].model_copy(update={"id": STRANGE, "kind": "script", "steps": steps})
    if build:
        build_snapshot(store.root, articles, FakeEmbedder())
    settings = SearchSettings(home=tmp_path, search_token=TOKEN)
    return TestClient(create_app(settings, Library(store, embedder)), headers=HEADERS)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with serve(tmp_path, FakeEmbedder()) as client:
        yield client


def test_a_question_is_answered_with_whole_articles(client: TestClient) -> None:
    answer = client.post("/search", json={"text": "minha caixa postal está cheia", "k": 3}).json()
    assert set(answer) == {"snapshot", "degraded", "decision", "confidence", "results", "ms"}
    first = answer["results"][0]
    assert (first["article_id"], first["kind"], first["steps"]) == (
        STRANGE,
        "script",
        [{"id": "fim", "outcome": "solved"}],
    )
    assert first["answer"] == "Para caixa postal cheia, siga o roteiro 4."
    assert answer["confidence"] == first["confidence"]
    assert len(answer["results"]) <= 3


def test_internal_articles_are_for_the_internal_audience_only(client: TestClient) -> None:
    question = {"text": "impressora sem toner", "k": 20}
    assert "a1" not in {one["article_id"] for one in client.post("/search", json=question).json()["results"]}
    internal = client.post("/search", json={**question, "audience": "internal"}).json()["results"]
    assert internal[0]["article_id"] == "a1"
    assert client.get("/articles/a1").status_code == 404
    assert client.get("/articles/a1?audience=internal").status_code == 200


def test_a_service_narrows_the_search(client: TestClient) -> None:
    results = client.post("/search", json={"text": "rede sem fio", "service": "rede"}).json()["results"]
    assert [one["article_id"] for one in results] == ["a2"]
    assert client.post("/search", json={"text": "rede", "service": "nada"}).json()["decision"] == "none"


def test_an_article_is_found_by_any_id(client: TestClient) -> None:
    found = client.get(f"/articles/{quote(STRANGE, safe='')}")
    assert (found.status_code, found.json()["article_id"]) == (200, STRANGE)
    missing = client.get("/articles/nada")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "article_not_found")


@pytest.mark.parametrize(
    "text", ["", " ", "a", "😀" * 100, "\x00", "\ufffe", "<script>", "x" * 10_000, "a " * 5_000, "*" * 50]
)
def test_odd_questions_are_answered(client: TestClient, text: str) -> None:
    response = client.post("/search", content=json.dumps({"text": text}), headers=JSON)
    assert response.status_code == 200
    assert response.json()["decision"] in {"answer", "choices", "none"}


def test_nothing_but_emoji_has_no_answer(client: TestClient) -> None:
    answer = client.post("/search", json={"text": "😀😀😀"}).json()
    assert (answer["decision"], answer["results"]) == ("none", [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"text": 1},
        {"text": None},
        {"text": "x" * 10_001},
        {"text": "a", "k": 0},
        {"text": "a", "k": 21},
        {"text": "a", "b": 1},
        {"text": "a", "audience": "admin"},
    ],
)
def test_wrong_bodies_are_refused(client: TestClient, body: object) -> None:
    response = client.post("/search", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_input")


def test_broken_json_and_large_bodies_are_refused(client: TestClient) -> None:
    for broken in (b"{", b'{"text": "\\ud800"}', b'{"text": "\xff"}'):
        assert client.post("/search", content=broken, headers=JSON).status_code in (400, 422)
    assert client.post("/search", content=b"[" * 60_000, headers=JSON).status_code in (
        400,
        422,
    )
    assert client.post("/search", content=b"x" * 300_000).status_code == 413


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}]
)
def test_without_the_token_only_health_answers(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/search", json={"text": "oi"}, headers=headers).status_code == 401
    assert client.get("/articles/a0", headers=headers).status_code == 401
    health = client.get("/health", headers=headers)
    assert (health.status_code, health.json()["articles"]) == (200, 15)


@pytest.mark.parametrize("embedder", [None, BrokenEmbedder(), FakeEmbedder("another model")])
def test_without_its_model_it_answers_by_words_and_says_so(tmp_path: Path, embedder: Embedder | None) -> None:
    with serve(tmp_path, embedder) as client:
        answer = client.post("/search", json={"text": "certificado digital"}).json()
        assert (answer["degraded"], answer["results"][0]["article_id"]) == (True, "a3")


def test_without_a_snapshot_it_is_unavailable_and_healthy(tmp_path: Path) -> None:
    with serve(tmp_path, FakeEmbedder(), build=False) as client:
        assert client.get("/health").json()["status"] == "no_snapshot"
        response = client.post("/search", json={"text": "oi"})
        assert (response.status_code, response.json()["error"]["code"]) == (503, "no_snapshot")


def test_a_new_snapshot_is_taken_up_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setattr("kb_index.search.app._WATCH_SECONDS", 0.02)
    with serve(tmp_path, FakeEmbedder()) as client:
        before = client.get("/health").json()["snapshot"]
        result = build_snapshot(tmp_path / "snapshots", make_articles(14), FakeEmbedder())
        deadline = time.monotonic() + 5
        while client.get("/health").json()["snapshot"] == before and time.monotonic() < deadline:
            time.sleep(0.02)
        assert client.get("/health").json() == {
            "status": "ok",
            "snapshot": result.id,
            "articles": 14,
            "degraded": False,
        }


def test_a_script_is_led_through_move_by_move(client: TestClient) -> None:
    begun = client.post("/scripts/turn", json={"article_id": STRANGE}).json()
    assert begun["outcome"] == {"kind": "solved", "text": None, "fields": {}, "group": None}
    assert (begun["question"], begun["run"], begun["tried"]) == (None, {"step": "fim", "answers": []}, [])
    again = client.post("/scripts/turn", json={"article_id": STRANGE, "run": begun["run"], "said": {"move": "again"}})
    assert again.json() == begun


def test_a_run_that_the_script_does_not_know_begins_again(client: TestClient) -> None:
    body = {"article_id": STRANGE, "run": {"step": "gone", "answers": []}, "said": {"text": "sim"}}
    assert client.post("/scripts/turn", json=body).json()["remark"] == "restarted"


def test_what_is_no_script_or_not_for_this_audience_is_not_found(client: TestClient) -> None:
    for article_id in ("a2", "nada"):
        assert client.post("/scripts/turn", json={"article_id": article_id}).status_code == 404


def test_a_move_of_another_shape_is_refused(client: TestClient) -> None:
    for said in ({"move": "jump"}, {"option": -1}, {"more": 1}, {"text": "x" * 10_001}):
        assert client.post("/scripts/turn", json={"article_id": STRANGE, "said": said}).status_code == 422


def test_scripts_too_are_behind_the_token(client: TestClient) -> None:
    answer = client.post("/scripts/turn", json={"article_id": STRANGE}, headers={"Authorization": "Bearer no"})
    assert answer.status_code == 401
