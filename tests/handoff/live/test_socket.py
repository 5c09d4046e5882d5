"""What is stored is pushed, once and in order, to its user and nobody else."""

import socket as sockets
import struct
import time
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from balcao.database import utc_now
from handoff.conversations import service
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, Visitor, frames_until, until


def seqs(frames: list[dict[str, Any]]) -> list[int]:
    return [f["message"]["seq"] for f in frames if f["type"] == "message"]


def is_bots(frame: dict[str, Any]) -> bool:
    return bool(frame["type"] == "message" and frame["message"]["author"] == "bot")


def is_state(frame: dict[str, Any]) -> bool:
    return bool(frame["type"] == "state")


def owner_is(owner: str) -> Any:
    return lambda frame: frame["type"] == "state" and frame["owner"] == owner


def test_the_answer_is_pushed_after_the_question_with_the_bot_typing_between(desk: RunningDesk, bot: FakeBot) -> None:
    bot.think = 0.3
    visitor = desk.visitor()
    with visitor.socket() as opened:
        frames_until(opened, is_state)
        visitor.post("oi")
        frames = frames_until(opened, lambda f: is_state(f) and not f["bot_typing"])
    assert seqs(frames) == [1, 2]
    assert [f["bot_typing"] for f in frames if is_state(f)] == [True, False]


