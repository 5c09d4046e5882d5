"""The situation of tickets: by protocol, or the user's latest."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.base import BotAction, Kit
from actions.own_tickets import label_of, tickets_of_days
from actions.replies import Replies, Then, choice, intent
from actions.situation import FORM, Situation
from actions.tickets import as_card
from actions.words import read_protocol
from balcao.errors import NotFound

_LONGEST_TITLE = 80


async def tell_status(kit: Kit, now: Situation, reply: Replies) -> Then:
    """Says how the ticket in the text stands, or lists the user's tickets: the latest, or those of the day named."""
    pressed = now.entities.get("protocol")
    read = (str(pressed), True) if pressed else (read_protocol(now.text) if now.is_typed else None)
    if read is None:
        tickets = await tickets_of_days(kit, now)
        if tickets == []:
            reply.say("utter_no_tickets_then")
        _list(tickets or await kit.desk.tickets(now.user_id), kit.timezone, reply, in_form=now.in_form)
    else:
        await _one(kit, *read, now, reply)
    return Then(follow=None if now.form == FORM else now.form or "action_listen")


async def _one(kit: Kit, protocol: str, well_formed: bool, now: Situation, reply: Replies) -> None:
    if not well_formed:
        reply.say("utter_protocol_wrong", protocol=protocol)
        return
    try:
        _tell(await kit.desk.ticket(protocol, now.user_id), kit.timezone, reply, in_form=now.in_form)
    except NotFound:
        reply.say("utter_ticket_not_found", protocol=protocol)


def _list(tickets: list[dict[str, Any]], timezone: ZoneInfo, reply: Replies, *, in_form: bool) -> None:
    if not tickets:
        reply.say("utter_no_tickets")
    elif len(tickets) == 1:
        _tell(tickets[0], timezone, reply, in_form=in_form)
    else:
        lines = [f"- **{t['protocol']}** · {_short(t['title'])} · {t['state_label']}" for t in tickets]
        choices = [choice(label_of(t), intent("ticket_status", protocol=t["protocol"])) for t in tickets]
        reply.say("utter_ticket_list", tickets="\n".join(lines), choices=None if in_form else choices)


def _tell(ticket: dict[str, Any], timezone: ZoneInfo, reply: Replies, *, in_form: bool) -> None:
    """How it stands, and what the user can do about it; not in the middle of a form, whose buttons would be spent."""
    protocol = ticket["protocol"]
    reply.say(
        "utter_ticket_status",
        protocol=protocol,
        title=_short(ticket["title"]),
        state=ticket["state_label"].lower(),
        updated=brazilian_time(ticket["updated_at"], timezone),
        payload={"ticket": as_card(ticket)},
    )
    if ticket.get("solution"):
        reply.say("utter_ticket_solution", solution=ticket["solution"])
    if ticket.get("asked"):
        reply.say("utter_ticket_asked", asked=ticket["asked"])
    can = set() if in_form else set(ticket.get("can") or ())
    if "reopen" in can:
        until = brazilian_time(ticket["reopen_until"], timezone)
        reply.say("utter_own_can_reopen", protocol=protocol, until=until)
    elif "comment" in can:
        reply.say("utter_own_can_change" if "cancel" in can else "utter_own_can_comment", protocol=protocol)


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def brazilian_time(moment: str, timezone: ZoneInfo) -> str:
    """An RFC 3339 moment as Brazilians write it, in their zone: ``22/11/2026 10:42``."""
    return datetime.fromisoformat(moment).astimezone(timezone).strftime("%d/%m/%Y %H:%M")


class TicketStatus(BotAction):
    """How a ticket stands."""

    action_name = "action_ticket_status"

    async def act(self, now: Situation, reply: Replies) -> Then:
        """By the protocol in the text, or the user's latest."""
        return await tell_status(self.kit, now, reply)


ACTIONS = (TicketStatus,)
