"""Starts the bot and the action server as the supervisor does, each a process of its own on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.bot.fakes import DESK_TOKEN, SEARCH_TOKEN

ROOT = Path(__file__).resolve().parents[2]
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"
BOT_TOKEN = "chat-token-for-tests-0123456789"
ACTIONS_TOKEN = "acts-token-for-tests-0123456789"
_START_SECONDS = 120


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Processes:
    """The two processes of a test session; ``home`` holds model and trackers."""

    home: Path
    desk_port: int = field(default_factory=free_port)
    search_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    bot_port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the supervisor would set."""
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "BALCAO_HOME": str(self.home),
            "BALCAO_PORT": str(self.desk_port),
            "BALCAO_SEARCH_PORT": str(self.search_port),
            "BALCAO_ACTIONS_PORT": str(self.actions_port),
            "BALCAO_BOT_PORT": str(self.bot_port),
            "BALCAO_DESK_TOKEN": DESK_TOKEN,
            "BALCAO_SEARCH_TOKEN": SEARCH_TOKEN,
            "BALCAO_ACTIONS_TOKEN": ACTIONS_TOKEN,
            "BALCAO_BOT_TOKEN": BOT_TOKEN,
        }

    def train(self) -> None:
        """Trains, unless the model of the present inputs is in the cache."""
        subprocess.run(
            [str(BOT_PYTHON), "-m", "bot.train"], cwd=ROOT, env=self.environment, check=True, capture_output=True
        )

    def start_bot(self) -> float:
        """Starts the bot and waits until it is healthy; the seconds that took."""
        return self._start("bot", [str(BOT_PYTHON), "-m", "bot.serve"], f"{self.bot_url}/health")

    def start_actions(self) -> float:
        """Starts the action server; the seconds that took."""
        return self._start("actions", [sys.executable, "-m", "actions"], f"http://127.0.0.1:{self.actions_port}/health")

    @property
    def bot_url(self) -> str:
        """The channel's address."""
        return f"http://127.0.0.1:{self.bot_port}/webhooks/desk"

    def _start(self, name: str, command: list[str], health: str) -> float:
        began = time.monotonic()
        log = (self.home / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        while time.monotonic() - began < _START_SECONDS:
            if self.running[name].poll() is not None:
                raise RuntimeError(f"{name} ended: {(self.home / f'{name}.log').read_text()[-2000:]}")
            if _is_healthy(health):
                return time.monotonic() - began
            time.sleep(0.1)
        raise RuntimeError(f"{name} is not healthy: {(self.home / f'{name}.log').read_text()[-2000:]}")

    def kill(self, name: str) -> None:
        """``kill -9``, if it runs."""
        process = self.running.pop(name, None)
        if process is not None:
            process.kill()
            process.wait()

    def freeze(self, name: str) -> None:
        """``SIGSTOP``: it listens but does not answer."""
        self.running[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """``SIGCONT``."""
        self.running[name].send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ends both."""
        for name in list(self.running):
            self.kill(name)


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


class Chat:
    """One user's conversation with the bot. The last completion record is at hand."""

    def __init__(
        self,
        url: str,
        session_id: str,
        *,
        user: dict[str, Any] | None = None,
        language: str = "pt-BR",
        script: dict[str, Any] | None = None,
        token: str = BOT_TOKEN,
    ) -> None:
        self._url = url
        self._http = httpx.Client(timeout=10, headers={"Authorization": f"Bearer {token}"})
        self.session_id = session_id
        self.user = user or {"id": "u1", "name": None, "email": None}
        self.language = language
        self.script = script
        self.count = 0
        self.record: dict[str, Any] = {}

    def post(self, **fields: Any) -> httpx.Response:
        """One turn, whatever becomes of it."""
        self.count += 1
        body = {
            "message_id": f"{self.session_id}-{self.count}",
            "session_id": self.session_id,
            "text": "",
            "payload": None,
            "context": {
                "conversation_id": f"c-{self.user['id']}", "episode_id": "e1", "channel": "web", "language": self.language, "user": self.user,
                "script": self.script,
            },
            **fields,
        }  # fmt: skip
        return self._http.post(f"{self._url}/turn", json=body)

    def say(self, text: str, **fields: Any) -> str:
        """What the bot says to a typed message, its messages joined by line breaks."""
        return self._take(self.post(text=text, **fields))

    def press(self, label: str) -> str:
        """What the bot says when the user presses the button of the last answer that has this label."""
        return self._take(self.post(text=label, payload=self.choices()[label]))

    def event(self, payload: str) -> str:
        """What the bot says to an event of the desk."""
        return self._take(self.post(payload=payload))

    def choices(self) -> dict[str, str]:
        """The buttons of the last answer: label to payload."""
        found = [c for m in self.record["messages"] for c in (m["payload"] or {}).get("choices", [])]
        return {choice["label"]: choice["payload"] for choice in found}

    def payload(self, name: str) -> Any:
        """The last payload of that name in the last answer, or None."""
        found = [m["payload"][name] for m in self.record["messages"] if name in (m["payload"] or {})]
        return found[-1] if found else None

    def command(self, type_: str) -> dict[str, Any] | None:
        """The command of that type in the last answer, or None."""
        return next((command for command in self.record["commands"] if command["type"] == type_), None)

    def _take(self, response: httpx.Response) -> str:
        assert response.status_code == 200, response.text
        self.record = response.json()
        assert self.record["messages"], "the bot is silent"
        return "\n".join(message["text"] for message in self.record["messages"])
