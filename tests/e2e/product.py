"""The whole product, started as a user starts it, in a home of its own on free ports; and a user and an agent of it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared"
PROCESSES = {"bot": "bot.serve", "search": "kb_index", "actions": "actions", "desk": "handoff"}
_PREPARED = ("model", "snapshots", "rasa", "cache")
READY_SECONDS = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """``balcao up`` in a folder. ``start`` waits until it says that it is ready."""

    def __init__(self, home: Path, **env: str) -> None:
        self.home = home
        self.ports = {name: free_port() for name in ("", "SEARCH_", "ACTIONS_", "BOT_")}
        self.env = {**os.environ, "BALCAO_HOME": str(home), "BALCAO_QUIET": "true", "PYTHONUNBUFFERED": "1", **env}
        self.env |= {f"BALCAO_{name}PORT": str(port) for name, port in self.ports.items()}
        self.base = f"http://127.0.0.1:{self.ports['']}"
        self.output = home / "up.out"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = READY_SECONDS) -> "Product":
        self.home.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            command = [sys.executable, "-m", "balcao.cli", "up"]
            self.process = subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        end = time.monotonic() + seconds
        while "ready in" not in self.output.read_text(errors="replace"):
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the product did not start:\n{self.output.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def pid(self, name: str) -> int | None:
        """The process of that name under the supervisor, if there is one just now."""
        assert self.process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if child.cmdline()[1:3] == ["-m", PROCESSES[name]]:
                        return child.pid
        return None

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int | None:
        pid = self.pid(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return pid

    def wait_healthy(self, name: str = "desk", seconds: float = 60) -> None:
        path = {"bot": "BOT_", "search": "SEARCH_", "actions": "ACTIONS_", "desk": ""}[name]
        health = "/webhooks/desk/health" if name == "bot" else "/health"
        wait_until(lambda: _is_ok(f"http://127.0.0.1:{self.ports[path]}{health}"), seconds, f"{name} is not healthy")

    def search_health(self) -> dict[str, Any]:
        return dict(httpx.get(f"http://127.0.0.1:{self.ports['SEARCH_']}/health", timeout=5).json())

    def admin(self) -> tuple[str, str]:
        """Login and password of the first admin, as printed at the start."""
        _, login, _, password = (self.home / "first-admin.txt").read_text().split()
        return login, password

    def user(self) -> "User":
        return User(self.base)


def _is_ok(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(url, timeout=2).status_code == 200
    return False


def wait_until(condition: Callable[[], Any], seconds: float = 20, message: str = "it did not happen") -> Any:
    """The first true value of ``condition``, tried for so long."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{message} in {seconds} s"
        time.sleep(0.05)
    return value


@dataclass
class User:
    """Somebody in the widget: speaks the channel API, keeps what was acknowledged, tries again with the same key."""

    base: str
    token: str = ""
    conversation_id: str = ""
    user_id: str = ""
    acknowledged: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base, timeout=15)
        answer = self._insist("POST", "/api/channel/sessions", {"channel": "web", "client_key": uuid.uuid4().hex})
        self.token, self.conversation_id, self.user_id = (
            answer[key] for key in ("token", "conversation_id", "user_id")
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def say(self, text: str, *, key: str | None = None) -> dict[str, Any]:
        """Posts until acknowledged; the same key each time."""
        body = {"client_key": key or uuid.uuid4().hex, "text": text}
        return self._acknowledge(self._insist("POST", "/api/channel/messages", body))

    def choose(self, label: str) -> dict[str, Any]:
        """Presses the last button with this label."""
        message = next(item for item in reversed(self.history()) if any(c["label"] == label for c in _choices(item)))
        choice = next(c for c in _choices(message) if c["label"] == label)
        body = {"client_key": uuid.uuid4().hex, "choice": {"message_id": message["id"], "id": choice["id"]}}
        return self._acknowledge(self._insist("POST", "/api/channel/messages", body))

    def ask(self, text: str, seconds: float = 15) -> list[dict[str, Any]]:
        """Says it and waits for what comes back."""
        return self.replies(self.say(text), seconds)

    def press(self, label: str, seconds: float = 15) -> list[dict[str, Any]]:
        return self.replies(self.choose(label), seconds)

    def replies(self, message: dict[str, Any], seconds: float = 15) -> list[dict[str, Any]]:
        """All that others have said after this message; waits for the first, and for the bot to end."""
        found = wait_until(lambda: self.after(message["seq"]), seconds, f"no answer to {message['text']!r}")
        time.sleep(0.05)
        return self.after(message["seq"]) or found

    def after(self, seq: int) -> list[dict[str, Any]]:
        return [item for item in self.history() if item["seq"] > seq and item["author"] != "user"]

    def history(self) -> list[dict[str, Any]]:
        return list(self.state(after=0)["messages"])

    def state(self, after: int = 10**9) -> dict[str, Any]:
        if after < 10**9:
            return self._all_pages(after)
        return self._insist("GET", f"/api/channel/messages?after={after}&limit=200")

    @contextlib.contextmanager
    def socket(self, after: int = 0) -> Iterator[ClientConnection]:
        """The live socket, signed in."""
        url = f"{self.base.replace('http', 'ws', 1)}/api/channel/socket?after={after}"
        with connect(url, origin=self.base, open_timeout=10) as socket:
            socket.send(json.dumps({"token": self.token}))
            yield socket

    def _all_pages(self, after: int) -> dict[str, Any]:
        messages: list[dict[str, Any]] = []
        while True:
            page = self._insist("GET", f"/api/channel/messages?after={after}&limit=200")
            messages += page["messages"]
            if len(page["messages"]) < 200:
                return {**page, "messages": messages}
            after = page["messages"][-1]["seq"]

    def _acknowledge(self, message: dict[str, Any]) -> dict[str, Any]:
        self.acknowledged.append(message)
        return message

    def _insist(self, method: str, path: str, body: Any = None, seconds: float = 60) -> dict[str, Any]:
        """Tries again through lost connections and 5xx, as the widget does."""
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = self.http.request(method, path, json=body, headers=self.headers)
                if answer.status_code < 500 and answer.status_code != 429:
                    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
                    return dict(answer.json())
            assert time.monotonic() < end, f"{method} {path} was not answered in {seconds} s"
            time.sleep(0.1)


def _choices(message: dict[str, Any]) -> list[dict[str, Any]]:
    return list((message.get("payload") or {}).get("choices") or [])


def copy_prepared(source: Path, target: Path) -> None:
    """Gives a new home the model, the snapshot and the trained bot of another; its database stays its own."""
    target.mkdir(parents=True, exist_ok=True)
    for name in _PREPARED:
        if (source / name).exists():
            shutil.copytree(
                source / name,
                target / name,
                symlinks=True,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("trackers.db*"),
            )
