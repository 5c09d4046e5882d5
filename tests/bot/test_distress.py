"""A user in distress gets a person; one whose problem is merely urgent gets an answer."""

from collections.abc import Callable

import pytest

from tests.bot.processes import Chat

DISTRESS = [
    "gente eu tô desesperada",
    "pelo amor de deus, alguém me ajuda aqui",
    "estou desesperado, já não sei o que fazer",
    "não sei mais o que faço, estou chorando",
    "estou em pânico com isso",
    "vou ser demitida se não resolver isso",
    "eu imploro, me ajuda",
    "to passando mal de nervoso com essa situação",
]
URGENT = [
    "estou com um problema urgente",
    "problema urgente na vpn",
    "é urgente, a vpn caiu",
    "urgente: vpn não conecta desde cedo",
    "preciso da vpn com urgência",
    "preciso resolver a vpn ainda hoje",
    "meu prazo é hoje e a vpn não abre",
    "tenho uma audiência daqui a pouco e a vpn não conecta",
    "o prazo do processo termina hoje e a vpn caiu",
    "é muito importante que a vpn funcione agora",
    "prioridade alta: vpn fora",
    "a vpn caiu de novo, preciso trabalhar",
    "estou sem vpn e com reunião em 5 minutos",
    "situação crítica na vpn do setor",
    "caso urgente de acesso remoto vpn",
    "por favor, como faço para instalar a vpn?",
    "me ajuda com a vpn por favor",
    "pode me ajudar com a vpn?",
    "preciso de ajuda com a vpn",
    "socorro, a vpn não entra",
    "não consigo entrar na vpn de jeito nenhum",
    "já tentei de tudo na vpn e não conecta",
    "não sei mais qual é a minha senha da vpn",
    "estou preocupado com a lentidão da vpn",
    "a vpn está me dando dor de cabeça",
    "a vpn trava o tempo todo, o que eu faço?",
    "meu chefe está cobrando, como entro na vpn?",
    "tenho pressa, como instalo a vpn no celular",
    "grave: ninguém da equipe acessa a vpn",
    "a vpn parou e o sistema vence hoje",
]


@pytest.mark.parametrize("text", DISTRESS)
def test_distress_calls_a_person_with_kind_words(chat: Chat, text: str) -> None:
    said = chat.say(text)
    handoff = chat.command("handoff")
    assert handoff is not None, said
    assert handoff["reason"] == "distress"
    assert "Sinto muito" in said


@pytest.mark.parametrize("text", URGENT)
def test_what_is_urgent_is_no_distress(chat: Chat, text: str) -> None:
    chat.say(text)
    assert chat.command("handoff") is None
    assert chat.record["trace"]["intent"] == "question"


def test_distress_in_the_middle_of_a_ticket_or_a_script_calls_a_person_too(new_chat: Callable[..., Chat]) -> None:
    in_ticket, in_script = new_chat(), new_chat()
    in_ticket.say("abrir chamado")
    in_script.say("minha impressora não imprime")
    for chat in (in_ticket, in_script):
        chat.say("pelo amor de deus me ajuda, estou desesperada")
        handoff = chat.command("handoff")
        assert handoff is not None
        assert handoff["reason"] == "distress"
    assert "abrindo um chamado" in in_ticket.record["commands"][-1]["summary"]
