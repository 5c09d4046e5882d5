"""A bot that repeats itself, or is not understood, does not leave the user in a circle. Most of these the random walk found."""

import json
from collections.abc import Callable

import httpx
import pytest

from tests.bot.processes import BOT_TOKEN, Chat

NewChat = Callable[..., Chat]


@pytest.mark.parametrize("text", ["obrigado", "tchau", "ajuda", "como instalo a vpn?", "voltar"])
def test_an_answer_that_was_given_twice_comes_with_the_offer_of_a_person(chat: Chat, text: str) -> None:
    first, second, third = (chat.say(text) for _ in range(3))
    assert first == second
    assert third.startswith(second)
    assert "estou me repetindo" in third
    chat.press("Falar com uma pessoa")
    assert chat.command("handoff") is not None


def test_the_offer_does_not_take_the_place_of_the_open_question(chat: Chat) -> None:
    for _ in range(3):
        said = chat.say("como instalo a vpn?")
    assert "estou me repetindo" in said
    assert "De 1 a 5" in chat.say("sim"), "yes answers the question whether it was solved"


def test_the_offer_is_made_in_the_users_language(new_chat: NewChat) -> None:
    chat = new_chat(language="en")
    assert "repeating myself" in [chat.say("thank you") for _ in range(3)][-1]


def test_whoever_is_not_understood_twice_is_offered_a_person(chat: Chat) -> None:
    assert "Não entendi" in chat.say("§§§")
    assert "pessoa da equipe" in chat.say("12/03/2026")
    chat.say("sim")
    assert chat.command("handoff") is not None


def test_one_odd_message_does_not_take_the_place_of_the_open_question(chat: Chat) -> None:
    chat.say("como instalo a vpn?")
    chat.say("12/03/2026")
    assert "De 1 a 5" in chat.say("sim")


def test_many_questions_without_an_answer_are_not_all_declined_in_the_same_words(chat: Chat) -> None:
    said = [chat.say(f"como crio o unicórnio número {number}?") for number in ("um", "dois", "três", "quatro", "cinco")]
    assert all(said[place : place + 3] != [said[place]] * 3 for place in range(3))
    assert "Também não sei" in said[2]


def test_whoever_answers_nonsense_to_the_rating_twice_is_left_in_peace(chat: Chat) -> None:
    chat.say("vpn")
    chat.say("sim")
    assert "1 (péssimo) a 5 (ótimo)" in chat.say("99")
    assert "1 (péssimo) a 5 (ótimo)" in chat.say("0")
    assert "Sem problema" in chat.say("kkk 77")
    assert chat.command("close_episode") is not None
    assert chat.command("rate") is None


def test_a_form_that_does_not_understand_offers_the_ways_out_in_other_words(chat: Chat) -> None:
    chat.say("quero fazer um elogio")
    said = [chat.say(text) for text in ("99", "…", "a", "👎", "?")]
    assert all(said[place : place + 3] != [said[place]] * 3 for place in range(3))
    assert all("pessoa" in words for words in said[1:])


@pytest.mark.parametrize(
    ("typed", "pressed"),
    [
        ("Perguntar de outro jeito", "nome do sistema"),
        ("perguntar de outro geito", "nome do sistema"),
        ("ABRIR CHAMADO!", "abrir o chamado"),
    ],
)
def test_a_button_can_be_typed_give_or_take_a_slip(chat: Chat, typed: str, pressed: str) -> None:
    chat.say("como crio unicórnios no aquário?")
    assert pressed in chat.say(typed)


def test_a_typed_button_is_the_one_that_is_on_offer_now(chat: Chat) -> None:
    chat.say("que porcaria de robô")
    assert "nome do sistema" in chat.say("tentar de novo por aqui")
    assert "nome do sistema" not in chat.say("tentar de novo por aqui")


def test_the_opposite_of_a_button_is_not_taken_for_it(chat: Chat) -> None:
    chat.say("minha impressora não imprime")
    chat.press("Está apagado")
    assert "Que bom que voltou" in chat.say("acendeu!")


def test_half_a_character_is_left_out_and_the_rest_is_answered(chat: Chat) -> None:
    body = {
        "message_id": f"{chat.session_id}-half", "session_id": chat.session_id, "text": "como instalo a vpn? \ud83d",
        "payload": None, "context": {"language": "pt-BR", "user": {"id": "u1"}},
    }  # fmt: skip
    raw = json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    answer = httpx.post(f"{chat._url}/turn", content=raw, headers=headers)
    assert answer.status_code == 200
    assert "Baixe o instalador" in answer.text
