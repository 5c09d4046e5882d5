"""The internal API of tickets over HTTP: who may call it, what it answers, and that a repeated change is done once."""

import httpx
import pytest

from balcao.ids import new_id
from handoff.conversations.queries import open_episode
from tests.handoff.running import SECRETS, RunningDesk, Visitor


@pytest.fixture
def actions(desk: RunningDesk) -> httpx.Client:
    """The bot's action server, as the desk sees it."""
    return httpx.Client(
        base_url=f"{desk.url}/internal", headers={"authorization": f"Bearer {SECRETS['desk_token']}"}, timeout=15
    )


@pytest.fixture
def visitor(desk: RunningDesk) -> Visitor:
    return Visitor(desk.url)


def opened(desk: RunningDesk, actions: httpx.Client, visitor: Visitor, **more: object) -> dict:
    with desk.desk.read() as session:
        episode = open_episode(session, visitor.conversation_id)
        assert episode is not None
    body = {
        "conversation_id": visitor.conversation_id, "episode_id": episode.id, "type": "incident", "service": "vpn",
        "description": "A VPN cai a cada dez minutos", "impact": "individual", **more,
    }  # fmt: skip
    answer = actions.post("/tickets", json=body, headers={"Idempotency-Key": new_id()})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_change_needs_the_token_and_the_key(desk: RunningDesk, actions: httpx.Client, visitor: Visitor) -> None:
    ticket = opened(desk, actions, visitor)
    path, body = f"/tickets/{ticket['protocol']}/comment", {"user_id": visitor.opened["user_id"], "text": "Mais isto"}
    assert httpx.post(f"{desk.url}/internal{path}", json=body, headers={"Idempotency-Key": new_id()}).status_code == 401
    assert actions.post(path, json=body).status_code == 422
    assert actions.post(path, json=body, headers={"Idempotency-Key": "short"}).status_code == 422


def test_a_change_is_answered_with_the_ticket_and_done_once(
    desk: RunningDesk, actions: httpx.Client, visitor: Visitor
) -> None:
    ticket = opened(desk, actions, visitor)
    body, key = {"user_id": visitor.opened["user_id"], "text": "Já voltou"}, {"Idempotency-Key": new_id()}
    for _ in range(2):
        answer = actions.post(f"/tickets/{ticket['protocol']}/cancel", json=body, headers=key)
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["can"]) == ("cancelled", [])
    other = {**body, "text": "Outra coisa"}
    again = actions.post(f"/tickets/{ticket['protocol']}/cancel", json=other, headers=key)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "key_reused")


def test_what_the_state_forbids_is_a_conflict(desk: RunningDesk, actions: httpx.Client, visitor: Visitor) -> None:
    ticket = opened(desk, actions, visitor)
    body = {"user_id": visitor.opened["user_id"], "text": "Reabram, por favor"}
    answer = actions.post(f"/tickets/{ticket['protocol']}/reopen", json=body, headers={"Idempotency-Key": new_id()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "wrong_state")


def test_tickets_are_chosen_by_what_can_be_done_and_by_their_day(
    desk: RunningDesk, actions: httpx.Client, visitor: Visitor
) -> None:
    ticket = opened(desk, actions, visitor)
    user_id = visitor.opened["user_id"]

    def found(**chosen: str) -> list[str]:
        rows = actions.get("/tickets", params={"user_id": user_id, **chosen}).json()["tickets"]
        return [row["protocol"] for row in rows]

    assert found() == found(can="comment") == found(since="2020-01-01T00:00:00Z") == [ticket["protocol"]]
    assert found(can="reopen") == found(before="2020-01-01T00:00:00-03:00") == []


def test_a_similar_ticket_is_told_with_its_likeness(desk: RunningDesk, actions: httpx.Client, visitor: Visitor) -> None:
    ticket = opened(desk, actions, visitor)
    body = {"user_id": visitor.opened["user_id"], "service": "vpn", "description": "a vpn cai de dez em dez minutos"}
    found = actions.post("/tickets/similar", json=body).json()
    assert found["ticket"]["protocol"] == ticket["protocol"]
    assert found["likeness"] >= 0.5
    assert actions.post("/tickets/similar", json={**body, "description": "trocar o celular"}).json()["ticket"] is None
