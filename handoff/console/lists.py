"""The two lists beside the conversation: who waits, and what is mine."""

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy.orm import Session

from handoff.accounts.queries import count_online
from handoff.accounts.queries import names as agent_names
from handoff.accounts.service import CurrentAgent
from handoff.attachments.schemas import split_attachments
from handoff.console import labels
from handoff.console.deadlines import clocks_of, foremost
from handoff.console.i18n import Words
from handoff.console.markdown import plain_text
from handoff.console.queries import group_names, service_names
from handoff.conversations.models import Message
from handoff.queue import queries
from handoff.queue.ordering import places
from handoff.queue.queries import Listed
from handoff.queue.schemas import LastMessage, ListEntry, Lists, OwnerKind
from handoff.sla.queries import count_notices
from handoff.tickets.models import Ticket

SHOWN = 100
QueueSort = Literal["wait", "deadline"]
"""What comes first in the queue: who has waited longest, or the ticket that is due first."""
_PREVIEW = 160


def build_lists(
    session: Session, *, agent: CurrentAgent, words: Words, now: datetime, sort: QueueSort = "wait"
) -> Lists:
    """What waits for the agent's groups (the longest wait or the next deadline first, at most 100) and what is the agent's."""
    waiting = queries.waiting(session, agent.visible_groups, SHOWN, by_deadline=sort == "deadline")
    mine = queries.of_agent(session, agent.id)
    make = _EntryMaker(session, agent, words, [*waiting, *mine], now)
    return Lists(
        waiting=[make.entry(listed) for listed in waiting],
        mine=[make.entry(listed) for listed in mine],
        agents_online=count_online(session, None, now),
        more_waiting=_beyond(session, agent, len(waiting)),
        alerts=count_notices(session, agent.id, agent.visible_groups),
    )


def _beyond(session: Session, agent: CurrentAgent, shown: int) -> int:
    return 0 if shown < SHOWN else queries.count_waiting(session, agent.visible_groups) - shown


class _EntryMaker:
    """Reads what all entries need in a handful of queries, then makes them."""

    def __init__(
        self, session: Session, agent: CurrentAgent, words: Words, listed: list[Listed], now: datetime
    ) -> None:
        ids = [one.conversation.id for one in listed]
        self._words = words
        self._groups = group_names(session)
        self._services = service_names(session)
        self._last = queries.last_messages(session, ids)
        self._unread = queries.unread(session, agent.id, ids)
        self._tickets = queries.tickets_of(session, ids)
        self._clocks = clocks_of(session, {ticket.id for ticket in self._tickets.values()}, words, now)
        self._agents = agent_names(session, {one.conversation.owner_agent_id or "" for one in listed})
        groups = {one.conversation.owner_group or "" for one in listed if one.conversation.owner_kind == "queue"}
        self._places = places(queries.entries(session, groups))

    def entry(self, listed: Listed) -> ListEntry:
        conversation, handoff = listed.conversation, listed.handoff
        ticket = self._tickets.get(conversation.id)
        reason = handoff.reason if handoff else None
        return ListEntry(
            conversation_id=conversation.id,
            user_name=listed.user.name,
            channel=conversation.channel,
            owner=cast(OwnerKind, conversation.owner_kind),
            agent_name=self._agents.get(conversation.owner_agent_id or ""),
            group=conversation.owner_group,
            group_name=self._groups.get(conversation.owner_group or ""),
            reason=reason,
            reason_label=labels.label(labels.REASONS, reason, self._words) or None,
            service_name=self._service(handoff.fields if handoff else {}, ticket),
            summary=handoff.summary if handoff else "",
            protocol=ticket.protocol if ticket else None,
            clock=foremost(self._clocks.get(ticket.id, [])) if ticket else None,
            queued_at=conversation.queued_at,
            place=self._places.get(conversation.id),
            unread=self._unread.get(conversation.id, 0),
            last_message=_last_message(self._last.get(conversation.id)),
        )

    def _service(self, fields: dict[str, Any], ticket: Ticket | None) -> str | None:
        return service_name(fields.get("service") or (ticket.service_id if ticket else None), self._services)


def service_name(service: object, names: dict[str, str]) -> str | None:
    """The name of a service told by its id; whatever else was told is shown as it is."""
    return names.get(str(service), str(service)) if service else None


def _last_message(message: Message | None) -> LastMessage | None:
    if message is None:
        return None
    _, files = split_attachments(message.payload)
    if files and not message.text:
        return LastMessage(author=message.author, text=files[0].name[:_PREVIEW], created_at=message.created_at)
    text = " ".join(message.text.split()) if message.author == "user" else plain_text(message.text)
    return LastMessage(author=message.author, text=text[:_PREVIEW], created_at=message.created_at)
