"""The validation of changes to a ticket that the user has."""

from typing import Any

from actions.own_tickets import fitting_tickets, tickets_of_days
from actions.replies import Replies
from actions.situation import Situation
from actions.validation import Validation, say_unclear
from actions.words import is_abusive, read_position, read_protocol, words

_LEAST_CHARACTERS = 8
_SURE = 0.9
_YES = frozenset(("affirm", "cancel_ticket", "cancel"))
_NO = frozenset(("deny", "not_solved"))
_NO_WORDS = frozenset(("affirm", "deny", "greet", "thanks", "help", "cancel_ticket", "comment_ticket", "reopen_ticket"))


class ValidateOwnTicketForm(Validation):
    """Which ticket, what about it, and whether to cancel it."""

    action_name = "validate_own_ticket_form"

    def required(self, slots: dict[str, Any]) -> list[str]:
        """The ticket, and then words or a confirmation."""
        return ["own_ticket", "own_confirmation" if slots.get("own_move") == "cancel" else "own_words"]

    async def read(self, now: Situation, requested: str, reply: Replies) -> dict[str, Any]:
        """One field."""
        if requested == "own_ticket":
            return await self._read_ticket(now, reply)
        if requested == "own_confirmation":
            return _read_confirmation(now, reply)
        return await self._cancel_instead(now) or _read_words(now, reply)

    async def _cancel_instead(self, now: Situation) -> dict[str, Any]:
        """Who was to add to a ticket would rather cancel it, if that can still be done."""
        ticket = now.slots.get("own_ticket") or {}
        if now.intent != "cancel_ticket" or now.confidence < _SURE or not ticket:
            return {}
        found = await self.kit.desk.ticket(str(ticket["protocol"]), now.user_id)
        return {"own_move": "cancel", "own_words": None, "unclear": None} if "cancel" in found["can"] else {}

    async def _read_ticket(self, now: Situation, reply: Replies) -> dict[str, Any]:
        """By its protocol, its number, its place in the list, its title, or the day it was opened."""
        move = str(now.slots.get("own_move"))
        fitting = await fitting_tickets(self.kit, now, move)
        protocol = now.entities.get("protocol") or (read_protocol(now.text) or ("", False))[0]
        found = [ticket for ticket in fitting if ticket["protocol"] == protocol] or _by_words(now, fitting)
        if not found and now.is_typed:
            of_days = await tickets_of_days(self.kit, now, can=move) or []
            found = of_days if len(of_days) == 1 else []
        if not found:
            return {"own_ticket": None, **_unclear(now, "utter_own_which_unclear", reply)}
        return {"own_ticket": {"protocol": found[0]["protocol"], "title": found[0]["title"]}, "unclear": None}


def _by_words(now: Situation, tickets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not now.is_typed:
        return []
    place = read_position(now.text, len(tickets))
    if place is not None:
        return [tickets[place]]
    numbered = [ticket for ticket in tickets if str(_number(ticket)) in now.text.split()]
    said = set(words(now.text))
    shared = [len(said & set(words(ticket["title"]))) for ticket in tickets]
    best = [ticket for ticket, count in zip(tickets, shared, strict=True) if count == max(shared) > 0]
    return numbered or (best if len(best) == 1 else [])


def _number(ticket: dict[str, Any]) -> int:
    """The number in the year, as people shorten a protocol."""
    return int(str(ticket["protocol"]).split("-")[1])


def _read_words(now: Situation, reply: Replies) -> dict[str, Any]:
    if now.intent == "upset" and is_abusive(now.text):
        reply.say("utter_upset_in_ticket")
        return {"own_words": None}
    too_short = len(now.text.strip()) < _LEAST_CHARACTERS or len(words(now.text)) < 2
    if not now.is_typed or too_short or (now.intent in _NO_WORDS and now.confidence >= _SURE):
        return {"own_words": None, **_unclear(now, "utter_own_words_short", reply)}
    return {"own_words": now.text.strip(), "unclear": None}


def _read_confirmation(now: Situation, reply: Replies) -> dict[str, Any]:
    if now.intent in _YES:
        return {"own_confirmation": "yes"}
    if now.intent in _NO:
        return {"own_confirmation": "no"}
    return {"own_confirmation": None, **_unclear(now, "utter_own_confirm_unclear", reply)}


def _unclear(now: Situation, said: str, reply: Replies) -> dict[str, Any]:
    return say_unclear(now, said, reply, ways_out="utter_own_stuck")


ACTIONS = (ValidateOwnTicketForm,)
