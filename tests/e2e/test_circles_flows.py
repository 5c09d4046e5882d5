"""No going round in circles, through the desk's API: typed buttons, repeated answers, nonsense, insults."""

import pytest

from tests.e2e.product import wait_until
from tests.e2e.test_conversation_flows import _labels, _text, open_ticket

pytestmark = pytest.mark.e2e

NOT_FOUND = "qual é a melhor receita de bolo de fubá cremoso?"


def test_the_words_of_a_button_can_be_typed_instead_of_pressing_it(user):
    assert "Perguntar de outro jeito" in _labels(user.ask(NOT_FOUND))
    assert "nome do sistema" in _text(user.ask("perguntar de outro jeito"))


def test_a_button_typed_with_a_slip_is_understood_in_english_too(user):
    user.ask("english please")
    assert "Ask in another way" in _labels(user.ask(NOT_FOUND))
    assert "Name the system" in _text(user.ask("ask in anoter way"))


def test_whoever_gets_the_same_answer_three_times_is_offered_a_person(user):
    said = [_text(user.ask("muito obrigado!")) for _ in range(3)]
    assert said[0] == said[1]
    assert "estou me repetindo" in said[2]
    user.press("Falar com uma pessoa")
    wait_until(lambda: user.state()["owner"] == "queue")


def test_whoever_answers_nonsense_to_the_rating_is_left_in_peace_and_may_ask_again(user):
    open_ticket(user)
    for text in ("99", "0", "77"):
        said = user.ask(text)
    assert "Sem problema" in _text(said)
    assert user.ask("como instalo a vpn no windows")
    assert user.state()["owner"] == "bot"


def test_an_insult_is_not_added_to_a_ticket_but_what_follows_is(user):
    protocol = open_ticket(user)
    user.ask("quero acrescentar uma informação no meu chamado")
    assert "Entendo a irritação" in _text(user.ask("esse robô é burro"))
    assert protocol in _text(user.ask("acontece também pela rede de casa"))


def test_whoever_was_to_add_to_a_ticket_may_cancel_it_instead(user):
    protocol = open_ticket(user)
    user.ask("quero acrescentar uma informação no meu chamado")
    assert "Quer mesmo cancelar" in _text(user.ask("quero cancelar o chamado"))
    user.ask("sim")
    assert "cancelado" in _text(user.ask(f"qual a situação do {protocol}?"))
