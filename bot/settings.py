"""What the bot reads from its environment. Its Python has no pydantic 2, so the frozen class is written by hand."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

BOT = Path(__file__).resolve().parent
NLU_DATA = BOT.parent / "nlu_data"

_PLACEHOLDERS = ("change", "placeholder", "example", "secret", "troque")
_MIN_SECRET = 24


class BadSetting(Exception):
    """A setting is missing or a placeholder; the message names it."""


@dataclass(frozen=True)
class Settings:
    """``actions_url`` is where the action server listens; ``tracker_days`` how long the bot remembers a session."""

    home: Path
    port: int
    actions_url: str
    bot_token: str
    actions_token: str
    tracker_days: int

    @property
    def rasa_home(self) -> Path:
        """The folder of models and trackers."""
        return self.home / "rasa"

    @property
    def trackers(self) -> Path:
        """The SQLite file of the sessions."""
        return self.rasa_home / "trackers.db"


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
"""To be set before numpy is imported. The classifier's work is too small to share: threads that wait for each other by
spinning made it twenty times as dear on a busy machine (18 → 415 ms of CPU, measured)."""


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of everything made at run time."""
    return Path(environment.get("BALCAO_HOME") or "var").resolve()


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the serving bot; :class:`BadSetting` when a secret is missing or a placeholder."""
    return Settings(
        home=home(environment),
        port=_number(environment, "BALCAO_BOT_PORT", 8703),
        actions_url=f"http://127.0.0.1:{_number(environment, 'BALCAO_ACTIONS_PORT', 8702)}/webhook",
        bot_token=_secret(environment, "BALCAO_BOT_TOKEN"),
        actions_token=_secret(environment, "BALCAO_ACTIONS_TOKEN"),
        tracker_days=_number(environment, "BALCAO_TRACKER_DAYS", 7),
    )


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name) or str(default)
    if not value.isdigit():
        raise BadSetting(f"{name} must be a number, not {value!r}")
    return int(value)


def _secret(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if len(value) < _MIN_SECRET or value.lower().startswith(_PLACEHOLDERS):
        raise BadSetting(
            f"{name} is missing, a placeholder or too short; `make up` writes real ones to var/secrets.env"
        )
    return value
