"""From the request for a person to the rating of the human service, user and agent at once."""

import json

import pytest

from tests.e2e.agent import Agent
from tests.e2e.product import wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def agent(product):
    return Agent(product.base, *product.admin())


def _queue(user):
    user.ask("a vpn nao conecta de casa")
    user.ask("quero falar com um atendente")
    wait_until(lambda: user.state()["owner"] == "queue")
    return user.conversation_id


def test_the_agent_sees_the_history_and_the_reason_and_answers_and_is_rated(user, agent):
    conversation = _queue(user)
    agent.claim(conversation).raise_for_status()
    texts = [message["text"] for message in agent.messages(conversation)]
    assert "a vpn nao conecta de casa" in texts
    reply = agent.reply(conversation, "Oi! Aqui é a equipe de acesso. Reiniciei a sua conexão, pode testar?")
    assert wait_until(lambda: any(item["id"] == reply["id"] for item in user.history()), 1)
    user.say("agora foi, obrigado")
    agent.resolve(conversation, "Sessão presa no concentrador; encerrada.")
    asked = wait_until(
        lambda: [m for m in user.history() if (m["payload"] or {}).get("rating") == {"rated": "human"}], 15
    )
    rating = next(choice["label"] for choice in asked[0]["payload"]["choices"] if "5" in choice["label"])
    after = user.press(rating)
    if any("Pular" in c["label"] for m in after for c in (m["payload"] or {}).get("choices", [])):
        after = user.press("Pular")
    assert "obrigad" in "\n".join(message["text"] for message in after).lower()


def test_the_users_message_reaches_the_agents_socket_and_the_agents_the_users(user, agent):
    conversation = _queue(user)
    agent.claim(conversation).raise_for_status()
    with user.socket(after=user.history()[-1]["seq"]) as socket:
        agent.reply(conversation, "Um momento, por favor.")
        while True:
            frame = json.loads(socket.recv(timeout=1))
            if frame["type"] == "message":
                break
        assert frame["message"]["text"] == "Um momento, por favor."
        assert frame["message"]["author"] == "agent"


def test_notes_are_never_shown_to_the_user(user, agent):
    conversation = _queue(user)
    agent.claim(conversation).raise_for_status()
    agent.reply(conversation, "cliente antigo, tratar com carinho", note=True)
    agent.reply(conversation, "Já estou vendo.")
    wait_until(lambda: user.history()[-1]["text"] == "Já estou vendo.")
    assert all("carinho" not in message["text"] for message in user.history())


def test_no_bot_message_is_shown_after_a_person_owns_the_conversation(user, agent):
    conversation = _queue(user)
    agent.claim(conversation).raise_for_status()
    for number in range(5):
        user.say(f"alo {number}, como redefino a senha?")
    agent.reply(conversation, "Estou aqui.")
    wait_until(lambda: user.history()[-1]["author"] == "agent")
    owned = next(m["seq"] for m in user.history() if (m["payload"] or {}).get("notice") == "agent_joined")
    assert all(message["author"] != "bot" for message in user.history() if message["seq"] > owned)


def test_of_two_agents_one_wins_and_the_other_is_told_who(user, agent):
    conversation = _queue(user)
    agent.claim(conversation).raise_for_status()
    refused = agent.colleague().claim(conversation)
    assert refused.status_code == 409
    assert agent.http.get("/api/console/me").json()["name"] in refused.text
