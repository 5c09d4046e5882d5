"""Delivering what the desk owes to each chat: one worker for each chat that has something due, all chats side by side.

What a chat was sent is told to the desk after each part, so that a process that takes over goes on behind it. Between a send
and its receipt lies the one gap that cannot be closed: a send whose answer never came, or whose receipt was cut off, is sent
again, and may stand there twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import structlog

from bot.channels.telegram.api import CallFailed, Fault, Telegram
from bot.channels.telegram.desk import Desk, DeskAway, DeskRefused
from bot.channels.telegram.reading import Raw
from bot.channels.telegram.rendering import Part, forms_of, parts_of
from bot.channels.telegram.richtext import RichText
from bot.channels.telegram.state import State

log = structlog.get_logger(__name__)

_PAUSES = (0.5, 1, 2, 5, 10, 30)
_TOKEN_PAUSE = 60.0
_MOST_AT_ONCE = 25
_TYPING_EVERY = 4.0
P = ParamSpec("P")
T = TypeVar("T")


class Deliverer:
    """Woken by :meth:`wake` with the addresses of chats. Runs until its task is cancelled."""

    def __init__(self, desk: Desk, telegram: Telegram, state: State, public_url: str) -> None:
        self._desk = desk
        self._telegram = telegram
        self._state = state
        self._public_url = public_url
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._typing: dict[str, float] = {}
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)

    async def run(self) -> None:
        """Listens to the desk's news for ever; ends all work when cancelled."""
        failures = 0
        try:
            while True:
                try:
                    async with self._desk.news() as news:
                        async for addresses in news:
                            failures, self._state.desk = 0, "ok"
                            self.wake(addresses)
                except DeskAway as error:
                    if failures == 0:
                        log.info("news_cut", reason=str(error))
                    await asyncio.sleep(_PAUSES[min(failures, 3)])
                    failures += 1
        finally:
            await self._stop()

    def wake(self, addresses: list[str]) -> None:
        """Has each of these chats looked after."""
        for address in addresses:
            if address in self._workers:
                self._again.add(address)
            else:
                self._workers[address] = asyncio.create_task(self._work(address))

    async def _stop(self) -> None:
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, address: str) -> None:
        failures = 0
        try:
            while True:
                self._again.discard(address)
                pause, is_done = 0.0, False
                try:
                    is_done = await self._round(address)
                    failures = 0
                except CallFailed as failure:
                    pause = self._cope(failure, failures)
                except DeskAway:
                    pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
                if pause:
                    failures += 1
                    await asyncio.sleep(pause)  # this chat alone waits
                elif is_done and address not in self._again:
                    return
        except DeskRefused as error:
            log.error("delivery_refused_by_the_desk", reason=str(error))
        except Exception as error:  # noqa: BLE001 - the desk's next sweep comes back to it
            log.error("delivery_failed", error=type(error).__name__)
        finally:
            self._workers.pop(address, None)

    async def _round(self, address: str) -> bool:
        """Delivers what is owed now; whether that was all."""
        outbox = await self._desk.outbox(address)
        try:
            return await self._give(address, outbox)
        except CallFailed as failure:
            if failure.fault is not Fault.BLOCKED:
                raise
            await self._note(address, outbox["conversation_id"], blocked_at_seq=outbox["last_seq"])
            return False

    async def _give(self, address: str, outbox: Raw) -> bool:
        await self._clear_buttons(address, outbox)
        skip = outbox["parts_sent"]
        for message in outbox["messages"]:
            await self._deliver(address, outbox, message, skip)
            skip = 0
        if not outbox["more"]:
            await self._tell_place(address, outbox)
            if outbox["bot_typing"] and not outbox["messages"]:
                await self._show_typing(address)
        return not outbox["more"] and not outbox["messages"]

    async def _clear_buttons(self, address: str, outbox: Raw) -> None:
        if not outbox["spent"]:
            return
        for ref in outbox["spent"]:
            try:
                await self._call(self._telegram.remove_keyboard, address, ref)
            except CallFailed as failure:
                if failure.fault is not Fault.REFUSED:  # refused: the message is gone, and its buttons with it
                    raise
        await self._desk.note(address, outbox["conversation_id"], removed=outbox["spent"])

    async def _deliver(self, address: str, outbox: Raw, message: Raw, skip: int) -> None:
        parts = parts_of(message, outbox["language"], self._public_url)
        for number, part in enumerate(parts[skip:], skip + 1):
            ref = await self._send(address, part)
            sent = {
                "seq": message["seq"],
                "parts": number,
                "complete": number == len(parts),
                "ref": ref,
                "buttons": bool(part.keyboard) and ref is not None,
            }
            await self._note(address, outbox["conversation_id"], sent=sent)
            self._state.counts["sent"] += 1
        if skip >= len(parts):  # rendered otherwise than when its first parts were sent
            sent = {"seq": message["seq"], "parts": skip, "complete": True}
            await self._note(address, outbox["conversation_id"], sent=sent)

    async def _send(self, address: str, part: Part) -> str | None:
        """Sends the part, in plain text if it is not accepted; None for what is not accepted in any form."""
        for form in forms_of(part):
            try:
                if form.file is None:
                    return await self._call(self._telegram.send, address, form)
                content = await self._desk.attachment(address, form.file.id)
                return await self._call(self._telegram.send_file, address, form, content)
            except DeskRefused as refusal:  # the file is gone: its name is sent
                log.warning("file_not_there", reason=str(refusal))
            except CallFailed as failure:
                if failure.fault is not Fault.REFUSED:
                    raise
                log.warning("part_refused", reason=failure.detail)
        return None

    async def _note(self, address: str, conversation_id: str, **receipt: Any) -> None:
        """The receipt of something sent is pressed on the desk while this process lives: without it, it is sent again."""
        failures = 0
        while True:
            try:
                await self._desk.note(address, conversation_id, **receipt)
                return
            except DeskAway:
                await asyncio.sleep(_PAUSES[min(failures, 3)])
                failures += 1

    async def _tell_place(self, address: str, outbox: Raw) -> None:
        """One message tells the place in the queue, and is kept up to date."""
        ref, text = outbox["place_ref"], outbox["place_text"]
        if outbox["place"] is None:
            if ref is not None:
                await self._desk.note(address, outbox["conversation_id"], place={"ref": None, "place": None})
            return
        if text is None:
            return
        if ref is not None:
            try:
                await self._call(self._telegram.edit, address, ref, text)
            except CallFailed as failure:
                if failure.fault is not Fault.REFUSED:
                    raise
                ref = None  # the user has deleted it
        if ref is None:
            ref = await self._call(self._telegram.send, address, Part(RichText(text)))
        await self._note(address, outbox["conversation_id"], place={"ref": ref, "place": outbox["place"]})

    async def _show_typing(self, address: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._typing.get(address, -_TYPING_EVERY) < _TYPING_EVERY:
            return
        self._typing = {chat: at for chat, at in self._typing.items() if now - at < _TYPING_EVERY} | {address: now}
        try:
            await self._call(self._telegram.show_typing, address)
        except CallFailed as failure:
            if failure.fault in {Fault.HOLD, Fault.BLOCKED}:
                raise

    async def _call(self, call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """At most so many calls at once; those who wait for a chat's time do not wait in here."""
        async with self._slots:
            return await call(*args, **kwargs)

    def _cope(self, failure: CallFailed, failures: int) -> float:
        """Seconds that this chat has to wait."""
        if failure.fault is Fault.HOLD:
            log.info("chat_held", seconds=failure.seconds)
            return max(failure.seconds, 0.1)
        log.warning("send_failed", reason=str(failure))
        return _TOKEN_PAUSE if failure.fault is Fault.TOKEN else _PAUSES[min(failures, len(_PAUSES) - 1)]
