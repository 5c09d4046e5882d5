"""What users do to tickets that they have: add words, cancel, reopen. The desk says what can be done to which."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from actions.base import BotAction, Kit
from actions.clients.http import Refused
from actions.dates import read_days
from actions.episodes import close
from actions.forms import EMPTY_FORM
from actions.handoff import hand_over
from actions.replies import Replies, Then, choice, intent
from actions.situation import OWN_FORM, Situation
from actions.tickets import as_card, begin_ticket
from actions.words import read_protocol, words
from balcao.errors import NotFound

MOVES = {"comment_ticket": "comment", "cancel_ticket": "cancel", "reopen_ticket": "reopen"}
_LEAST_WORDS = 3
_LONGEST = 4_000
_LONGEST_LABEL = 50
_PROTOCOL = r"\d{4}\s*[-./ ]?\s*\d{6,9}\s*[-./ ]?\s*\d"
_SAYS_WHAT = re.compile(
    rf"(?is)(?:{_PROTOCOL}|\b(?:chamado|ticket))\s*[,;–-]?\s*(?:(?:dizendo que|que|porque|pois|saying that)\b|:)\s*(.+)$"
)
_AFTER_PROTOCOL = re.compile(rf"(?is){_PROTOCOL}\s*[,.:;–-]*\s*(.+)$")


class ChangeTicket(BotAction):
    """The user wants to add to, cancel or reopen a ticket; the intent says which."""

    action_name = "action_change_ticket"
    begins_matter = True

    async def act(self, now: Situation, reply: Replies) -> Then:
        """By the protocol said or pressed, else the one that fits, else by choosing among those that do."""
        return await begin(self.kit, now, reply, MOVES.get(now.intent, "comment"))


async def begin(kit: Kit, now: Situation, reply: Replies, move: str) -> Then:
    """Finds the ticket and asks for what is missing; with nothing missing, does it."""
    said = said_words(now) or (now.slots.get("own_offer") or {}).get("words")
    slots = {**EMPTY_FORM, "awaiting": None, "own_move": move, "own_run": now.message_id, "own_words": said}
    read = _protocol(now)
    if read is not None:
        protocol, well_formed = read
        if not well_formed:
            reply.say("utter_protocol_wrong", protocol=protocol)
            return Then({"awaiting": None})
        try:
            return await _take(kit, now, reply, await kit.desk.ticket(protocol, now.user_id), slots)
        except NotFound:
            reply.say("utter_ticket_not_found", protocol=protocol)
            return Then({"awaiting": None})
    fitting = await fitting_tickets(kit, now, move)
    if not fitting:
        reply.say(f"utter_own_none_{move}")
        return Then({"awaiting": None})
    if len(fitting) == 1:
        return await _take(kit, now, reply, fitting[0], slots)
    return Then(slots, follow=OWN_FORM)


def _protocol(now: Situation) -> tuple[str, bool] | None:
    pressed = now.entities.get("protocol")
    return (str(pressed), True) if pressed else (read_protocol(now.text) if now.is_typed else None)


def said_words(now: Situation) -> str | None:
    """What the user said together with what they want: "…no chamado 2026-000123-7 que só acontece no Chrome"."""
    found = (_SAYS_WHAT.search(now.text) or _AFTER_PROTOCOL.search(now.text)) if now.is_typed else None
    said = found.group(1).strip() if found else ""
    return said if len(words(said)) >= _LEAST_WORDS else None


async def fitting_tickets(kit: Kit, now: Situation, move: str) -> list[dict[str, Any]]:
    """The user's tickets to which this can be done; only those of the day that was named, if it has any."""
    fitting = await kit.desk.tickets(now.user_id, can=move)
    of_days = await tickets_of_days(kit, now, can=move) if len(fitting) > 1 else None
    return of_days or fitting


async def tickets_of_days(kit: Kit, now: Situation, **chosen: str) -> list[dict[str, Any]] | None:
    """The user's tickets opened on the day or days that the text names; None when it names none."""
    days = read_days(now.text, datetime.now(kit.timezone).date()) if now.is_typed else None
    if days is None:
        return None
    since, before = (datetime.combine(day, time(), kit.timezone) for day in (days[0], days[1] + timedelta(days=1)))
    return await kit.desk.tickets(now.user_id, since=since.isoformat(), before=before.isoformat(), **chosen)


async def _take(kit: Kit, now: Situation, reply: Replies, ticket: dict[str, Any], slots: dict[str, Any]) -> Then:
    """Goes on with this ticket, if what is wanted can be done to it."""
    move = str(slots["own_move"])
    if move not in ticket["can"]:
        return _refuse(now, reply, ticket, move)
    slots = {**slots, "own_ticket": {"protocol": ticket["protocol"], "title": ticket["title"]}}
    if move != "cancel" and slots["own_words"]:
        return await submit(kit, now, reply, slots)
    return Then(slots, follow=OWN_FORM)


