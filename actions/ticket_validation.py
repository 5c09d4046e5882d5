"""The form's validation: each field read by :mod:`actions.ticket_fields`, questions in the middle answered in passing."""

from collections.abc import Callable
from typing import Any

from rasa_sdk.events import SlotSet

from actions.articles import ask_useful, cited
from actions.base import BotAction
from actions.forms import required
from actions.reading import parts
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.ticket_fields import (
    Reading,
    read_confirmation,
    read_contact_email,
    read_contact_name,
    read_correction,
    read_courtesy,
    read_description,
    read_impact,
    read_service,
)
from balcao.errors import Unavailable

_MOST_ASIDES = 2
_STUCK = 2
_PLAIN: dict[str, Callable[[Situation], Reading]] = {
    "ticket_description": read_description,
    "contact_name": read_contact_name,
    "contact_email": read_contact_email,
    "ticket_correction": read_correction,
    "ticket_confirmation": read_confirmation,
}


class ValidateTicketForm(BotAction):
    """Called by Rasa's form with what the user said for the requested slot; says which slot is asked for next."""

    action_name = "validate_ticket_form"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        """Reads the requested field, if something was said for it, and requests the next one."""
        now = Situation.of(tracker)
        requested = now.slots.get("requested_slot")
        said = requested is not None and requested in tracker.slots_to_validate()
        slots: dict[str, Any] = {}
        if said:
            slots = await self._read(now, str(requested), Replies(dispatcher))
        merged = {**now.slots, **slots}
        missing = next((name for name in required(merged) if merged.get(name) is None), None)
        return [*(SlotSet(name, value) for name, value in slots.items()), SlotSet("requested_slot", missing)]

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Not used: a validation answers in the form's own way."""
        raise NotImplementedError

    async def _read(self, now: Situation, requested: str, reply: Replies) -> dict[str, Any]:
        # the candidate is the message itself: fields are read from the words, not from the slot it was put into
        asked = Situation(**{**now.__dict__, "slots": {**now.slots, requested: None}})
        reading = read_courtesy(asked, requested) or await self._reading(asked, requested)
        if reading.is_aside:
            return {**reading.slots, **await self._answer_aside(asked, reply)}
        if reading.words is None:
            return {**reading.slots, "unclear": None}
        return {**reading.slots, **_say_unclear(asked, reading.words, reply)}

    async def _reading(self, now: Situation, requested: str) -> Reading:
        if requested in _PLAIN:
            return _PLAIN[requested](now)
        catalogue = await self.kit.desk.catalogue()
        return read_service(now, catalogue) if requested == "ticket_service" else read_impact(now, catalogue)

    async def _answer_aside(self, now: Situation, reply: Replies) -> dict[str, Any]:
        asides = int(now.slots.get("asides") or 0) + 1
        if asides > _MOST_ASIDES:
            reply.say("utter_too_many_asides")
            return {"asides": asides}
        try:
            found = await self.kit.search.search(now.text)
        except Unavailable:
            reply.say("utter_aside_not_found")
            return {"asides": asides}
        if found.decision != "answer":
            reply.say("utter_aside_not_found")
            return {"asides": asides}
        best = found.articles[0]
        reply.say("utter_answer_lead", title=best.title)
        reply.quote((parts(best.answer) or [best.title])[0], {"article": cited(best.brief())})
        ask_useful(best.brief(), reply)
        reply.say("utter_aside_answered")
        return {"asides": asides, "asked": [*now.asked, now.text]}


def _say_unclear(now: Situation, words: str, reply: Replies) -> dict[str, Any]:
    """What was wrong; from the second time on also the ways out."""
    times = int(now.slots.get("unclear") or 0) + 1
    reply.say(words)
    if times >= _STUCK:
        reply.say("utter_ticket_stuck")
    return {"unclear": times}


ACTIONS = (ValidateTicketForm,)
