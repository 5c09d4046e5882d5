"""Work that a desk does again and again: durable timers are rows in the database, and this is what looks at them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Periodic:
    """Runs ``work`` every so many seconds, and at once when woken. A failure is logged; the next run tries again."""

    def __init__(self, name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins with a run, which finds what is due since the last desk ended."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends it, between runs or within one: what is half done is not committed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self, _topic: str = "") -> None:
        """Has it run at once."""
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                log.error("periodic_failed", work=self._name, error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._woken.wait()
