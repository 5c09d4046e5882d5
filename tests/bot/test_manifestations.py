"""Suggestions, complaints and compliments, with the real bot and action server."""

from collections.abc import Callable

import pytest

from tests.bot.fakes import FakeDesk
from tests.bot.processes import Chat

NewChat = Callable[..., Chat]


def test_a_suggestion_is_registered_in_the_users_words_without_questions_of_impact(chat: Chat, desk: FakeDesk) -> None:
    assert "Qual é a sua sugestão?" in chat.say("quero dar uma sugestão")
    assert "opcional" in chat.say("o portal podia avisar antes das manutenções")
    said = chat.press("Sem contato")
    assert chat.payload("ticket")["protocol"] in said
    body = desk.bodies[-1]
    assert (body["type"], body["description"]) == ("suggestion", "o portal podia avisar antes das manutenções")
    assert "impact" not in body
    assert body["contact"] == {"name": None, "email": None}


def test_a_compliment_needs_no_contact_and_is_rated_like_any_service(chat: Chat, desk: FakeDesk) -> None:
    chat.say("quero fazer um elogio")
    assert "elogio com o protocolo" in chat.say("a Ana do suporte foi muito atenciosa comigo")
    assert desk.bodies[-1]["type"] == "compliment"
    assert chat.payload("rating") == {"rated": "bot"}


def test_a_complaint_comes_with_a_person_before_and_after_and_is_not_rated(new_chat: NewChat, desk: FakeDesk) -> None:
    chat = new_chat(user={"id": "u9", "name": "Bia", "email": "bia@orgao.gov.br"})
    chat.say("quero fazer uma reclamação")
    assert "Falar com uma pessoa" in chat.choices()
    assert "Sinto muito" in chat.say("fiquei três dias esperando e ninguém respondeu")
    assert chat.payload("rating") is None
    assert chat.command("close_episode")["outcome"] == "ticket"
    assert desk.bodies[-1]["contact"]["email"] == "bia@orgao.gov.br", "a known contact is not asked for"
    chat.press("Falar com uma pessoa")
    assert chat.command("handoff") is not None


def test_what_was_said_at_once_is_shown_and_more_words_are_added(new_chat: NewChat, desk: FakeDesk) -> None:
    chat = new_chat(user={"id": "u9", "name": "Bia", "email": "bia@orgao.gov.br"})
    said = chat.say("quero reclamar do atendimento de ontem, o técnico desligou sem resolver nada")
    assert "Registro esta reclamação?" in said
    assert "o técnico desligou sem resolver nada" in said
    chat.say("e ainda foi grosseiro ao telefone")
    assert desk.bodies[-1]["description"].endswith("resolver nada\ne ainda foi grosseiro ao telefone")


def test_it_can_be_written_again_or_not_at_all(new_chat: NewChat, desk: FakeDesk) -> None:
    chat = new_chat(user={"id": "u9", "name": "Bia", "email": "bia@orgao.gov.br"})
    chat.say("tenho uma sugestão: coloquem um botão de imprimir na tela")
    assert "Qual é a sua sugestão?" in chat.press("Escrever de novo")
    bodies = len(desk.bodies)
    assert "não registrei nada" in chat.say("deixa pra lá")
    assert len(desk.bodies) == bodies
    assert "Isso resolveu?" in chat.say("vpn")


@pytest.mark.parametrize("begin", ["quero fazer uma reclamação", "quero dar uma sugestão", "quero fazer um elogio"])
def test_a_person_is_reached_from_the_middle_of_it(chat: Chat, begin: str) -> None:
    chat.say(begin)
    chat.say("quero falar com um atendente")
    assert chat.command("handoff") is not None


def test_the_service_is_noted_where_the_words_name_one(chat: Chat, desk: FakeDesk) -> None:
    chat.say("quero dar uma sugestão")
    chat.say("a impressora podia avisar quando falta papel")
    chat.press("Sem contato")
    assert desk.bodies[-1]["service"] == "impressao"


def test_a_contact_is_taken_as_brazilians_write_it(chat: Chat, desk: FakeDesk) -> None:
    chat.say("quero fazer uma reclamação")
    chat.say("ninguém atende o telefone do suporte")
    assert "Faltou o DDD" in chat.say("99999-1234")
    chat.say("0xx61 99999-1234")
    assert desk.bodies[-1]["contact"]["email"] == "(61) 99999-1234"


def test_too_few_words_are_asked_for_again(chat: Chat) -> None:
    chat.say("reclamação")
    assert "um pouco mais de detalhe" in chat.say("ruim")
    chat.say("péssimo")
    assert "Cancelar" in chat.choices()


def test_english_speakers_are_heard_in_english(new_chat: NewChat) -> None:
    chat = new_chat(language="en")
    assert "what happened" in chat.say("i want to make a complaint")
    assert "optional" in chat.say("nobody answered me for three days")
    assert "registered your complaint" in chat.press("No contact")
