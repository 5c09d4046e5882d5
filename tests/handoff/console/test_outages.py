"""Marking services as down and as back, by the console's JSON API and by its page."""

from datetime import timedelta

import httpx

from balcao.database import utc_now
from handoff.accounts.models import Role
from handoff.conversations import queries as conversations
from handoff.outages import service
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient, new_agent
from tests.handoff.running import SECRETS, RunningDesk, until

EVIL = "<img src=x onerror=alert(1)>\u202e"


def bots_view(desk: RunningDesk) -> list[dict[str, object]]:
    headers = {"authorization": f"Bearer {SECRETS['desk_token']}"}
    found: list[dict[str, object]] = httpx.get(f"{desk.url}/internal/outages", headers=headers).json()["outages"]
    return found


def test_what_an_agent_marks_is_what_the_bot_reads_until_it_is_back(desk: RunningDesk, ana: ConsoleClient) -> None:
    back = (utc_now() + timedelta(hours=2)).isoformat()
    made = ana.api.post("/outages", json={"service": "vpn", "text": "Falha geral.", "expected_back": back})
    assert made.status_code == 201
    [seen] = bots_view(desk)
    assert (seen["service"], seen["service_name"], seen["text"]) == ("vpn", "Acesso remoto (VPN)", "Falha geral.")
    assert seen["aliases"] == ["vpn", "acesso remoto", "trabalho remoto", "teletrabalho"]
    assert seen["expected_back"] is not None
    assert ana.api.post("/outages", json={"service": "vpn"}).json()["error"]["code"] == "already_down"
    changed = ana.api.put(f"/outages/{seen['id']}", json={"text": "Causa encontrada."}).json()
    assert (changed["text"], changed["expected_back"]) == ("Causa encontrada.", None)
    for _ in range(2):
        ended = ana.api.post(f"/outages/{seen['id']}/end", json={"text": "Voltou."}).json()
        assert ended["ended_at"] is not None
    assert bots_view(desk) == []
    listed = ana.api.get("/outages").json()
    assert (listed["current"], [one["end_text"] for one in listed["past"]]) == ([], ["Voltou."])


def test_a_follower_hears_of_it_in_the_widget_by_itself(desk: RunningDesk, world: World, ana: ConsoleClient) -> None:
    visitor = desk.visitor()
    outage_id = ana.api.post("/outages", json={"service": "vpn"}).json()["id"]
    with world.database.write() as session:
        conversation = conversations.locked(session, visitor.conversation_id)
        service.follow(session, outage_id=outage_id, conversation=conversation, now=utc_now())
    assert ana.api.get("/outages").json()["current"][0]["followers"] == 1
    ana.api.post(f"/outages/{outage_id}/end", json={}).raise_for_status()
    assert until(lambda: visitor.said_by("system"), 3) == ["Boa notícia: **Acesso remoto (VPN)** voltou a funcionar."]


def test_managers_may_read_but_not_mark_and_curators_neither(desk: RunningDesk) -> None:
    manager, curator = new_agent(desk, "gil", Role.MANAGER), new_agent(desk, "cora", Role.CURATOR)
    assert manager.api.get("/outages").status_code == 200
    assert manager.api.post("/outages", json={"service": "vpn"}).status_code == 403
    assert curator.api.get("/outages").status_code == 403


def test_the_page_does_the_same_and_keeps_what_was_written_when_it_refuses(ana: ConsoleClient) -> None:
    form = {"csrf_token": ana.csrf, "service": "vpn", "text": EVIL, "since": "2020-01-02T08:00"}
    assert ana.http.post("/console/outages", data=form).status_code == 303
    page = ana.http.get("/console/outages").text
    assert "Fora do ar desde" in page
    assert "02/01/2020" in page
    assert "<img src=x" not in page
    refused = ana.http.post("/console/outages", data=form | {"text": "escrito com cuidado"})
    assert refused.status_code == 409
    assert "já está marcado" in refused.text
    assert "escrito com cuidado" in refused.text
    assert ana.http.post("/console/outages", data=form | {"service": "rede", "since": "ontem"}).status_code == 422
    outage_id = ana.api.get("/outages").json()["current"][0]["id"]
    changed = {"csrf_token": ana.csrf, "text": "Quase lá.", "expected_back": "2099-01-01T10:00"}
    assert ana.http.post(f"/console/outages/{outage_id}", data=changed).status_code == 303
    assert "Quase lá." in ana.http.get("/console/outages").text
    over = {"csrf_token": ana.csrf, "text": "Tudo certo agora."}
    assert ana.http.post(f"/console/outages/{outage_id}/end", data=over).status_code == 303
    page = ana.http.get("/console/outages").text
    assert "Tudo funcionando" in page
    assert "Tudo certo agora." in page


def test_the_ticket_of_an_outage_shows_who_marked_it(ana: ConsoleClient) -> None:
    protocol = ana.api.post("/outages", json={"service": "vpn"}).json()["protocol"]
    page = ana.http.get(f"/console/tickets/{protocol}").text
    assert "Serviço marcado como fora do ar" in page
    assert "Ana Lima" in page
