"""Files without a word: they are acknowledged by name, go with the ticket, and the open question stands."""

from collections.abc import Callable

from tests.bot.processes import Chat

_FILES = '/attachment{"names": "tela do erro.png, log.txt"}'


def test_a_file_before_anything_else_is_acknowledged_and_the_user_asked_what_they_need(chat: Chat) -> None:
    said = chat.event(_FILES)
    assert "Recebi: **tela do erro.png, log.txt**. Se abrirmos um chamado, vai junto." in said
    assert "?" in chat.record["messages"][-1]["text"]


def test_a_file_after_an_answer_leaves_the_question_whether_it_helped(chat: Chat) -> None:
    chat.say("vpn")
    assert "Isso resolveu?" in chat.event(_FILES)
    assert "nota" in chat.say("sim")


def test_a_file_in_the_ticket_goes_with_it_and_the_same_field_is_asked_again(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.say("vpn")
    asked = chat.record["messages"][-1]["text"]
    said = chat.event(_FILES)
    assert "Vai junto com o chamado." in said
    assert asked in said
    chat.say("não conecta desde ontem à noite")
    assert "Só eu" in chat.choices()


def test_a_file_after_the_ticket_was_opened_goes_with_it_too(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.say("vpn")
    chat.say("não conecta desde ontem à noite")
    chat.press("Só eu")
    chat.say("Ana Lima")
    chat.say("ana@exemplo.gov.br")
    assert "Protocolo" in chat.say("sim") or chat.payload("ticket")
    assert "Vai junto com o chamado." in chat.event(_FILES)


def test_a_file_in_the_middle_of_a_complaint_goes_with_it(chat: Chat) -> None:
    chat.say("quero fazer uma reclamação")
    assert "Vai junto com o que você escrever." in chat.event(_FILES)


def test_a_file_in_a_script_leaves_its_question_open(chat: Chat) -> None:
    chat.say("minha impressora não imprime")
    assert "tela do erro.png" in chat.event(_FILES)
    chat.say("sim")
    assert "O que aparece no visor?" in chat.record["messages"][-1]["text"]


def test_what_a_user_types_is_never_taken_for_a_file(chat: Chat) -> None:
    assert "Recebi" not in chat.say(_FILES)


def test_files_are_spoken_of_in_the_users_language(new_chat: Callable[..., Chat]) -> None:
    assert "I've got **tela do erro.png, log.txt**" in new_chat(language="en").event(_FILES)
