"""``balcao up``: prepares everything, starts every process, says where to go.

The heavy steps run as commands of their own, so that the supervisor stays a few megabytes.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from balcao import secrets_file
from balcao.settings import Settings, TelegramToken
from balcao.supervisor import ProcessSpec, StartFailed, Supervisor

ROOT = Path(__file__).resolve().parent.parent
FREE_BYTES_NEEDED = 512 * 1024**2
_LOOPBACK = "127.0.0.1"
_SECRETS = frozenset((*secrets_file.NAMES, "BALCAO_TELEGRAM_TOKEN"))


class UpError(Exception):
    """A fault that the operator can mend; its text is the one line they read."""


class UpSettings(Settings):
    """Where the processes listen; also read from ``.env`` in the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="BALCAO_", env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True
    )

    host: str = "127.0.0.1"
    port: int = Field(8700, ge=1, le=65535)
    search_port: int = Field(8701, ge=1, le=65535)
    actions_port: int = Field(8702, ge=1, le=65535)
    bot_port: int = Field(8703, ge=1, le=65535)
    telegram_port: int = Field(8704, ge=1, le=65535)
    telegram_token: TelegramToken | None = None
    telegram_api_url: str = ""
    telegram_webhook_url: str = ""
    public_url: str = ""
    bot_python: Path = ROOT / ".venv-bot" / "bin" / "python"
    quiet: bool = False


@dataclass(frozen=True)
class Step:
    """One command that must end well before the processes start; ``title`` is shown while it runs."""

    title: str
    command: Sequence[str]
    env: Mapping[str, str]


def say(text: str) -> None:
    """A line of the supervisor's own, in the stream of the processes."""
    name = "\x1b[1mbalcao  \x1b[0m" if sys.stdout.isatty() else "balcao  "
    print(f"{name} {text}", flush=True)


def up(settings: UpSettings) -> None:
    """Blocks until stopped. Raises :class:`UpError` with one line that says what to do."""
    began = time.monotonic()
    check_folder(settings.home)
    with only_one(settings.home):
        check_disk(settings.home)
        check_ports(settings)
        secrets = secrets_file.load_or_make(settings.home)
        env = common_env(settings)
        _in_parallel(prepare_steps(settings, env, secrets))
        supervisor = Supervisor(
            process_specs(settings, env, secrets), settings.home / "logs", say, quiet=settings.quiet
        )
        try:
            asyncio.run(supervisor.run(lambda: say(_addresses(settings, time.monotonic() - began))))
        except StartFailed as error:
            raise UpError(str(error)) from None


def check_folder(home: Path) -> None:
    """Makes the home folder, or says why it cannot."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "the disk is full: free some space" if full else f"it cannot be written ({error.strerror})"
        raise UpError(f"{home}: {why}, or set BALCAO_HOME to another folder, then run make up again.") from None


def check_disk(home: Path) -> None:
    """Refuses to begin where there is no room for the model, the snapshot and the bot."""
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES_NEEDED:
        raise UpError(
            f"the disk of {home} has only {free // 1024**2} MB free and {FREE_BYTES_NEEDED // 1024**2} MB are needed: "
            "free some space, or set BALCAO_HOME to another disk, then run make up again."
        )


def check_ports(settings: UpSettings) -> None:
    """Refuses a port that is taken, by the name of the setting that moves it."""
    ports = {
        "BALCAO_PORT": (settings.host, settings.port),
        "BALCAO_SEARCH_PORT": (_LOOPBACK, settings.search_port),
        "BALCAO_ACTIONS_PORT": (_LOOPBACK, settings.actions_port),
        "BALCAO_BOT_PORT": (_LOOPBACK, settings.bot_port),
    }
    if settings.telegram_token:
        ports["BALCAO_TELEGRAM_PORT"] = (_LOOPBACK, settings.telegram_port)
    for name, (host, port) in ports.items():
        if not _is_free(host, port):
            raise UpError(
                f"port {port} is in use by another program: stop it, or set {name} to a free port, then run make up again."
            )
    if len({port for _, port in ports.values()}) < len(ports):
        raise UpError(f"two of {', '.join(ports)} have the same port: give each its own.")


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Holds the lock of this home folder, so that two supervisors never share a database and its ports."""
    with (home / "up.lock").open("w") as lock:
        _lock(lock, home)
        yield


