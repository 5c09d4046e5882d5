"""Going on with the last answer, with the real bot and action server: its next part, easier, another way, useful or not."""

from collections.abc import Callable

import pytest

from tests.bot.fakes import FakeDesk, FakeSearch
from tests.bot.processes import Chat


def _texts(chat: Chat) -> list[str]:
    return [message["text"] for message in chat.record["messages"]]


@pytest.fixture
def reading(chat: Chat) -> Chat:
    """A user who has read the first part of five."""
    chat.say("quero o manual longo do sistema")
    return chat


def test_a_long_answer_comes_part_by_part_with_a_link_to_the_whole(reading: Chat) -> None:
    assert any("Parágrafo 0" in text for text in _texts(reading))
    assert not any("Parágrafo 1" in text for text in _texts(reading))
    assert reading.payload("article")["url"] == "/artigos/longo"
    assert max(map(len, _texts(reading))) <= 900


def test_all_parts_are_read_with_the_button_and_then_it_is_asked_if_it_helped(reading: Chat) -> None:
    for number in range(1, 5):
        assert f"Parágrafo {number}" in reading.press("Continuar")
    assert "Isso resolveu?" in _texts(reading)


@pytest.mark.parametrize("more", ["continua", "sim", "mais", "manda o resto", "próxima", "pode continuar"])
def test_the_next_part_is_asked_for_in_many_ways(reading: Chat, more: str) -> None:
    assert "Parágrafo 1" in reading.say(more)


def test_no_to_the_next_part_asks_whether_it_helped(reading: Chat) -> None:
    assert "Isso resolveu?" in reading.say("não")


def test_a_user_who_has_read_enough_can_say_that_it_is_solved(reading: Chat) -> None:
    assert "nota" in reading.press("Já resolveu")
    assert reading.command("feedback")["useful"] is True


def test_another_question_in_the_middle_of_reading_is_answered_and_the_reading_can_go_on_later(reading: Chat) -> None:
    reading.say("continuar")
    assert "Baixe o instalador" in reading.say("como instalo a vpn?")


def test_a_greeting_while_reading_asks_again_whether_to_go_on(reading: Chat) -> None:
    assert "parte 1 de 5" in reading.say("oi")
    assert "Parágrafo 1" in reading.say("sim")


def test_what_was_not_understood_is_read_again_in_small_bits(reading: Chat) -> None:
    said = reading.say("não entendi")
    assert "um pedacinho de cada vez" in said
    assert reading.say("continuar") != said


def test_a_short_answer_that_was_not_understood_leads_to_near_ones_and_a_person(chat: Chat) -> None:
    chat.say("vpn")
    assert "explicação mais simples" in chat.say("não entendi nada")
    assert {"A VPN está lenta", "Falar com uma pessoa"} <= set(chat.choices())


def test_not_understood_twice_leads_to_something_else(reading: Chat) -> None:
    reading.say("como assim?")
    assert "pessoa da equipe" in reading.say("continuo sem entender")


def test_the_same_for_another_case_stays_on_the_subject(chat: Chat, search: FakeSearch) -> None:
    chat.say("como instalo a vpn")
    assert "Instale o aplicativo" in chat.say("e no celular?")
    assert chat.payload("article")["id"] == "vpn-celular"
    assert search.asked[-1].startswith("Como instalo a VPN?")


def test_what_the_same_article_says_of_another_case_is_quoted(chat: Chat) -> None:
    chat.say("vpn")
    said = chat.say("e no portal?")
    assert "o mesmo artigo" in said
    assert "Baixe o instalador no portal" in said


def test_a_follow_up_that_nothing_is_known_about_is_a_question_like_any_other(chat: Chat) -> None:
    chat.say("vpn")
    assert "Não encontrei" in chat.say("e para unicórnios?")


def test_a_follow_up_without_anything_before_is_a_question_like_any_other(chat: Chat) -> None:
    assert "Não encontrei" in chat.say("e no tablet?")


def test_another_way_offers_near_articles(chat: Chat) -> None:
    chat.say("vpn")
    assert "Talvez um destes sirva" in chat.say("tem outro jeito?")
    assert next(iter(chat.choices())) == "A VPN está lenta"


def test_the_only_other_way_is_shown_at_once(chat: Chat) -> None:
    chat.say("como imprimo só uma página do documento?")
    assert "rede cabeada" in chat.say("tem outro jeito de fazer?")


def test_where_there_is_no_other_way_help_is_offered(chat: Chat) -> None:
    chat.say("manual longo")
    said = chat.say("tem outra forma?")
    assert "Não conheço outro jeito" in said
    assert "Abrir chamado" in chat.choices()


def test_useful_and_solved_is_kept_with_the_version(chat: Chat) -> None:
    chat.say("vpn")
    chat.press("Sim")
    assert chat.command("feedback") == {"type": "feedback", "article_id": "vpn-instalar", "version": 3, "useful": True}


def test_not_useful_is_kept_and_near_articles_are_offered(chat: Chat) -> None:
    chat.say("vpn")
    assert "Talvez um destes" in chat.press("Não")
    assert chat.command("feedback")["useful"] is False


def test_useful_without_having_solved_it_is_kept_as_useful_and_goes_on(chat: Chat) -> None:
    chat.say("vpn")
    assert "Talvez um destes" in chat.press("Foi útil, mas não resolveu")
    assert chat.command("feedback")["useful"] is True


def test_usefulness_is_understood_when_typed(new_chat: Callable[..., Chat]) -> None:
    for text, useful in (
        ("foi útil", True),
        ("não foi útil", False),
        ("nao ajudou em nada", False),
        ("ajudou sim", True),
    ):
        chat = new_chat()
        chat.say("vpn")
        chat.say(text)
        assert chat.command("feedback")["useful"] is useful, text


def test_back_returns_to_the_list_that_the_article_was_chosen_from(chat: Chat) -> None:
    chat.say("algum assunto parecido?")
    chat.press("VPN no celular")
    assert "Encontrei alguns assuntos" in chat.say("voltar")
    assert "VPN no celular" not in chat.choices()


def test_an_answer_in_the_middle_of_a_ticket_is_cited_and_can_be_found_useful(chat: Chat, desk: FakeDesk) -> None:
    chat.say("abrir chamado")
    chat.say("como instalo a vpn?")
    assert chat.payload("article")["id"] == "vpn-instalar"
    said = chat.press("Útil")
    assert chat.command("feedback")["useful"] is True
    assert "Sobre qual serviço" in said
    assert "Descreva" in chat.say("vpn")


def test_words_of_following_up_in_a_ticket_do_not_become_answers(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.press("Outro / não sei")
    for text in ("voltar", "não entendi", "continuar", "tem outro jeito?"):
        assert "Descreva" in chat.say(text)


def test_follow_ups_are_spoken_in_english_too(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(language="en")
    chat.say("how do i get the manual longo")
    assert "take it slowly" in chat.say("i don't understand")
    assert "no other way" in chat.say("is there another way?")
