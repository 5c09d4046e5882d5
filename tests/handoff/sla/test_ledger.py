"""A ticket's clocks from its opening to its end, with everything that happens to it in between, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from balcao.database import utc_now
from handoff.accounts.models import Agent
from handoff.catalogue.models import Service
from handoff.catalogue.service import SAMPLE, load_catalogue
from handoff.sla import queries
from handoff.sla.alerts import see_to
from handoff.sla.cli import app as cli
from handoff.sla.clocks import EventKind
from handoff.sla.ledger import events_of
from handoff.sla.models import Contract
from handoff.sla.replaying import differences
from handoff.tickets.states import TRANSITIONS, TicketAction, TicketState
from handoff.timeline.service import Author
from tests.handoff.sla.conftest import Sla, at, remaining

ASK, ANSWERED, RESOLVE, REOPEN = (
    TicketAction.ASK_USER,
    TicketAction.USER_ANSWERED,
    TicketAction.RESOLVE,
    TicketAction.REOPEN,
)


def test_a_new_ticket_is_due_by_the_contract_in_working_time(sla: Sla) -> None:
    ticket = sla.open(at("17:00"))  # incident of one person: priority 3
    own, resolve = sla.clock(ticket, "own"), sla.clock(ticket)
    assert (own.due_at, own.foremost) == (at("18:00"), True)
    assert (resolve.due_at, resolve.foremost) == (at("2026-11-25T15:00"), False)
    assert own.next_at == at("17:30")


def test_the_first_words_of_a_person_stop_the_time_to_own_and_notes_do_not(sla: Sla) -> None:
    conversation = sla.world.open()
    ticket = sla.open_in(conversation.id, at("09:00"))
    sla.world.hand_over(conversation.id)
    sla.world.claim(conversation.id, sla.world.ana)
    sla.say(conversation.id, at("09:10"), note=True)
    assert sla.clock(ticket, "own").state == "running"
    sla.say(conversation.id, at("09:20"))
    sla.say(conversation.id, at("09:50"))
    own = sla.clock(ticket, "own")
    assert (own.state, own.stopped_at, own.elapsed_seconds) == ("stopped", at("09:20"), 1200)
    assert sla.clock(ticket).foremost
    assert sla.events(ticket) == ["opened", "responded"]


def test_the_clock_stands_while_the_users_answer_is_awaited(sla: Sla) -> None:
    ticket = sla.open(at("09:00"))
    sla.do(ticket, ASK, at("10:00"))
    standing = sla.clock(ticket)
    assert (standing.state, standing.due_at, remaining(standing)) == ("paused", None, timedelta(hours=15))
    assert sla.clock(ticket, "own").state == "stopped"  # a question is a response
    sla.do(ticket, ANSWERED, at("2026-11-30T09:00"), Author("user", "x"))
    assert sla.clock(ticket).due_at == at("2026-12-02T15:00")  # the 30th of November is a holiday in the capital


def test_a_ticket_resolved_at_the_last_moment_is_in_time_and_one_after_it_late(sla: Sla) -> None:
    for minute, late in (("10:00", False), ("10:01", True)):
        ticket = sla.open(at("09:00"))
        sla.do(ticket, RESOLVE, at(minute))
        own = sla.clock(ticket, "own")
        assert (own.breached_at is not None) is late
        assert (100 in sla.reached(ticket, "own")) is late


def test_a_breach_is_noted_once_and_tells_when_it_was_however_late_anyone_looks(sla: Sla) -> None:
    ticket = sla.open(at("09:00"))
    for moment in ("2026-11-27T12:00", "2026-11-27T12:01", "2026-12-10T09:00"):
        sla.pass_time(ticket, at(moment))
    assert sla.reached(ticket, "own") == {50: at("09:30"), 75: at("09:45"), 90: at("09:54"), 100: at("10:00")}
    assert sla.reached(ticket)[100] == at("2026-11-24T17:00")
    events = [entry.event for entry in sla.world.timeline(ticket.id)]
    assert (events.count("sla_warning"), events.count("sla_breached")) == (6, 2)


def test_another_classification_brings_other_targets_for_the_same_time_passed(sla: Sla) -> None:
    ticket = sla.open(at("09:00"))
    sla.classify(ticket, at("15:00"), impact="organization", urgency="high")  # 5 h passed; now 4 h are promised
    assert sla.clock(ticket).breached_at == at("15:00")
    assert sla.reached(ticket)[100] == at("15:00")
    sla.classify(ticket, at("16:00"), impact="individual", urgency="low")
    after = sla.clock(ticket)
    assert (after.target_seconds, after.elapsed_seconds) == (40 * 3600, 6 * 3600)
    assert after.breached_at == at("15:00")  # what was breached stays so


def test_the_offer_and_the_groups_calendar_decide(sla: Sla) -> None:
    password = sla.open(at("17:00"), service="acesso-unico", classification="senha")
    assert sla.clock(password).target_seconds == 4 * 3600
    with sla.world.database.write() as session:
        session.execute(update(Service).where(Service.id == "vpn").values(group_id="producao"))
    night = sla.open(at("17:00"))
    assert sla.clock(night).due_at == at("2026-11-24T09:00")


def test_a_reopened_ticket_goes_on_from_where_it_stopped(sla: Sla) -> None:
    ticket = sla.open(at("09:00"))
    sla.do(ticket, RESOLVE, at("15:00"))
    assert sla.clock(ticket).next_at is None
    sla.do(ticket, REOPEN, at("2026-11-30T09:00"))
    again = sla.clock(ticket)
    assert (again.state, again.elapsed_seconds, again.due_at) == ("running", 5 * 3600, at("2026-12-02T10:00"))
    assert sla.clock(ticket, "own").state == "stopped"


def test_an_edited_calendar_counts_from_its_edit_on_and_changes_no_past(sla: Sla, tmp_path: Path) -> None:
    passed, open_ = sla.open(at("09:00")), sla.open(at("17:30"))
    sla.pass_time(passed, at("12:30"))
    file = tmp_path / "catalogue.yml"
    file.write_text(SAMPLE.read_text().replace("08:00-12:00", "10:00-12:00"))
    with sla.world.database.write() as session:
        load_catalogue(session, file, now=at("19:00"))
    for ticket in (passed, open_):
        assert sla.clock(ticket).next_at == at("19:00")
        sla.pass_time(ticket, at("19:01"))
    assert sla.reached(passed, "own")[100] == at("10:00")
    assert sla.clock(open_, "own").due_at == at("2026-11-24T10:30")
    assert sla.clock(open_).due_at == at("2026-11-26T11:30")


def test_an_edited_contract_holds_for_new_tickets_alone(sla: Sla, tmp_path: Path) -> None:
    before = sla.open(at("09:00"))
    file = tmp_path / "catalogue.yml"
    file.write_text(SAMPLE.read_text().replace("own: 1h,", "own: 3h,"))
    with sla.world.database.write() as session:
        load_catalogue(session, file, now=at("09:10"))
    after = sla.open(at("09:20"))
    assert [sla.clock(ticket, "own").target_seconds for ticket in (before, after)] == [3600, 3 * 3600]


def test_the_steps_tell_the_group_its_lead_and_the_group_above_once(sla: Sla) -> None:
    ticket = sla.open(at("09:00"))
    for _ in range(2):
        sla.pass_time(ticket, at("10:05"))
    assert sla.notices() == [("group", "n2-acesso", None), ("lead", "n2-acesso", None), ("next", "n2-geral", None)]
    with sla.world.database.write() as session:
        session.add(Agent(id="L" * 26, login="coordenacao", name="C", password_hash="-", role="agent_l2"))
        service = session.get_one(Service, "vpn")
        service.group_id = "n2-geral"
    led = sla.open(at("09:00"))
    sla.pass_time(led, at("10:05"))
    assert sla.notices()[3:] == [("group", "n2-geral", None), ("lead", "n2-geral", "L" * 26)]  # nobody is above it


def test_who_sees_to_a_notice_first_stays(sla: Sla) -> None:
    sla.pass_time(sla.open(at("09:00")), at("09:50"))
    with sla.world.database.write() as session:
        assert queries.count_notices(session, sla.world.bruno, frozenset({"n2-infra"})) == 0
        ((notice, alert, _),) = queries.notices(session, sla.world.bruno, frozenset({"n2-acesso"}), 10)
        assert (alert.clock, alert.percent) == ("own", 75)
        see_to(session, notice_id=notice.id, agent=sla.ana, now=at("09:51"))
        see_to(session, notice_id=notice.id, agent=sla.ana, now=at("09:55"))
        assert notice.seen_at == at("09:51")
        assert queries.count_notices(session, sla.world.bruno, None) == 0


def test_without_a_contract_a_ticket_has_no_clocks_and_lives_on(sla: Sla) -> None:
    with sla.world.database.write() as session:
        session.execute(update(Contract).values(active=False))
    ticket = sla.open(at("09:00"))
    sla.do(ticket, ASK, at("09:10"))
    sla.classify(ticket, at("09:20"), impact="team")
    sla.do(ticket, RESOLVE, at("09:30"))
    assert sla.events(ticket) == []


@pytest.mark.parametrize("table", ["clock_events", "calendar_versions", "contract_versions", "sla_alerts"])
def test_what_was_written_cannot_be_changed(sla: Sla, table: str) -> None:
    sla.pass_time(sla.open(at("09:00")), at("11:00"))
    with pytest.raises(DBAPIError, match="append-only"), sla.world.database.write() as session:
        session.execute(text(f"UPDATE {table} SET id = id"))


def test_the_command_verifies_the_ledger(sla: Sla, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BALCAO_DATABASE_URL", database_url)
    sla.pass_time(sla.open(at("09:00")), at("11:00"))
    assert CliRunner().invoke(cli, ["verify"]).output == "0 differences\n"
    with sla.world.database.write() as session:
        session.execute(text("UPDATE ticket_clocks SET due_at = NULL"))
    assert CliRunner().invoke(cli, ["verify"]).exit_code == 1


def test_replaying_the_ledger_gives_the_same_breaches_and_clocks(sla: Sla) -> None:
    first, second = sla.open(at("09:00")), sla.open(at("10:00"))
    sla.do(first, ASK, at("10:30"))
    sla.do(second, RESOLVE, at("11:30"))
    sla.do(second, REOPEN, at("14:00"))
    for ticket in (first, second):
        sla.pass_time(ticket, at("2026-11-26T11:30"))
    with sla.world.database.write() as session:
        assert differences(session, utc_now()) == []
        session.execute(text("DELETE FROM sla_notices"))
        session.execute(text("DELETE FROM sla_alerts WHERE percent = 100 AND clock = 'own'"))
        session.execute(text("UPDATE ticket_clocks SET due_at = NULL, breached_at = NULL"))
        assert len(differences(session, utc_now())) >= 2


@pytest.mark.parametrize("action", list(TicketAction))
def test_every_change_of_state_has_its_meaning_for_the_clocks(action: TicketAction) -> None:
    for before in TRANSITIONS[action].sources:
        after = TRANSITIONS[action].target
        kinds = events_of(before, after, by_agent=True)
        was, now = before is TicketState.PENDING_USER, after is TicketState.PENDING_USER
        assert (EventKind.PAUSED in kinds) is now
        assert (EventKind.RESUMED in kinds) is (was and after not in (TicketState.RESOLVED, TicketState.CANCELLED))
        assert (EventKind.RESOLVED in kinds) is (after is TicketState.RESOLVED)
        assert (EventKind.REOPENED in kinds) is (action is TicketAction.REOPEN)
