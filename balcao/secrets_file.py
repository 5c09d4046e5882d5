"""The secrets of one installation: made once, kept in ``{home}/secrets.env`` with mode 0600."""

import os
import secrets
from pathlib import Path

NAMES = (
    "BALCAO_SECRET_KEY",
    "BALCAO_DESK_TOKEN",
    "BALCAO_SEARCH_TOKEN",
    "BALCAO_ACTIONS_TOKEN",
    "BALCAO_BOT_TOKEN",
    "BALCAO_CHANNELS_TOKEN",
    "BALCAO_TELEGRAM_WEBHOOK_SECRET",
)
"""Every secret that a process may need; each process is given only its own."""


def load_or_make(home: Path) -> dict[str, str]:
    """The secrets by name. What the environment sets wins; what is missing is made and written before it is used."""
    path = home / "secrets.env"
    kept = _read(path)
    missing = {name: secrets.token_urlsafe(32) for name in NAMES if name not in kept}
    if missing:
        kept |= missing
        _write(path, kept)
    return {name: os.environ.get(name) or kept[name] for name in NAMES}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, value in pairs if value.strip()}


def _write(path: Path, values: dict[str, str]) -> None:
    """Writes beside and renames, so that a crash or a full disk leaves the old file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("".join(f"{name}={value}\n" for name, value in values.items()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