def _lock(lock: IO[str], home: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UpError(
            f"Balcão is already running from {home}: use it, or stop it with Ctrl-C in its terminal."
        ) from None


def common_env(settings: UpSettings) -> dict[str, str]:
    """What every process gets: the machine's environment less any secret, and the settings made absolute."""
    inherited = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    own = {
        "BALCAO_HOME": str(settings.home.resolve()),
        "BALCAO_DATABASE_URL": settings.database,
        "BALCAO_TIMEZONE": settings.timezone,
        "BALCAO_HOST": settings.host,
        "BALCAO_PORT": str(settings.port),
        "BALCAO_SEARCH_PORT": str(settings.search_port),
        "BALCAO_ACTIONS_PORT": str(settings.actions_port),
        "BALCAO_BOT_PORT": str(settings.bot_port),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        # Nothing is fetched or reported at run time.
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        # Rasa's bars and its libraries' warnings are thousands of lines that nobody can act on.
        "TQDM_DISABLE": "1",
        "PYTHONWARNINGS": "ignore",
    }
    return inherited | own


def prepare_steps(settings: UpSettings, env: Mapping[str, str], secrets: Mapping[str, str]) -> list[Step]:
    """The desk's data and the bot's training depend on nothing of each other, and run side by side."""
    return [
        Step(
            "database, catalogue and knowledge base",
            [sys.executable, "-m", "balcao.cli", "prepare"],
            {**env, **secrets},
        ),
        Step("bot", [str(settings.bot_python), "-m", "bot.train"], dict(env)),
    ]


def _in_parallel(steps: Sequence[Step]) -> None:
    running = [(step, _start(step)) for step in steps]
    try:
        codes = [(step, process.wait()) for step, process in running]
    except KeyboardInterrupt:
        for _, process in running:
            process.send_signal(signal.SIGTERM)
        raise
    for step, code in codes:
        if code != 0:
            raise UpError(
                f"preparing the {step.title} failed (see the lines above); mend that, then run make up again."
            )


def _start(step: Step) -> subprocess.Popen[bytes]:
    say(f"preparing the {step.title}…")
    try:
        return subprocess.Popen(step.command, env=dict(step.env), cwd=ROOT)
    except FileNotFoundError:
        raise UpError(f"{step.command[0]} is missing: run make up, which makes the environments.") from None


def process_specs(settings: UpSettings, env: Mapping[str, str], secrets: Mapping[str, str]) -> list[ProcessSpec]:
    """The processes, each with only the secrets that it needs."""

    def spec(name: str, command: Sequence[str], port: int, health: str, *needed: str) -> ProcessSpec:
        own = {f"BALCAO_{key}": secrets[f"BALCAO_{key}"] for key in needed}
        host = _LOOPBACK if settings.host in {"", "0.0.0.0", "::"} or name != "desk" else settings.host  # noqa: S104
        return ProcessSpec(name, command, {**env, **own}, f"http://{host}:{port}{health}")

    python, bot = sys.executable, str(settings.bot_python)
    return [
        spec("bot", [bot, "-m", "bot.serve"], settings.bot_port, "/webhooks/desk/health", "ACTIONS_TOKEN", "BOT_TOKEN"),
        spec("search", [python, "-m", "kb_index"], settings.search_port, "/health", "SEARCH_TOKEN"),
        spec(
            "actions",
            [python, "-m", "actions"],
            settings.actions_port,
            "/health",
            "ACTIONS_TOKEN",
            "DESK_TOKEN",
            "SEARCH_TOKEN",
        ),
        spec(
            "desk",
            [python, "-m", "handoff"],
            settings.port,
            "/health",
            "SECRET_KEY",
            "DESK_TOKEN",
            "SEARCH_TOKEN",
            "BOT_TOKEN",
            "CHANNELS_TOKEN",
        ),
        *_telegram_spec(settings, env, secrets),
    ]


def _telegram_spec(settings: UpSettings, env: Mapping[str, str], secrets: Mapping[str, str]) -> Iterator[ProcessSpec]:
    """The Telegram process, where there is a token for it."""
    if settings.telegram_token is None:
        return
    needed = ("BALCAO_CHANNELS_TOKEN", "BALCAO_TELEGRAM_WEBHOOK_SECRET")
    own = {
        **{name: secrets[name] for name in needed},
        "BALCAO_TELEGRAM_TOKEN": settings.telegram_token.get_secret_value(),
        "BALCAO_TELEGRAM_PORT": str(settings.telegram_port),
        "BALCAO_TELEGRAM_API_URL": settings.telegram_api_url,
        "BALCAO_TELEGRAM_WEBHOOK_URL": settings.telegram_webhook_url,
        "BALCAO_PUBLIC_URL": settings.public_url,
    }
    health = f"http://{_LOOPBACK}:{settings.telegram_port}/health"
    yield ProcessSpec("telegram", [sys.executable, "-m", "bot.channels.telegram"], {**env, **own}, health)


def _addresses(settings: UpSettings, seconds: float) -> str:
    host = "localhost" if settings.host in {"", "0.0.0.0", "::", _LOOPBACK} else settings.host  # noqa: S104
    base = f"http://{host}:{settings.port}"
    first_admin = settings.home / "first-admin.txt"
    login = first_admin.read_text().strip() if first_admin.exists() else "as you set it"
    lines = (
        f"ready in {seconds:.0f} s",
        f"  demo page with the widget   {base}/",
        f"  console                     {base}/console",
        f"  API docs                    {base}/docs",
        f"  first admin                 {login}",
        "  Ctrl-C stops everything",
    )
    return "\n         ".join(lines)
