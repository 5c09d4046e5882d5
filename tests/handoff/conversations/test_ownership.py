"""One owner at a time, whoever races for it, on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select

from balcao.database import utc_now
from balcao.errors import BalcaoError, Conflict, InvalidInput, OwnerChanged
from handoff.conversations import queries, service
from handoff.conversations.models import Handoff
from tests.handoff.conftest import World

RACERS = 8


def race(*works: Callable[[], object]) -> list[object]:
    """What each work returned or raised, all begun at once."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except BalcaoError as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def release(world: World, conversation_id: str, agent_id: str) -> None:
    with world.database.write() as session:
        service.release(session, conversation_id=conversation_id, agent_id=agent_id, now=utc_now())


def resolve(world: World, conversation_id: str, agent_id: str, solution: str = "Certificado reinstalado.") -> None:
    with world.database.write() as session:
        service.resolve(session, conversation_id=conversation_id, agent_id=agent_id, solution=solution, now=utc_now())


def test_of_two_agents_one_wins_and_the_other_is_told_who(world: World) -> None:
    for _ in range(5):
        conversation = world.open()
        world.hand_over(conversation.id)
        agents = [world.ana, world.bruno] * (RACERS // 2)
        results = race(*(partial(world.claim, conversation.id, agent) for agent in agents))
        names = {world.ana: "Ana Lima", world.bruno: "Bruno Reis"}
        winner = world.standing(conversation.id).agent_name
        losers = [r for agent, r in zip(agents, results, strict=True) if names[agent] != winner]
        assert all(isinstance(r, OwnerChanged) and winner in r.message for r in losers)
        assert [r for agent, r in zip(agents, results, strict=True) if names[agent] == winner] == [None] * 4
        assert [e.event for e in world.timeline(conversation.id)].count("claimed") == 1


def test_a_bot_handing_over_twice_at_once_makes_one_handoff(world: World) -> None:
    conversation = world.open()
    results = race(*(lambda: world.hand_over(conversation.id) for _ in range(RACERS)))
    assert Counter(type(r) for r in results) == {type(None): 1, OwnerChanged: RACERS - 1}


def test_messages_written_at_once_get_their_own_places(world: World) -> None:
    conversation = world.open()
    race(*(lambda n=n: world.write(conversation.id, f"m{n}", f"k{n}") for n in range(RACERS)))
    assert [m.seq for m in world.messages(conversation.id)] == list(range(1, RACERS + 1))


def test_one_message_posted_by_two_tabs_at_once_is_stored_once(world: World) -> None:
    conversation = world.open()
    results = race(*(lambda: world.write(conversation.id, "oi", "k1") for _ in range(RACERS)))
    assert len({getattr(r, "id", r) for r in results}) == 1
    assert len(world.messages(conversation.id)) == len(world.turns(conversation.id)) == 1


def test_one_session_opened_by_two_tabs_at_once_is_one_conversation(world: World) -> None:
    results = race(*(lambda: world.open("same-key-of-two-tabs").id for _ in range(2)))
    ids = {r for r in results if isinstance(r, str)}
    assert len(ids) == 1


def test_handing_over_takes_back_what_the_bot_still_owes(world: World) -> None:
    conversation = world.open()
    world.write(conversation.id, "quero falar com alguém")
    world.hand_over(conversation.id)
    assert [t.state for t in world.turns(conversation.id)] == ["superseded"]


def test_an_unknown_group_becomes_the_default_one(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id, "n2-inexistente")
    assert world.standing(conversation.id).group == "n2-geral"


def test_places_in_a_queue_move_up_and_a_release_gives_the_old_place_back(world: World) -> None:
    first, second, third = (world.open() for _ in range(3))
    other_queue = world.open()
    world.hand_over(other_queue.id, "n2-infra")
    for conversation in (first, second, third):
        world.hand_over(conversation.id)
    assert [world.standing(c.id).queue_place for c in (first, second, third)] == [1, 2, 3]
    world.claim(first.id, world.ana)
    assert [world.standing(c.id).queue_place for c in (first, second, third)] == [None, 1, 2]
    release(world, first.id, world.ana)
    assert [world.standing(c.id).queue_place for c in (first, second, third)] == [1, 2, 3]
    assert world.standing(other_queue.id).queue_place == 1


def test_only_its_agent_releases_or_resolves(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.ana)
    for deed in (release, resolve):
        with pytest.raises(OwnerChanged, match="Ana Lima"):
            deed(world, conversation.id, world.bruno)


def test_resolving_gives_the_conversation_back_to_the_bot_with_an_event_to_ask_about(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.ana)
    resolve(world, conversation.id, world.ana)
    assert world.standing(conversation.id).owner == "bot"
    assert [(t.kind, t.payload, t.text) for t in world.turns(conversation.id)] == [("event", "/human_resolved", "")]
    with world.database.read() as session:
        handoff = session.scalars(select(Handoff)).one()
        assert queries.open_handoff(session, conversation.id) is None
    assert (handoff.closed_by, handoff.solution) == (world.ana, "Certificado reinstalado.")


def test_an_empty_solution_resolves_nothing(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.ana)
    with pytest.raises(InvalidInput):
        resolve(world, conversation.id, world.ana, " \u200b ")
    assert world.standing(conversation.id).owner == "agent"


def test_the_user_is_told_who_came_and_who_left(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.ana)
    release(world, conversation.id, world.ana)
    notices = [(m.author, (m.payload or {})["notice"]) for m in world.messages(conversation.id)]
    assert notices == [("system", "agent_joined"), ("system", "agent_left")]


def test_every_change_of_owner_is_in_the_timeline_with_its_author(world: World) -> None:
    conversation = world.open()
    world.hand_over(conversation.id)
    world.claim(conversation.id, world.ana)
    release(world, conversation.id, world.ana)
    world.claim(conversation.id, world.bruno)
    resolve(world, conversation.id, world.bruno)
    assert [(e.event, e.author, e.author_id) for e in world.timeline(conversation.id)][2:] == [
        ("handed_over", "bot", None),
        ("claimed", "agent", world.ana),
        ("released", "agent", world.ana),
        ("claimed", "agent", world.bruno),
        ("resolved", "agent", world.bruno),
    ]


def test_a_change_by_one_who_did_not_lock_loses_against_the_one_who_did(world: World) -> None:
    conversation = world.open()
    stale = conversation  # read before the other handed over
    world.hand_over(conversation.id)
    with pytest.raises(Conflict), world.database.write() as session:
        service.hand_over(
            session,
            conversation=session.merge(stale, load=False),
            group=None,
            reason="user_asked",
            summary="",
            fields={},
            now=utc_now(),
        )
