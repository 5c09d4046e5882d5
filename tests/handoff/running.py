"""A desk that really runs: uvicorn in a thread of the test, on a free port, over a settled database."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
from websockets.sync.client import ClientConnection, connect

from balcao.ids import new_id
from handoff.app import create_app
from handoff.desk import Desk
from handoff.serving import make_server
from handoff.settings import DeskSettings
from tests.handoff.fake_bot import FakeBot

SECRETS = {
    name: f"{name}-of-the-tests-only-0123456789"
    for name in ("secret_key", "desk_token", "search_token", "bot_token", "channels_token")
}
SECRETS["secret_key"] = "0123456789-key-of-the-tests-only"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(check: Callable[[], Any], seconds: float = 8) -> Any:
    """The first true result of ``check``; fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = check()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s")


class Visitor:
    """A user of the channel API."""

    def __init__(self, url: str, **session: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15)
        opened = self.http.post("/api/channel/sessions", json={"channel": "web", "client_key": new_id(), **session})
        assert opened.status_code == 201, opened.text
        self.opened = opened.json()
        self.token: str = self.opened["token"]
        self.conversation_id: str = self.opened["conversation_id"]
        self.headers = {"authorization": f"Bearer {self.token}"}
        self._socket_url = url.replace("http", "ws", 1) + "/api/channel/socket"

    def post(self, text: str | None = None, key: str | None = None, **body: Any) -> httpx.Response:
        said = {} if text is None else {"text": text}
        return self.http.post(
            "/api/channel/messages", json={"client_key": key or new_id(), **said, **body}, headers=self.headers
        )

    def history(self, **params: int) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/api/channel/messages", params=params, headers=self.headers).json()
        return found

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.history()["messages"]
        return found

    def said_by(self, author: str) -> list[str]:
        return [m["text"] for m in self.messages() if m["author"] == author]

    @contextmanager
    def socket(self, after: int = 0, **options: Any) -> Iterator[ClientConnection]:
        with connect(f"{self._socket_url}?after={after}", **options) as opened:
            opened.send(orjson.dumps({"token": self.token}).decode())
            yield opened


def frames_until(
    opened: ClientConnection, stop: Callable[[dict[str, Any]], bool], seconds: float = 8
) -> list[dict[str, Any]]:
    """The frames up to and with the first for which ``stop`` is true."""
    frames = []
    while True:
        frames.append(orjson.loads(opened.recv(timeout=seconds)))
        if stop(frames[-1]):
            return frames


class RunningDesk:
    """The desk under test; ``url`` is where it listens."""

    def __init__(self, settings: DeskSettings) -> None:
        self.settings = settings
        self.url = f"http://{settings.host}:{settings.port}"
        self.app = create_app(settings)
        self.desk: Desk = self.app.state.desk
        self._server = make_server(self.app, settings)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> "RunningDesk":
        self._thread.start()
        until(lambda: self._server.started)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    def visitor(self, **session: str) -> Visitor:
        return Visitor(self.url, **session)


def settings_for(database_url: str, home: Path, bot: FakeBot, **more: Any) -> DeskSettings:
    """Settings of a desk on a free port that speaks to this bot."""
    return DeskSettings(
        home=home, database_url=database_url, port=free_port(), bot_port=bot.port, **{**SECRETS, **more}
    )
