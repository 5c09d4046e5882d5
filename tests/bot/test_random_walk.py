"""A short random walk through the conversation; the long one is ``python -m tests.bot.walk`` (20,000 turns)."""

import re
from collections.abc import Iterator

import pytest

from tests.bot.fakes import FakeDesk
from tests.bot.processes import Processes
from tests.bot.walk.checks import Fault, all_states, check_turn
from tests.bot.walk.conversation import Conversation, State, Turn
from tests.bot.walk.walking import Walk

TURNS = 600


@pytest.fixture
def walk(processes: Processes, desk: FakeDesk) -> Iterator[Walk]:
    before = (desk.outages, desk.opens_at)
    yield Walk(processes.bot_url, processes.home / "rasa" / "trackers.db", desk, seed=1)
    desk.outages, desk.opens_at = before


def test_whatever_users_say_they_get_an_answer_and_can_reach_a_person_from_everywhere(walk: Walk) -> None:
    walk.walk(TURNS)
    assert not walk.faults, walk.faults[0]
    assert walk.turns >= TURNS
    assert len(all_states() & set(walk.visited)) > len(all_states()) / 2


def test_the_same_seed_walks_the_same_way(walk: Walk) -> None:
    walks = [Walk(walk.url, walk.trackers, walk.desk, walk.seed, tag=tag) for tag in ("once", "again")]
    played = [[(turn.text, turn.payload) for turn in one.converse(7).turns] for one in walks]
    assert len(played[0]) > 5
    assert _without_numbers(played[0]) == _without_numbers(played[1])


def _without_numbers(said: list[tuple[str, str | None]]) -> list[str]:
    """Protocols count on, and are left out."""
    return [re.sub(r"2026-\d{6}-\d", "", f"{text} {payload}") for text, payload in said]


def _talk(walk: Walk, *words: str) -> Conversation:
    talk = walk.begin("faults")
    record = {"message_id": "m", "commands": [], "waits": False, "trace": {}}
    talk.turns = [
        Turn("oi", None, 200, {**record, "messages": [{"text": text, "payload": None}]}, State(None, None, None))
        for text in words
    ]
    return talk


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("a mesma coisa",) * 3, "three times"),
        (("…",), "no words"),
        (("Olá, {name}!",), "blank"),
        (("Seu CPF é 529.982.247-25.",), "CPF"),
        (("How can I help? Write your question or problem in your own words.",), "said in en"),
    ],
)
def test_the_walk_notices_what_it_is_there_to_notice(walk: Walk, words: tuple[str, ...], fault: str) -> None:
    talk = _talk(walk, *words)
    talk.language = "pt-BR"
    with pytest.raises(Fault, match=fault):
        check_turn(talk)
