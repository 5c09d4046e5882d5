"""The situation of tickets: by protocol, or the user's latest."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.base import BotAction, Kit
from actions.replies import Replies, Then
from actions.situation import Situation
from actions.words import read_protocol
from balcao.errors import NotFound

_LONGEST_TITLE = 80


async def tell_status(kit: Kit, now: Situation, reply: Replies) -> Then:
    """Says how the ticket in the text stands, or lists the user's tickets."""
    read = read_protocol(now.text) if now.is_typed else None
    user_id = str(now.user.get("id") or "")
    if read is None:
        _list(await kit.desk.tickets(user_id), kit.timezone, reply)
    else:
        await _one(kit, *read, user_id, reply)
    return Then(follow=None if now.in_form else "action_listen")


async def _one(kit: Kit, protocol: str, well_formed: bool, user_id: str, reply: Replies) -> None:
    if not well_formed:
        reply.say("utter_protocol_wrong", protocol=protocol)
        return
    try:
        _tell(await kit.desk.ticket(protocol, user_id), kit.timezone, reply)
    except NotFound:
        reply.say("utter_ticket_not_found", protocol=protocol)


def _list(tickets: list[dict[str, Any]], timezone: ZoneInfo, reply: Replies) -> None:
    if not tickets:
        reply.say("utter_no_tickets")
    elif len(tickets) == 1:
        _tell(tickets[0], timezone, reply)
    else:
        lines = [f"- **{t['protocol']}** · {_short(t['title'])} · {t['state_label']}" for t in tickets]
        reply.say("utter_ticket_list", tickets="\n".join(lines))


def _tell(ticket: dict[str, Any], timezone: ZoneInfo, reply: Replies) -> None:
    reply.say(
        "utter_ticket_status",
        protocol=ticket["protocol"],
        title=_short(ticket["title"]),
        state=ticket["state_label"].lower(),
        updated=brazilian_time(ticket["updated_at"], timezone),
        payload={"ticket": {"protocol": ticket["protocol"], "state": ticket["state"], "title": ticket["title"]}},
    )
    if ticket.get("solution"):
        reply.say("utter_ticket_solution", solution=ticket["solution"])


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
