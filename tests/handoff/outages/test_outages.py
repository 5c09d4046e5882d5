"""Known outages: marked and ended by agents, followed by users, each of whom is told once."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from balcao.database import utc_now
from balcao.errors import Conflict, InvalidInput, NotFound
from handoff.accounts.models import Role
from handoff.accounts.service import CurrentAgent
from handoff.bot_turns import service as turns
from handoff.bot_turns.schemas import Completion
from handoff.conversations import queries as conversations
from handoff.outages import queries, service
from handoff.outages.models import Outage, OutageFollower
from handoff.tickets.models import Ticket
from handoff.tickets.service import ticket_of_user
from handoff.timeline.models import TimelineEntry
from handoff.users.models import User
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.live.test_restarts import Process
from tests.handoff.running import settings_for, until

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = utc_now()


@pytest.fixture
def ana(world: World) -> CurrentAgent:
    """An agent as the console knows her."""
    return CurrentAgent(
        id=world.ana, login="ana", name="Ana Lima", role=Role.AGENT_L2, language="pt-BR", groups=frozenset({"n2-acesso"}),
        csrf_token="", session_id="", last_seen_at=NOW,
    )  # fmt: skip


def declare(world: World, ana: CurrentAgent, service_id: str = "vpn", **more: object) -> Outage:
    with world.database.write() as session:
        return service.declare(
            session, service_id=service_id, text="Falha no concentrador.", agent=ana, now=NOW, zone=ZONE, **more
        )  # type: ignore[arg-type]


def end(world: World, ana: CurrentAgent, outage: Outage, text: str = "") -> Outage:
    with world.database.write() as session:
        return service.end(session, outage_id=outage.id, text=text, agent=ana, now=NOW + timedelta(hours=1))


def follow(world: World, outage: Outage, conversation_id: str) -> None:
    """As the bot does it: by a command in its answer."""
    world.write(conversation_id, "me avise")
    body = {
        "message_id": "m",
        "messages": [{"text": "Combinado."}],
        "commands": [{"type": "follow_outage", "outage_id": outage.id}],
    }
    with world.database.write() as session:
        turns.complete(session, world.turns(conversation_id)[-1].id, Completion.model_validate(body), NOW)


def tell_all(world: World) -> int:
    told = 0
    with world.database.read() as session:
        waiting = queries.untold(session, 100)
    for outage_id, conversation_id in waiting:
        with world.database.write() as session:
            told += service.tell_follower(session, outage_id=outage_id, conversation_id=conversation_id, now=NOW)
    return told


def notices(world: World, conversation_id: str) -> list[str]:
    found = world.messages(conversation_id)
    return [m.text for m in found if (m.payload or {}).get("notice") == "outage_over"]


def test_an_outage_has_one_ticket_of_its_services_group_with_its_author(world: World, ana: CurrentAgent) -> None:
    outage = declare(world, ana)
    with world.database.read() as session:
        ticket = session.get_one(Ticket, outage.ticket_id)
        written = session.scalars(select(TimelineEntry).where(TimelineEntry.subject_id == ticket.id)).all()
    assert (ticket.type, ticket.service_id, ticket.group_id, ticket.priority) == ("incident", "vpn", "n2-acesso", 1)
    assert ticket.title == "Acesso remoto (VPN) fora do ar"
    assert {(entry.event, entry.author_id) for entry in written} == {("opened", ana.id), ("outage_declared", ana.id)}


def test_a_service_has_one_open_outage_and_may_have_another_later(world: World, ana: CurrentAgent) -> None:
    first = declare(world, ana)
    with pytest.raises(Conflict) as refused:
        declare(world, ana)
    assert refused.value.error_code == "already_down"
    end(world, ana, first)
    assert declare(world, ana).id != first.id
    with world.database.read() as session:
        assert [known.service.id for known in queries.current(session)] == ["vpn"]
        assert len(session.scalars(select(Ticket)).all()) == 2


def test_what_cannot_be_is_refused(world: World, ana: CurrentAgent) -> None:
    with pytest.raises(NotFound):
        declare(world, ana, "trem")
    with pytest.raises(InvalidInput):
        declare(world, ana, since=NOW + timedelta(hours=1))
    with pytest.raises(InvalidInput):
        declare(world, ana, expected_back=NOW - timedelta(hours=1))
    with world.database.read() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_every_follower_is_told_once_in_their_conversation(world: World, ana: CurrentAgent) -> None:
    outage = declare(world, ana)
    followers = [world.open().id for _ in range(3)]
    for conversation_id in followers:
        follow(world, outage, conversation_id)
        follow(world, outage, conversation_id)  # a second wish changes nothing
    assert tell_all(world) == 0
    end(world, ana, outage, "Trocamos o equipamento.")
    assert tell_all(world) == 3
    assert tell_all(world) == 0
    for conversation_id in followers:
        assert notices(world, conversation_id) == [
            "Boa notícia: **Acesso remoto (VPN)** voltou a funcionar. Trocamos o equipamento."
        ]


def test_followers_share_one_ticket_and_may_ask_for_it_by_its_protocol(world: World, ana: CurrentAgent) -> None:
    outage = declare(world, ana)
    conversation, stranger = world.open(), world.open()
    follow(world, outage, conversation.id)
    with world.database.read() as session:
        protocol = queries.current(session)[0].protocol
        assert ticket_of_user(session, protocol=protocol, user_id=conversation.user_id).id == outage.ticket_id
        with pytest.raises(NotFound):
            ticket_of_user(session, protocol=protocol, user_id=stranger.user_id)
        assert len(session.scalars(select(Ticket)).all()) == 1


def test_who_follows_when_it_is_over_already_is_told_too(world: World, ana: CurrentAgent) -> None:
    outage = declare(world, ana)
    end(world, ana, outage)
    conversation = world.open()
    follow(world, outage, conversation.id)
    assert tell_all(world) == 1
    assert notices(world, conversation.id) == ["Boa notícia: **Acesso remoto (VPN)** voltou a funcionar."]


def test_a_follower_is_told_in_their_language_also_while_a_person_has_the_conversation(
    world: World, ana: CurrentAgent
) -> None:
    outage = declare(world, ana)
    conversation = world.open()
    follow(world, outage, conversation.id)
    with world.database.write() as session:
        session.get_one(User, conversation.user_id).language = "en"
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.bruno)
    end(world, ana, outage)
    tell_all(world)
    assert notices(world, conversation.id) == ["Good news: **Acesso remoto (VPN)** is working again."]
    assert world.standing(conversation.id).owner == "agent"


def test_ending_resolves_the_ticket_and_ending_again_changes_nothing(world: World, ana: CurrentAgent) -> None:
    outage = declare(world, ana)
    first, again = end(world, ana, outage, "Voltou."), end(world, ana, outage, "Voltou de novo.")
    assert first.end_text == again.end_text == "Voltou."
    with world.database.read() as session:
        ticket = session.get_one(Ticket, outage.ticket_id)
    assert (ticket.state, ticket.solution) == ("resolved", "Voltou.")
    with world.database.write() as session, pytest.raises(Conflict):
        service.change(session, outage_id=outage.id, text="x", expected_back=None, agent=ana, now=NOW)


def test_a_desk_that_is_killed_while_telling_leaves_the_others_to_the_next_and_nobody_is_told_twice(
    world: World, ana: CurrentAgent, database_url: str, tmp_path: Path, bot: FakeBot
) -> None:
    outage = declare(world, ana)
    followers = [world.open().id for _ in range(200)]
    with world.database.write() as session:
        for conversation_id in followers:
            conversation = conversations.locked(session, conversation_id)
            service.follow(session, outage_id=outage.id, conversation=conversation, now=NOW)
    end(world, ana, outage)
    kills = 0
    while _told(world) < len(followers):
        desk = Process(settings_for(database_url, tmp_path, bot))
        desk.start()
        began = _told(world)
        until(lambda began=began: _told(world) > began or _told(world) == len(followers), 15)
        desk.kill()
        kills += 1
    assert kills >= 1
    assert all(len(notices(world, conversation_id)) == 1 for conversation_id in followers)


def _told(world: World) -> int:
    with world.database.read() as session:
        return len(session.scalars(select(OutageFollower).where(OutageFollower.told_at.is_not(None))).all())
