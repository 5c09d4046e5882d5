"""Users add to, cancel and reopen their own tickets, each change once, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from balcao.database import utc_now
from balcao.errors import BalcaoError, Conflict, NotFound
from balcao.ids import new_id
from handoff.catalogue.models import Group
from handoff.conversations.models import Conversation
from handoff.tickets import own_tickets, queries
from handoff.tickets.models import Ticket, TicketNote
from handoff.tickets.service import start_for_episode
from handoff.timeline.service import Author
from tests.handoff.conftest import World
from tests.handoff.tickets.test_ticket_service import changed, opened, wanted

DAYS = 5
Change = Callable[..., Ticket]


def own(world: World, ticket: Ticket, change: Change, text: str = "", **more: Any) -> Ticket:
    options = {"user_id": ticket.user_id, "key": new_id(), "now": utc_now()} | more
    with world.database.write() as session:
        return change(session, protocol=ticket.protocol, text=text, **options)


def resolved(world: World, at: datetime | None = None) -> Ticket:
    ticket = changed(world, opened(world, wanted(world), key=new_id())[0], "resolve", "Trocamos o cabo.")
    with world.database.write() as session:
        session.get_one(Ticket, ticket.id).resolved_at = at or utc_now()
    return ticket


def events(world: World, ticket: Ticket) -> list[tuple[str, str]]:
    with world.database.read() as session:
        return [(entry.event, entry.author) for entry in queries.timeline(session, ticket.id)]


def words(world: World, ticket: Ticket) -> list[str]:
    with world.database.read() as session:
        return [note.text for note in queries.notes(session, ticket.id)]


def test_a_comment_stands_in_the_timeline_with_its_words_and_its_author(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    after = own(world, ticket, own_tickets.comment, "Só acontece no Chrome")
    assert events(world, ticket) == [("opened", "bot"), ("comment", "user")]
    assert words(world, ticket) == ["Só acontece no Chrome"]
    assert after.version > ticket.version, "an agent who edits the ticket notices"


def test_a_comment_that_is_sent_again_is_kept_once(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    with ThreadPoolExecutor(6) as pool:
        for done in [
            pool.submit(own, world, ticket, own_tickets.comment, "De novo", key="key-of-it") for _ in range(9)
        ]:
            done.result()
    assert words(world, ticket) == ["De novo"]


def test_the_key_of_a_comment_is_not_good_for_another(world: World) -> None:
    ticket, other = opened(world, wanted(world))[0], opened(world, wanted(world), key="key-00002")[0]
    own(world, ticket, own_tickets.comment, "Um", key="key-of-it")
    for again in (
        (ticket, own_tickets.comment, "Outro"),
        (ticket, own_tickets.cancel, "Um"),
        (other, own_tickets.comment, "Um"),
    ):
        with pytest.raises(Conflict) as refused:
            own(world, *again, key="key-of-it")
        assert refused.value.error_code == "key_reused"
    assert words(world, ticket) == ["Um"]


def test_a_comment_answers_the_question_that_the_team_waits_for(world: World) -> None:
    ticket = changed(world, opened(world, wanted(world))[0], "ask_user", "Qual navegador?")
    assert own(world, ticket, own_tickets.comment, "Firefox").state == "in_progress"
    assert events(world, ticket)[-2:] == [("comment", "user"), ("user_answered", "user")]


def test_a_cpf_in_a_comment_or_a_description_is_kept_masked(world: World) -> None:
    ticket, _ = opened(world, wanted(world, description="O CPF 529.982.247-25 não entra"))
    own(world, ticket, own_tickets.comment, "cpf 52998224725")
    assert ticket.description == ticket.title == "O CPF ***.982.247-** não entra"
    assert words(world, ticket) == ["cpf ***.982.247-**"]


def test_nobody_touches_anothers_ticket(world: World) -> None:
    ticket = resolved(world)
    for change, more in ((own_tickets.comment, {}), (own_tickets.cancel, {}), (own_tickets.reopen, {"days": DAYS})):
        with pytest.raises(NotFound):
            own(world, ticket, change, "Meu!", user_id=new_id(), **more)
    assert words(world, ticket) == ["Trocamos o cabo."]


def test_a_user_cancels_with_or_without_a_reason_and_only_once(world: World) -> None:
    ticket, other = opened(world, wanted(world))[0], opened(world, wanted(world), key="key-00002")[0]
    assert own(world, ticket, own_tickets.cancel, key="key-of-it").state == "cancelled"
    assert own(world, ticket, own_tickets.cancel, key="key-of-it").state == "cancelled"
    assert events(world, ticket) == [("opened", "bot"), ("cancel", "user")]
    own(world, other, own_tickets.cancel, "já voltou")
    assert words(world, other) == ["já voltou"]


def test_what_was_passed_on_or_has_ended_cannot_be_cancelled_by_its_user(world: World) -> None:
    forwarded = changed(world, opened(world, wanted(world))[0], "forward_to_production", "Servidor fora.")
    for ticket in (forwarded, resolved(world)):
        with pytest.raises(Conflict) as refused:
            own(world, ticket, own_tickets.cancel)
        assert refused.value.error_code == "wrong_state"


def test_a_refused_change_leaves_its_key_free(world: World) -> None:
    ticket = resolved(world)
    with pytest.raises(Conflict):
        own(world, ticket, own_tickets.comment, "ainda cai", key="key-of-it")
    assert own(world, ticket, own_tickets.reopen, "ainda cai", key="key-of-it", days=DAYS).state == "reopened"


def test_a_resolved_ticket_is_reopened_within_its_days_and_not_later(world: World) -> None:
    now = utc_now()
    in_time, late = (
        resolved(world, now - timedelta(days=4, hours=23)),
        resolved(world, now - timedelta(days=5, hours=1)),
    )
    reopened = own(world, in_time, own_tickets.reopen, "Voltou a cair", now=now, days=DAYS)
    assert (reopened.state, reopened.resolved_at) == ("reopened", None)
    assert words(world, in_time)[-1] == "Voltou a cair"
    with pytest.raises(Conflict) as refused:
        own(world, late, own_tickets.reopen, "Voltou a cair", now=now, days=DAYS)
    assert refused.value.error_code == "reopen_too_late"


def test_a_reopened_ticket_goes_on_like_a_new_one(world: World) -> None:
    ticket = resolved(world)
    own(world, ticket, own_tickets.reopen, "Voltou", days=DAYS)
    with world.database.write() as session:
        start_for_episode(session, episode_id=ticket.episode_id or "", author=Author("agent", world.ana), now=utc_now())
    assert events(world, ticket)[-2:] == [("reopen", "user"), ("start", "agent")]
    assert changed(world, ticket, "resolve", "Agora sim.").solution == "Agora sim."


def test_a_reopening_needs_words(world: World) -> None:
    with pytest.raises(BalcaoError):
        own(world, resolved(world), own_tickets.reopen, " ", days=DAYS)


@pytest.mark.parametrize(
    ("actions", "can"),
    [
        ([], ["comment", "cancel"]),
        ([("forward_to_development", "Falha.")], ["comment"]),
        ([("resolve", "Feito.")], ["reopen"]),
        ([("resolve", "Feito."), ("close", "")], []),
        ([("cancel", "Engano.")], []),
        ([("resolve", "Feito."), ("reopen", "Não.")], ["comment", "cancel"]),
    ],
)
def test_what_a_user_can_do_follows_from_the_state(
    world: World, actions: list[tuple[str, str]], can: list[str]
) -> None:
    ticket, _ = opened(world, wanted(world))
    for action, text in actions:
        ticket = changed(world, ticket, action, text)
    assert own_tickets.moves(ticket, DAYS, utc_now()) == can


def test_a_new_ticket_that_goes_on_from_an_old_one_is_linked_with_it(world: World) -> None:
    first = resolved(world)
    body = wanted(world)
    with pytest.raises(NotFound):
        opened(world, body.model_copy(update={"follows": first.protocol}), key="key-00002")
    with world.database.write() as session:
        session.get_one(Ticket, first.id).user_id = session.get_one(Conversation, body.conversation_id).user_id
    second, _ = opened(world, body.model_copy(update={"follows": first.protocol}), key="key-00002")
    with world.database.read() as session:
        assert [t.id for t in queries.earlier(session, second.id)] == [first.id]
        assert [t.id for t in queries.later(session, first.id)] == [second.id]
    assert events(world, first)[-1] == events(world, second)[-1] == ("linked", "bot")


def similar(world: World, ticket: Ticket, description: str, service: str | None = "vpn") -> str | None:
    with world.database.read() as session:
        found, likeness = own_tickets.most_similar(
            session, user_id=ticket.user_id, service=service, description=description
        )
    return found.protocol if found and likeness >= 0.5 else None


def test_the_users_own_open_ticket_about_the_same_is_recognised(world: World) -> None:
    ticket, _ = opened(world, wanted(world, description="A VPN cai a cada dez minutos"))
    stranger, _ = opened(world, wanted(world, description="Impressora sem toner", service="impressao"), key="key-00002")
    assert similar(world, ticket, "a vpn está caindo a cada 10 minutos") == ticket.protocol
    assert similar(world, ticket, "a vpn está caindo a cada 10 minutos", service="rede") is None
    assert similar(world, ticket, "trocar o celular do segundo fator") is None
    assert similar(world, stranger, "a vpn está caindo a cada 10 minutos") is None
    changed(world, ticket, "resolve", "Feito.")
    assert similar(world, ticket, "a vpn está caindo a cada 10 minutos") is None, "it is no longer open"


@pytest.mark.parametrize("kind", ["suggestion", "complaint", "compliment"])
def test_what_users_say_about_the_service_goes_to_the_group_that_hears_it(world: World, kind: str) -> None:
    ticket, _ = opened(world, wanted(world, type=kind, service="vpn", impact=None))
    assert (ticket.group_id, ticket.impact) == ("ouvidoria", "individual")
    assert similar(world, ticket, ticket.description) is None, "it is no case to add to"


def test_without_such_a_group_the_default_one_hears_it(world: World) -> None:
    with world.database.write() as session:
        for group in session.scalars(select(Group)):
            group.hears_manifestations = False
    assert opened(world, wanted(world, type="complaint"))[0].group_id == "n2-geral"


def test_what_was_tried_is_kept_with_the_ticket(world: World) -> None:
    tried = [{"title": "A VPN não conecta", "steps": ["Reiniciou? Sim, \u202e nada", "CPF: 529.982.247-25"]}]
    ticket, _ = opened(world, wanted(world, tried=tried))
    assert ticket.tried == [{"title": "A VPN não conecta", "steps": ["Reiniciou? Sim, nada", "CPF: ***.982.247-**"]}]


def test_a_hundred_changes_at_once_by_key_leave_each_of_them_once(world: World) -> None:
    ticket, _ = opened(world, wanted(world))
    keys = [f"key-{number:05}" for number in range(20)] * 5
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: own(world, ticket, own_tickets.comment, key, key=key), keys))
    with world.database.read() as session:
        chosen = select(func.count()).select_from(TicketNote).where(TicketNote.ticket_id == ticket.id)
        assert session.scalar(chosen) == 20
