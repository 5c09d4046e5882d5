"""A small supervisor: starts every process, waits until each is healthy, restarts what dies or hangs, stops all on a signal.

A process is started in a session of its own and asked by the kernel to end when the supervisor does, so that a killed
supervisor leaves no orphans on the ports. One readable stream goes to the terminal, and a file per process to the log folder.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import httpx

STOP_SECONDS = 8
HEALTH_EVERY_SECONDS = 3
HUNG_AFTER_SECONDS = 15
_BACKOFF_SECONDS = (0.1, 0.5, 1, 2, 5)
_STABLE_SECONDS = 30
_LOG_BYTES = 20 * 1024 * 1024
_COLORS = (36, 32, 35, 33, 34)
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

Say = Callable[[str], None]


class StartFailed(Exception):
    """A process did not become healthy; its text says which and where to look."""


@dataclass(frozen=True)
class ProcessSpec:
    """What to run: ``health`` is the URL that answers 200 when the process is ready, ``start_seconds`` how long that may take."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    health: str
    start_seconds: float = 120


@dataclass
class Supervised:
    """A process under care."""

    spec: ProcessSpec
    color: int
    process: asyncio.subprocess.Process | None = None
    started: float = 0
    restarts: int = 0
    healthy: asyncio.Event = field(default_factory=asyncio.Event)
    last_seen: float = 0


class Supervisor:
    """Runs ``specs`` until told to stop. ``say`` prints a line of the supervisor's own."""

    def __init__(self, specs: Sequence[ProcessSpec], logs: Path, say: Say, *, quiet: bool = False) -> None:
        self.children = [Supervised(spec, _COLORS[i % len(_COLORS)]) for i, spec in enumerate(specs)]
        self.logs = logs
        self.say = say
        self.quiet = quiet
        self.stopping = asyncio.Event()

    async def run(self, ready: Callable[[], None]) -> None:
        """Starts all, calls ``ready`` once every one is healthy, and returns after a clean stop."""
        self.logs.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        keepers = [asyncio.create_task(self._keep(child)) for child in self.children]
        try:
            await self._until_healthy()
            if not self.stopping.is_set():
                ready()
            await self.stopping.wait()
        finally:
            self.stopping.set()
            self.say("stopping…")
            await asyncio.gather(*(self._stop(child) for child in self.children))
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _until_healthy(self) -> None:
        everyone = asyncio.create_task(self._all_healthy())
        stopped = asyncio.create_task(self._stopped())
        await asyncio.wait({everyone, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if everyone.done():
            everyone.result()
        else:
            everyone.cancel()
            await asyncio.gather(everyone, return_exceptions=True)

    async def _all_healthy(self) -> None:
        await asyncio.gather(*(self._wait_healthy(child) for child in self.children))

    async def _stopped(self) -> None:
        await self.stopping.wait()

    async def _wait_healthy(self, child: Supervised) -> None:
        try:
            await asyncio.wait_for(child.healthy.wait(), child.spec.start_seconds)
        except TimeoutError:
            name, log = child.spec.name, self.logs / f"{child.spec.name}.log"
            raise StartFailed(f"{name} did not become healthy in {child.spec.start_seconds:.0f} s; see {log}") from None
        self.say(f"{child.spec.name} is ready ({time.monotonic() - child.started:.1f} s)")

    async def _keep(self, child: Supervised) -> None:
        while not self.stopping.is_set():
            await self._start(child)
            watch = asyncio.create_task(self._watch(child))
            code = await self._wait(child)
            watch.cancel()
            child.healthy.clear()
            if self.stopping.is_set():
                return
            if time.monotonic() - child.started > _STABLE_SECONDS:
                child.restarts = 0
            pause = _BACKOFF_SECONDS[min(child.restarts, len(_BACKOFF_SECONDS) - 1)]
            child.restarts += 1
            self.say(f"{child.spec.name} stopped ({_describe(code)}); starting it again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)

    async def _start(self, child: Supervised) -> None:
        child.started = child.last_seen = time.monotonic()
        child.process = await asyncio.create_subprocess_exec(
            *child.spec.command,
            env=dict(child.spec.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1024 * 1024,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    async def _wait(self, child: Supervised) -> int:
        process = child.process
        if process is None or process.stdout is None:
            raise RuntimeError("waiting for a process that was not started")
        with _LogFile(self.logs / f"{child.spec.name}.log") as log:
            while True:
                try:
                    line = await process.stdout.readline()
                except ValueError:  # a line over the limit: what was read is gone, the rest follows
                    continue
                if not line:
                    break
                log.write(line)
                self._show(child, line)
        return await process.wait()

    def _show(self, child: Supervised, line: bytes) -> None:
        if self.quiet:
            return
        text = line.decode("utf-8", "replace").rstrip()
        name = f"{child.spec.name:<8}"
        sys.stdout.write(f"\x1b[{child.color}m{name}\x1b[0m {text}\n" if sys.stdout.isatty() else f"{name} {text}\n")
        sys.stdout.flush()

    async def _watch(self, child: Supervised) -> None:
        """Marks the process healthy, and kills one that was healthy and no longer answers."""
        async with httpx.AsyncClient(timeout=HEALTH_EVERY_SECONDS, trust_env=False) as client:
            while True:
                if await _answers(client, child.spec.health):
                    child.last_seen = time.monotonic()
                    child.healthy.set()
                elif child.healthy.is_set() and time.monotonic() - child.last_seen > HUNG_AFTER_SECONDS:
                    self.say(f"{child.spec.name} does not answer; killing it")
                    _signal(child, signal.SIGKILL)
                    return
                await asyncio.sleep(HEALTH_EVERY_SECONDS if child.healthy.is_set() else 0.2)

    async def _stop(self, child: Supervised) -> None:
        if child.process is None:
            return
        _signal(child, signal.SIGTERM)
        _signal(child, signal.SIGCONT)
        try:
            await asyncio.wait_for(child.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.say(f"{child.spec.name} did not stop in {STOP_SECONDS} s; killing it")
            _signal(child, signal.SIGKILL)


class _LogFile:
    """An append-only file that is set aside as ``.1`` once it is over the size limit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: BinaryIO | None = None

    def __enter__(self) -> "_LogFile":
        self._open()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.file:
            self.file.close()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            self.file = self.path.open("ab", buffering=0)

    def write(self, line: bytes) -> None:
        # A full disk must not stop the service: the line is still on the terminal.
        with contextlib.suppress(OSError):
            if self.file is None:
                self._open()
            elif self.file.tell() > _LOG_BYTES:
                self.file.close()
                self.path.replace(self.path.with_suffix(".log.1"))
                self._open()
            if self.file:
                self.file.write(line)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _signal(child: Supervised, number: signal.Signals) -> None:
    if child.process is not None and child.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _describe(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"
