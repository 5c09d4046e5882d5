"""Taking in updates: each is handed to the desk, which commits it under its number, and only then is Telegram told.

Killed anywhere in between, the same updates come again, and the desk knows those that it has.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable

import structlog

from bot.channels.telegram.api import CallFailed, Fault, Telegram
from bot.channels.telegram.desk import Desk, DeskAway, DeskRefused
from bot.channels.telegram.reading import Incoming, Raw, read_update
from bot.channels.telegram.state import State
from bot.channels.telegram.words import language_of, say

log = structlog.get_logger(__name__)

_PAUSES = (0.2, 0.5, 1, 2, 5)
_CONFLICT_PAUSE = 10.0
_TOKEN_PAUSE = 60.0
_MOST_FAULTS = 8
"""How often an event may break something in the desk before it is set aside, so that it does not hold up all others."""
_FILES_AT_ONCE = 4
"""Files are in memory while they pass through."""
_FILE_PAUSES = (0.5, 2.0)
_LONGEST_FILE_PAUSE = 10.0
_REFUSALS = {
    "too_large": "file_too_large",
    "attachment_too_large": "file_too_large",
    "attachment_type": "file_kind",
    "attachment_mismatch": "file_kind",
    "attachments_today": "file_limit",
    "storage_full": "file_limit",
}
_TOASTS = {"choice_spent": "choice_spent", "too_many": "slow_down"}


class Receiver:
    """Handles updates, from the loop of :meth:`poll` or from the webhook."""

    def __init__(self, desk: Desk, telegram: Telegram, state: State, bot_id: str) -> None:
        self._desk = desk
        self._telegram = telegram
        self._state = state
        self._bot_id = bot_id
        self._files = asyncio.Semaphore(_FILES_AT_ONCE)
        self._asides: set[asyncio.Task[None]] = set()
        self._refused_chats: set[str] = set()

    async def poll(self) -> None:
        """Asks for updates for ever."""
        offset = 0
        failures = 0
        await until_done(self._telegram.ask_for_updates, self._state)
        while True:
            try:
                updates = await self._telegram.updates(offset)
            except CallFailed as failure:
                await asyncio.sleep(_pause_after(failure, failures, self._state))
                failures += 1
                continue
            failures, self._state.telegram = 0, "ok"
            await self.handle(updates)
            if updates:
                offset = max(int(update["update_id"]) for update in updates) + 1

    async def handle(self, updates: Iterable[Raw]) -> None:
        """Returns once the desk has committed all of them. Chats side by side, each in its order."""
        by_chat = defaultdict[str, list[Incoming]](list)
        for update in updates:
            incoming = read_update(update, self._bot_id)
            by_chat[incoming.chat].append(incoming)
        async with asyncio.TaskGroup() as group:
            for incomings in by_chat.values():
                group.create_task(self._handle_chat(incomings))

    async def stop(self) -> None:
        """Lets go of what was only a courtesy."""
        for task in self._asides:
            task.cancel()
        await asyncio.gather(*self._asides, return_exceptions=True)

    async def _handle_chat(self, incomings: list[Incoming]) -> None:
        for incoming in incomings:
            await self._handle_one(incoming)
            self._state.counts["updates"] += 1

    async def _handle_one(self, incoming: Incoming) -> None:
        outcome = await self._tell(incoming) if incoming.event else "ignored"
        if incoming.callback_id:
            toast = _TOASTS.get(outcome)
            self._aside(self._telegram.answer_button(incoming.callback_id, toast and say(toast, "pt-BR")))
        if incoming.intruder and incoming.chat not in self._refused_chats:
            self._refused_chats.add(incoming.chat)
            self._aside(self._refuse(incoming))

    async def _tell(self, incoming: Incoming) -> str:
        """Hands over the event, as often as it takes."""
        faults = tries = 0
        while True:
            try:
                outcome = await self._desk.tell(await self._with_file(incoming))
                self._state.desk = "ok"
                return outcome
            except DeskRefused as error:
                return self._set_aside(incoming, str(error))
            except DeskAway as error:
                faults += error.is_fault
                self._state.desk = "away"
                if faults >= _MOST_FAULTS:
                    return self._set_aside(incoming, str(error))
                if tries == 0:
                    log.warning("desk_away", reason=str(error))
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1

    async def _with_file(self, incoming: Incoming) -> Raw:
        """The event, once its file is with the desk; a file that cannot be had is one that we cannot take, said kindly.

        Brought under the key of the event, so that it is one file however often the update comes.
        """
        event = incoming.event or {}
        if incoming.file is None:
            return event
        for pause in (*_FILE_PAUSES, None):
            try:
                async with self._files:
                    content = await self._telegram.fetch(incoming.file.file_id)
                    return {**event, "attachments": [await self._desk.bring(event, incoming.file.name, content)]}
            except DeskRefused as refusal:
                return _untaken(event, _REFUSALS.get(str(refusal), "file"))
            except CallFailed as failure:
                if failure.fault is Fault.REFUSED:
                    is_large = "too big" in failure.detail.lower()
                    return _untaken(event, "file_too_large" if is_large else "file")
                if pause is None:
                    log.warning("file_not_fetched", reason=str(failure))
                    break
                await asyncio.sleep(max(pause, min(failure.seconds, _LONGEST_FILE_PAUSE)))
        return _untaken(event, "file")

    def _set_aside(self, incoming: Incoming, reason: str) -> str:
        """What the desk will never take must not hold up what comes after it."""
        self._state.counts["set_aside"] += 1
        log.error("update_set_aside", update_id=incoming.update_id, reason=reason)
        return "set_aside"

    async def _refuse(self, incoming: Incoming) -> None:
        """We serve people, one by one. In a group we say so and go; in a channel we just go."""
        if incoming.intruder != "channel":
            link = f"https://t.me/{self._state.username}"
            text = say("no_groups", language_of(incoming.language_code), link=link)
            try:
                await self._telegram.say_to_group(incoming.chat, text)
            except CallFailed:
                log.info("group_refusal_not_said")
        try:
            await self._telegram.leave(incoming.chat)
        finally:
            self._refused_chats.discard(incoming.chat)  # should we be called in again

    def _aside(self, courtesy: Awaitable[None]) -> None:
        """Runs something whose failing harms nobody, and that nobody waits for."""

        async def run() -> None:
            try:
                await courtesy
            except CallFailed as failure:
                log.info("courtesy_failed", reason=str(failure))

        task = asyncio.create_task(run())
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)


def _untaken(event: Raw, what: str) -> Raw:
    """The event of a message whose file did not come: what was written with it is taken all the same."""
    kept = {key: value for key, value in event.items() if key not in {"text", "kind"}}
    return {**kept, "kind": "unreadable", "what": what, "caption": event["text"] or None}


async def until_done(call: Callable[[], Awaitable[None]], state: State) -> None:
    failures = 0
    while True:
        try:
            await call()
            return
        except CallFailed as failure:
            await asyncio.sleep(_pause_after(failure, failures, state))
            failures += 1


def _pause_after(failure: CallFailed, failures: int, state: State) -> float:
    """Seconds to wait after a failed call of the loop; notes in the state what is wrong."""
    was = state.telegram
    state.telegram = {Fault.CONFLICT: "conflict", Fault.TOKEN: "token_refused"}.get(failure.fault, "unreachable")
    if state.telegram != was:
        log.warning("telegram_trouble", what=state.telegram, reason=str(failure))
    if failure.fault is Fault.HOLD:
        return failure.seconds
    fixed = {Fault.CONFLICT: _CONFLICT_PAUSE, Fault.TOKEN: _TOKEN_PAUSE}.get(failure.fault)
    return fixed or _PAUSES[min(failures, len(_PAUSES) - 1)]
