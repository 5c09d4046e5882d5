"""Tickets whose clocks begin at a known moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from handoff.accounts.models import Role
from handoff.accounts.service import CurrentAgent
from handoff.console import service as console
from handoff.console.schemas import PostMessage
from handoff.conversations.queries import open_episode
from handoff.sla import queries
from handoff.sla.models import SlaAlert, SlaNotice, TicketClock
from handoff.sla.settling import settle
from handoff.tickets.classifying import classify
from handoff.tickets.models import Ticket
from handoff.tickets.priority import Urgency
from handoff.tickets.schemas import Classify, OpenTicket
from handoff.tickets.service import change_state, open_ticket
from handoff.tickets.states import TicketAction, TicketType
from handoff.timeline.service import Author
from tests.handoff.conftest import World

ZONE = ZoneInfo("America/Sao_Paulo")


def at(text: str) -> datetime:
    """A moment of Monday, the 23rd of November 2026, or of the day named before a T, in the desk's zone."""
    return datetime.fromisoformat(text if "T" in text else f"2026-11-23T{text}").replace(tzinfo=ZONE)


@dataclass
class Sla:
    """Short ways to what tests of clocks do."""

    world: World

    def open(self, now: datetime, **more: object) -> Ticket:
        conversation = self.world.open()
        return self.open_in(conversation.id, now, **more)

    def open_in(self, conversation_id: str, now: datetime, **more: object) -> Ticket:
        with self.world.database.write() as session:
            episode = open_episode(session, conversation_id)
            assert episode is not None
            body = {"conversation_id": conversation_id, "episode_id": episode.id, "type": TicketType.INCIDENT}
            wanted = OpenTicket.model_validate(body | {"service": "vpn", "description": "Caiu"} | more)
            return open_ticket(session, wanted=wanted, key=f"key-{episode.id}", now=now, zone=ZONE)[0]

    def do(self, ticket: Ticket, action: TicketAction, now: datetime, author: Author | None = None) -> None:
        with self.world.database.write() as session:
            mine = session.get_one(Ticket, ticket.id)
            by = author or Author("agent", self.world.ana)
            change_state(session, ticket=mine, action=action, text="x", author=by, now=now)

    def classify(self, ticket: Ticket, now: datetime, **changed: object) -> None:
        with self.world.database.write() as session:
            mine = session.get_one(Ticket, ticket.id)
            whole = {"service": mine.service_id, "classification": mine.classification_id, "impact": mine.impact}
            whole |= {"urgency": Urgency(mine.urgency), "version": mine.version} | changed
            by = Author("agent", self.world.ana)
            classify(session, ticket=mine, wanted=Classify.model_validate(whole), author=by, now=now)

    def say(self, conversation_id: str, now: datetime, *, note: bool = False) -> None:
        with self.world.database.write() as session:
            wanted = PostMessage(client_key=f"key-{now.timestamp():.0f}", text="Olá", note=note)
            console.post(
                session, conversation_id=conversation_id, agent=self.ana, wanted=wanted, most_attachments=5, now=now
            )

    @property
    def ana(self) -> CurrentAgent:
        return CurrentAgent(self.world.ana, "ana", "Ana", Role.ADMIN, "pt-BR", frozenset(), "s", "c", at("08:00"))

    def pass_time(self, ticket: Ticket, now: datetime) -> None:
        """Has the clocks looked at, as the sweep does."""
        with self.world.database.write() as session:
            settle(session, ticket_id=ticket.id, now=now)

    def clock(self, ticket: Ticket, kind: str = "resolve") -> TicketClock:
        with self.world.database.read() as session:
            return session.get_one(TicketClock, (ticket.id, kind))

    def events(self, ticket: Ticket) -> list[str]:
        with self.world.database.read() as session:
            return [event.kind for event in queries.ledger(session, ticket.id)]

    def reached(self, ticket: Ticket, kind: str = "resolve") -> dict[int, datetime]:
        with self.world.database.read() as session:
            found: Iterable[SlaAlert] = queries.alerts_of(session, ticket.id)
            return {alert.percent: alert.crossed_at for alert in found if alert.clock == kind}

    def notices(self) -> list[tuple[str, str, str | None]]:
        with self.world.database.read() as session:
            return [
                (n.reason, n.group_id, n.agent_id)
                for n in session.scalars(
                    select(SlaNotice)
                    .join(SlaAlert, SlaAlert.id == SlaNotice.alert_id)
                    .order_by(SlaAlert.ticket_id, SlaNotice.step)
                )
            ]


def remaining(clock: TicketClock) -> timedelta:
    return timedelta(seconds=clock.target_seconds - clock.elapsed_seconds)


@pytest.fixture
def sla(world: World) -> Sla:
    return Sla(world)
