"""The action server's door: its token, its limits, its time."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

import actions.app
from actions.app import create_app
from actions.manners import Resume
from actions.settings import ActionSettings

_TOKEN = "acts-token-for-tests-0123456789"
_CALL = {"next_action": "action_resume", "tracker": {"sender_id": "s", "slots": {}, "latest_message": {}, "events": []}}


@pytest.fixture
def client() -> Iterator[TestClient]:
    settings = ActionSettings(desk_token=_TOKEN, search_token=_TOKEN, actions_token=_TOKEN)
    with TestClient(create_app(settings), headers={"Authorization": f"Bearer {_TOKEN}"}) as found:
        yield found


def test_an_action_is_run(client: TestClient) -> None:
    answer = client.post("/webhook", json=_CALL).json()
    assert answer["responses"][0]["response"] == "utter_what_do_you_need"
    assert answer["events"][-1] == {"event": "followup", "timestamp": None, "name": "action_listen"}


def test_nobody_gets_in_without_the_token(client: TestClient) -> None:
    assert client.post("/webhook", json=_CALL, headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/health", headers={"Authorization": ""}).json()["status"] == "ok"


def test_a_large_or_compressed_body_is_refused(client: TestClient) -> None:
    assert client.post("/webhook", content=b" " * 600_000).status_code == 413
    bomb = gzip.compress(b"0" * 5_000_000)
    assert client.post("/webhook", content=bomb, headers={"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"next_action": 5, "tracker": {}}', b'{"next_action": "x"}', b"[" * 100_000]
)
def test_a_call_of_the_wrong_shape_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/webhook", content=body).status_code == 422


def test_an_unknown_action_is_not_found(client: TestClient) -> None:
    assert client.post("/webhook", content=json.dumps({**_CALL, "next_action": "action_nope"})).status_code == 404


def test_an_action_that_takes_too_long_is_given_up(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(*_args: Any) -> Any:
        await asyncio.sleep(5)

    monkeypatch.setattr(actions.app, "_SECONDS", 0.05)
    monkeypatch.setattr(Resume, "act", sleep)
    assert client.post("/webhook", json=_CALL).status_code == 503


def test_a_service_that_is_down_makes_the_call_fail(client: TestClient) -> None:
    call = {**_CALL, "next_action": "action_start_ticket"}
    assert client.post("/webhook", json=call).status_code == 503


def test_every_action_of_the_domain_is_served_and_no_other() -> None:
    from pathlib import Path

    import yaml

    domain = Path(__file__).resolve().parents[2] / "bot" / "domain"
    named = {name for path in domain.glob("*.yml") for name in yaml.safe_load(path.read_text()).get("actions", [])}
    settings = ActionSettings(desk_token=_TOKEN, search_token=_TOKEN, actions_token=_TOKEN)
    assert TestClient(create_app(settings)).get("/health").json()["actions"] == len(named)
