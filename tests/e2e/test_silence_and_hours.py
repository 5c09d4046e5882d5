"""Users who fall silent, and users who come when nobody is there, with clocks that a test can wait for."""

import os
import signal
import time

import pytest

from balcao.database import Database
from tests.e2e.agent import Agent
from tests.e2e.product import Product, User, copy_prepared, wait_until
from tests.e2e.test_conversation_flows import _labels, _text
from tests.handoff.hours import close_until

pytestmark = pytest.mark.e2e

PASSWORD = "esqueci minha senha do acesso unico"


@pytest.fixture(scope="module")
def hasty(product, tmp_path_factory):
    """A product that is patient for two seconds, and whose people come tomorrow at eight."""
    home = tmp_path_factory.mktemp("hasty") / "home"
    copy_prepared(product.home, home)
    running = Product(home, BALCAO_NUDGE_MINUTES="0.04", BALCAO_CLOSE_MINUTES="0.04").start()
    database = Database(f"sqlite:///{home / 'balcao.db'}")
    with database.write() as session:
        close_until(session, days=1)
    database.close()
    yield running
    running.stop()


@pytest.fixture
def user(hasty):
    return hasty.user()


def _bot(user: User) -> list[str]:
    return [message["text"] for message in user.history() if message["author"] == "bot"]


def test_silence_is_a_reminder_with_the_open_question_and_then_an_end_with_a_summary(user):
    user.ask(PASSWORD)
    wait_until(lambda: "Continuo por aqui" in "\n".join(_bot(user)), 15)
    wait_until(lambda: "encerrei este atendimento" in _bot(user)[-1], 15)
    summary = user.history()[-1]["payload"]["summary"]
    assert summary[0] == {"label": "Você perguntou", "value": PASSWORD}
    time.sleep(5)
    said = "\n".join(_bot(user))
    assert said.count("Continuo por aqui") == said.count("encerrei este atendimento") == 1
    assert not any((message["payload"] or {}).get("rating") for message in user.history())


def test_after_the_end_a_new_question_begins_anew(user):
    user.ask("quero abrir um chamado")
    wait_until(lambda: "**não** foi aberto" in _bot(user)[-1], 20)
    assert "chamado" not in _text(user.ask("oi"))


def test_who_answers_the_reminder_goes_on_where_they_were(user):
    user.ask(PASSWORD)
    wait_until(lambda: "Continuo por aqui" in "\n".join(_bot(user)), 15)
    assert "encerrei" not in _text(user.ask("como vejo meu contracheque?"))


def test_nothing_is_done_about_silence_after_a_plain_greeting(user):
    user.ask("obrigado")
    time.sleep(6)
    assert len(_bot(user)) == 1


def test_out_of_hours_the_bot_says_that_people_are_back_tomorrow_and_offers_a_ticket(user):
    asked = user.ask("quero falar com um atendente")
    assert "Nosso time volta amanhã, " in _text(asked)
    assert "às 8h" in _text(asked)
    assert "Abrir chamado" in _labels(asked)
    assert user.state()["owner"] == "bot"
    assert "chamado" in _text(user.press("Abrir chamado")).lower()


def test_out_of_hours_who_wants_to_wait_is_in_the_queue_and_knows_until_when(user):
    user.ask("quero falar com um atendente")
    assert "volta amanhã" in _text(user.press("Esperar na fila"))
    wait_until(lambda: user.state()["owner"] == "queue")


def test_a_bot_that_fails_out_of_hours_says_when_people_are_back(hasty):
    user = hasty.user()
    stopped = hasty.kill("bot", signal.SIGSTOP)
    user.say(PASSWORD)
    wait_until(lambda: user.state()["owner"] == "queue", 10)
    assert "Nosso time volta amanhã" in user.history()[-1]["text"]
    os.kill(stopped, signal.SIGCONT)
    hasty.wait_healthy("bot", 120)


def test_nobody_is_reminded_while_waiting_for_people_or_talking_to_one(hasty, user):
    user.ask(PASSWORD)
    user.ask("quero falar com uma pessoa")
    user.ask("esperar na fila")
    wait_until(lambda: user.state()["owner"] == "queue")
    said = len(_bot(user))
    time.sleep(4)
    # The last test here: from now on somebody is there.
    Agent(hasty.base, *hasty.admin()).claim(user.conversation_id).raise_for_status()
    time.sleep(4)
    assert len(_bot(user)) == said
