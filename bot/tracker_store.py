"""The bot's memory of its sessions: one SQLite file, written once a turn, together with the turn's completion record.

A completion is kept with the session it belongs to, in the same transaction, so that a message that comes again after a
crash is answered from here and never run twice. ``synchronous=NORMAL``: a killed process loses nothing; a power cut may lose
the last turns, which the desk then has stored or sends again.
"""

import json
import sqlite3
import time
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

from bot.compaction import compact
from bot.nlu.folding import fold
from bot.turns import Turn, current

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, events TEXT NOT NULL, updated_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS ix_sessions_updated_at ON sessions (updated_at);
CREATE TABLE IF NOT EXISTS completions (
    message_id TEXT PRIMARY KEY, session_id TEXT NOT NULL, record TEXT NOT NULL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS ix_completions_session_id ON completions (session_id, created_at);
"""
_KEPT_COMPLETIONS = 8
_BUSY_SECONDS = 2.0
_LEAST_FOR_SLIPS = 6
_A_SLIP = 0.9


_NO_OPEN_QUESTION = frozenset((None, "rating", "comment"))


def waits_for_user(tracker: DialogueStateTracker) -> bool:
    """Whether the bot has asked something that the user came for; a rating is no such thing."""
    return tracker.active_loop_name is not None or tracker.get_slot("awaiting") not in _NO_OPEN_QUESTION


def named_choice(text: str, payloads: Dict[str, str]) -> Optional[str]:
    """The payload of the folded label that a text is, or, for labels of some length, nearly is."""
    typed = fold(text)
    if typed in payloads or len(typed) < _LEAST_FOR_SLIPS:
        return payloads.get(typed)
    near = [(SequenceMatcher(None, typed, label).ratio(), label) for label in payloads]
    likeness, label = max(near, default=(0.0, ""))
    return payloads[label] if likeness >= _A_SLIP else None


class DeskTrackerStore(TrackerStore):
    """A tracker store for :mod:`endpoints.yml`; ``path`` is the SQLite file."""

    def __init__(
        self, domain: Any = None, host: Optional[str] = None, path: str = "trackers.db", **kwargs: Any
    ) -> None:
        super().__init__(domain, **kwargs)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    @property
    def domain(self) -> Any:
        """The domain of the loaded model; its slots are what a session is rebuilt with."""
        return self._domain

    @domain.setter
    def domain(self, domain: Any) -> None:
        self._domain = domain

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Stores the session and the completion of the current turn, if that turn may be kept; else nothing."""
        turn = current.get()
        if turn is None or not turn.may_be_kept:
            return
        record = turn.completion(waits_for_user(tracker))
        self._write(tracker, turn, record)
        turn.record = record

    def _write(self, tracker: DialogueStateTracker, turn: Turn, record: Dict[str, Any]) -> None:
        kept = compact(list(tracker.events), self.domain.slots)
        events = json.dumps([event.as_dict() for event in kept], ensure_ascii=False)
        now = time.time()
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)", (tracker.sender_id, events, now))
            self._db.execute(
                "INSERT INTO completions VALUES (?, ?, ?, ?)",
                (turn.message_id, tracker.sender_id, json.dumps(record, ensure_ascii=False), now),
            )
            self._db.execute(
                "DELETE FROM completions WHERE session_id = ?1 AND message_id NOT IN"
                " (SELECT message_id FROM completions WHERE session_id = ?1 ORDER BY created_at DESC LIMIT ?2)",
                (tracker.sender_id, _KEPT_COMPLETIONS),
            )

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The session, or None when it is unknown."""
        row = self._db.execute("SELECT events FROM sessions WHERE id = ?", (sender_id,)).fetchone()
        if row is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, json.loads(row[0]), self.domain.slots)

    async def keys(self) -> Iterable[str]:
        """The ids of all sessions."""
        return [row[0] for row in self._db.execute("SELECT id FROM sessions")]

    def completion(self, message_id: str) -> Optional[Dict[str, Any]]:
        """The completion record that this message has had, or None."""
        row = self._db.execute("SELECT record FROM completions WHERE message_id = ?", (message_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def last_answers(self, session_id: str, count: int) -> List[str]:
        """What was said in the last turns of a session, one text a turn."""
        rows = self._db.execute(
            "SELECT record FROM completions WHERE session_id = ? ORDER BY created_at DESC LIMIT ?", (session_id, count)
        )
        return ["\n".join(said["text"] for said in json.loads(row[0])["messages"]) for row in rows]

    def choice_typed(self, session_id: str, text: str) -> Optional[str]:
        """The payload of the choice whose label the user typed, give or take a slip, among those of the last answer."""
        row = self._db.execute(
            "SELECT record FROM completions WHERE session_id = ? ORDER BY created_at DESC LIMIT 1", (session_id,)
        ).fetchone()
        messages = json.loads(row[0])["messages"] if row else []
        choices = [choice for said in messages for choice in (said["payload"] or {}).get("choices", [])]
        return named_choice(text, {fold(choice["label"]): choice["payload"] for choice in choices})

    def purge(self, older_than_days: float) -> int:
        """Forgets sessions without a turn for so many days; how many."""
        before = time.time() - older_than_days * 86400
        with self._transaction():
            self._db.execute(
                "DELETE FROM completions WHERE session_id IN (SELECT id FROM sessions WHERE updated_at < ?)", (before,)
            )
            return self._db.execute("DELETE FROM sessions WHERE updated_at < ?", (before,)).rowcount

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._db)


class _Transaction:
    """``BEGIN IMMEDIATE`` … ``COMMIT``, or ``ROLLBACK`` on an error."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")