def test_what_is_pushed_is_what_is_stored(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    with visitor.socket() as opened:
        visitor.post("oi")
        frames = frames_until(opened, is_bots)
    assert [f["message"] for f in frames if f["type"] == "message"] == visitor.messages()


@pytest.mark.parametrize("after", [0, 3, 10, 100])
def test_a_client_that_comes_back_gets_what_it_lacks(desk: RunningDesk, after: int) -> None:
    visitor = desk.visitor()
    for n in range(5):
        visitor.post(f"m{n}")
    until(lambda: len(visitor.messages()) == 10)
    with visitor.socket(after) as opened:
        frames = frames_until(opened, is_state)
    assert seqs(frames) == list(range(after + 1, 11))
    assert [m["seq"] for m in visitor.history(after=after)["messages"]] == seqs(frames)


def test_a_long_history_comes_in_pages_without_a_gap(desk: RunningDesk, world: World) -> None:
    visitor = desk.visitor()
    world.hand_over(visitor.conversation_id)
    for n in range(230):
        world.write(visitor.conversation_id, f"m{n}")
    with visitor.socket() as opened:
        assert seqs(frames_until(opened, is_state)) == list(range(1, 231))
    page = visitor.history(after=0, limit=200)
    assert (len(page["messages"]), page["last_seq"]) == (200, 230)


def test_cut_again_and_again_a_client_ends_with_the_same_history(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    seen: list[int] = []
    for n in range(12):
        with visitor.socket(seen[-1] if seen else 0) as opened:
            visitor.post(f"m{n}")
            seen += seqs([orjson.loads(opened.recv(timeout=5))])
    until(lambda: len(visitor.messages()) == 24)
    with visitor.socket(seen[-1] if seen else 0) as opened:
        seen += seqs(frames_until(opened, is_state))
    assert seen == list(range(1, 25))


def test_the_user_sees_the_queue_move_the_agent_come_and_write_and_leave(desk: RunningDesk, world: World) -> None:
    first, second = desk.visitor(), desk.visitor()
    for visitor in (first, second):
        world_via(desk, visitor, world)
    with second.socket() as opened:
        assert frames_until(opened, owner_is("queue"))[-1]["queue_place"] == 2
        claim(desk, first, world.ana)
        assert frames_until(opened, owner_is("queue"))[-1]["queue_place"] == 1
        claim(desk, second, world.bruno)
        joined = frames_until(opened, owner_is("agent"))
        assert joined[-1]["agent_name"] == "Bruno Reis"
        assert joined[0]["message"]["payload"] == {"notice": "agent_joined"}
        began = time.monotonic()
        agent_writes(desk, second, world.bruno, "nota interna", note=True)
        agent_writes(desk, second, world.bruno, "Olá, sou o Bruno.")
        said = frames_until(opened, lambda f: f["type"] == "message")[-1]["message"]
        assert time.monotonic() - began < 1
    assert (said["author"], said["author_name"], said["text"]) == ("agent", "Bruno Reis", "Olá, sou o Bruno.")
    assert "nota interna" not in str(second.history())


def world_via(desk: RunningDesk, visitor: Visitor, world: World) -> None:
    with desk.desk.write() as session:
        conversation = service.queries.locked(session, visitor.conversation_id)
        service.hand_over(
            session, conversation=conversation, group=None, reason="user_asked", summary="", fields={}, now=utc_now()
        )


def claim(desk: RunningDesk, visitor: Visitor, agent_id: str) -> None:
    with desk.desk.write() as session:
        service.claim(session, conversation_id=visitor.conversation_id, agent_id=agent_id, now=utc_now())


def agent_writes(desk: RunningDesk, visitor: Visitor, agent_id: str, text: str, *, note: bool = False) -> None:
    with desk.desk.write() as session:
        service.post_agent_message(
            session,
            conversation_id=visitor.conversation_id,
            agent_id=agent_id,
            text=text,
            client_key=text,
            note=note,
            now=utc_now(),
        )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("first", ['{"token": "forged"}', "{}", "[]", "no json", '{"token": null}'])
def test_a_socket_without_a_good_token_is_closed_as_unauthenticated(desk: RunningDesk, first: str) -> None:
    with connect(f"{desk.url.replace('http', 'ws')}/api/channel/socket") as opened:
        opened.send(first)
        with pytest.raises(ConnectionClosed) as closed:
            opened.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_foreign_page_gets_no_socket_and_our_own_does(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    with pytest.raises(InvalidStatus) as refused, visitor.socket(origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    with visitor.socket(origin=desk.url) as opened:
        assert is_state(orjson.loads(opened.recv(timeout=5)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pings_are_answered_and_anything_else_ends_the_socket(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    with visitor.socket() as opened:
        frames_until(opened, is_state)
        opened.send('{"type": "ping"}')
        assert orjson.loads(opened.recv(timeout=5)) == {"type": "pong"}
        opened.send('{"type": "message", "text": "oi"}')
        with pytest.raises(ConnectionClosed):
            opened.recv(timeout=5)
    assert visitor.messages() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_enormous_frame_ends_the_socket(desk: RunningDesk) -> None:
    with desk.visitor().socket() as opened:
        frames_until(opened, is_state)
        opened.send("x" * 100_000)
        with pytest.raises(ConnectionClosed):
            opened.recv(timeout=5)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sockets_are_counted_and_forgotten(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    with visitor.socket() as opened:
        frames_until(opened, is_state)
        assert "balcao_sockets 1.0" in visitor.http.get("/metrics").text
        assert desk.desk.hub._waiters
    until(lambda: "balcao_sockets 0.0" in visitor.http.get("/metrics").text)
    assert not desk.desk.hub._waiters


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_client_that_never_reads_is_dropped(desk: RunningDesk, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handoff.live.socket._SEND_SECONDS", 0.5)
    visitor = desk.visitor()
    world.hand_over(visitor.conversation_id)
    for _ in range(300):
        world.write(visitor.conversation_id, "ã" * 4000)
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)  # before connecting, else the window is large already
    raw.connect((desk.settings.host, desk.settings.port))
    raw.sendall(
        b"GET /api/channel/socket HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    until(lambda: b"101" in raw.recv(4096))
    token = orjson.dumps({"token": visitor.token})
    raw.sendall(struct.pack("!BBH4s", 0x81, 0x80 | 126, len(token), bytes(4)) + token)
    until(lambda: "balcao_sockets_dropped_total 1.0" in visitor.http.get("/metrics").text)
    until(lambda: "balcao_sockets 0.0" in visitor.http.get("/metrics").text)
    raw.close()
