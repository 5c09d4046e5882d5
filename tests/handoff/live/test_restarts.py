"""A desk that is killed at any moment and started again loses nothing, doubles nothing and reorders nothing."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from handoff.settings import DeskSettings
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import SECRETS, Visitor, settings_for, until

KILLS = int(os.environ.get("BALCAO_DESK_KILLS", "6"))
pytestmark = pytest.mark.crash


class Process:
    """A desk in a process of its own, as the supervisor starts it."""

    def __init__(self, settings: DeskSettings) -> None:
        self.url = f"http://{settings.host}:{settings.port}"
        own = {name: str(getattr(settings, name)) for name in ("home", "database_url", "port", "bot_port")}
        self._env = os.environ | {f"BALCAO_{name.upper()}": value for name, value in (own | SECRETS).items()}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "handoff"], env=self._env)
        until(self._is_healthy, 30)

    def kill(self, number: int = signal.SIGKILL) -> float:
        """Sends the signal and waits for the end; returns how many seconds that took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(number)
        self._process.wait(10)
        return time.monotonic() - began

    def _is_healthy(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/health").status_code == 200
        return False


@pytest.fixture
def process(database_url: str, world: World, tmp_path: Path, bot: FakeBot) -> Iterator[Process]:
    process = Process(settings_for(database_url, tmp_path, bot))
    process.start()
    yield process
    process.kill()


def test_a_desk_killed_in_the_middle_of_a_turn_answers_it_after_its_return_once(process: Process, bot: FakeBot) -> None:
    visitor = Visitor(process.url)
    bot.think = 1.0
    visitor.post("oi", "k1")
    until(lambda: bot.requests)
    process.kill()
    bot.think = 0
    process.start()
    assert visitor.post("oi", "k1").status_code == 200
    until(lambda: visitor.said_by("bot"))
    time.sleep(1.5)
    assert [m["text"] for m in visitor.messages()] == ["oi", "eco: oi"]
    assert {r["message_id"] for r in bot.requests} == {visitor.messages()[0]["id"]}


def test_a_desk_that_comes_back_without_its_bot_passes_what_was_left_to_people(process: Process, bot: FakeBot) -> None:
    visitor = Visitor(process.url)
    bot.behaviour = "hang"
    visitor.post("oi")
    until(lambda: bot.requests)
    process.kill()
    bot.stop()
    process.start()
    until(lambda: visitor.history()["owner"] == "queue", 6)
    assert [m["author"] for m in visitor.messages()] == ["user", "system"]


def test_a_desk_that_is_asked_to_stop_is_gone_in_three_seconds_even_with_a_turn_on_its_way(
    process: Process, bot: FakeBot
) -> None:
    visitor = Visitor(process.url)
    bot.think = 20
    visitor.post("oi")
    until(lambda: bot.requests)
    with visitor.socket():
        assert process.kill(signal.SIGTERM) < 3.5
    bot.think = 0
    process.start()
    until(lambda: visitor.said_by("bot") == ["eco: oi"])


def post_until_acknowledged(visitor: Visitor, text: str) -> None:
    """As the widget does: the same key until the desk answers."""
    while True:
        with contextlib.suppress(httpx.HTTPError):
            response = visitor.post(text, text)
            if response.status_code in {200, 201}:
                return
        time.sleep(0.1)


def write_many(visitor: Visitor, stop: threading.Event, written: list[str]) -> None:
    while not stop.is_set():
        written.append(f"m{len(written)}")
        post_until_acknowledged(visitor, written[-1])
        time.sleep(0.2)


def test_killed_at_random_under_load_the_desk_keeps_every_message_once_in_order_and_answers_each(
    process: Process, bot: FakeBot
) -> None:
    rng = random.Random(20261122)
    bot.think = 0.02
    visitors = [Visitor(process.url) for _ in range(4)]
    written: list[list[str]] = [[] for _ in visitors]
    stop = threading.Event()
    threads = [
        threading.Thread(target=write_many, args=(visitor, stop, texts))
        for visitor, texts in zip(visitors, written, strict=True)
    ]
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.1, 1.5))
        process.kill()
        process.start()
    stop.set()
    for thread in threads:
        thread.join(30)
    for visitor, texts in zip(visitors, written, strict=True):
        until(lambda v=visitor, t=texts: len(v.said_by("bot")) == len(t), 15)
        assert visitor.said_by("user") == texts
        assert visitor.said_by("bot") == [f"eco: {text}" for text in texts]
        messages = visitor.messages()
        assert [m["seq"] for m in messages] == list(range(1, len(messages) + 1))
        assert visitor.history()["owner"] == "bot"
