"""Killed in the middle of batches, with updates that come shuffled and doubled: every update is handled exactly once."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from handoff.channels.models import ChannelEvent
from handoff.conversations.models import Message
from tests.channels.telegram.conftest import RunningTelegram, process_env, telegram_settings
from tests.channels.telegram.fake_telegram import FakeTelegram
from tests.channels.telegram.forking import Forker
from tests.channels.telegram.test_reading import SAMPLES
from tests.channels.telegram.test_telegram_conversations import conversation_of
from tests.handoff.conftest import World
from tests.handoff.running import RunningDesk, until

KILLS = int(os.environ.get("BALCAO_TELEGRAM_KILLS", "40"))
USERS = [100 + n for n in range(6)]
pytestmark = pytest.mark.crash


@pytest.fixture
def forker(desk: RunningDesk, telegram: FakeTelegram, tmp_path: Path) -> Iterator[Forker]:
    with (tmp_path / "telegram.log").open("wb") as log:
        forker = Forker(process_env(telegram_settings(desk, telegram, tmp_path)), log)
        yield forker
        forker.close()


def user_texts(world: World, user: int) -> list[str]:
    chosen = select(Message.text).where(Message.conversation_id == conversation_of(world, user))
    with world.database.read() as session:
        return list(session.scalars(chosen.where(Message.author == "user").order_by(Message.seq)))


def answers(world: World, user: int) -> list[str]:
    chosen = select(Message.text).where(Message.conversation_id == conversation_of(world, user))
    with world.database.read() as session:
        return list(session.scalars(chosen.where(Message.author == "bot").order_by(Message.seq)))


def outcomes(world: World) -> Counter[str]:
    with world.database.read() as session:
        return Counter(session.scalars(select(ChannelEvent.outcome)))


def in_order_once(items: list[str]) -> list[str]:
    """The items by their first appearance."""
    return list(dict.fromkeys(items))


def test_killed_in_the_middle_of_batches_it_handles_every_update_once_and_delivers_every_answer_in_order(
    desk: RunningDesk, telegram: FakeTelegram, world: World, forker: Forker, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(20261125)
    written: dict[int, list[str]] = {user: [] for user in USERS}
    for kill in range(KILLS):
        forker.start()
        for _ in range(rng.randint(2, 5)):
            user = rng.choice(USERS)
            text = f"u{user} n{len(written[user])} k{kill}"
            written[user].append(text)
            telegram.write(user, text)
            if rng.random() < 0.2:  # Telegram itself may give the same update twice
                telegram.push(dict(telegram.pending[-1])) if telegram.pending else None
        telegram.handed_out.clear()
        telegram.handed_out.wait(5)
        time.sleep(rng.uniform(0, 0.12))
        forker.kill()
    forker.start()
    until(lambda: telegram.pending == [], 60)
    assert set(outcomes(world)) == {"done"}
    for user, texts in written.items():
        if texts:
            until(lambda u=user, t=texts: user_texts(world, u) == t, 60)
            until(lambda u=user, t=texts: in_order_once(telegram.seen(u)) == [f"eco: {text}" for text in t], 60)
            assert answers(world, user) == [f"eco: {text}" for text in texts]
    forker.kill()
    sent = sum(len(telegram.seen(user)) for user in USERS)
    doubled = sent - sum(map(len, written.values()))
    with capsys.disabled():
        print(f"\n{KILLS} kills, {sum(map(len, written.values()))} updates, {len(telegram.given)} handed out,", end=" ")
        print(f"{doubled} answers sent twice", end=" ")
    assert doubled <= KILLS  # at most the one send of each chat that was on its way


def test_shuffled_and_doubled_updates_are_each_handled_once(
    adapter: RunningTelegram, telegram: FakeTelegram, world: World
) -> None:
    rng = random.Random(7)
    updates = []
    for number in range(120):
        user = USERS[number % len(USERS)]
        updates.append({"update_id": 5000 + number, "message": telegram.message(user, text=f"u{user} n{number}")})
    for at in range(0, len(updates), 24):
        batch = updates[at : at + 24] * 2
        rng.shuffle(batch)
        telegram.push_all([dict(update) for update in batch])
        until(lambda: telegram.pending == [], 20)
    for user in USERS:
        expected = Counter(u["message"]["text"] for u in updates if u["message"]["chat"]["id"] == user)
        until(lambda u=user, e=expected: Counter(telegram.seen(u)) == Counter({f"eco: {t}": 1 for t in e}), 30)
        assert Counter(user_texts(world, user)) == expected


@pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/data/telegram_updates.jsonl is absent")
def test_sample_updates_of_every_kind_are_handled_exactly_once_and_break_nothing(
    adapter: RunningTelegram, telegram: FakeTelegram, world: World
) -> None:
    samples = [json.loads(line)["update"] for line in SAMPLES.read_text().splitlines()]
    for number, update in enumerate(samples):
        renumbered: dict[str, Any] = {**update, "update_id": 9000 + number}
        for part in update.values():
            if isinstance(part, dict) and "chat" in part:
                telegram.known.add(part["chat"]["id"])
        telegram.push_all([renumbered, dict(renumbered)])
    wanted = ("message", "edited_message", "callback_query", "my_chat_member")
    asked_for = sum(any(kind in update for kind in wanted) for update in samples)
    until(lambda: adapter.state["updates"] >= 2 * asked_for, 30)
    telegram.push({"update_id": 9999, "message": telegram.message(100, text="ainda aí?")})
    until(lambda: telegram.seen(100) == ["eco: ainda aí?"], 15)
    assert adapter.state["set_aside"] == 0
    with world.database.read() as session:
        taken = session.scalar(select(func.count()).select_from(ChannelEvent))
    private = sum(
        any(isinstance(part, dict) and (part.get("chat") or {}).get("type") == "private" for part in update.values())
        for update in samples
    )
    assert 0 < int(taken or 0) <= private + 1
