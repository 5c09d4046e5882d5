"""What the validations of forms share: one field is read from what was said, and the next that is missing is asked for."""

from abc import abstractmethod
from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import BotAction, remarks
from actions.replies import Replies, Then
from actions.situation import Situation

_STUCK = 2


class Validation(BotAction):
    """Called by Rasa's form with what the user said for the requested slot; says which slot is asked for next."""

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Reads the requested field, if something was said for it, and requests the next one."""
        now, reply = Situation.of(tracker), Replies(dispatcher)
        requested = now.slots.get("requested_slot")
        slots: dict[str, Any] = remarks(now)
        if requested is not None and requested in tracker.slots_to_validate():
            # the candidate is the message itself: fields are read from the words, not from the slot it was put into
            asked = Situation(**{**now.__dict__, "slots": {**now.slots, requested: None}})
            slots |= await self.read(asked, str(requested), reply)
        slots |= await self.look_up({**now.slots, **slots}, now)
        merged = {**now.slots, **slots}
        missing = next((name for name in self.required(merged) if merged.get(name) is None), None)
        return [*(SlotSet(name, value) for name, value in slots.items()), SlotSet("requested_slot", missing)]

    @abstractmethod
    def required(self, slots: dict[str, Any]) -> list[str]:
        """The slots to ask for, in order."""

    @abstractmethod
    async def read(self, now: Situation, requested: str, reply: Replies) -> dict[str, Any]:
        """The slots that follow from what was said for the requested one."""

    async def look_up(self, slots: dict[str, Any], now: Situation) -> dict[str, Any]:
        """Further slots that follow from what is known now; none by default."""
        return {}

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Not used: a validation answers in the form's own way."""
        raise NotImplementedError


def say_unclear(now: Situation, words: str, reply: Replies, *, ways_out: str) -> dict[str, Any]:
    """What was wrong; from the second time on also the ways out, and every other time these alone."""
    times = int(now.slots.get("unclear") or 0) + 1
    if times <= _STUCK or times % 2 == 0:
        reply.say(words)
    if times >= _STUCK:
        reply.say(ways_out)
    return {"unclear": times}
