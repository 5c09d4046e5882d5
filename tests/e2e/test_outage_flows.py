"""A known outage from the console to the users and back, through the running product."""

import pytest

from tests.e2e.agent import Agent
from tests.e2e.product import User, wait_until
from tests.e2e.test_conversation_flows import _articles, _labels, _text

pytestmark = pytest.mark.e2e

QUESTION = "nao consigo imprimir, a impressora nao responde"


@pytest.fixture(scope="module")
def agent(product):
    return Agent(product.base, *product.admin())


@pytest.fixture
def outage(product, agent):
    """Printing is down, and the bot knows it; it is back after the test, if the test has not ended it."""
    made = agent.http.post("/api/console/outages", json={"service": "impressao", "text": "Servidor de filas parado."})
    found = made.raise_for_status().json()
    wait_until(lambda: "fora do ar" in _text(product.user().ask(QUESTION)), 10)
    yield found
    agent.http.post(f"/api/console/outages/{found['id']}/end", json={})
    wait_until(lambda: "fora do ar" not in _text(product.user().ask(QUESTION)), 10)


def _end(agent: Agent, outage: dict, text: str = "") -> None:
    agent.http.post(f"/api/console/outages/{outage['id']}/end", json={"text": text}).raise_for_status()


def _over(user: User) -> list[str]:
    return [m["text"] for m in user.history() if (m["payload"] or {}).get("notice") == "outage_over"]


def test_it_is_said_first_and_who_follows_is_told_once_when_it_is_back(user, agent, outage):
    said = _text(user.ask(QUESTION))
    assert "**Impressão e digitalização** está fora do ar desde hoje" in said or "desde ontem" in said
    assert "Servidor de filas parado." in said
    assert outage["protocol"] in _text(user.press("Sim, me avise"))
    _end(agent, outage, "Pode imprimir de novo.")
    told = wait_until(lambda: _over(user), 10)
    assert told == ["Boa notícia: **Impressão e digitalização** voltou a funcionar. Pode imprimir de novo."]


def test_a_hundred_followers_share_one_ticket_that_each_may_ask_for(product, agent, outage):
    users = [product.user() for _ in range(5)]
    for user in users:
        user.ask(QUESTION)
        user.ask("sim")
    [current] = agent.http.get("/api/console/outages").json()["current"]
    assert current["followers"] == 5
    assert "Em atendimento".lower() in _text(users[0].ask(f"como está o {outage['protocol']}?")).lower()
    assert "Em atendimento".lower() not in _text(product.user().ask(f"como está o {outage['protocol']}?")).lower()


def test_the_answer_can_be_had_all_the_same(user, outage):
    user.ask(QUESTION)
    answer = user.press("Ver a resposta mesmo assim")
    assert _articles(answer) or _labels(answer)
    assert "fora do ar" not in _text(answer)


def test_another_service_is_answered_as_ever(user, outage):
    assert "fora do ar" not in _text(user.ask("esqueci minha senha do acesso unico"))


def test_who_speaks_english_hears_of_it_in_english(user, agent, outage):
    user.ask("english please")
    assert "has been down since" in _text(user.ask(QUESTION))
    user.press("Yes, tell me")
    _end(agent, outage)
    assert wait_until(lambda: _over(user), 10) == ["Good news: **Impressão e digitalização** is working again."]


def test_a_desk_that_is_killed_after_the_promise_keeps_it(fresh_product):
    product = fresh_product.start()
    agent = Agent(product.base, *product.admin())
    outage = agent.http.post("/api/console/outages", json={"service": "impressao"}).json()
    users = [product.user() for _ in range(10)]
    for user in users:
        wait_until(lambda user=user: "fora do ar" in _text(user.ask(QUESTION)), 10)
        user.press("Sim, me avise" if "Sim, me avise" in _labels(user.history()[-1:]) else "Avise-me quando voltar")
    _end(agent, outage)
    product.kill("desk")
    product.wait_healthy()
    for user in users:
        assert len(wait_until(lambda user=user: _over(user), 15)) == 1
