"""The dispatcher against a bot that goes wrong in every way it can: the user hears of it in time, and nothing is lost."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from balcao.database import utc_now
from handoff.bot_turns.models import BotTurn
from handoff.conversations import service
from handoff.metrics import Metrics
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import RunningDesk, Visitor, until

FAULTS = ["empty", "silent", "nonsense", "stranger", "unknown_command", "error"]


def in_queue(visitor: Visitor) -> bool:
    return bool(visitor.history()["owner"] == "queue")


def assert_told_and_queued(visitor: Visitor, began: float) -> None:
    until(lambda: in_queue(visitor), 10)
    assert time.monotonic() - began < 5.5
    last = visitor.messages()[-1]
    assert (last["author"], last["payload"]) == ("system", {"notice": "bot_unavailable"})
    assert visitor.history()["queue_place"] == 1


def test_a_message_is_answered(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    visitor.post("oi")
    assert until(lambda: visitor.said_by("bot")) == ["eco: oi"]


@pytest.mark.parametrize(
    ("database_url", "fault"),
    [*(("sqlite", fault) for fault in FAULTS), ("postgresql", "empty")],
    indirect=["database_url"],
)
def test_a_bot_that_answers_badly_is_no_silence(desk: RunningDesk, bot: FakeBot, fault: str) -> None:
    bot.behaviour = fault
    visitor, began = desk.visitor(), time.monotonic()
    visitor.post("oi")
    assert_told_and_queued(visitor, began)
    assert len({request["message_id"] for request in bot.requests}) == 1
    assert len(bot.requests) > 1


def test_a_bot_that_hangs_is_no_silence(desk: RunningDesk, bot: FakeBot) -> None:
    bot.behaviour = "hang"
    visitor, began = desk.visitor(), time.monotonic()
    visitor.post("oi")
    visitor.post("tem alguém?")
    assert_told_and_queued(visitor, began)
    assert [m["author"] for m in visitor.messages()] == ["user", "user", "system"]


def test_while_the_bot_is_known_to_be_away_nobody_waits_for_it_and_its_return_is_noticed_at_once(
    desk: RunningDesk, bot: FakeBot
) -> None:
    bot.stop()
    first, began = desk.visitor(), time.monotonic()
    first.post("oi")
    assert_told_and_queued(first, began)
    second, began = desk.visitor(), time.monotonic()
    second.post("oi")
    until(lambda: in_queue(second), 1.5)
    bot.start()
    third = desk.visitor()
    third.post("oi")
    assert until(lambda: third.said_by("bot")) == ["eco: oi"]
    assert not in_queue(third)


def test_a_short_absence_of_the_bot_is_not_noticed(desk: RunningDesk, bot: FakeBot) -> None:
    bot.stop()
    visitor = desk.visitor()
    visitor.post("oi")
    time.sleep(1)
    bot.start()
    assert until(lambda: visitor.said_by("bot")) == ["eco: oi"]
    assert visitor.history()["owner"] == "bot"


def test_a_conversation_has_one_turn_at_a_time_in_the_order_of_its_messages(desk: RunningDesk, bot: FakeBot) -> None:
    bot.think = 0.02
    visitor = desk.visitor()
    for n in range(30):
        assert visitor.post(f"m{n}").status_code == 201
    until(lambda: len(visitor.said_by("bot")) == 30, 15)
    assert visitor.said_by("bot") == [f"eco: m{n}" for n in range(30)]
    assert [m["seq"] for m in visitor.messages()] == list(range(1, 61))
    assert bot.most_in_flight == 1


def test_conversations_do_not_wait_for_each_other(desk: RunningDesk, bot: FakeBot) -> None:
    bot.think = 0.5
    visitors = [desk.visitor() for _ in range(10)]
    began = time.monotonic()
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda visitor: visitor.post("oi"), visitors))
    for visitor in visitors:
        until(lambda visitor=visitor: visitor.said_by("bot"))
    assert time.monotonic() - began < 4


def test_an_agent_who_takes_over_in_the_middle_of_a_turn_is_never_spoken_over(
    desk: RunningDesk, world: World, bot: FakeBot
) -> None:
    bot.think = 0.6
    visitor = desk.visitor()
    visitor.post("oi")
    until(lambda: bot.requests)
    world.hand_over(visitor.conversation_id)
    world.claim(visitor.conversation_id, world.ana)
    time.sleep(1)
    assert visitor.said_by("bot") == []
    assert [t.state for t in world.turns(visitor.conversation_id)] == ["superseded"]


def test_a_resolved_conversation_comes_back_with_the_bot_asking_however_long_the_bot_was_away(
    desk: RunningDesk, world: World, bot: FakeBot
) -> None:
    visitor = desk.visitor()
    world.hand_over(visitor.conversation_id)
    world.claim(visitor.conversation_id, world.ana)
    bot.stop()
    with desk.desk.write() as session:
        service.resolve(
            session, conversation_id=visitor.conversation_id, agent_id=world.ana, solution="Feito.", now=utc_now()
        )
    time.sleep(5.5)
    assert visitor.said_by("bot") == []
    assert visitor.history()["owner"] == "bot"
    bot.start()
    assert until(lambda: visitor.said_by("bot"), 10) == ["eco: /human_resolved"]
    assert bot.requests[-1]["payload"] == "/human_resolved"


def test_a_turn_that_another_desk_left_behind_is_answered(desk: RunningDesk, world: World) -> None:
    visitor = desk.visitor()
    world.write(visitor.conversation_id, "escrito por uma mesa que morreu")
    assert until(lambda: visitor.said_by("bot"), 6) == ["eco: escrito por uma mesa que morreu"]


def test_what_a_turn_cost_is_measured_and_nobody_is_named(desk: RunningDesk) -> None:
    visitor = desk.visitor(name="Maria Silva")
    visitor.post("minha senha é 1234")
    until(lambda: visitor.said_by("bot"))
    metrics = visitor.http.get("/metrics").text
    assert 'balcao_turns_total{state="done"} 1.0' in metrics
    assert "balcao_turn_seconds_bucket" in metrics
    assert "Maria" not in metrics
    assert visitor.conversation_id not in metrics
    assert isinstance(desk.desk.metrics, Metrics)


def test_a_finished_turn_says_how_it_ended(desk: RunningDesk, world: World, bot: FakeBot) -> None:
    visitor = desk.visitor()
    visitor.post("oi")
    until(lambda: visitor.said_by("bot"))
    with world.database.read() as session:
        turn = session.scalars(select(BotTurn)).one()
    assert (turn.state, turn.lease_owner, turn.finished_at is not None) == ("done", None, True)
