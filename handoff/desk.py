"""What every feature of the desk works with: settings, the two kinds of transaction, the hub, the threads."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from balcao.database import Database
from handoff.attachments.limits import MB
from handoff.attachments.store import FileStore
from handoff.bot_turns.inbox import LEASE_OWNER_KEY
from handoff.channels.links import Links
from handoff.conversations.limits import RateLimits
from handoff.group_commit import GroupCommit
from handoff.live.hub import Hub
from handoff.live.news import announced
from handoff.metrics import Metrics
from handoff.settings import DeskSettings
from handoff.users.tokens import Tokens

P = ParamSpec("P")
R = TypeVar("R")
_THREADS = 8


class Desk:
    """Made once, in :mod:`handoff.app`; routes get it by :data:`handoff.dependencies.DeskDep`."""

    def __init__(self, settings: DeskSettings, database: Database, hub: Hub) -> None:
        self.settings = settings
        self.database = database
        self.hub = hub
        self.tokens = Tokens(settings.secret_key)
        self.links = Links(settings.secret_key)
        self.limits = RateLimits()
        self.files = FileStore(settings.home / "attachments", int(settings.attachments_reserve_mb * MB))
        self.metrics = Metrics()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="desk")
        # SQLite has one writer at a time. Waiting for it here is fair and exact; SQLite's own waiting sleeps and retries.
        self._commits = GroupCommit(self.write, self.run)
        self._turnstile: Any = threading.Lock() if database.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that is rolled back at the end."""
        with self.database.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction, committed at the end; what it announced is then published on the hub."""
        with self._turnstile, self.database.write() as session:
            session.info[LEASE_OWNER_KEY] = self.settings.desk_id
            yield session
        topics = announced(session)
        if topics:
            self.hub.publish(topics)

    async def commit(self, work: Callable[[Session], R]) -> R:
        """Runs ``work(session)`` in a transaction in one of the desk's threads; its result, once that is committed.

        For what comes with every message. On SQLite, works that wait at the same time share a commit.
        """
        if self.database.is_sqlite:
            return await self._commits.submit(work)
        return await self.run(self._write_alone, work)

    def _write_alone(self, work: Callable[[Session], R]) -> R:
        with self.write() as session:
            return work(session)

    async def run(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs blocking work in one of the desk's own threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self.database.close()
