"""Silence: a reminder with the open question, then an end with a summary and without a rating."""

from collections.abc import Callable

from tests.bot.processes import Chat


def test_the_bot_says_whether_it_waits_for_an_answer(chat: Chat) -> None:
    chat.say("vpn")
    assert chat.record["waits"] is True
    chat.say("sim")
    assert chat.record["waits"] is False, "a rating is nothing that a user came for"
    chat.say("pular")
    assert chat.record["waits"] is False


def test_the_reminder_asks_the_open_question_again_and_its_answer_counts(chat: Chat) -> None:
    chat.say("vpn")
    said = chat.event("/silence")
    assert "Continuo por aqui" in said
    assert "Isso resolveu?" in said
    assert chat.record["waits"] is True
    assert "nota" in chat.say("sim")


def test_the_reminder_in_a_ticket_asks_for_the_same_field(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.say("vpn")
    asked = chat.record["messages"][-1]["text"]
    assert asked in chat.event("/silence")
    chat.say("não conecta desde ontem à noite")
    assert "Só eu" in chat.choices()


def test_the_reminder_in_a_script_offers_to_go_on_with_it(chat: Chat) -> None:
    chat.say("minha impressora não imprime")
    assert "impressora" in chat.event("/silence").lower()
    chat.say("sim")
    assert "O que aparece no visor?" in chat.record["messages"][-1]["text"]


def test_a_long_silence_ends_with_a_summary_and_no_rating(chat: Chat) -> None:
    chat.say("nao consigo instalar a vpn")
    chat.event("/silence")
    said = chat.event("/abandoned")
    assert "encerrei este atendimento" in said
    assert "nota" not in said
    assert chat.payload("summary") == [
        {"label": "Você perguntou", "value": "nao consigo instalar a vpn"},
        {"label": "Mostrei", "value": "Como instalo a VPN?"},
    ]
    assert chat.command("close_episode") == {"type": "close_episode", "outcome": "abandoned"}
    assert chat.record["waits"] is False


def test_a_long_silence_in_a_ticket_says_that_it_was_not_opened(chat: Chat) -> None:
    chat.say("abrir chamado")
    assert "**não** foi aberto" in chat.event("/abandoned")
    assert "Baixe o instalador" in chat.say("como instalo a vpn?"), "the form is left"


def test_silence_is_spoken_of_in_the_users_language(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(language="en")
    chat.say("vpn")
    assert "I'm still here" in chat.event("/silence")
    assert "I have closed this conversation" in chat.event("/abandoned")
    assert chat.payload("summary")[0]["label"] == "You asked"
