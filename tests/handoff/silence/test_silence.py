"""A user who falls silent is reminded once, then the conversation ends; never while people have it."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from balcao.database import utc_now
from handoff.bot_turns import service as turns
from handoff.bot_turns.schemas import Completion
from handoff.conversations.models import Episode
from handoff.silence import service
from handoff.silence.models import OpenQuestion
from handoff.silence.patience import FOR_EVER, Patience
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot, echo
from tests.handoff.running import RunningDesk, settings_for, until

PATIENCE = Patience(timedelta(minutes=10), timedelta(minutes=20))
NOW = utc_now()
LATER = timedelta(minutes=10)


def answer(
    world: World, conversation_id: str, now: datetime = NOW, *, patience: Patience = PATIENCE, **more: Any
) -> None:
    """The bot answers whatever it was asked last, and waits for an answer."""
    body = {"message_id": "m", "messages": [{"text": "Resolveu?"}], "waits": True, **more}
    turn = world.turns(conversation_id)[-1]
    with world.database.write() as session:
        turns.complete(session, turn.id, Completion.model_validate(body), now, patience)


def act(world: World, conversation_id: str, now: datetime) -> str:
    with world.database.write() as session:
        return service.act(session, conversation_id=conversation_id, now=now)


def asked(world: World, **more: Any) -> str:
    """A conversation in which the bot waits for an answer since ``NOW``."""
    conversation = world.open()
    world.write(conversation.id, "a vpn caiu")
    answer(world, conversation.id, **more)
    return conversation.id


def events(world: World, conversation_id: str) -> list[str | None]:
    return [turn.payload for turn in world.turns(conversation_id) if turn.kind == "event"]


def test_silence_in_an_open_question_is_a_nudge_and_then_the_end(world: World) -> None:
    conversation_id = asked(world)
    assert act(world, conversation_id, NOW + LATER - timedelta(seconds=1)) == "later"
    assert act(world, conversation_id, NOW + LATER) == "silence"
    answer(world, conversation_id, NOW + LATER)
    assert act(world, conversation_id, NOW + LATER + timedelta(minutes=19)) == "later"
    assert act(world, conversation_id, NOW + 3 * LATER) == "abandoned"
    answer(world, conversation_id, waits=False, commands=[{"type": "close_episode", "outcome": "abandoned"}])
    with world.database.read() as session:
        assert session.scalars(select(Episode.outcome)).all() == ["abandoned"]
        assert session.get(OpenQuestion, conversation_id) is None
    assert events(world, conversation_id) == ["/silence", "/abandoned"]


def test_acting_twice_nudges_once(world: World) -> None:
    conversation_id = asked(world)
    assert act(world, conversation_id, NOW + LATER) == "silence"
    assert act(world, conversation_id, NOW + LATER) == "later"
    assert (
        act(world, conversation_id, NOW + LATER + timedelta(minutes=2)) == "later"
    )  # the event still waits for the bot
    assert events(world, conversation_id) == ["/silence"]


def test_a_bot_that_was_away_at_the_time_is_told_again_a_minute_later(world: World) -> None:
    conversation_id = asked(world)
    act(world, conversation_id, NOW + LATER)
    with world.database.write() as session:
        assert turns.postpone(session, world.turns(conversation_id)[-1].id, "down", NOW + LATER) is None
    assert act(world, conversation_id, NOW + LATER + timedelta(minutes=1)) == "silence"
    assert [turn.state for turn in world.turns(conversation_id)] == ["done", "given_up", "pending"]


def test_a_user_who_has_answered_is_not_nudged(world: World) -> None:
    conversation_id = asked(world)
    world.write(conversation_id, "sim")
    assert act(world, conversation_id, NOW + LATER) == "answered"
    assert events(world, conversation_id) == []


def test_an_answer_that_asks_nothing_is_not_waited_for(world: World) -> None:
    conversation_id = asked(world, waits=False)
    with world.database.read() as session:
        assert service.due(session, NOW + timedelta(days=1), 10) == []
    assert act(world, conversation_id, NOW + timedelta(days=1)) == "later"


@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_conversation_of_the_queue_or_of_a_person_is_left_alone(world: World, is_claimed: bool) -> None:
    conversation_id = asked(world)
    world.hand_over(conversation_id)
    if is_claimed:
        world.claim(conversation_id, world.ana)
    assert act(world, conversation_id, NOW + LATER) == "answered"
    assert events(world, conversation_id) == []


def test_a_new_answer_begins_the_waiting_anew(world: World) -> None:
    conversation_id = asked(world)
    world.write(conversation_id, "não")
    answer(world, conversation_id, NOW + timedelta(minutes=9))
    assert act(world, conversation_id, NOW + LATER) == "later"
    assert act(world, conversation_id, NOW + timedelta(minutes=19)) == "silence"


def test_who_is_patient_for_ever_is_never_nudged(world: World) -> None:
    conversation_id = asked(world, patience=FOR_EVER)
    with world.database.read() as session:
        assert session.get(OpenQuestion, conversation_id) is None


def test_a_nudge_without_an_end_is_the_last_that_happens(world: World) -> None:
    patience = Patience(timedelta(minutes=10), None)
    conversation_id = asked(world, patience=patience)
    act(world, conversation_id, NOW + LATER)
    answer(world, conversation_id, NOW + LATER, patience=patience)
    assert act(world, conversation_id, NOW + timedelta(days=1)) == "later"
    assert events(world, conversation_id) == ["/silence"]


def test_a_running_desk_tells_the_bot_by_itself_also_of_silence_that_began_before_it_started(
    world: World, database_url: str, tmp_path: Any, bot: FakeBot
) -> None:
    bot.answer = lambda request: echo(request) | {"waits": request["payload"] is None}
    before = asked(world, patience=Patience(timedelta(seconds=0.1)))
    settings = settings_for(database_url, tmp_path, bot, nudge_minutes=0.02, close_minutes=0)
    running = RunningDesk(settings).start()
    try:
        visitor = running.visitor()
        visitor.post("a vpn caiu")
        assert until(lambda: len(visitor.said_by("bot")) == 2 and visitor.said_by("bot")[1]) == "eco: /silence"
        until(lambda: [m.text for m in world.messages(before) if m.author == "bot"][-1] == "eco: /silence")
        time.sleep(2.5)
        assert visitor.said_by("bot").count("eco: /silence") == 1
    finally:
        running.stop()
