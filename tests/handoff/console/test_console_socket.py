"""The console's socket: hints, messages in order, catch-up, and the end of a session."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from balcao.database import utc_now
from handoff.accounts.guards import COOKIE
from handoff.accounts.service import revoke_all, set_groups
from handoff.live.news import announce
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient
from tests.handoff.running import RunningDesk, frames_until


@contextmanager
def socket_of(desk: RunningDesk, client: ConsoleClient) -> Iterator[ClientConnection]:
    url = desk.url.replace("http", "ws", 1) + "/api/console/socket"
    with connect(url, additional_headers={"cookie": f"{COOKIE}={client.token}"}) as opened:
        yield opened


def send(socket: ClientConnection, **frame: Any) -> None:
    socket.send(orjson.dumps(frame).decode())


def test_it_answers_pings_and_tells_of_the_queue(
    desk: RunningDesk, ana: ConsoleClient, bruno: ConsoleClient, queued: str
) -> None:
    with socket_of(desk, ana) as socket:
        send(socket, type="ping")
        frames_until(socket, lambda frame: frame["type"] == "pong")
        bruno.act(queued, "claim")
        assert frames_until(socket, lambda frame: frame["type"] == "queue", 1)


def test_an_opened_conversation_is_caught_up_from_where_the_page_has_it(
    desk: RunningDesk, world: World, ana: ConsoleClient, queued: str
) -> None:
    for number in range(5):
        world.write(queued, f"mensagem {number}")
    with socket_of(desk, ana) as socket:
        send(socket, type="open", conversation_id=queued, after=3)
        frames = [f for f in frames_until(socket, lambda frame: frame["type"] == "state") if f["type"] == "message"]
        assert [frame["seq"] for frame in frames] == [4, 5, 6]
        assert frames[-1]["message"]["text"] == "mensagem 4"
        assert 'data-seq="6"' in frames[-1]["html"]


def test_new_messages_and_notes_come_in_order_and_within_a_second(
    desk: RunningDesk, ana: ConsoleClient, bruno: ConsoleClient, queued: str
) -> None:
    ana.act(queued, "claim")
    with socket_of(desk, bruno) as socket:
        send(socket, type="open", conversation_id=queued, after=0)
        state = frames_until(socket, lambda frame: frame["type"] == "state")[-1]
        assert (state["agent_name"], state["may_reply"], state["may_claim"]) == ("Ana Lima", False, False)
        ana.say(queued, "olá", "key-000001")
        ana.say(queued, "só entre nós", "key-000002", note=True)
        frames = frames_until(socket, lambda f: f["type"] == "message" and f["message"]["visibility"] == "agents", 1)
        assert [f["message"]["text"] for f in frames if f["type"] == "message"] == ["olá", "só entre nós"]
        assert all(f["message"]["client_key"] is None for f in frames if f["type"] == "message")


def test_who_loses_sight_of_a_conversation_gets_no_more_of_it(
    desk: RunningDesk, world: World, bruno: ConsoleClient, queued: str
) -> None:
    with socket_of(desk, bruno) as socket:
        send(socket, type="open", conversation_id=queued, after=0)
        frames_until(socket, lambda frame: frame["type"] == "state")
        with world.database.write() as session:
            set_groups(session, agent_id=bruno.agent_id, groups=[])
        with desk.desk.write() as session:
            announce(session, f"conversation:{queued}")
        assert frames_until(socket, lambda frame: frame["type"] == "gone", 2)


def test_another_groups_conversation_is_not_opened(desk: RunningDesk, outsider: ConsoleClient, queued: str) -> None:
    with socket_of(desk, outsider) as socket:
        send(socket, type="open", conversation_id=queued, after=0)
        assert [frame["type"] for frame in frames_until(socket, lambda frame: frame["type"] == "gone")] == ["gone"]


def test_a_revoked_session_loses_its_socket_at_the_next_news(desk: RunningDesk, ana: ConsoleClient) -> None:
    with socket_of(desk, ana) as socket:
        send(socket, type="ping")
        frames_until(socket, lambda frame: frame["type"] == "pong")
        with desk.desk.write() as session:
            revoke_all(session, agent_id=ana.agent_id, now=utc_now())
            announce(session, "queue")
        with pytest.raises(ConnectionClosed) as closed:
            frames_until(socket, lambda _: False, 3)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"type":"admin"}',
        '{"type":"open"}',
        '{"type":"open","conversation_id":"x"}',
        '{"type":"open","conversation_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","after":-1}',
        '{"type":"open","conversation_id":null}',
    ],
)
def test_a_frame_that_is_not_ours_ends_the_socket(desk: RunningDesk, ana: ConsoleClient, frame: str) -> None:
    with socket_of(desk, ana) as socket:
        socket.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400
