"""The form's validation: each field read by :mod:`actions.ticket_fields`, questions in the middle answered in passing."""

from collections.abc import Callable
from typing import Any

from actions.articles import ask_useful, cited
from actions.clients.http import Refused
from actions.forms import required
from actions.reading import parts
from actions.replies import Replies
from actions.situation import SERVICE_OTHER, Situation
from actions.ticket_fields import (
    Reading,
    read_confirmation,
    read_contact_email,
    read_contact_name,
    read_correction,
    read_courtesy,
    read_description,
    read_duplicate_choice,
    read_impact,
    read_service,
)
from actions.validation import Validation, say_unclear
from balcao.errors import Unavailable

_MOST_ASIDES = 2
_PLAIN: dict[str, Callable[[Situation], Reading]] = {
    "ticket_description": read_description,
    "duplicate_choice": read_duplicate_choice,
    "contact_name": read_contact_name,
    "contact_email": read_contact_email,
    "ticket_correction": read_correction,
    "ticket_confirmation": read_confirmation,
}


class ValidateTicketForm(Validation):
    """The fields of a ticket."""

    action_name = "validate_ticket_form"

    def required(self, slots: dict[str, Any]) -> list[str]:
        """See :func:`actions.forms.required`."""
        return required(slots)

    async def look_up(self, slots: dict[str, Any], now: Situation) -> dict[str, Any]:
        """The user's open ticket about the same, once it is known what this one is about; ``{}`` when there is none."""
        service, description = slots.get("ticket_service"), slots.get("ticket_description")
        if slots.get("ticket_duplicate") is not None or service is None or description is None:
            return {}
        if slots.get("ticket_follows"):
            return {"ticket_duplicate": {}}
        on = None if service == SERVICE_OTHER else str(service)
        try:
            found = await self.kit.desk.similar_ticket(now.user_id, on, str(description))
        except (Unavailable, Refused):  # the question is a courtesy: the ticket can be opened without it
            found = None
        kept = {key: found[key] for key in ("protocol", "title", "state_label")} if found else {}
        return {"ticket_duplicate": kept}

    async def read(self, now: Situation, requested: str, reply: Replies) -> dict[str, Any]:
        """An answer, a courtesy, a question in the middle, or something that is not understood."""
        reading = read_courtesy(now, requested) or await self._reading(now, requested)
        if reading.is_aside:
            return {**reading.slots, **await self._answer_aside(now, reply)}
        if reading.words is None:
            return {**reading.slots, "unclear": None}
        return {**reading.slots, **say_unclear(now, reading.words, reply, ways_out="utter_ticket_stuck")}

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


ACTIONS = (ValidateTicketForm,)
