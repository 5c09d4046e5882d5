"""The life of the process: it gets to know itself, waits for the lease, and receives and delivers while it holds it."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.channels.telegram.api import CallFailed, Telegram
from bot.channels.telegram.delivering import Deliverer
from bot.channels.telegram.desk import Desk, DeskAway, DeskRefused
from bot.channels.telegram.receiving import Receiver, until_done
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.state import State

log = structlog.get_logger(__name__)

LEASE_SECONDS = 30
_RENEW_SECONDS = 10
_WAIT_SECONDS = 1.0


class LeaseLost(Exception):
    """Another process has the channel now."""


class Process:
    """Made within the loop; :meth:`run` ends only when cancelled."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self.state = State(mode="webhook" if settings.telegram_webhook_url else "polling")
        self._desk = Desk(settings.desk_url, settings.channels_token)
        self._telegram = Telegram(settings)
        self.receiver = Receiver(self._desk, self._telegram, self.state, settings.bot_id)

    async def run(self) -> None:
        """Serves the channel whenever it can."""
        await self._telegram.open()
        try:
            while True:
                await self._wait_for_lease()
                self.state.has_lease = True
                log.info("channel_served", mode=self.state.mode)
                try:
                    await _until_one_ends(self._keep_lease(), self._receive(), self._deliver(), self._meet())
                except LeaseLost:
                    log.warning("lease_lost")
                finally:
                    self.state.has_lease = False
                    await self.receiver.stop()
        finally:
            with contextlib.suppress(DeskAway, DeskRefused, asyncio.CancelledError):
                await self._desk.release_lease(self._settings.holder)
            await self._desk.close()
            await self._telegram.close()

    async def _wait_for_lease(self) -> None:
        told = False
        while True:
            try:
                if await self._hold():
                    return
                if not told:
                    log.info("another_process_serves_the_channel")
                    told = True
                await asyncio.sleep(_RENEW_SECONDS)
            except DeskAway:
                self.state.desk = "away"
                await asyncio.sleep(_WAIT_SECONDS)

    async def _keep_lease(self) -> None:
        """A desk that is away gives the channel to nobody, so nothing is lost meanwhile."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with contextlib.suppress(DeskAway):
                if not await self._hold():
                    raise LeaseLost

    async def _hold(self) -> bool:
        name = self.state.username
        prefix = f"https://t.me/{name}?start=" if name else None
        held = await self._desk.hold_lease(self._settings.holder, LEASE_SECONDS, prefix)
        self.state.desk = "ok"
        return held

    async def _meet(self) -> None:
        """Learns the bot's name, without which the widget offers no link, and fills its menu; then waits."""
        await until_done(self._learn_name, self.state)
        with contextlib.suppress(DeskAway):
            await self._hold()
        try:
            await self._telegram.introduce()
        except CallFailed as failure:
            log.warning("menu_not_set", reason=str(failure))
        await asyncio.Event().wait()

    async def _learn_name(self) -> None:
        self.state.username = await self._telegram.username()

    async def _receive(self) -> None:
        if self.state.mode == "polling":
            await self.receiver.poll()
        await until_done(self._telegram.be_called, self.state)
        self.state.telegram = "ok"
        await asyncio.Event().wait()

    async def _deliver(self) -> None:
        await Deliverer(self._desk, self._telegram, self.state, self._settings.public_url).run()


async def _until_one_ends(*jobs: Coroutine[Any, Any, None]) -> None:
    """Runs all side by side; what ends one of them is raised once all have ended."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for error in results:
        if isinstance(error, Exception):
            raise error
