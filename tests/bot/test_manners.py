"""Manners: greetings by the hour, languages, changing one's mind."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from actions.manners import greeting_at
from tests.bot.processes import Chat


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "evening"), (5, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening"), (0, "evening")],
)  # fmt: skip
def test_the_greeting_depends_on_the_hour(hour: int, words: str) -> None:
    assert greeting_at(hour) == f"utter_good_{words}"


def test_a_greeting_is_returned_by_the_clock_of_the_desk_and_the_open_question_asked_again(chat: Chat) -> None:
    hour = datetime.now(ZoneInfo("America/Sao_Paulo")).hour
    words = {"morning": "Bom dia!", "afternoon": "Boa tarde!", "evening": "Boa noite!"}
    assert words[greeting_at(hour).rsplit("_", 1)[1]] in chat.say("oi, tudo bem?")
    chat.say("vpn")
    assert "Isso resolveu?" in chat.say("oi")


def test_english_is_spoken_when_asked_for_and_kept_with_the_user(chat: Chat) -> None:
    chat.say("vpn")
    said = chat.say("english please")
    assert "let's speak English" in said
    assert "Did that solve it?" in said
    assert chat.command("set_user") == {"type": "set_user", "language": "en"}
    chat.language = "en"  # as the desk tells it from now on
    assert (
        "How do you rate my help?" in chat.say("yes")
        or "how do you rate my help?" in chat.record["messages"][0]["text"]
    )


def test_and_back_to_portuguese(new_chat: Callable[..., Chat]) -> None:
    chat = new_chat(language="en")
    assert "vamos em português" in chat.say("em português por favor")
    assert chat.command("set_user")["language"] == "pt-BR"  # type: ignore[index]


def test_the_language_can_be_changed_in_the_middle_of_a_ticket(chat: Chat) -> None:
    chat.say("abrir chamado")
    said = chat.say("in english please")
    assert "let's speak English" in said
    assert "service" in said.lower()
    chat.language = "en"
    assert "short" in chat.say("vpn") or chat.choices() is not None
    chat.say("it does not connect since yesterday night")
    assert "affect" in chat.record["messages"][-1]["text"].lower()


def test_asking_how_to_change_the_language_of_a_system_changes_nothing(chat: Chat) -> None:
    chat.say("como mudo o idioma do teclado para inglês?")
    assert chat.command("set_user") is None


def test_a_user_who_wants_a_ticket_then_not_then_a_person_gets_each_in_turn(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.say("deixa pra lá")
    assert "Baixe o instalador" in chat.say("na verdade, como instalo a vpn?")
    chat.say("não")
    chat.say("quero falar com uma pessoa")
    assert chat.command("handoff") is not None


def test_insults_are_answered_calmly_with_a_person_on_offer_and_no_rating_is_asked_later(chat: Chat) -> None:
    chat.say("vpn")
    said = chat.say("seu robô inútil idiota")
    assert "sinto muito" in said
    assert "Falar com uma pessoa" in chat.choices()
    chat.press("Tentar de novo por aqui")
    chat.say("vpn")
    said = chat.say("sim, resolveu")
    assert chat.payload("rating") is None, said


def test_who_are_you_is_answered_with_a_robot_in_every_state(new_chat: Callable[..., Chat]) -> None:
    fresh, asked, in_ticket = new_chat(), new_chat(), new_chat()
    asked.say("vpn")
    in_ticket.say("abrir chamado")
    for chat in (fresh, asked, in_ticket):
        assert "robô" in chat.say("você é um robô?")
