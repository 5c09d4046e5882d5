"""A file in the chat, against the running product: acknowledged, kept in mind by the form, and in the ticket at the end."""

import uuid
from typing import Any

import pytest

from tests.e2e.agent import Agent
from tests.e2e.product import Product, User
from tests.e2e.test_conversation_flows import PROTOCOL, _text
from tests.e2e.test_own_tickets import SERVICE
from tests.handoff.attachments import files

pytestmark = pytest.mark.e2e


def send_file(user: User, name: str) -> list[dict[str, Any]]:
    """Uploads a picture and sends it without a word; what the bot says to it."""
    headers = {**user.headers, "x-file-name": name}
    key = {"client_key": uuid.uuid4().hex}
    uploaded = user.http.post("/api/channel/attachments", params=key, headers=headers, content=files.png())
    body = {"client_key": uuid.uuid4().hex, "attachments": [uploaded.raise_for_status().json()["id"]]}
    sent = user.http.post("/api/channel/messages", json=body, headers=user.headers).raise_for_status()
    return user.replies(sent.json())


def test_files_before_and_in_the_form_are_in_the_ticket_that_the_agent_opens(product: Product, user: User) -> None:
    assert "Recebi: **tela.png**. Se abrirmos um chamado, vai junto." in _text(send_file(user, "tela.png"))
    user.ask("quero abrir um chamado")
    user.press(SERVICE)
    said = _text(send_file(user, "outra.png"))
    assert "Recebi: **outra.png**. Vai junto com o chamado." in said
    assert "Descreva" in said
    user.ask("A VPN cai a cada dez minutos quando estou em casa")
    user.press("Só eu")
    user.ask("Ana Souza")
    user.ask("ana.souza@ipe.example")
    protocol = PROTOCOL.search(_text(user.press("Abrir chamado")))
    assert protocol is not None
    agent = Agent(product.base, *product.admin())
    ticket = agent.http.get(f"/api/console/tickets/{protocol[0]}").raise_for_status().json()
    assert [file["name"] for file in ticket["attachments"]] == ["tela.png", "outra.png"]
    picture = agent.http.get(f"/api/console/attachments/{ticket['attachments'][0]['id']}")
    assert picture.content == files.png()


def test_an_album_is_answered_once(user: User) -> None:
    headers = {**user.headers, "x-file-name": "a.png"}
    for number in range(3):
        key = {"client_key": f"album-{number}"}
        uploaded = user.http.post("/api/channel/attachments", params=key, headers=headers, content=files.png()).json()
        body = {"client_key": f"sent-{number}", "attachments": [uploaded["id"]]}
        last = user.http.post("/api/channel/messages", json=body, headers=user.headers).raise_for_status().json()
    assert _text(user.replies(last)).count("Recebi: **a.png, a.png, a.png**") == 1
