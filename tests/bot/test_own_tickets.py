"""What users do in the chat to tickets that they have, with the real bot and action server."""

import itertools
from collections.abc import Callable

import pytest

from tests.bot.fakes import FakeDesk
from tests.bot.processes import Chat

NewChat = Callable[..., Chat]
_users = itertools.count(1)


@pytest.fixture
def owner(new_chat: NewChat) -> Callable[[], Chat]:
    """Makes chats of one user whom no other test knows."""
    user = {"id": f"owner{next(_users)}", "name": "Ana Souza", "email": "ana@orgao.gov.br"}
    return lambda: new_chat(user=user)


def open_ticket(chat: Chat, description: str = "a conexão cai toda hora no meio da tarde") -> str:
    chat.say("abrir chamado")
    chat.press("Acesso remoto (VPN)")
    chat.say(description)
    chat.press("Só eu")
    chat.press("Abrir chamado")
    return str(chat.payload("ticket")["protocol"])


def test_information_is_added_to_the_only_open_ticket(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    chat = owner()
    assert protocol in chat.say("quero acrescentar uma informação no meu chamado")
    assert "acrescentei ao chamado" in chat.say("só acontece quando uso o Wi-Fi")
    assert desk.changes[-1] == (protocol, "comment", "só acontece quando uso o Wi-Fi")
    assert chat.payload("ticket")["protocol"] == protocol
    assert chat.command("close_episode")["outcome"] == "ticket_changed"


def test_what_is_to_be_added_can_be_said_at_once(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    said = owner().say(f"quero acrescentar no chamado {protocol} que o erro aparece só no Chrome")
    assert "acrescentei" in said
    assert desk.changes[-1] == (protocol, "comment", "o erro aparece só no Chrome")


def test_among_several_tickets_the_user_chooses(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    first, second = open_ticket(owner()), open_ticket(owner(), "a senha expirou e não troca")
    by_button, by_place, by_title, by_number = owner(), owner(), owner(), owner()
    for chat in (by_button, by_place, by_title, by_number):
        assert "A qual chamado" in chat.say("quero adicionar um comentário no chamado")
    assert [label.split(" ")[0] for label in by_button.choices()] == [second, first]
    assert first in by_button.press(list(by_button.choices())[1])
    assert second in by_place.say("o primeiro")
    assert second in by_title.say("o da senha que expirou")
    assert first in by_number.say(str(int(first.split("-")[1])))


def test_a_ticket_that_is_not_among_them_is_asked_for_again_and_the_ways_out_are_shown(
    owner: Callable[[], Chat],
) -> None:
    open_ticket(owner())
    open_ticket(owner(), "a senha expirou e não troca")
    chat = owner()
    chat.say("quero comentar no chamado")
    assert "Não reconheci" in chat.say("o trem azul")
    chat.say("o trem verde")
    assert "Deixar como está" in chat.choices()
    assert "fica como está" in chat.press("Deixar como está")


def test_a_ticket_is_cancelled_only_after_a_yes(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    chat = owner()
    assert "Quer mesmo cancelar" in chat.say("quero cancelar meu chamado")
    assert "fica como está" in chat.press("Não, manter")
    chat.say(f"cancela o chamado {protocol}")
    assert "foi cancelado" in chat.press("Sim, cancelar o chamado")
    assert desk.changes[-1][:2] == (protocol, "cancel")


def test_cancel_is_a_yes_where_the_bot_asks_whether_to_cancel_and_never_mind_is_not(owner: Callable[[], Chat]) -> None:
    open_ticket(owner())
    chat = owner()
    chat.say("quero cancelar meu chamado")
    assert "fica como está" in chat.say("deixa pra lá")
    chat.say("quero cancelar meu chamado")
    assert "foi cancelado" in chat.say("cancelar")


def test_a_resolved_ticket_is_reopened_with_what_still_happens(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    desk.put(protocol, "resolved", solution="Trocamos o cabo.")
    chat = owner()
    assert "O que ainda acontece" in chat.say("quero reabrir meu chamado")
    assert "foi reaberto" in chat.say("continua caindo do mesmo jeito")
    assert desk.changes[-1] == (protocol, "reopen", "continua caindo do mesmo jeito")


def test_adding_to_a_resolved_ticket_offers_to_reopen_it(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    desk.put(protocol, "resolved")
    chat = owner()
    assert "já foi resolvido" in chat.say(f"quero acrescentar uma informação no chamado {protocol}")
    assert "O que ainda acontece" in chat.say("sim")


def test_reopening_what_is_still_open_offers_to_add_to_it(owner: Callable[[], Chat]) -> None:
    protocol = open_ticket(owner())
    chat = owner()
    assert "ainda está aberto: novo" in chat.say(f"reabrir o chamado {protocol}")
    assert "O que você quer acrescentar" in chat.press("Acrescentar informação")


def test_what_was_passed_on_cannot_be_cancelled_but_the_wish_is_left_in_it(
    owner: Callable[[], Chat], desk: FakeDesk
) -> None:
    protocol = open_ticket(owner())
    desk.put(protocol, "forwarded_production")
    chat = owner()
    assert "encaminhado ao suporte à produção" in chat.say(f"quero cancelar o chamado {protocol}")
    assert "acrescentei" in chat.press("Registrar o pedido")
    assert desk.changes[-1] == (protocol, "comment", f"quero cancelar o chamado {protocol}")


def test_what_is_over_leads_to_a_new_ticket_that_goes_on_from_it(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    desk.put(protocol, "closed")
    for take in (lambda chat: chat.press("Abrir outro chamado"), lambda chat: chat.say("sim")):
        chat = owner()
        assert "ligado a ele" in chat.say(f"reabre o chamado {protocol}")
        assert "Descreva" in take(chat), "the service is known from the first"
        chat.say("voltou tudo como antes do conserto")
        chat.press("Só eu")
        chat.press("Abrir chamado")
        assert desk.bodies[-1]["follows"] == protocol


def test_without_a_fitting_ticket_a_new_one_is_offered(new_chat: NewChat) -> None:
    chat = new_chat(user={"id": "nobody", "name": None, "email": None})
    assert "não tem chamado em aberto" in chat.say("quero acrescentar uma informação no meu chamado")
    assert "Abrir chamado" in chat.choices()
    assert "não tem chamado em aberto" in chat.say("quero cancelar meu chamado")
    assert "Não encontrei chamado seu resolvido" in chat.say("quero reabrir meu chamado")


def test_anothers_ticket_is_not_found_whatever_is_wanted(owner: Callable[[], Chat], new_chat: NewChat) -> None:
    protocol = open_ticket(owner())
    stranger = new_chat(user={"id": "stranger", "name": None, "email": None})
    for wish in ("quero acrescentar uma informação no chamado", "quero cancelar o chamado", "quero reabrir o chamado"):
        assert "Não encontrei o chamado" in stranger.say(f"{wish} {protocol}")


def test_a_person_is_reached_while_a_ticket_is_changed(owner: Callable[[], Chat]) -> None:
    open_ticket(owner())
    chat = owner()
    chat.say("quero acrescentar uma informação no meu chamado")
    assert "passando você" in chat.say("quero falar com um atendente")
    assert chat.command("handoff") is not None


def test_the_status_tells_the_teams_question_and_what_can_be_done(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    desk.put(protocol, "pending_user", asked="Qual navegador você usa?")
    chat = owner()
    assert "Qual navegador você usa?" in chat.say("como está meu chamado?")
    chat.press("Acrescentar informação")
    chat.say("uso o Firefox mais novo")
    assert desk.changes[-1] == (protocol, "comment", "uso o Firefox mais novo")


def test_several_tickets_are_listed_and_one_is_told_at_a_press(owner: Callable[[], Chat]) -> None:
    first, second = open_ticket(owner()), open_ticket(owner(), "a senha expirou e não troca")
    chat = owner()
    said = chat.say("meus chamados")
    assert first in said
    assert second in said
    assert "está **novo**" in chat.press(next(label for label in chat.choices() if first in label))


def test_the_same_case_is_recognised_and_added_to(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    chat = owner()
    chat.say("abrir chamado")
    chat.press("Acesso remoto (VPN)")
    assert f"Você já tem o chamado **{protocol}**" in chat.say("a conexão caiu de novo hoje")
    bodies = len(desk.bodies)
    assert "acrescentei" in chat.say("acrescenta a ele")
    assert desk.changes[-1] == (protocol, "comment", "a conexão caiu de novo hoje")
    assert len(desk.bodies) == bodies, "no second ticket"


def test_another_case_is_opened_beside_the_one_that_the_user_has(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    chat = owner()
    chat.say("abrir chamado")
    chat.press("Acesso remoto (VPN)")
    chat.say("a conexão caiu de novo hoje")
    assert "acrescentar ao que já existe ou abrir outro" in chat.say("sim")
    assert "Quem está sendo afetado" in chat.press("Abrir outro")
    chat.press("Só eu")
    chat.press("Abrir chamado")
    assert chat.payload("ticket")["protocol"] != protocol


def test_a_desk_that_refuses_the_change_passes_on_to_a_person(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    open_ticket(owner())
    chat = owner()
    chat.say("quero cancelar meu chamado")
    desk.refuse = True
    try:
        assert "Não consegui mudar o chamado" in chat.say("sim")
    finally:
        desk.refuse = False
    assert chat.command("handoff") is not None


def test_a_cpf_is_shown_masked_and_one_with_a_wrong_digit_is_asked_about_once(chat: Chat) -> None:
    chat.say("abrir chamado")
    chat.press("Acesso remoto (VPN)")
    assert "dígito trocado" in chat.say("o cpf 529.982.247-26 não entra na rede")
    chat.say("o cpf 529.982.247-25 não entra na rede")
    chat.press("Só eu")
    chat.say("Ana Souza")
    assert "Isso parece um CPF" in chat.say("529.982.247-25")
    assert "Faltou o DDD" in chat.say("99999-1234")
    chat.say("ana arroba orgao ponto gov ponto br")
    values = [row["value"] for row in chat.payload("summary")]
    assert values[1] == "o cpf ***.982.247-** não entra na rede"
    assert values[4] == "ana@orgao.gov.br"


def test_whoever_was_to_add_to_a_ticket_can_cancel_it_instead(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    protocol = open_ticket(owner())
    chat = owner()
    chat.say("quero acrescentar uma informação no meu chamado")
    assert "Quer mesmo cancelar" in chat.say("quero cancelar o chamado")
    chat.say("sim")
    assert desk.changes[-1][:2] == (protocol, "cancel")


def test_a_ticket_that_cannot_be_cancelled_any_more_is_not_offered_to_be(
    owner: Callable[[], Chat], desk: FakeDesk
) -> None:
    protocol = open_ticket(owner())
    desk.put(protocol, "forwarded_production")
    chat = owner()
    chat.say("quero acrescentar uma informação no meu chamado")
    assert "Quer mesmo cancelar" not in chat.say("quero cancelar o chamado")
    assert chat.command("handoff") is None


def test_an_insult_is_not_added_to_a_ticket(owner: Callable[[], Chat], desk: FakeDesk) -> None:
    open_ticket(owner())
    chat = owner()
    chat.say("quero acrescentar uma informação no meu chamado")
    before = list(desk.changes)
    assert "Entendo a irritação" in chat.say("esse robô é burro")
    assert desk.changes == before
    assert "acrescentei" in chat.say("o erro aparece também no Chrome")
