"""The dispatcher works off the bot's inbox: one turn at a time in each conversation, all conversations side by side.

It is woken by the commit that writes a turn. A slow sweep finds what was left by a killed desk, and events whose next try is
due. A turn that finds no good answer within its budget goes to people; so does, at once, one that comes while the bot is known
to be away. The next good answer ends that state. Pieces of a message that looks unfinished are waited for, and make one turn.
"""

import asyncio
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from balcao.database import utc_now
from handoff.bot_turns import queries, service
from handoff.bot_turns.client import BotClient, BotFailed, Fault
from handoff.bot_turns.inbox import LEASE
from handoff.bot_turns.queries import TurnWork
from handoff.bot_turns.schemas import Completion
from handoff.desk import Desk

log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 1.5
_LATE = timedelta(seconds=1)
_BUDGET_WHILE_AWAY = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.15, 0.6
_STOP_SECONDS = 1.0


class Dispatcher:
    """One for each desk. :meth:`start` and :meth:`stop` belong to the application's life."""

    def __init__(self, desk: Desk, bot: BotClient) -> None:
        self._desk = desk
        self._bot = bot
        self._metrics = desk.metrics
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._pauses: dict[str, asyncio.Event] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._bot_is_away = False

    async def start(self) -> None:
        self._desk.hub.listen("bot_turns", lambda topic: self._work_on(topic.partition(":")[2]))
        taken = await self._desk.run(self._take_over)
        if taken:
            log.info("turns_taken_over", turns=taken)
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Lets turns that are nearly done end; the others stay in the inbox for the next desk."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=_STOP_SECONDS)
        for task in self._workers.values():
            task.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)

    def _work_on(self, conversation_id: str) -> None:
        if conversation_id in self._workers:
            self._again.add(conversation_id)
            if conversation_id in self._pauses:
                self._pauses[conversation_id].set()
            return
        self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))

    async def _work(self, conversation_id: str) -> None:
        try:
            while await self._one(conversation_id):
                pass
        except Exception as error:  # noqa: BLE001 - the sweep comes back to it
            log.error("turn_not_worked_off", conversation_id=conversation_id, error=type(error).__name__)
        finally:
            self._workers.pop(conversation_id, None)

    async def _one(self, conversation_id: str) -> bool:
        """Works off the next turn, if there is one; says whether to look again."""
        self._again.discard(conversation_id)
        turn = await self._desk.run(self._next, conversation_id)
        if turn is not None and turn.wait:
            await self._pause(conversation_id, turn.wait)
            return True
        if turn is not None:
            if len(turn.pieces) > 1 and not await self._join(turn):
                return True
            await self._turn(turn)
        return conversation_id in self._again or (turn is not None and turn.has_more)

    async def _pause(self, conversation_id: str, wait: timedelta) -> None:
        """Waits for the end of what the user is writing, or for its next piece."""
        more = self._pauses[conversation_id] = asyncio.Event()
        try:
            if conversation_id not in self._again:  # it came while the turn was read
                await asyncio.wait_for(more.wait(), wait.total_seconds())
        except TimeoutError:
            pass
        finally:
            del self._pauses[conversation_id]

    async def _join(self, turn: TurnWork) -> bool:
        text, payload = turn.request["text"], turn.request["payload"]
        joined = await self._desk.commit(lambda session: service.join(session, turn.pieces, text, payload, utc_now()))
        if joined:
            self._metrics.turns.labels("joined").inc(len(turn.pieces) - 1)
        return joined

    async def _turn(self, turn: TurnWork) -> None:
        started = time.monotonic()
        try:
            completion = await self._ask(turn)
            self._metrics.bot_seconds.observe(time.monotonic() - started)
            patience = self._desk.settings.patience
            state = await self._desk.commit(
                lambda session: service.complete(session, turn.id, completion, utc_now(), patience)
            )
        except BotFailed as failure:
            log.warning("turn_failed", message_id=turn.request["message_id"], kind=turn.kind, reason=str(failure))
            state = await self._give_up(turn, str(failure))
        except (OperationalError, InterfaceError, PoolTimeout):
            raise  # the database is away: the turn stays in the inbox
        except Exception as error:  # noqa: BLE001 - what cannot be carried out is nonsense too
            log.error("turn_not_carried_out", message_id=turn.request["message_id"], error=type(error).__name__)
            state = await self._give_up(turn, f"not carried out: {type(error).__name__}")
        self._metrics.turns.labels(state).inc()
        self._metrics.turn_seconds.observe((utc_now() - turn.created_at).total_seconds())

    async def _ask(self, turn: TurnWork) -> Completion:
        """The bot's answer within the budget, asked again with the same key after each fault."""
        deadline = time.monotonic() + self._budget(turn, utc_now())
        pause = _FIRST_PAUSE
        while True:
            try:
                completion = await self._bot.ask(turn.request, max(0.05, deadline - time.monotonic()))
            except BotFailed as failure:
                self._metrics.bot_faults.labels(failure.fault).inc()
                if self._is_over(failure.fault, deadline - pause):
                    raise
            else:
                self._bot_is_away = False
                return completion
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _budget(self, turn: TurnWork, now: datetime) -> float:
        """Seconds for this turn, counted from its acceptance, or from now if it is found late."""
        if self._bot_is_away:
            return _BUDGET_WHILE_AWAY
        waited = now - turn.created_at
        return self._desk.settings.turn_seconds - (waited.total_seconds() if waited < _LATE else 0)

    def _is_over(self, fault: Fault, last_moment: float) -> bool:
        if fault is Fault.DOWN and self._bot_is_away:
            return True
        if time.monotonic() < last_moment:
            return False
        self._bot_is_away = fault is not Fault.NONSENSE
        return True

    async def _give_up(self, turn: TurnWork, reason: str) -> str:
        if turn.kind == "event":
            again = await self._desk.commit(lambda session: service.postpone(session, turn.id, reason, utc_now()))
            return "postponed" if again else "dropped"
        zone = ZoneInfo(self._desk.settings.timezone)
        return await self._desk.commit(lambda session: service.fail(session, turn.id, reason, utc_now(), zone))

    async def _sweep(self) -> None:
        while True:
            try:
                for conversation_id in await self._desk.run(self._waiting):
                    if conversation_id not in self._workers:
                        self._work_on(conversation_id)
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                log.error("sweep_failed", error=type(error).__name__)
            await asyncio.sleep(_SWEEP_SECONDS)

    # What follows runs in the desk's threads.

    def _take_over(self) -> int:
        with self._desk.write() as session:
            return service.take_over(session, self._desk.settings.desk_id, utc_now(), LEASE)

    def _waiting(self) -> list[str]:
        with self._desk.read() as session:
            return list(queries.waiting_conversations(session, self._desk.settings.desk_id, utc_now()))

    def _next(self, conversation_id: str) -> TurnWork | None:
        with self._desk.read() as session:
            settings = self._desk.settings
            return queries.next_turn(session, conversation_id, settings.desk_id, utc_now(), settings.quiet)
