"""Out of hours the bot says when people are back and offers a ticket; waiting in the queue stays possible, from every state."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from balcao.spoken_times import say_when
from tests.bot.fakes import FakeDesk
from tests.bot.processes import Chat

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture
def back(desk: FakeDesk) -> Iterator[str]:
    """Nobody is there until the day after tomorrow at eight; how that is said."""
    now = datetime.now(UTC)
    opens = (now.astimezone(ZONE) + timedelta(days=2)).replace(hour=8, minute=0, second=0, microsecond=0)
    desk.opens_at = opens.isoformat()
    yield say_when(opens, now, ZONE, "pt-BR")
    desk.opens_at = None


def test_out_of_hours_it_says_when_people_are_back_and_offers_a_ticket(chat: Chat, back: str) -> None:
    chat.say("vpn")
    said = chat.say("quero falar com um atendente")
    assert f"Nosso time volta {back}." in said
    assert list(chat.choices()) == ["Abrir chamado", "Esperar na fila", "Perguntar de outro jeito"]
    assert chat.command("handoff") is None
    assert "chamado" in chat.say("sim")
    assert list(chat.choices())


def test_who_wants_to_wait_waits_in_the_queue_by_button_or_words(new_chat: Callable[..., Chat], back: str) -> None:
    by_button, by_words, insisting = new_chat(), new_chat(), new_chat()
    for chat in (by_button, by_words, insisting):
        chat.say("quero falar com uma pessoa")
    said = [by_button.press("Esperar na fila"), by_words.say("prefiro esperar"), insisting.say("quero um humano!!")]
    for chat, words in zip((by_button, by_words, insisting), said, strict=True):
        assert chat.command("handoff") is not None
        assert back in words


def test_no_to_the_ticket_leaves_the_user_in_peace(chat: Chat, back: str) -> None:
    chat.say("atendente")
    chat.say("não")
    assert chat.command("handoff") is None
    assert "VPN" in chat.say("como instalo a vpn?")


def test_a_greeting_out_of_hours_asks_again_what_is_preferred(chat: Chat, back: str) -> None:
    chat.say("atendente")
    assert "deixar você na fila" in chat.say("oi")


def test_in_the_middle_of_a_ticket_the_ticket_goes_on(chat: Chat, back: str) -> None:
    chat.say("abrir chamado")
    said = chat.say("quero falar com uma pessoa")
    assert back in said
    assert "E-mail institucional" in chat.choices()  # the service is asked again
    chat.press("Esperar na fila") if "Esperar na fila" in chat.choices() else chat.say("esperar na fila")
    assert chat.command("handoff") is not None
    assert "Baixe o instalador" in chat.say("como instalo a vpn?")


def test_after_two_failures_a_yes_out_of_hours_offers_the_ticket(chat: Chat, back: str) -> None:
    chat.say("como crio unicórnios no aquário?")
    chat.say("onde compro ração de dragão?")
    assert back in chat.say("sim")
    assert chat.command("handoff") is None


def test_when_the_knowledge_base_is_away_out_of_hours_the_user_waits_and_knows_until_when(
    chat: Chat, back: str, search: object
) -> None:
    search.down = True  # type: ignore[attr-defined]
    try:
        said = chat.say("como instalo a vpn?")
    finally:
        search.down = False  # type: ignore[attr-defined]
    assert chat.command("handoff") is not None
    assert back in said


def test_i_will_wait_said_out_of_the_blue_is_no_wish_for_a_person(chat: Chat) -> None:
    chat.say("vou aguardar então")
    assert chat.command("handoff") is None


def test_while_people_are_there_a_person_comes_at_once(chat: Chat) -> None:
    chat.say("quero falar com um atendente")
    assert chat.command("handoff") is not None


def test_who_insists_on_a_person_in_the_middle_of_a_ticket_waits_in_the_queue(chat: Chat, back: str) -> None:
    chat.say("abrir chamado")
    chat.say("vpn")
    assert "já deixa o seu caso registrado" in chat.say("quero falar com um atendente")
    assert "ordem da fila" in chat.say("quero falar com um atendente")
    handoff = chat.command("handoff")
    assert handoff is not None
    assert "Estava abrindo um chamado" in handoff["summary"]


def test_the_queue_can_be_asked_for_in_english_in_the_middle_of_a_ticket(
    new_chat: Callable[..., Chat], back: str
) -> None:
    chat = new_chat(language="en")
    chat.say("open a ticket")
    chat.say("put me in the queue")
    assert chat.command("handoff") is not None
