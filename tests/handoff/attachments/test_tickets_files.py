"""The files of an episode are its ticket's; those that come with added words are the older ticket's."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from balcao.ids import new_id
from handoff.attachments.queries import of_ticket
from handoff.conversations import queries as conversations
from handoff.tickets import own_tickets
from handoff.tickets.models import Ticket
from handoff.tickets.presenting import own_ticket_out
from handoff.tickets.schemas import OpenTicket
from handoff.tickets.service import open_ticket
from tests.handoff.attachments.sending import send, upload
from tests.handoff.running import RunningDesk, Visitor

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def open_for(desk: RunningDesk, visitor: Visitor) -> Ticket:
    with desk.desk.write() as session:
        episode = conversations.open_episode(session, visitor.conversation_id)
        assert episode is not None
        wanted = OpenTicket(
            conversation_id=visitor.conversation_id,
            episode_id=episode.id,
            type="incident",
            service="vpn",
            description="A VPN não conecta desde ontem.",
        )
        return open_ticket(session, wanted=wanted, key=new_id(), now=NOW, zone=ZoneInfo("UTC"))[0]


def names(desk: RunningDesk, ticket: Ticket, *, notes: bool = True) -> list[str]:
    with desk.desk.read() as session:
        return [file.name for file in of_ticket(session, session.get_one(Ticket, ticket.id), notes=notes)]


def say_with(visitor: Visitor, name: str) -> dict[str, Any]:
    sent: dict[str, Any] = send(visitor, upload(visitor, name).json()["id"], text="veja").json()
    return sent


def test_what_was_sent_before_and_after_its_opening_is_the_tickets(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    say_with(visitor, "antes.png")
    upload(visitor, "nunca enviado.png")
    ticket = open_for(desk, visitor)
    say_with(visitor, "depois.png")
    assert names(desk, ticket) == ["antes.png", "depois.png"]
    with desk.desk.read() as session:
        answer = own_ticket_out(session, session.get_one(Ticket, ticket.id), 5, NOW)
    assert [file.name for file in answer.attachments] == ["antes.png", "depois.png"]


def test_another_users_ticket_has_none_of_them(desk: RunningDesk) -> None:
    visitor, other = desk.visitor(), desk.visitor()
    say_with(visitor, "meu.png")
    other.post("oi")
    assert names(desk, open_for(desk, other)) == []


def test_files_that_come_with_added_words_are_the_older_tickets_and_not_the_next_ones(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    visitor.post("oi")
    older = open_for(desk, visitor)
    with desk.desk.write() as session:
        conversation = conversations.locked(session, visitor.conversation_id)
        episode = conversations.open_episode(session, visitor.conversation_id)
        assert episode is not None
        episode.closed_at = NOW
        user_id = conversation.user_id
    say_with(visitor, "mais um erro.png")
    with desk.desk.write() as session:
        own_tickets.comment(
            session, protocol=older.protocol, user_id=user_id, text="deu este erro", key=new_id(), now=NOW
        )
    say_with(visitor, "de outro assunto.png")
    newer = open_for(desk, visitor)
    assert names(desk, older) == ["mais um erro.png"]
    assert names(desk, newer) == ["de outro assunto.png"]
