"""Processes are killed at random moments under load; nothing acknowledged is lost, doubled or out of order, and no silence.

``BALCAO_CRASH_KILLS`` sets the number of kills (60 by default).
"""

import os
import random
import threading
import time
from collections import Counter

import pytest

from tests.e2e.product import PROCESSES, Product, User, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.crash]

KILLS = int(os.environ.get("BALCAO_CRASH_KILLS", "60"))
QUESTIONS = (
    "esqueci minha senha",
    "a vpn nao conecta",
    "impressora parada",
    "oi",
    "meu contracheque",
    "sim",
    "não",
    "quero abrir um chamado",
)
WRITERS = 6


def _faults(user: User) -> list[str]:
    """What breaks the promises in one user's conversation."""
    history = user.history()
    seqs = [message["seq"] for message in history]
    faults = [] if seqs == list(range(1, len(seqs) + 1)) else [f"gaps or repeats in {seqs}"]
    stored = [(m["seq"], m["client_key"], m["text"]) for m in history if m["author"] == "user"]
    acknowledged = [(m["seq"], m["client_key"], m["text"]) for m in user.acknowledged]
    if stored != acknowledged:
        faults.append(f"acknowledged {acknowledged} but stored {stored}")
    twice = [text for text, count in Counter(m["id"] for m in history).items() if count > 1]
    return faults + [f"doubled {text}" for text in twice]


def _is_answered(user: User) -> bool:
    """Whether somebody answered the last message, or a person is on the way."""
    return bool(user.after(user.acknowledged[-1]["seq"])) or user.state()["owner"] != "bot"


def _write(product: Product, users: list[User], done: threading.Event, seed: int, errors: list[str]) -> None:
    chance = random.Random(seed)
    try:
        while not done.is_set():
            user = product.user()
            users.append(user)
            for _ in range(chance.randint(1, 6)):
                user.say(chance.choice(QUESTIONS))
                time.sleep(chance.random() * 0.3)
    except AssertionError as error:
        errors.append(str(error))


def _kill_at_random(product: Product, kills: int, seed: int) -> Counter:
    chance = random.Random(seed)
    killed: Counter = Counter()
    while killed.total() < kills:
        time.sleep(chance.uniform(0.2, 1.5))
        name = chance.choice(sorted(PROCESSES))
        if product.kill(name):
            killed[name] += 1
    return killed


def test_nothing_acknowledged_is_lost_doubled_or_reordered_and_nobody_is_left_in_silence(fresh_product):
    product = fresh_product.start()
    users: list[User] = []
    errors: list[str] = []
    done = threading.Event()
    writers = [threading.Thread(target=_write, args=(product, users, done, seed, errors)) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    killed = _kill_at_random(product, KILLS, seed=7)
    done.set()
    for writer in writers:
        writer.join(90)
    for name in PROCESSES:
        product.wait_healthy(name, 90)
    assert not errors
    assert killed.total() >= KILLS
    silent = [user for user in users if user.acknowledged and not wait_or_none(user)]
    assert silent == []
    assert [fault for user in users for fault in _faults(user)] == []
    assert len(users) > KILLS / 2, "too little load to tell"


def wait_or_none(user: User) -> bool:
    try:
        return bool(wait_until(lambda: _is_answered(user), 30))
    except AssertionError:
        return False
