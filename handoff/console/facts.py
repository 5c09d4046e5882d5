"""The cards beside a conversation: who asks, why it was passed on, what was tried, its tickets and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from balcao.database import utc_now
from handoff.accounts.queries import names as agent_names
from handoff.accounts.service import CurrentAgent
from handoff.console import labels, queries
from handoff.console.deadlines import clocks_of
from handoff.console.i18n import Words
from handoff.console.lists import service_name
from handoff.console.messages import Link, cited
from handoff.console.schemas import Standing
from handoff.console.service import standing
from handoff.conversations.models import Conversation, Handoff
from handoff.queue.service import check_visible
from handoff.ratings.models import Rating
from handoff.sla.schemas import ClockOut
from handoff.tickets.models import Ticket
from handoff.users.models import User


@dataclass(frozen=True)
class HandoffCard:
    """One passing of the conversation to people, with what the bot had tried before."""

    group: str
    reason: str
    summary: str
    fields: list[tuple[str, str]]
    articles: list[Link]
    created_at: datetime
    claimed_by: str | None
    closed_by: str | None
    closed_at: datetime | None
    solution: str | None
    ratings: list[Rating]


@dataclass(frozen=True)
class Facts:
    """Everything a conversation's page shows beside its messages."""

    conversation: Conversation
    user: User
    standing: Standing
    group_name: str | None
    cards: list[HandoffCard]
    tickets: Sequence[Ticket]
    clocks: dict[str, list[ClockOut]]
    services: dict[str, str]
    impacts: dict[str, str]


def build_facts(session: Session, *, conversation_id: str, agent: CurrentAgent, words: Words) -> Facts:
    """The cards of a conversation that the agent may see; :class:`~balcao.errors.NotFound` of any other."""
    conversation = check_visible(session, conversation_id=conversation_id, agent=agent)
    groups = queries.group_names(session)
    services = queries.service_names(session)
    impacts = queries.impact_names(session)
    tickets = queries.tickets(session, conversation_id)
    return Facts(
        conversation=conversation,
        user=session.get_one(User, conversation.user_id),
        standing=standing(session, conversation, agent),
        group_name=groups.get(conversation.owner_group or ""),
        cards=_cards(session, conversation_id, groups, {"service": services, "impact": impacts}, words),
        tickets=tickets,
        clocks=clocks_of(session, {ticket.id for ticket in tickets}, words, utc_now()),
        services=services,
        impacts=impacts,
    )


def _cards(
    session: Session, conversation_id: str, groups: dict[str, str], names: dict[str, dict[str, str]], words: Words
) -> list[HandoffCard]:
    handoffs = queries.handoffs(session, conversation_id)
    agents = agent_names(session, {id_ for h in handoffs for id_ in (h.claimed_by, h.closed_by) if id_})
    ratings = queries.ratings(session, {h.episode_id for h in handoffs})
    return [
        HandoffCard(
            group=groups.get(handoff.group_id, handoff.group_id),
            reason=labels.label(labels.REASONS, handoff.reason, words),
            summary=handoff.summary,
            fields=_fields(handoff, names, words),
            articles=_tried(session, handoff),
            created_at=handoff.created_at,
            claimed_by=agents.get(handoff.claimed_by or ""),
            closed_by=agents.get(handoff.closed_by or ""),
            closed_at=handoff.closed_at,
            solution=handoff.solution,
            ratings=[rating for rating in ratings if rating.episode_id == handoff.episode_id],
        )
        for handoff in handoffs
    ]


# The articles stand with their titles among what the bot tried.
_SHOWN_ELSEWHERE = {"articles"}


def _fields(handoff: Handoff, names: dict[str, dict[str, str]], words: Words) -> list[tuple[str, str]]:
    return [
        (labels.label(labels.FIELDS, key, words), _field_text(value, names.get(key, {})))
        for key, value in handoff.fields.items()
        if key not in _SHOWN_ELSEWHERE and value not in (None, "", [], {})
    ]


def _field_text(value: object, names: dict[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_field_text(part, names) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_field_text(part, {})}" for key, part in value.items())
    return service_name(value, names) or str(value)


def _tried(session: Session, handoff: Handoff) -> list[Link]:
    """The articles that the bot cited or offered in the episode, once each."""
    links = [
        link for message in queries.bot_messages(session, handoff.episode_id) for link in cited(message.payload or {})
    ]
    return list(dict.fromkeys(links))
