"""The order of the waiting list, places in it, and what an agent has read."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from balcao.database import utc_now
from balcao.ids import new_id
from handoff.accounts.models import Role
from handoff.accounts.service import CurrentAgent
from handoff.console.facts import build_facts
from handoff.console.i18n import load_words
from handoff.conversations import queries as conversations
from handoff.conversations import service as conversing
from handoff.queue import queries
from handoff.queue.ordering import Waiting, in_order, places
from handoff.queue.service import mark_read
from handoff.ratings.models import Rating
from tests.handoff.conftest import World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WAITING = st.lists(
    st.builds(
        Waiting,
        conversation_id=st.uuids().map(str),
        group_id=st.sampled_from(["a", "b"]),
        queued_at=st.integers(0, 5).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    ),
    max_size=12,
    unique_by=lambda entry: entry.conversation_id,
)


@given(WAITING, st.randoms())
def test_the_order_does_not_depend_on_how_the_rows_came(waiting: list[Waiting], random: Random) -> None:
    shuffled = list(waiting)
    random.shuffle(shuffled)
    assert in_order(shuffled) == in_order(waiting)
    assert all(
        one.queued_at <= other.queued_at for one, other in zip(in_order(waiting), in_order(waiting)[1:], strict=False)
    )


@given(WAITING)
def test_the_places_of_a_group_count_from_one_without_gaps(waiting: list[Waiting]) -> None:
    found = places(waiting)
    for group in ("a", "b"):
        mine = [found[entry.conversation_id] for entry in in_order(waiting) if entry.group_id == group]
        assert mine == list(range(1, len(mine) + 1))


def test_the_users_place_and_the_consoles_are_the_same(world: World) -> None:
    ids = [world.open().id for _ in range(4)]
    for id_ in ids:
        world.hand_over(id_)
    world.claim(ids[1], world.ana)
    with world.database.read() as session:
        found = places(queries.entries(session, {"n2-acesso"}))
    assert found == {id_: world.standing(id_).queue_place for id_ in ids if id_ != ids[1]}


def test_a_read_mark_never_goes_back(world: World) -> None:
    id_ = world.open().id
    for text in ("um", "dois", "três"):
        world.write(id_, text)
    with world.database.write() as session:
        assert mark_read(session, agent_id=world.ana, conversation_id=id_, seq=2)
        assert not mark_read(session, agent_id=world.ana, conversation_id=id_, seq=1)
    with world.database.read() as session:
        assert queries.unread(session, world.ana, [id_]) == {id_: 1}
        assert queries.unread(session, world.bruno, [id_]) == {id_: 3}


def test_a_rating_is_shown_with_the_solution_that_it_is_about(world: World) -> None:
    id_ = world.open().id
    world.hand_over(id_)
    world.claim(id_, world.ana)
    with world.database.write() as session:
        episode = conversations.open_episode(session, id_)
        assert episode is not None
        conversing.resolve(session, conversation_id=id_, agent_id=world.ana, solution="Feito.", now=utc_now())
        rating = {"episode_id": episode.id, "rated": "human", "score": 4, "comment": "bom", "agent_id": world.ana}
        session.add(Rating(id=new_id(), created_at=utc_now(), articles=[], **rating))
    groups = frozenset({"n2-acesso"})
    agent = CurrentAgent(world.ana, "ana", "Ana", Role.AGENT_L2, "pt-BR", groups, "", "", NOW)
    with world.database.read() as session:
        [card] = build_facts(session, conversation_id=id_, agent=agent, words=load_words()["pt-BR"]).cards
    assert (card.solution, card.closed_by, [(r.score, r.comment) for r in card.ratings]) == (
        "Feito.",
        "Ana Lima",
        [(4, "bom")],
    )
