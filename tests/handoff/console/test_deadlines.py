"""Clocks in the console: in every list, in both languages, in the order wished; and what agents are told of them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from balcao.database import utc_now
from handoff.catalogue.models import Group
from handoff.tickets.models import Ticket
from handoff.tickets.queries import TicketFilter, page
from handoff.tickets.states import TicketAction
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient
from tests.handoff.running import until
from tests.handoff.sla.conftest import Sla

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sla(world: World) -> Sla:
    """Every group counts around the clock, so that these tests do not depend on the hour."""
    with world.database.write() as session:
        session.execute(update(Group).values(calendar_id="continuo"))
    return Sla(world)


def waiting(sla: Sla, ago: timedelta, **more: object) -> tuple[str, Ticket]:
    """A conversation that waits for ``n2-acesso``, with a ticket opened some time ago."""
    conversation = sla.world.open()
    ticket = sla.open_in(conversation.id, utc_now() - ago, **more)
    sla.world.hand_over(conversation.id)
    return conversation.id, ticket


def test_the_queue_shows_the_clock_due_first_and_can_be_sorted_by_it(sla: Sla, ana: ConsoleClient, queued: str) -> None:
    calm, _ = waiting(sla, 5 * MINUTE)
    pressing, _ = waiting(sla, 50 * MINUTE)
    by_wait = ana.api.get("/conversations").json()["waiting"]
    assert [entry["conversation_id"] for entry in by_wait] == [queued, calm, pressing]
    assert by_wait[0]["clock"] is None
    by_deadline = ana.api.get("/conversations", params={"sort": "deadline"}).json()["waiting"]
    assert [entry["conversation_id"] for entry in by_deadline] == [pressing, calm, queued]
    clock = by_deadline[0]["clock"]
    assert (clock["kind"], clock["state"], clock["level"], clock["percent"]) == ("own", "running", "near", 83)
    assert clock["text"].startswith("1ª resposta em 9 min")
    assert ana.api.get("/conversations", params={"sort": "colour"}).status_code == 422


def test_tickets_have_both_clocks_and_can_be_sorted_by_the_next_deadline(sla: Sla, ana: ConsoleClient) -> None:
    _, calm = waiting(sla, 5 * MINUTE)
    _, pressing = waiting(sla, 70 * MINUTE)
    _, solved = waiting(sla, 2 * MINUTE)
    sla.pass_time(pressing, utc_now())
    sla.do(solved, TicketAction.RESOLVE, utc_now())
    found = ana.api.get("/tickets", params={"sort": "deadline"}).json()["tickets"]
    assert [one["protocol"] for one in found] == [pressing.protocol, calm.protocol, solved.protocol]
    levels = [{clock["kind"]: clock["level"] for clock in one["clocks"]} for one in found]
    assert levels == [
        {"own": "late", "resolve": "ok"},
        {"own": "ok", "resolve": "ok"},
        {"own": "done", "resolve": "done"},
    ]


def test_a_page_of_tickets_by_deadline_goes_on_where_the_last_ended(sla: Sla) -> None:
    tickets = [waiting(sla, minutes * MINUTE)[1] for minutes in (1, 9, 5, 3, 7)]
    sla.do(tickets[2], TicketAction.RESOLVE, utc_now())
    seen: list[str] = []
    before = None
    with sla.world.database.read() as session:
        while rows := page(session, TicketFilter(sort="deadline", before=before), 2):
            seen += [ticket.id for ticket, _ in rows]
            before = seen[-1]
    assert seen == [tickets[place].id for place in (1, 4, 3, 0, 2)]


@pytest.mark.parametrize("language", ["pt-BR", "en"])
def test_the_pages_say_how_much_time_is_left_in_the_readers_language(
    sla: Sla, ana: ConsoleClient, language: str
) -> None:
    ana.http.post("/console/account/language", data={"csrf_token": ana.csrf, "language": language})
    conversation, ticket = waiting(sla, 70 * MINUTE)
    sla.pass_time(ticket, utc_now())
    late = "1ª resposta atrasada há 10 min" if language == "pt-BR" else "First response late by 10 min"
    for path in (f"/conversations/{conversation}", "/tickets", f"/tickets/{ticket.protocol}", "/lists?sort=deadline"):
        assert late in ana.http.get(f"/console{path}").text, path
    over = "O prazo da 1ª resposta acabou" if language == "pt-BR" else "The time for the first response is over"
    assert over in ana.http.get(f"/console/tickets/{ticket.protocol}").text
    assert over in ana.http.get("/console/alerts").text


def test_a_pause_is_said_as_such(sla: Sla, ana: ConsoleClient) -> None:
    _, ticket = waiting(sla, 30 * MINUTE)
    sla.do(ticket, TicketAction.ASK_USER, utc_now())
    clock = ana.api.get(f"/tickets/{ticket.protocol}").json()["clocks"][1]
    assert (clock["state"], clock["due_at"], clock["text"]) == (
        "paused",
        None,
        "Em pausa, restam 15 h 29 min para a solução",
    )


def test_classifying_anew_changes_targets_group_and_priority(sla: Sla, ana: ConsoleClient) -> None:
    _, ticket = waiting(sla, 5 * MINUTE)
    body = {"service": "acesso-unico", "classification": "senha", "impact": "organization", "urgency": "high"}
    answer = ana.api.post(f"/tickets/{ticket.protocol}/classification", json=body | {"version": ticket.version})
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["priority"], changed["classification"], changed["version"]) == (1, "senha", ticket.version + 1)
    assert [clock["target_seconds"] for clock in changed["clocks"]] == [900, 4 * 3600]
    stale = ana.api.post(f"/tickets/{ticket.protocol}/classification", json=body | {"version": ticket.version})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "ticket_changed")
    unknown = body | {"classification": "nada", "version": changed["version"]}
    assert ana.api.post(f"/tickets/{ticket.protocol}/classification", json=unknown).status_code == 404


def test_the_form_classifies_and_says_what_went_wrong(sla: Sla, ana: ConsoleClient) -> None:
    _, ticket = waiting(sla, 5 * MINUTE)
    form = {
        "csrf_token": ana.csrf,
        "service": "vpn",
        "classification": "vpn/conexao",
        "impact": "team",
        "urgency": "low",
    }
    path = f"/console/tickets/{ticket.protocol}/classification"
    assert ana.http.post(path, data=form | {"version": str(ticket.version)}).status_code == 303
    again = ana.http.post(path, data=form | {"version": str(ticket.version)})
    assert again.status_code == 409
    assert "problem" in again.text
    assert ana.api.get(f"/tickets/{ticket.protocol}").json()["classification"] == "conexao"


def test_agents_see_and_see_to_what_their_groups_were_told(
    sla: Sla, ana: ConsoleClient, outsider: ConsoleClient
) -> None:
    _, ticket = waiting(sla, 46 * MINUTE)
    sla.pass_time(ticket, utc_now())
    found = ana.api.get("/alerts").json()
    assert found["count"] == 1
    (alert,) = found["alerts"]
    assert (alert["protocol"], alert["percent"], alert["reason"]) == (ticket.protocol, 75, "group")
    assert alert["text"] == "Já passaram 75 % do prazo da 1ª resposta"
    assert ana.api.get("/conversations").json()["alerts"] == 1
    assert outsider.api.get("/alerts").json() == {"alerts": [], "count": 0}
    assert outsider.api.post(f"/alerts/{alert['id']}/seen").status_code == 404
    assert ana.http.post(f"/console/alerts/{alert['id']}/seen", data={"csrf_token": ana.csrf}).status_code == 303
    assert ana.api.post(f"/alerts/{alert['id']}/seen").status_code == 204
    assert ana.api.get("/alerts").json()["count"] == 0


def test_the_desk_itself_finds_that_time_has_passed(sla: Sla, ana: ConsoleClient) -> None:
    _, ticket = waiting(sla, 70 * MINUTE)
    until(lambda: 100 in sla.reached(ticket, "own"), 5)
