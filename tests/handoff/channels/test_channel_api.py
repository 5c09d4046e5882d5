"""The API of channel processes, over real HTTP: who may call it, what wakes them, where users may go on."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.handoff.running import SECRETS, RunningDesk, until

_BASE = "/internal/channels/telegram"
_HEADERS = {"authorization": f"Bearer {SECRETS['channels_token']}"}


@pytest.fixture
def channel(desk: RunningDesk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url, headers=_HEADERS, timeout=10) as client:
        yield client


def write(channel: httpx.Client, key: str, text: str, address: str = "42") -> httpx.Response:
    body = {"kind": "text", "key": key, "address": address, "text": text, "message_key": f"m{key}"}
    return channel.post(f"{_BASE}/events", json=body)


def outbox(channel: httpx.Client, address: str = "42") -> dict[str, Any]:
    found: dict[str, Any] = channel.get(f"{_BASE}/accounts/{address}/outbox").json()
    return found


def listen(desk: RunningDesk, token: str = SECRETS["channels_token"]) -> ClientConnection:
    url = desk.url.replace("http", "ws") + f"{_BASE}/news"
    return connect(url, additional_headers={"authorization": f"Bearer {token}"})


def due_until(news: ClientConnection, address: str) -> None:
    while address not in orjson.loads(news.recv(timeout=8))["due"]:
        pass


def test_only_channel_processes_may_call_it(desk: RunningDesk) -> None:
    for headers in ({}, {"authorization": f"Bearer {SECRETS['desk_token']}"}):
        assert httpx.get(f"{desk.url}{_BASE}/accounts/42/outbox", headers=headers).status_code == 401
        assert httpx.post(f"{desk.url}{_BASE}/lease", headers=headers, json={}).status_code == 401
    with listen(desk, "another") as news, pytest.raises(ConnectionClosed) as closed:
        news.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_news_wake_the_channel_and_what_was_missed_is_told_at_the_next_connection(
    desk: RunningDesk, channel: httpx.Client
) -> None:
    with listen(desk) as news:
        assert write(channel, "1", "oi").json() == {"outcome": "done", "repeated": False}
        due_until(news, "42")
        until(lambda: [m["text"] for m in outbox(channel)["messages"]] == ["eco: oi"])
    with listen(desk) as news:
        due_until(news, "42")
    assert write(channel, "1", "oi").json() == {"outcome": "done", "repeated": True}


def test_a_user_of_the_widget_is_offered_the_channel_only_while_it_is_served(
    desk: RunningDesk, channel: httpx.Client
) -> None:
    visitor = desk.visitor()

    def links() -> list[dict[str, str]]:
        found: list[dict[str, str]] = visitor.http.get("/api/channel/links", headers=visitor.headers).json()["links"]
        return found

    assert links() == []
    lease = {"holder": "one", "seconds": 30, "link_prefix": "https://t.me/balcao_bot?start="}
    assert channel.post(f"{_BASE}/lease", json=lease).json()["held"] is True
    assert channel.post(f"{_BASE}/lease", json={**lease, "holder": "two"}).json()["held"] is False
    [link] = links()
    assert link["channel"] == "telegram"
    prefix, _, argument = link["url"].rpartition("=")
    assert prefix == "https://t.me/balcao_bot?start"
    start = {"kind": "command", "key": "9", "address": "42", "command": "start", "argument": argument, "name": "Lia"}
    assert channel.post(f"{_BASE}/events", json=start).json()["outcome"] == "done"
    assert outbox(channel)["conversation_id"] == visitor.conversation_id
    assert channel.delete(f"{_BASE}/lease", params={"holder": "one"}).status_code == 204


def test_a_malformed_event_is_refused_and_an_unknown_account_is_not_found(channel: httpx.Client) -> None:
    assert channel.post(f"{_BASE}/events", json={"kind": "text", "key": "1"}).status_code == 422
    assert channel.post(f"{_BASE}/events", json={"kind": "nonsense", "key": "1", "address": "1"}).status_code == 422
    assert channel.get(f"{_BASE}/accounts/1/outbox").status_code == 404
    assert channel.get("/internal/channels/No_Such/accounts/1/outbox").status_code == 422
