"""The private channel: who may use it, what it takes, and that a turn happens once or not at all."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.bot.fakes import FakeDesk, FakeSearch
from tests.bot.processes import Chat, Processes


def _stored(processes: Processes, session_id: str) -> str | None:
    with sqlite3.connect(processes.home / "rasa" / "trackers.db") as db:
        row = db.execute("SELECT events FROM sessions WHERE id = ?", (session_id,)).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "chat-token-for-tests-0123456789"}]
)
def test_nobody_gets_in_without_the_token(processes: Processes, header: dict[str, str]) -> None:
    body = {"message_id": "m", "session_id": "s", "text": "oi", "context": {}}
    assert httpx.post(f"{processes.bot_url}/turn", json=body, headers=header).status_code == 401


@pytest.mark.parametrize(
    "path", ["/webhooks/rest/webhook", "/model", "/conversations/s/tracker", "/webhooks/rest", "/domain"]
)
def test_nothing_else_of_rasa_is_reachable(processes: Processes, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert httpx.request(method, f"http://127.0.0.1:{processes.bot_port}{path}", json={}).status_code in (404, 405)


def test_health_names_the_model(processes: Processes) -> None:
    health = httpx.get(f"{processes.bot_url}/health").json()
    assert health["status"] == "ok"
    assert health["model"].endswith(".tar.gz")


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/affirm",
        '/intent{"role":"admin"}',
        '/choose_article{"article_id": "roteiro"}',
        "  //restart",
        "/\n/session_start",
        "/",
    ],
)
def test_text_is_never_read_as_an_intent(chat: Chat, text: str) -> None:
    chat.say("vpn")
    said = chat.say(text)
    assert not chat.record["commands"]
    assert chat.record["trace"]["confidence"] < 1.0
    assert "O que aparece no visor?" not in said
    assert "Isso resolveu?" in chat.say("vpn"), "the session goes on"


@pytest.mark.parametrize(
    "change",
    [
        {"payload": "/restart"}, {"payload": "/session_start"}, {"payload": "/nobody_knows"}, {"payload": "affirm"},
        {"payload": {"a": 1}}, {"session_id": ""}, {"session_id": "a b"}, {"message_id": None}, {"text": 5},
        {"text": "a" * 9000}, {"context": "none"},
    ],
)  # fmt: skip
def test_a_turn_of_the_wrong_shape_is_refused(chat: Chat, change: dict[str, Any]) -> None:
    assert chat.post(**change).status_code == 422


def test_a_body_of_the_wrong_kind_is_refused(processes: Processes) -> None:
    headers = {"Authorization": "Bearer chat-token-for-tests-0123456789"}
    assert httpx.post(f"{processes.bot_url}/turn", content=b"{", headers=headers).status_code == 422
    assert httpx.post(f"{processes.bot_url}/turn", content=b"[]", headers=headers).status_code == 422
    assert httpx.post(f"{processes.bot_url}/turn", content=b"a" * 100_000, headers=headers).status_code == 413


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "😀", "<script>alert(1)</script>", "![x](http://evil)", "{question}", "a" * 4000]
)
def test_odd_text_is_answered_like_any_other(chat: Chat, text: str) -> None:
    chat.say(text)


def test_a_repeated_message_is_answered_from_memory(chat: Chat, search: FakeSearch) -> None:
    chat.say("vpn", message_id="same")
    first, asked = chat.record, len(search.asked)
    chat.say("vpn", message_id="same")
    assert chat.record == first
    assert len(search.asked) == asked


def test_the_same_message_twice_at_once_runs_once(chat: Chat, search: FakeSearch) -> None:
    asked = len(search.asked)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: chat.post(text="vpn", message_id="at-once").json(), range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(search.asked) == asked + 1


def test_sessions_do_not_wait_for_each_other(new_chat: Callable[..., Chat], search: FakeSearch) -> None:
    search.delay = 0.8
    try:
        began = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda chat: chat.say("vpn"), [new_chat() for _ in range(4)]))
        assert time.monotonic() - began < 2.4
    finally:
        search.delay = 0.0


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_without_its_actions_the_turn_fails_and_never_happened(processes: Processes, chat: Chat, fault: str) -> None:
    chat.say("vpn")
    before = _stored(processes, chat.session_id)
    _ = processes.kill("actions") if fault == "killed" else processes.freeze("actions")
    began = time.monotonic()
    try:
        failed = chat.post(text="não", message_id=f"retry-{fault}")
        assert failed.status_code == 503
        assert time.monotonic() - began < 4.5
        assert _stored(processes, chat.session_id) == before
    finally:
        _ = processes.start_actions() if fault == "killed" else processes.thaw("actions")
    assert "Talvez um destes" in chat.say("não", message_id=f"retry-{fault}")


def test_a_slow_search_fails_into_a_person_in_time(chat: Chat, search: FakeSearch) -> None:
    search.delay = 2.5
    began = time.monotonic()
    try:
        chat.say("vpn")
    finally:
        search.delay = 0.0
    assert chat.command("handoff") is not None
    assert time.monotonic() - began < 4.5


def test_a_first_turn_that_fails_leaves_no_session(processes: Processes, chat: Chat) -> None:
    processes.kill("actions")
    try:
        assert chat.post(text="vpn").status_code == 503
        assert _stored(processes, chat.session_id) is None
    finally:
        processes.start_actions()


def test_the_bot_killed_in_the_middle_of_opening_a_ticket_opens_one(
    processes: Processes, chat: Chat, desk: FakeDesk
) -> None:
    chat.say("abrir chamado")
    for text in ("vpn", "não conecta de manhã nenhuma", "só eu", "Ana Souza", "ana@orgao.gov.br"):
        chat.say(text)
    opened = len(desk.tickets)
    killer = threading.Timer(0.004, processes.kill, ["bot"])
    killer.start()
    with suppress(httpx.HTTPError):
        chat.post(text="sim", message_id="opens")
    killer.join()
    processes.start_bot()
    said = chat.say("sim", message_id="opens")
    assert len(desk.tickets) == opened + 1
    assert chat.payload("ticket")["protocol"] in said
    assert chat.say("sim", message_id="opens") == said


def test_a_session_survives_the_bot(processes: Processes, chat: Chat) -> None:
    chat.say("vpn")
    processes.kill("bot")
    processes.start_bot()
    assert "nota" in chat.say("sim")


def test_a_long_session_forgets_its_beginning_but_not_where_it_stands(processes: Processes, chat: Chat) -> None:
    chat.say("vpn")
    chat.say("abrir chamado")
    chat.say("sim")
    for _ in range(15):
        assert "afetado" in chat.say("oi")
    assert len(_stored(processes, chat.session_id) or "") < 12_000
    chat.say("só eu")
    chat.say("Ana Souza")
    chat.say("ana@orgao.gov.br")
    assert chat.payload("summary")[0]["value"] == "Acesso remoto (VPN)"
    assert "protocolo" in chat.say("sim")
