"""Tickets and what people say of the service, through the desk's API against the running product."""

import sqlite3
from typing import Any

import pytest

from tests.e2e.agent import Agent
from tests.e2e.product import Product, User, wait_until
from tests.e2e.test_conversation_flows import PROTOCOL, _answer, _labels, _text

pytestmark = pytest.mark.e2e

SERVICE = "Acesso remoto (VPN)"


def rows(product: Product, query: str, *values: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{product.home / 'balcao.db'}?mode=ro", uri=True) as database:
        return database.execute(query, values).fetchall()


def execute(product: Product, query: str, *values: str) -> None:
    with sqlite3.connect(product.home / "balcao.db", timeout=10) as database:
        database.execute(query, values)


@pytest.fixture(scope="module")
def agent(product: Product) -> Agent:
    return Agent(product.base, *product.admin())


def open_ticket(user: User, description: str = "A VPN cai a cada dez minutos quando estou em casa") -> str:
    """Goes through the form; returns the protocol. The contact is asked for the first time only."""
    user.ask("quero abrir um chamado")
    user.press(SERVICE)
    user.ask(description)
    replies = user.press("Só eu")
    if "nome" in _text(replies):
        user.ask("Ana Souza")
        replies = user.ask("ana.souza@ipe.example")
    return PROTOCOL.search(_text(user.press("Abrir chamado")))[0]


def change(agent: Agent, protocol: str, action: str, text: str = "") -> None:
    version = agent.http.get(f"/api/console/tickets/{protocol}").raise_for_status().json()["version"]
    body = {"action": action, "text": text, "version": version}
    agent.http.post(f"/api/console/tickets/{protocol}/state", json=body).raise_for_status()


def state(agent: Agent, protocol: str) -> str:
    return str(agent.http.get(f"/api/console/tickets/{protocol}").raise_for_status().json()["state"])


def test_a_description_is_corrected_in_the_middle_of_the_form(product, user, agent):
    user.ask("quero abrir um chamado")
    user.press(SERVICE)
    user.ask("A VPN não conecta no hotel")
    user.press("Minha equipe")
    user.ask("Ana Souza")
    user.ask("ana.souza@ipe.example")
    user.ask("a descrição está errada")
    summary = user.ask("A VPN não conecta no aeroporto")
    assert "Confira" in _text(summary)
    protocol = PROTOCOL.search(_text(user.press("Abrir chamado")))[0]
    ticket = agent.http.get(f"/api/console/tickets/{protocol}").json()
    assert ticket["description"] == "A VPN não conecta no aeroporto"
    assert ticket["impact"] == "team"


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
def test_a_user_gives_up_at_any_field_and_no_ticket_is_opened(product, user, steps):
    answers = ["quero abrir um chamado", SERVICE, "A VPN não conecta no hotel", "só eu", "Ana Souza"]
    for text in answers[:steps]:
        user.ask(text)
    assert "não abri o chamado" in _text(user.ask("deixa pra lá"))
    assert rows(product, "SELECT * FROM tickets WHERE user_id = ?", user.user_id) == []


def test_information_is_added_and_agents_see_it_on_the_tickets_page(user, agent):
    protocol = open_ticket(user)
    user.ask("quero acrescentar uma informação no meu chamado")
    assert "acrescentei" in _text(user.ask("Só acontece com o Wi-Fi do prédio"))
    page = agent.http.get(f"/console/tickets/{protocol}").text
    assert "Só acontece com o Wi-Fi do prédio" in page
    assert "Informação acrescentada" in page


def test_information_said_at_once_is_added_at_once(product, user):
    protocol = open_ticket(user)
    user.ask(f"quero acrescentar no chamado {protocol} que o erro aparece só de manhã")
    assert rows(
        product,
        "SELECT n.text FROM ticket_notes n JOIN tickets t ON t.id = n.ticket_id WHERE t.protocol = ?",
        protocol,
    ) == [("o erro aparece só de manhã",)]


def test_the_teams_question_reaches_the_user_and_the_answer_takes_the_ticket_on(user, agent):
    protocol = open_ticket(user)
    change(agent, protocol, "ask_user", "Qual navegador você usa?")
    assert "Qual navegador você usa?" in _text(user.ask("como está meu chamado?"))
    user.press("Acrescentar informação")
    user.ask("Uso o Firefox mais novo")
    assert state(agent, protocol) == "in_progress"


def test_a_ticket_is_cancelled_by_its_user_and_stays_so(user, agent):
    protocol = open_ticket(user)
    user.ask(f"quero cancelar o chamado {protocol}")
    assert "foi cancelado" in _text(user.press("Sim, cancelar o chamado"))
    assert state(agent, protocol) == "cancelled"
    assert "não há o que cancelar" in _text(user.ask(f"cancela o chamado {protocol}"))


def test_a_user_who_thinks_better_of_it_keeps_the_ticket(user, agent):
    protocol = open_ticket(user)
    user.ask("quero cancelar meu chamado")
    user.press("Não, manter")
    assert state(agent, protocol) == "new"


def test_a_resolved_ticket_is_reopened_and_the_team_reads_why(user, agent):
    protocol = open_ticket(user)
    change(agent, protocol, "resolve", "Trocamos o cabo.")
    told = user.ask("qual a situação do meu chamado?")
    assert "Trocamos o cabo." in _text(told)
    user.press("Reabrir o chamado")
    assert "foi reaberto" in _text(user.ask("Continua caindo do mesmo jeito"))
    assert state(agent, protocol) == "reopened"
    assert "Continua caindo do mesmo jeito" in agent.http.get(f"/console/tickets/{protocol}").text


def test_what_comes_up_again_later_is_a_ticket_linked_to_the_first(product, user, agent):
    protocol = open_ticket(user)
    change(agent, protocol, "resolve", "Trocamos o cabo.")
    execute(product, "UPDATE tickets SET resolved_at = '2020-01-01 00:00:00.000000' WHERE protocol = ?", protocol)
    assert "ligado a ele" in _text(user.ask(f"quero reabrir o chamado {protocol}"))
    user.press("Abrir outro chamado")
    user.ask("Voltou a cair como antes do conserto")
    user.press("Só eu")
    second = PROTOCOL.search(_text(user.press("Abrir chamado")))[0]
    assert second != protocol
    assert f"/console/tickets/{protocol}" in agent.http.get(f"/console/tickets/{second}").text
    assert f"/console/tickets/{second}" in agent.http.get(f"/console/tickets/{protocol}").text


def test_a_ticket_with_another_team_is_not_cancelled_but_the_wish_is_left_in_it(user, agent):
    protocol = open_ticket(user)
    change(agent, protocol, "forward_to_production", "Concentrador fora.")
    assert "encaminhado ao suporte à produção" in _text(user.ask(f"quero cancelar o chamado {protocol}"))
    user.press("Registrar o pedido")
    assert f"quero cancelar o chamado {protocol}" in agent.http.get(f"/console/tickets/{protocol}").text
    assert state(agent, protocol) == "forwarded_production"


def test_another_users_ticket_can_be_neither_seen_nor_changed(product, user, agent):
    protocol = open_ticket(user)
    stranger = product.user()
    for wish in (
        "qual a situação do",
        "quero cancelar o chamado",
        "quero acrescentar uma informação no chamado",
        "reabre o chamado",
    ):
        assert "Não encontrei o chamado" in _text(stranger.ask(f"{wish} {protocol}"))
    assert state(agent, protocol) == "new"


def test_the_same_case_is_recognised_and_added_to(product, user):
    protocol = open_ticket(user)
    user.ask("quero abrir um chamado")
    user.press(SERVICE)
    offered = user.ask("a vpn está caindo toda hora, a cada 10 minutos")
    assert protocol in _text(offered)
    assert {"Acrescentar a ele", "Abrir outro"} <= set(_labels(offered))
    assert "acrescentei" in _text(user.press("Acrescentar a ele"))
    assert len(rows(product, "SELECT id FROM tickets WHERE user_id = ?", user.user_id)) == 1


def test_another_case_on_the_same_service_is_opened_without_asking(product, user):
    open_ticket(user)
    open_ticket(user, "Preciso de acesso para o celular novo da chefia")
    assert len(rows(product, "SELECT id FROM tickets WHERE user_id = ?", user.user_id)) == 2


def test_the_user_may_open_another_ticket_all_the_same(product, user):
    open_ticket(user)
    user.ask("quero abrir um chamado")
    user.press(SERVICE)
    user.ask("a vpn está caindo toda hora, a cada 10 minutos")
    user.press("Abrir outro")
    user.press("Só eu")
    assert PROTOCOL.search(_text(user.press("Abrir chamado")))
    assert len(rows(product, "SELECT id FROM tickets WHERE user_id = ?", user.user_id)) == 2


def test_open_tickets_are_offered_as_choices(user):
    first = open_ticket(user)
    second = open_ticket(user, "Preciso de acesso para o celular novo da chefia")
    labels = _labels(user.ask("quero adicionar uma informação no chamado"))
    assert [label.split(" ")[0] for label in labels] == [second, first]
    assert first in _text(user.press(labels[1]))


def test_tickets_are_found_by_the_day_they_were_opened(user):
    protocol = open_ticket(user)
    assert protocol in _text(user.ask("como está o chamado que abri hoje?"))
    assert "nessa data" in _text(user.ask("como está o chamado que abri dia 12/03/2020?"))


@pytest.mark.parametrize(
    ("begin", "words", "kind"),
    [
        ("quero dar uma sugestão", "O portal podia avisar antes das manutenções", "suggestion"),
        ("quero fazer uma reclamação", "Esperei três dias e ninguém me respondeu", "complaint"),
        ("quero fazer um elogio", "A Ana do suporte foi muito atenciosa comigo", "compliment"),
    ],
)
def test_what_people_say_of_the_service_goes_to_those_who_hear_it(product, user, begin, words, kind):
    user.ask(begin)
    replies = user.ask(words)
    if "Sem contato" in _labels(replies):
        replies = user.press("Sem contato")
    protocol = PROTOCOL.search(_text(replies))[0]
    assert rows(product, "SELECT type, group_id, description FROM tickets WHERE protocol = ?", protocol) == [
        (kind, "ouvidoria", words)
    ]


def test_a_complaint_offers_a_person_who_can_be_taken_at_once(product, user):
    user.ask("quero reclamar desse robô")
    user.ask("Fica repetindo a mesma resposta e não resolve nada")
    registered = user.press("Sem contato")
    assert "Falar com uma pessoa" in _labels(registered)
    user.press("Falar com uma pessoa")
    wait_until(lambda: user.state()["owner"] == "queue")
    assert rows(product, "SELECT count(*) FROM ratings r JOIN episodes e ON e.id = r.episode_id WHERE e.conversation_id = ?",
                user.conversation_id) == [(0,)]  # fmt: skip


def test_after_a_ticket_the_service_is_rated_and_the_episode_ends(product, user):
    open_ticket(user)
    user.press("4 – bom")
    user.press("Pular")
    assert rows(
        product,
        "SELECT e.outcome, r.rated, r.score FROM ratings r JOIN episodes e ON e.id = r.episode_id"
        " WHERE e.conversation_id = ?",
        user.conversation_id,
    ) == [("ticket", "bot", 4)]


def test_another_question_instead_of_the_rating_is_an_episode_of_its_own_with_its_own_ticket(product, user):
    open_ticket(user)
    _answer(user)
    user.ask("quero abrir um chamado")
    user.press("Sim, usar assim")  # the service and the contact are known
    user.press("Só eu")
    user.press("Abrir chamado")
    episodes = rows(
        product,
        "SELECT outcome FROM episodes WHERE conversation_id = ? ORDER BY opened_at",
        user.conversation_id,
    )
    assert [outcome for (outcome,) in episodes][:1] == ["ticket"]
    assert len(episodes) >= 2
    tickets = rows(product, "SELECT DISTINCT episode_id FROM tickets WHERE user_id = ?", user.user_id)
    assert len(tickets) == 2


def test_a_low_rating_of_the_bot_leads_to_a_person_who_reads_why(product, user):
    _answer(user)
    user.press("Sim")
    user.press("1 – péssimo")
    user.ask("A resposta é velha, o botão nem existe mais")
    user.press("Falar com uma pessoa")
    wait_until(lambda: user.state()["owner"] == "queue")
    assert rows(product, "SELECT reason FROM handoffs WHERE conversation_id = ?", user.conversation_id) == [
        ("low_rating",)
    ]
    assert rows(
        product,
        "SELECT r.score, r.comment FROM ratings r JOIN episodes e ON e.id = r.episode_id WHERE e.conversation_id = ?",
        user.conversation_id,
    ) == [(1, "A resposta é velha, o botão nem existe mais")]


def _resolved_by(agent: Agent, user: User) -> None:
    wait_until(lambda: user.state()["owner"] == "queue")
    agent.claim(user.conversation_id).raise_for_status()
    agent.resolve(user.conversation_id, "Reiniciamos o serviço.")
    wait_until(lambda: "quem atendeu você" in _text(user.history()) or "concluiu" in _text(user.history()))


def test_a_low_rating_of_the_team_reopens_the_case_and_its_ticket_with_the_same_group(product, user, agent):
    protocol = open_ticket(user)
    user.ask("quero falar com um atendente")
    _resolved_by(agent, user)
    assert state(agent, protocol) == "resolved"
    user.press("2 – ruim")
    user.ask("Continua caindo igual, não mudou nada")
    user.press("Reabrir o atendimento")
    wait_until(lambda: user.state()["owner"] == "queue")
    assert state(agent, protocol) == "reopened"
    assert "Continua caindo igual" in agent.http.get(f"/console/tickets/{protocol}").text
    handoffs = rows(
        product,
        "SELECT reason, group_id FROM handoffs WHERE conversation_id = ? ORDER BY created_at",
        user.conversation_id,
    )
    assert [reason for reason, _ in handoffs] == ["user_asked", "reopened"]
    assert len({group for _, group in handoffs}) == 1


def test_the_team_is_rated_once_however_often_the_case_comes_back(product, user, agent):
    user.ask("quero falar com um atendente")
    _resolved_by(agent, user)
    user.press("1 – péssimo")
    user.press("Reabrir o atendimento")
    wait_until(lambda: user.state()["owner"] == "queue")
    agent.claim(user.conversation_id).raise_for_status()
    agent.resolve(user.conversation_id, "Agora sim.")
    wait_until(lambda: "concluiu seu atendimento" in _text(user.history()))
    ratings = rows(
        product,
        "SELECT r.score FROM ratings r JOIN episodes e ON e.id = r.episode_id WHERE e.conversation_id = ?",
        user.conversation_id,
    )
    assert ratings == [(1,)]


def test_bot_and_team_are_rated_apart(product, user, agent):
    _answer(user)
    user.press("Sim")
    user.press("5 – ótimo")
    user.press("Pular")
    user.ask("quero falar com um atendente")
    _resolved_by(agent, user)
    user.press("3 – regular")
    user.press("Pular")
    found = rows(
        product,
        "SELECT r.rated, r.score FROM ratings r JOIN episodes e ON e.id = r.episode_id WHERE e.conversation_id = ?",
        user.conversation_id,
    )
    assert sorted(found) == [("bot", 5), ("human", 3)]


def test_whoever_insulted_the_bot_is_not_asked_to_rate_it(user):
    user.ask("seu robô burro")
    _answer(user)
    said: list[dict[str, Any]] = user.press("Sim")
    assert all("rating" not in (message["payload"] or {}) for message in said)


def test_a_cpf_is_kept_masked_in_the_ticket_and_in_the_handoff(product, user):
    open_ticket(user, "O CPF 529.982.247-25 não entra na VPN de jeito nenhum")
    assert rows(product, "SELECT description FROM tickets WHERE user_id = ?", user.user_id) == [
        ("O CPF ***.982.247-** não entra na VPN de jeito nenhum",)
    ]
    other = product.user()
    other.ask("meu cpf 529.982.247-25 não aparece no sistema de zebras")
    other.ask("quero falar com um atendente")
    wait_until(lambda: other.state()["owner"] == "queue")
    ((summary, fields),) = rows(
        product, "SELECT summary, fields FROM handoffs WHERE conversation_id = ?", other.conversation_id
    )
    assert "529" not in summary + fields
    assert "***.982.247-**" in summary


def test_what_was_tried_before_stands_in_the_ticket(product, user, agent):
    replies = user.ask("a vpn não conecta de jeito nenhum")
    if "Onde você está agora?" not in _text(replies):
        replies = user.press(next(label for label in _labels(replies) if "conecta" in label.lower()))
    user.ask("em casa")
    user.ask("quero abrir um chamado")
    replies = user.press("Sim, usar assim")
    user.press("Só eu")
    user.ask("Ana Souza")
    user.ask("ana.souza@ipe.example")
    protocol = PROTOCOL.search(_text(user.press("Abrir chamado")))[0]
    ticket = agent.http.get(f"/api/console/tickets/{protocol}").json()
    assert ticket["article_ids"]
    assert any("Onde você está agora?" in step for script in ticket["tried"] for step in script["steps"])
    assert "Onde você está agora?" in agent.http.get(f"/console/tickets/{protocol}").text
