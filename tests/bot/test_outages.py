"""A service that is known to be down: said first, followed on request, answered all the same if the user likes."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.bot.fakes import VPN_DOWN, FakeDesk
from tests.bot.processes import Chat


@pytest.fixture(autouse=True)
def vpn_down(desk: FakeDesk) -> None:
    """The VPN is down for a test; the actions may know it two seconds later."""
    if desk.outages != [VPN_DOWN]:
        desk.outages = [VPN_DOWN]
        time.sleep(2.1)


@pytest.fixture(autouse=True, scope="module")
def afterwards(desk: FakeDesk) -> Iterator[None]:
    """It is back when the tests of this module are done."""
    yield
    desk.outages = []
    time.sleep(2.1)


def test_it_is_said_first_with_since_when_and_until_when(chat: Chat) -> None:
    said = chat.say("nao consigo instalar a vpn")
    assert "**Acesso remoto (VPN)** está fora do ar desde quinta-feira, 2 de janeiro, às 9h" in said
    assert "O concentrador falhou." in said
    assert "Previsão de volta: sexta-feira, 2 de janeiro" in said
    assert "Baixe o instalador" not in said
    assert list(chat.choices()) == ["Sim, me avise", "Ver a resposta mesmo assim", "Falar com uma pessoa"]


def test_the_service_is_told_from_the_article_even_where_the_question_does_not_name_it(chat: Chat) -> None:
    assert "fora do ar" in chat.say("algo parecido")


def test_the_service_is_told_by_an_alias_where_nothing_is_found(chat: Chat) -> None:
    assert "fora do ar" in chat.say("acesso remoto já voltou?")


def test_another_service_is_answered_as_ever(chat: Chat) -> None:
    assert "fora do ar" not in chat.say("como troco o toner?")


@pytest.mark.parametrize("yes", ["Sim, me avise", "sim", "me avisa quando voltar", "pode me avisar"])
def test_who_wants_to_be_told_follows_the_outage(chat: Chat, yes: str) -> None:
    chat.say("a vpn caiu")
    said = chat.press(yes) if yes in chat.choices() else chat.say(yes)
    assert chat.command("follow_outage") == {"type": "follow_outage", "outage_id": VPN_DOWN["id"]}
    assert "2026-000007-1" in said
    assert chat.record["waits"] is False


@pytest.mark.parametrize("no", ["Ver a resposta mesmo assim", "não"])
def test_who_wants_the_answer_all_the_same_gets_it(chat: Chat, no: str) -> None:
    chat.say("nao consigo instalar a vpn")
    said = chat.press(no) if no in chat.choices() else chat.say(no)
    assert "Baixe o instalador" in said
    assert "fora do ar" not in said
    chat.say("quero falar com atendente")
    assert chat.record["commands"][-1]["summary"].count("nao consigo instalar a vpn") == 1


def test_asked_again_it_is_said_in_short_and_answered(chat: Chat) -> None:
    chat.say("a vpn caiu")
    said = chat.say("como instalo a vpn?")
    assert "ainda está fora do ar" in said
    assert "Baixe o instalador" in said
    assert "Avise-me quando voltar" in chat.choices()


def test_a_person_can_be_had_all_the_same(chat: Chat) -> None:
    chat.say("a vpn caiu")
    chat.press("Falar com uma pessoa")
    assert chat.command("handoff") is not None


def test_a_ticket_about_it_is_spared_by_following(new_chat: Callable[..., Chat]) -> None:
    chat, going_on = new_chat(), new_chat()
    for one in (chat, going_on):
        one.say("abrir chamado")
        assert "não é preciso abrir um chamado" in one.say("vpn")
    chat.press("Avise-me quando voltar")
    assert chat.command("follow_outage") is not None
    assert "fora do ar" not in going_on.say("não consigo instalar o programa em casa")
    assert "só eu" in " ".join(going_on.choices()).lower()


def test_following_what_is_not_down_is_a_question(chat: Chat, desk: FakeDesk) -> None:
    chat.say("me avisa quando o toner voltar")
    assert chat.command("follow_outage") is None


def test_in_english_it_is_said_in_english(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(language="en")
    assert "has been down since Thursday, 2 January, at 9 am" in chat.say("vpn")
    assert "Yes, tell me" in chat.choices()


def test_a_person_asked_for_is_of_the_group_of_the_service_that_is_down_and_knows_what_was_said(chat: Chat) -> None:
    chat.say("nao consigo instalar a vpn")
    chat.press("Falar com uma pessoa")
    handoff = chat.command("handoff")
    assert handoff is not None
    assert handoff["group"] == "n2-acesso"
    assert "Foi informado de que o serviço está fora do ar." in handoff["summary"]
