"""Tickets are opened once, numbered without gaps and changed by the book, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from balcao.database import utc_now
from balcao.errors import BalcaoError, Conflict, InvalidInput, NotFound
from balcao.ids import new_id
from handoff.conversations.queries import open_episode
from handoff.tickets.models import Ticket
from handoff.tickets.protocol import parse_protocol
from handoff.tickets.queries import notes, timeline
from handoff.tickets.schemas import Contact, OpenTicket
from handoff.tickets.service import change_state, open_ticket, ticket_of_user, title_of
from handoff.tickets.states import TicketAction
from handoff.timeline.service import Author
from tests.handoff.conftest import World

ZONE = ZoneInfo("America/Sao_Paulo")


def wanted(world: World, **more: Any) -> OpenTicket:
    conversation = world.open()
    with world.database.read() as session:
        episode = open_episode(session, conversation.id)
    assert episode is not None
    body = {"conversation_id": conversation.id, "episode_id": episode.id, "type": "incident", "service": "vpn"}
    return OpenTicket(**(body | {"description": "A VPN não conecta", "impact": "team"} | more))


def opened(world: World, body: OpenTicket, key: str = "key-00001", now: datetime | None = None) -> tuple[Ticket, bool]:
    with world.database.write() as session:
        return open_ticket(session, wanted=body, key=key, now=now or utc_now(), zone=ZONE)


def changed(world: World, ticket: Ticket, action: str, text: str = "", version: int | None = None) -> Ticket:
    with world.database.write() as session:
        return change_state(
            session,
            ticket=session.get_one(Ticket, ticket.id),
            action=TicketAction(action),
            text=text,
            author=Author("agent", world.ana),
            now=utc_now(),
            seen_version=version,
        )


def test_a_ticket_gets_its_group_priority_and_protocol(world: World) -> None:
    ticket, is_new = opened(world, wanted(world, contact=Contact(name=" José\n Silva ", email="j@x.br")))
    assert is_new
    assert (ticket.group_id, ticket.state, ticket.priority) == ("n2-acesso", "new", 2)
    assert parse_protocol(ticket.protocol) == ticket.protocol
    assert ticket.contact_name == "José Silva"
    with world.database.read() as session:
        assert [entry.event for entry in timeline(session, ticket.id)] == ["opened"]


def test_the_same_key_and_body_give_the_same_ticket_and_another_body_is_refused(world: World) -> None:
    body = wanted(world)
    first, _ = opened(world, body)
    again, is_new = opened(world, body)
    assert (again.id, is_new) == (first.id, False)
    with pytest.raises(Conflict) as refused:
        opened(world, wanted(world))
    assert refused.value.error_code == "key_reused"


def test_an_episode_has_at_most_one_ticket(world: World) -> None:
    body = wanted(world)
    first, _ = opened(world, body)
    again, is_new = opened(world, body, key="key-00002")
    assert (again.id, is_new) == (first.id, False)
    with pytest.raises(Conflict) as refused:
        opened(world, body.model_copy(update={"description": "Outra coisa"}), key="key-00003")
    assert refused.value.error_code == "episode_has_ticket"


def test_retries_at_the_same_moment_open_one_ticket(world: World) -> None:
    body = wanted(world)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: opened(world, body), range(16)))
    assert len({ticket.id for ticket, _ in answers}) == 1
    assert [is_new for _, is_new in answers].count(True) == 1


def test_numbers_have_no_gaps_whoever_opens_at_once_and_whatever_is_rolled_back(world: World) -> None:
    bodies = [wanted(world) for _ in range(12)]
    bodies[5] = bodies[5].model_copy(update={"impact": "nobody"})

    def try_open(number: int) -> None:
        try:
            opened(world, bodies[number], key=f"key-{number:05}")
        except BalcaoError:
            assert number == 5

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(try_open, range(12)))
    with world.database.read() as session:
        assert sorted(session.scalars(select(Ticket.number))) == list(range(1, 12))


def test_the_year_is_the_one_of_the_desks_time_zone(world: World) -> None:
    still_last_year = datetime(2027, 1, 1, 2, 59, tzinfo=UTC)
    assert opened(world, wanted(world), now=still_last_year)[0].protocol.startswith("2026-000001-")
    new_year = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert opened(world, wanted(world), key="key-00002", now=new_year)[0].protocol.startswith("2027-000001-")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"service": "nada"}, "unknown_service"),
        ({"impact": "nada"}, "unknown_impact"),
        ({"classification": "nada"}, "unknown_classification"),
        ({"episode_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "unknown_episode"),
        ({"description": "\u202e \x00"}, "text_empty"),
        ({"description": "x" * 4_001}, "text_too_long"),
    ],
)
def test_what_cannot_be_a_ticket_is_refused_and_takes_no_number(world: World, change: Any, code: str) -> None:
    with pytest.raises(BalcaoError) as refused:
        opened(world, wanted(world, **change))
    assert refused.value.error_code == code
    assert opened(world, wanted(world))[0].number == 1


def test_an_episode_of_another_conversation_is_refused(world: World) -> None:
    mine, other = wanted(world), wanted(world)
    with pytest.raises(NotFound):
        opened(world, mine.model_copy(update={"episode_id": other.episode_id}))


@pytest.mark.parametrize("bad", [{"type": "wish"}, {"conversation_id": "x"}, {"admin": True}, {"urgency": "now"}])
def test_a_body_of_the_wrong_shape_is_refused(world: World, bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OpenTicket(**(wanted(world).model_dump() | bad))


def test_the_status_is_for_the_tickets_own_user_only(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    with world.database.read() as session:
        found = ticket_of_user(session, protocol=ticket.protocol.replace("-", " "), user_id=ticket.user_id)
        assert found.id == ticket.id
        for user, protocol in ((new_id(), ticket.protocol), (ticket.user_id, "2026-999999-1"), (ticket.user_id, "x")):
            with pytest.raises(NotFound):
                ticket_of_user(session, protocol=protocol, user_id=user)


def test_a_resolution_keeps_its_words_its_author_and_the_agent(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    changed(world, ticket, "start")
    done = changed(world, ticket, "resolve", "Reinstalado o cliente.")
    assert (done.state, done.solution, done.agent_id) == ("resolved", "Reinstalado o cliente.", world.ana)
    with world.database.read() as session:
        entries = timeline(session, ticket.id)
        assert [(entry.event, entry.author_id) for entry in entries[1:]] == [
            ("start", world.ana),
            ("resolve", world.ana),
        ]
        assert entries[-1].data == {"from": "in_progress", "to": "resolved"}
        assert [note.text for note in notes(session, ticket.id)] == ["Reinstalado o cliente."]


def test_a_change_that_needs_words_is_refused_without_them(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    with pytest.raises(InvalidInput):
        changed(world, ticket, "resolve", "  ")
    with world.database.read() as session:
        assert session.get_one(Ticket, ticket.id).state == "new"


def test_the_second_of_two_editors_is_told_and_changes_nothing(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    changed(world, ticket, "start", version=ticket.version)
    with pytest.raises(Conflict) as refused:
        changed(world, ticket, "cancel", "duplicado", version=ticket.version)
    assert refused.value.error_code == "ticket_changed"


def test_of_many_editors_at_once_one_wins(world: World) -> None:
    ticket, _ = opened(world, wanted(world))

    def try_cancel(_: int) -> bool:
        try:
            changed(world, ticket, "cancel", "duplicado", version=ticket.version)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(try_cancel, range(6))).count(True) == 1
    with world.database.read() as session:
        assert len(timeline(session, ticket.id)) == 2


def test_a_title_is_the_first_line_cut_at_a_word() -> None:
    assert title_of("Erro 691\nao conectar") == "Erro 691"
    long = title_of("palavra " * 40)
    assert len(long) <= 100
    assert long.endswith("palavra…")
