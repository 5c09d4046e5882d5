"""Several questions in one message are answered one after the other; one question is never torn apart."""

import pytest

from actions.several import split_questions
from tests.bot.processes import Chat

TWO = "Como instalo a VPN? E como troco o toner da impressora?"


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Como instalo a VPN? E como troco minha senha?", ["Como instalo a VPN?", "como troco minha senha?"]),
        ("como instalo a vpn e onde vejo meu contracheque", ["como instalo a vpn", "onde vejo meu contracheque"]),
        ("como peço férias, e também qual o prazo do recadastramento?",
         ["como peço férias", "qual o prazo do recadastramento?"]),
        ("1) como instalo a vpn?\n2) onde vejo meu contracheque?", ["como instalo a vpn?", "onde vejo meu contracheque?"]),
        ("tenho duas dúvidas\ncomo emito o certificado?\nquanto tempo demora a emissão?",
         ["tenho duas dúvidas como emito o certificado?", "quanto tempo demora a emissão?"]),
        ("how do i install the vpn? where is my payslip?", ["how do i install the vpn?", "where is my payslip?"]),
    ],
)  # fmt: skip
def test_several_questions_are_told_apart(text: str, questions: list[str]) -> None:
    assert split_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "como instalo a vpn?",
        "não consigo entrar na vpn. aparece erro 800. o que faço?",
        "instalei a vpn e não conecta",
        "como entro no e-mail e na vpn?",
        "esqueci a senha. como faço?",
        "minha impressora não imprime, o que eu faço? é urgente",
        "qual o prazo? e o valor?",
        "erro ao assinar: \"token não encontrado\". como resolver?",
        "bom dia! como peço férias?",
        "vpn",
        "",
    ],
)  # fmt: skip
def test_one_question_stays_whole(text: str) -> None:
    assert split_questions(text) == [text]


def test_no_more_than_three_are_taken() -> None:
    assert len(split_questions("como troco a senha? " * 6)) == 3


def test_the_first_is_answered_and_the_second_waits(chat: Chat) -> None:
    said = chat.say(TWO)
    assert "Você fez 2 perguntas" in said
    assert "Baixe o instalador" in said
    assert "como troco o toner da impressora?" in said
    assert "Ir para a próxima pergunta" in chat.choices()


def test_what_is_solved_leads_to_the_next_and_the_rating_comes_last(chat: Chat) -> None:
    chat.say(TWO)
    said = chat.say("sim, resolveu")
    assert "Agora a próxima" in said
    assert "oner" in said
    assert "nota" not in said
    assert "nota" in chat.say("sim")


def test_the_next_can_be_had_by_its_button(chat: Chat) -> None:
    chat.say(TWO)
    assert "Agora a próxima" in chat.press("Ir para a próxima pergunta")
    assert "Ir para a próxima pergunta" not in chat.choices()


def test_a_person_is_told_what_is_still_to_be_answered(chat: Chat) -> None:
    chat.say(TWO)
    chat.say("quero falar com uma pessoa")
    handoff = chat.command("handoff")
    assert handoff is not None
    assert "Falta responder: “como troco o toner da impressora?”" in handoff["summary"]


def test_two_questions_with_one_answer_are_answered_once(chat: Chat) -> None:
    said = chat.say("como instalo a vpn? e onde baixo a vpn nova?")
    assert "Você fez" not in said
    assert said.count("Baixe o instalador") == 1
