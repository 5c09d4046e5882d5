"""One user's conversation, as the desk keeps it for the bot: sessions, the language, the owner, the choices offered.

The bot's tracker is read from its file: which question is open (``awaiting``, or the slot that a form requests), and it can be copied,
so that a way out can be tried from any state without leaving the walk.
"""

import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.bot.processes import BOT_TOKEN


class State(NamedTuple):
    """Where a conversation stands; both None where nothing is asked."""

    awaiting: str | None
    form: str | None
    requested: str | None

    def __str__(self) -> str:
        return f"{self.form}.{self.requested}" if self.form else str(self.awaiting or "nothing asked")


@dataclass
class Turn:
    """What was said or pressed, and what came back."""

    text: str
    payload: str | None
    status: int
    record: dict[str, Any]
    state: State

    @property
    def words(self) -> str:
        """All that the bot said."""
        return "\n".join(message["text"] for message in self.record.get("messages", []))

    @property
    def choices(self) -> dict[str, str]:
        """The buttons: label to payload."""
        found = [c for m in self.record.get("messages", []) for c in (m["payload"] or {}).get("choices", [])]
        return {choice["label"]: choice["payload"] for choice in found}

    def command(self, type_: str) -> dict[str, Any] | None:
        """The command of that type."""
        return next((command for command in self.record.get("commands", []) if command["type"] == type_), None)


class Trackers:
    """The bot's own file of sessions."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=5)

    def state(self, session_id: str) -> State:
        """Where a session stands."""
        row = self._db.execute("SELECT events FROM sessions WHERE id = ?", (session_id,)).fetchone()
        events = json.loads(row[0]) if row else []
        slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        form = next((event["name"] for event in reversed(events) if event["event"] == "active_loop"), None)
        return State(slots.get("awaiting"), form, slots.get("requested_slot") if form else None)

    def copy(self, session_id: str, target: str) -> None:
        """Gives another session the memory of this one."""
        self._db.execute(
            "INSERT OR REPLACE INTO sessions SELECT ?, events, updated_at FROM sessions WHERE id = ?",
            (target, session_id),
        )


@dataclass
class Conversation:
    """Talks with the bot as the desk does; ``turns`` is the transcript."""

    url: str
    http: httpx.Client
    trackers: Trackers
    name: str
    language: str = "pt-BR"
    user: dict[str, Any] = field(default_factory=dict)
    script: dict[str, Any] | None = None
    episode: int = 1
    with_people: bool = False
    protocols: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    old_choices: dict[str, str] = field(default_factory=dict)
    count: int = 0
    session_id: str = ""

    def __post_init__(self) -> None:
        self.user = self.user or {"id": self.name, "name": None, "email": None}
        self.session_id = f"{self.name}.{self.episode}"

    @property
    def last(self) -> Turn | None:
        """The turn before."""
        return self.turns[-1] if self.turns else None

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.last.state if self.last else State(None, None, None)

    def send(self, text: str, payload: str | None = None) -> Turn:
        """One turn, and what the desk does about it."""
        self.count += 1
        body = {
            "message_id": f"{self.name}-{self.count}", "session_id": self.session_id, "text": text, "payload": payload,
            "context": {
                "conversation_id": f"c-{self.user['id']}", "episode_id": f"e{self.episode}", "channel": "web",
                "language": self.language, "user": self.user, "script": self.script,
            },
        }  # fmt: skip
        raw = json.dumps(body).encode()  # ASCII: a lone surrogate passes as its escape
        answer = self.http.post(
            f"{self.url}/turn",
            content=raw,
            headers={"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"},
        )
        record = answer.json()
        turn = Turn(text, payload, answer.status_code, record, self.trackers.state(self.session_id))
        if self.last:
            self.old_choices |= self.last.choices
        self.turns.append(turn)
        if answer.status_code == 200:
            self._carry_out(turn)
        return turn

    def _carry_out(self, turn: Turn) -> None:
        tickets = [
            message["payload"]["ticket"]
            for message in turn.record["messages"]
            if "ticket" in (message["payload"] or {})
        ]
        self.protocols += [card["protocol"] for card in tickets]
        for command in turn.record["commands"]:
            match command["type"]:
                case "handoff":
                    self.with_people = True
                case "close_episode":
                    self.episode += 1
                    self.session_id = f"{self.name}.{self.episode}"
                    turn.state = State(None, None, None)
                case "set_user":
                    told = {key: command.get(key) for key in ("name", "email") if command.get(key)}
                    self.user = {**self.user, **told}
                    self.language = command.get("language") or self.language
                case "keep_script":
                    script = command["script"]
                    self.script = {**script, "at": "2026-11-24T12:00:00+00:00"} if script else None

    def copy(self, tag: str) -> "Conversation":
        """Another conversation that stands where this one does."""
        name = f"{self.name}.{tag}{self.count}"
        other = Conversation(self.url, self.http, self.trackers, name, self.language, dict(self.user), self.script)
        other.turns = self.turns[-1:]
        self.trackers.copy(self.session_id, other.session_id)
        return other

    def transcript(self) -> str:
        """All that was said, one line a message."""
        lines = []
        for turn in self.turns:
            lines.append(f">> {turn.payload or ''} {turn.text[:200]!r}".replace(">>  ", ">> "))
            lines.append(f"   [{turn.state}] {turn.words or turn.record}")
            lines += [f"   ({label})" for label in turn.choices]
            lines += [
                f"   ! {json.dumps(command, ensure_ascii=False)[:200]}" for command in turn.record.get("commands", [])
            ]
        return "\n".join(lines)
