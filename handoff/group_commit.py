"""Group commit: works that wait while a commit is on its way to the disk share the next one.

SQLite has one writer, and a commit is a wait for the disk. Each work runs in a savepoint of its own, so that one that fails
takes nothing of the others with it; nobody gets a result before it is on the disk.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

R = TypeVar("R")
Work = Callable[[Session], Any]
_MOST = 64


class _Waiting(NamedTuple):
    work: Work
    result: asyncio.Future[Any]


class GroupCommit:
    """``begin`` opens a transaction, ``run`` runs blocking work in a thread. Used in one loop only."""

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Session]], run: Callable[..., Awaitable[list[Any]]]
    ) -> None:
        self._begin = begin
        self._run = run
        self._waiting: deque[_Waiting] = deque()
        self._drainer: asyncio.Task[None] | None = None

    async def submit(self, work: Callable[[Session], R]) -> R:
        """The result of ``work(session)`` once it is committed; whatever it raises, it alone is rolled back."""
        result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, result))
        if self._drainer is None or self._drainer.done():
            self._drainer = asyncio.create_task(self._drain())
        return cast(R, await result)

    async def _drain(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
            try:
                outcomes = await self._run(self._commit, [waiting.work for waiting in batch])
            except BaseException as error:  # noqa: BLE001 - belongs to those who wait
                outcomes = [error] * len(batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _settle(waiting.result, outcome)

    def _commit(self, works: list[Work]) -> list[Any]:
        with self._begin() as session:
            if len(works) == 1:
                return [works[0](session)]
            return [_attempt(session, work) for work in works]


def _attempt(session: Session, work: Work) -> Any:
    """The result, or the exception. An error of the database may concern the transaction, and ends it for all."""
    try:
        with session.begin_nested():
            result = work(session)
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001 - belongs to the one who waits for it
        result = error
    session.expunge_all()
    return result


def _settle(result: asyncio.Future[Any], outcome: Any) -> None:
    if result.done():
        return
    if isinstance(outcome, asyncio.CancelledError):
        result.cancel()
    elif isinstance(outcome, BaseException):
        result.set_exception(outcome)
    else:
        result.set_result(outcome)