def _refuse(now: Situation, reply: Replies, ticket: dict[str, Any], move: str) -> Then:
    """Says why it cannot be done, and offers what can."""
    protocol, can = str(ticket["protocol"]), ticket["can"]
    told = {"protocol": protocol, "title": ticket["title"], "state": ticket["state_label"].lower()}
    if move == "cancel" and "comment" not in can:
        reply.say("utter_own_has_ended", **told)
        return Then({"awaiting": None})
    said, offered, kept = "utter_own_is_over", "open", None
    if move == "comment" and "reopen" in can:
        said, offered = "utter_own_is_resolved", "reopen"
    elif "comment" in can and move == "reopen":
        said, offered = "utter_own_is_open", "comment"
    elif "comment" in can:
        said, offered, kept = "utter_own_is_forwarded", "comment", now.text if now.is_typed else None
    reply.say(said, **told)
    return Then({"awaiting": "own_offer", "own_offer": {"move": offered, "protocol": protocol, "words": kept}})


async def submit(kit: Kit, now: Situation, reply: Replies, slots: dict[str, Any]) -> Then:
    """Does it, under a key of this run: a repeated turn does it once."""
    move, protocol = str(slots["own_move"]), str(slots["own_ticket"]["protocol"])
    text = str(slots.get("own_words") or "")[:_LONGEST]
    key = f"{now.session_id}:{slots['own_run']}:{move}"
    try:
        ticket = await kit.desk.change_ticket(protocol, move, now.user_id, text, key)
    except (Refused, NotFound):  # closed meanwhile, say
        return await hand_over(kit, now, reply, reason="bot_failed", words="utter_handoff_own_trouble")
    reply.say(f"utter_own_done_{move}", protocol=protocol, title=ticket["title"], payload={"ticket": as_card(ticket)})
    if now.asked:  # it was said in passing: the matter before is still open
        return Then(EMPTY_FORM | {"awaiting": None}, leave_form=now.in_form)
    then = close(reply, "ticket_changed")
    return Then({**EMPTY_FORM, **then.slots}, leave_form=now.in_form)


class TakeOwnOffer(BotAction):
    """ "Yes" to what was offered instead: the button that was not pressed."""

    action_name = "action_take_own_offer"
    begins_matter = True

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Reopening, adding, or a new ticket that goes on from the one that is over."""
        offered = now.slots.get("own_offer") or {}
        protocol = offered.get("protocol")
        if offered.get("move") in MOVES.values():
            return await begin(self.kit, replace(now, entities={"protocol": protocol}), reply, str(offered["move"]))
        return await begin_ticket(self.kit, now, reply, {}, follows=protocol)


class SubmitOwnTicket(BotAction):
    """The form is complete: done, or left as it was."""

    action_name = "action_submit_own_ticket"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """ "No" to cancelling leaves the ticket as it is."""
        if now.slots.get("own_confirmation") == "no":
            return stop(now, reply)
        return await submit(self.kit, now, reply, now.slots)


class StopOwnTicket(BotAction):
    """The user does not want it after all."""

    action_name = "action_stop_own_ticket"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """ "Cancelar" where the bot asks whether to cancel the ticket is a yes."""
        asks = now.slots.get("requested_slot") == "own_confirmation"
        if (
            asks
            and now.is_typed
            and re.search(r"(?i)\bcancel", now.text)
            and not re.search(r"(?i)\bn[aã]o\b", now.text)
        ):
            return await submit(self.kit, now, reply, now.slots)
        return stop(now, reply)


def stop(now: Situation, reply: Replies) -> Then:
    """Leaves the ticket as it is."""
    reply.say("utter_own_stopped")
    return Then({**EMPTY_FORM, "awaiting": None}, leave_form=True)


class AskOwnTicket(BotAction):
    """Asks which ticket."""

    action_name = "action_ask_own_ticket"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Those that fit, as choices."""
        move = str(now.slots.get("own_move"))
        fitting = await fitting_tickets(self.kit, now, move)
        choices = [choice(label_of(ticket), intent("choose_ticket", protocol=ticket["protocol"])) for ticket in fitting]
        reply.say(f"utter_own_which_{move}", choices=choices)
        return Then(follow=None)


def label_of(ticket: dict[str, Any]) -> str:
    """A ticket on a button."""
    title = str(ticket["title"])
    return f"{ticket['protocol']} · {title if len(title) <= _LONGEST_LABEL else title[: _LONGEST_LABEL - 1] + '…'}"


class AskOwnWords(BotAction):
    """Asks what to add, or what is still wrong."""

    action_name = "action_ask_own_words"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Names the ticket."""
        reply.say(f"utter_own_words_{now.slots.get('own_move')}", **(now.slots.get("own_ticket") or {}))
        return Then(follow=None)


class AskOwnConfirmation(BotAction):
    """Asks whether to cancel."""

    action_name = "action_ask_own_confirmation"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """Names the ticket."""
        reply.say("utter_own_confirm_cancel", **(now.slots.get("own_ticket") or {}))
        return Then(follow=None)


ACTIONS = (
    ChangeTicket,
    TakeOwnOffer,
    SubmitOwnTicket,
    StopOwnTicket,
    AskOwnTicket,
    AskOwnWords,
    AskOwnConfirmation,
)
