"""Makes both environments from their lock files. Standard library only: it runs before anything is installed.

    python3 -m balcao.bootstrap [--dev]

An environment is ready when its stamp holds the hash of its lock files and of its interpreter; anything else, such as a
half-finished install, is deleted and made again. Every fault ends in one line that says what to do.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FREE_BYTES_NEEDED = 6 * 1024**3
_STAMP = ".ready"
_SHOW_EVERY_SECONDS = 5


class BootstrapError(Exception):
    """A fault that the person at the terminal can mend; its text is the one line they read."""


class Environment(NamedTuple):
    """One virtual environment: where it is, which Python it needs, what goes into it."""

    name: str
    folder: Path
    version: tuple[int, int]
    locks: list[Path]
    editable: bool


def environments(dev: bool) -> list[Environment]:
    """The desk's environment (with the tools of development if ``dev``) and the bot's."""
    desk_locks = [ROOT / "requirements.lock"] + ([ROOT / "requirements-dev.lock"] if dev else [])
    return [
        Environment("desk", ROOT / ".venv", (3, 11), desk_locks, True),
        Environment("bot", ROOT / ".venv-bot", (3, 10), [ROOT / "bot" / "requirements.lock"], False),
    ]


def find_python(version: tuple[int, int]) -> str:
    """The first interpreter of this version that really runs: set by hand, on PATH, pyenv's, uv's.

    A file that exists proves nothing (pyenv's shims exist for versions that are not selected), so each is run.
    """
    wanted = "{}.{}".format(*version)
    for candidate in _candidates(version):
        if _runs_as(candidate, wanted):
            return candidate
    raise BootstrapError(
        "Python {0} was not found. Install it (Debian or Ubuntu: apt-get install python{0} python{0}-venv; pyenv: pyenv install {0}; "
        "uv: uv python install {0}), or set BALCAO_PYTHON{1} to its path, then run make up again.".format(
            wanted, wanted.replace(".", "")
        )
    )


def _candidates(version: tuple[int, int]) -> Iterator[str]:
    dotted = "{}.{}".format(*version)
    chosen = os.environ.get("BALCAO_PYTHON{}{}".format(*version))
    if chosen:
        yield chosen
        return
    if sys.version_info[:2] == version:
        yield sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield os.path.join(folder, "python" + dotted)
    homes = (
        (os.environ.get("PYENV_ROOT") or "~/.pyenv", "versions/{}.*/bin/python"),
        (os.environ.get("UV_PYTHON_INSTALL_DIR") or "~/.local/share/uv/python", "cpython-{}.*/bin/python"),
    )
    for home, pattern in homes:
        for path in sorted(Path(home).expanduser().glob(pattern.format(dotted)), reverse=True):
            yield str(path)


def _runs_as(candidate: str, wanted: str) -> bool:
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        out = subprocess.run([candidate, "-c", code], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return out.returncode == 0 and out.stdout.strip() == wanted


def fingerprint(environment: Environment, python: str) -> str:
    """What the environment should be made of: its locks and its interpreter."""
    digest = hashlib.sha256(python.encode())
    for lock in environment.locks:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def is_ready(environment: Environment, wanted: str) -> bool:
    """Whether the environment was finished with exactly these inputs, or, without the dev tools, with more."""
    stamp = environment.folder / _STAMP
    if not (environment.folder / "bin" / "python").exists() or not stamp.exists():
        return False
    return wanted in stamp.read_text().split()


def check_disk(folder: Path) -> None:
    """Refuses to begin where there is no room to end."""
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES_NEEDED:
        raise BootstrapError(
            f"The disk of {folder} has {free / 1024**3:.1f} GB free; {FREE_BYTES_NEEDED / 1024**3:.0f} GB are needed for the two environments. "
            "Free some space, then run make up again."
        )


class Progress:
    """One line for each environment, printed now and then, with the packages counted against the lock file."""

    def __init__(self, environment: Environment) -> None:
        lines = [line for lock in environment.locks for line in lock.read_text().splitlines()]
        self.name = environment.name
        self.total = sum(1 for line in lines if re.match(r"[A-Za-z0-9]", line))
        self.seen = 0
        self.shown = time.monotonic()

    def line(self, text: str) -> None:
        self.seen += text.startswith("Collecting ")
        if text.startswith("Installing collected"):
            self._show(f"installing {self.total} packages (the longest part)")
        elif time.monotonic() - self.shown > _SHOW_EVERY_SECONDS:
            self._show(f"{min(self.seen, self.total)} of {self.total} packages fetched")

    def _show(self, text: str) -> None:
        self.shown = time.monotonic()
        print(f"  {self.name:<5} {text}", flush=True)


def make(environment: Environment, python: str) -> None:
    """Creates the environment from nothing and stamps it when, and only when, it is whole."""
    shutil.rmtree(environment.folder, ignore_errors=True)
    _run([python, "-m", "venv", str(environment.folder)], environment, None)
    pip = [
        str(environment.folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
    ]
    locks = [part for lock in environment.locks for part in ("-r", str(lock))]
    _run([*pip, *locks], environment, Progress(environment))
    if environment.editable:
        _run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], environment, None)
    stamps = [
        fingerprint(environment._replace(locks=environment.locks[:count]), python)
        for count in (1, len(environment.locks))
    ]
    (environment.folder / _STAMP).write_text("\n".join(stamps))


def _run(command: list[str], environment: Environment, progress: Progress | None) -> None:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=str(ROOT))
    tail: list[str] = []
    for text in process.stdout or ():
        tail = [*tail[-30:], text.rstrip()]
        if progress:
            progress.line(text)
    if process.wait() != 0:
        raise BootstrapError(_explain(environment, tail))


def _explain(environment: Environment, tail: list[str]) -> str:
    errors = [line for line in tail if "rror" in line]
    why = (errors or tail or ["no output"])[-1].strip()
    if any("No space left" in line for line in tail):
        why = "the disk is full; free some space"
    return "The {} environment could not be made: {}. Run make up again once that is mended.".format(
        environment.name, why.rstrip(".")
    )


def bootstrap(dev: bool) -> None:
    """Makes what is not ready, both environments side by side."""
    todo = []
    for environment in environments(dev):
        python = find_python(environment.version)
        if not is_ready(environment, fingerprint(environment, python)):
            todo.append((environment, python))
    if not todo:
        return
    check_disk(ROOT)
    print(
        "Making the environments ({}); this takes some minutes the first time.".format(
            ", ".join(item[0].name for item in todo)
        ),
        flush=True,
    )
    failures: list[BootstrapError] = []
    threads = [threading.Thread(target=_make_or_note, args=(*item, failures)) for item in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _make_or_note(environment: Environment, python: str, failures: list[BootstrapError]) -> None:
    try:
        make(environment, python)
    except BootstrapError as error:
        failures.append(error)
    except OSError as error:
        failures.append(BootstrapError(f"The {environment.name} environment could not be made: {error}."))


def main() -> int:
    parser = argparse.ArgumentParser(prog="balcao.bootstrap")
    parser.add_argument("--dev", action="store_true", help="with the tools of development and test")
    try:
        bootstrap(parser.parse_args().dev)
    except BootstrapError as error:
        print(f"balcao: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("balcao: stopped; the next make up goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
