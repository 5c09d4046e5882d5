"""Another matter is another episode with the same bot session; a case that comes back takes its ticket with it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from balcao.database import utc_now
from balcao.ids import new_id
from handoff.bot_turns import queries as turns
from handoff.conversations import queries as conversations
from handoff.conversations.models import Episode, Handoff, Message
from handoff.conversations.service import post_agent_message, resolve
from handoff.ratings.models import Rating
from handoff.tickets.models import Ticket, TicketNote
from handoff.tickets.schemas import OpenTicket
from handoff.tickets.service import open_ticket, resolve_for_episode
from handoff.timeline.service import Author
from tests.handoff.bot_turns.test_turns import DESK, asked, complete, completion
from tests.handoff.conftest import World

NEXT = {"type": "next_episode", "outcome": "solved_by_bot"}


def episodes(world: World, conversation_id: str) -> list[Episode]:
    chosen = select(Episode).where(Episode.conversation_id == conversation_id).order_by(Episode.id)
    with world.database.read() as session:
        return list(session.scalars(chosen))


def test_the_message_the_answer_and_what_waits_belong_to_the_next_episode(world: World) -> None:
    conversation_id, turn_id = asked(world, "vpn")
    complete(world, turn_id, completion("Nota?"))
    world.write(conversation_id, "e a impressora?")
    world.write(conversation_id, "não imprime")
    complete(world, world.turns(conversation_id)[1].id, completion("Assim.", commands=(NEXT,)))
    first, second = episodes(world, conversation_id)
    assert (first.outcome, first.closed_at is not None, second.closed_at) == ("solved_by_bot", True, None)
    owners = {message.text: message.episode_id for message in world.messages(conversation_id)}
    assert owners == {
        "vpn": first.id, "Nota?": first.id, "e a impressora?": second.id, "Assim.": second.id, "não imprime": second.id,
    }  # fmt: skip
    assert [turn.episode_id for turn in world.turns(conversation_id)] == [first.id, second.id, second.id]


def test_the_bots_session_goes_on_in_the_next_episode(world: World) -> None:
    conversation_id, turn_id = asked(world)
    before = episodes(world, conversation_id)[0].bot_session
    world.write(conversation_id, "mais uma coisa")
    complete(world, turn_id, completion("Certo.", commands=(NEXT,)))
    with world.database.read() as session:
        work = turns.next_turn(session, conversation_id, DESK, utc_now())
    assert work is not None
    assert work.request["session_id"] == before
    assert work.request["context"]["episode_id"] == episodes(world, conversation_id)[1].id
    assert episodes(world, conversation_id)[0].bot_session != before


def test_the_next_episode_is_begun_once_however_often_the_answer_comes(world: World) -> None:
    conversation_id, turn_id = asked(world)
    for _ in range(3):
        complete(world, turn_id, completion("Certo.", commands=(NEXT,)))
    assert len(episodes(world, conversation_id)) == 2


def test_each_episode_has_its_own_rating(world: World) -> None:
    conversation_id, turn_id = asked(world)
    rate = {"type": "rate", "rated": "bot", "score": 5}
    complete(world, turn_id, completion("Obrigado.", commands=(rate,)))
    world.write(conversation_id, "outra coisa")
    complete(world, world.turns(conversation_id)[1].id, completion("Certo.", commands=(NEXT,)))
    world.write(conversation_id, "2")
    complete(world, world.turns(conversation_id)[2].id, completion("Obrigado.", commands=({**rate, "score": 2},)))
    with world.database.read() as session:
        scores = {rating.episode_id: rating.score for rating in session.scalars(select(Rating))}
    assert scores == dict(zip([e.id for e in episodes(world, conversation_id)], [5, 2], strict=True))


def test_a_person_can_take_over_in_the_turn_that_begins_the_next_episode(world: World) -> None:
    conversation_id, turn_id = asked(world)
    handoff = {"type": "handoff", "group": None, "reason": "not_found"}
    complete(world, turn_id, completion("Passo você.", commands=(NEXT, handoff)))
    with world.database.read() as session:
        kept = session.scalars(select(Handoff)).one()
    assert kept.episode_id == episodes(world, conversation_id)[1].id


def _resolved_ticket(world: World, conversation_id: str) -> str:
    with world.database.write() as session:
        episode = conversations.open_episode(session, conversation_id)
        assert episode is not None
        wanted = OpenTicket(
            conversation_id=conversation_id, episode_id=episode.id, type="incident", service="vpn", description="A VPN cai"
        )  # fmt: skip
        ticket, _ = open_ticket(session, wanted=wanted, key=new_id(), now=utc_now(), zone=ZoneInfo("America/Sao_Paulo"))
        agent = Author("agent", world.ana)
        resolve_for_episode(session, episode_id=episode.id, solution="Feito.", author=agent, now=utc_now())
        return ticket.id


def test_a_case_that_comes_back_reopens_its_ticket_with_what_the_user_said(world: World) -> None:
    conversation_id, turn_id = asked(world)
    ticket_id = _resolved_ticket(world, conversation_id)
    rate = {"type": "rate", "rated": "human", "score": 1, "comment": "Continua caindo"}
    complete(world, turn_id, completion("Reabro?", commands=(rate,)))
    world.write(conversation_id, "sim")
    back = {"type": "handoff", "group": "n2-acesso", "reason": "reopened", "summary": "Perguntou: VPN"}
    complete(world, world.turns(conversation_id)[1].id, completion("Pronto.", commands=(back,)))
    with world.database.read() as session:
        assert session.get_one(Ticket, ticket_id).state == "reopened"
        note = session.scalars(select(TicketNote).where(TicketNote.action == "reopen")).one()
    assert (note.text, note.author) == ("Continua caindo", "user")


def test_any_other_handoff_leaves_a_resolved_ticket_as_it_is(world: World) -> None:
    conversation_id, turn_id = asked(world)
    ticket_id = _resolved_ticket(world, conversation_id)
    handoff = {"type": "handoff", "group": None, "reason": "user_asked"}
    complete(world, turn_id, completion("Passo você.", commands=(handoff,)))
    with world.database.read() as session:
        assert session.get_one(Ticket, ticket_id).state == "resolved"


def test_a_case_is_abandoned_when_its_user_left_the_agent_unanswered(world: World) -> None:
    told = []
    for minutes in (31, 29):
        conversation = world.open()
        world.write(conversation.id, "ajuda")
        world.hand_over(conversation.id)
        world.claim(conversation.id, world.ana)
        with world.database.write() as session:
            said = {"conversation_id": conversation.id, "agent_id": world.ana, "client_key": new_id()}
            post_agent_message(session, text="Funcionou?", now=utc_now(), **said)
            long_ago = utc_now() - timedelta(minutes=minutes)
            session.execute(update(Message).where(Message.author == "agent").values(created_at=long_ago))
        with world.database.write() as session:
            resolve(session, conversation_id=conversation.id, agent_id=world.ana, solution="Feito.", now=utc_now())
        told.append(world.turns(conversation.id)[-1].payload)
    assert told == ['/human_resolved{"abandoned": true}', "/human_resolved"]


def test_a_cpf_is_kept_masked_in_a_handoff(world: World) -> None:
    _, turn_id = asked(world)
    fields = {"question": "cpf 529.982.247-25", "asked": ["52998224725"]}
    handoff = {
        "type": "handoff",
        "group": None,
        "reason": "not_found",
        "summary": "CPF 529.982.247-25",
        "fields": fields,
    }
    complete(world, turn_id, completion("Passo você.", commands=(handoff,)))
    with world.database.read() as session:
        kept = session.scalars(select(Handoff)).one()
    assert kept.summary == "CPF ***.982.247-**"
    assert kept.fields == {"question": "cpf ***.982.247-**", "asked": ["***.982.247-**"]}
