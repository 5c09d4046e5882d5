"""What agents do through the console's JSON API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from balcao.ids import new_id
from handoff.accounts.models import Role
from handoff.conversations.queries import open_episode
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient, new_agent
from tests.handoff.running import SECRETS, RunningDesk

INTERNAL = {"authorization": f"Bearer {SECRETS['desk_token']}"}


def open_ticket(world: World, ana: ConsoleClient, conversation_id: str, key: str | None = None) -> dict[str, Any]:
    with world.database.read() as session:
        episode = open_episode(session, conversation_id)
    assert episode is not None
    body = {"conversation_id": conversation_id, "episode_id": episode.id, "type": "incident", "service": "vpn"}
    body |= {
        "description": "A VPN caiu",
        "impact": "individual",
        "contact": {"name": "Zé", "email": None},
        "article_ids": [],
    }
    answer = ana.http.post("/internal/tickets", json=body, headers=INTERNAL | {"idempotency-key": key or new_id()})
    assert answer.status_code in (200, 201), answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


def test_who_waits_is_listed_for_the_groups_agents_only(
    ana: ConsoleClient, outsider: ConsoleClient, queued: str
) -> None:
    [entry] = ana.api.get("/conversations").json()["waiting"]
    assert entry["conversation_id"] == queued
    assert (entry["reason"], entry["service_name"], entry["place"]) == ("user_asked", "Acesso remoto (VPN)", 1)
    assert entry["unread"] == 1
    assert outsider.api.get("/conversations").json()["waiting"] == []


def test_the_longest_wait_comes_first_and_places_count_by_group(world: World, ana: ConsoleClient) -> None:
    ids = []
    for group in ("n2-acesso", "n2-geral", "n2-acesso"):
        ids.append(world.open().id)
        world.hand_over(ids[-1], group)
    waiting = ana.api.get("/conversations").json()["waiting"]
    assert [entry["conversation_id"] for entry in waiting] == ids
    assert [entry["place"] for entry in waiting] == [1, 1, 2]


def test_of_many_claims_at_once_one_wins_and_the_others_are_told_who(
    desk: RunningDesk, world: World, queued: str
) -> None:
    people = [new_agent(desk, f"pessoa{number}", Role.AGENT_L2, ["n2-acesso"]) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda person: person.act(queued, "claim"), people))
    winners = [answer for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    for answer in answers:
        if answer.status_code != 200:
            assert answer.status_code == 409
            assert winners[0].json()["agent_name"] in answer.json()["error"]["message"]


def test_a_reply_needs_the_conversation_and_a_note_does_not(world: World, ana: ConsoleClient, queued: str) -> None:
    assert ana.say(queued, "oi", "reply-0001").status_code == 409
    assert ana.say(queued, "cliente antigo", "note-00001", note=True).status_code == 201
    assert ana.act(queued, "claim").json()["may_reply"] is True
    assert ana.say(queued, "oi", "reply-0002").status_code == 201
    assert [m.text for m in world.messages(queued) if m.author == "agent"] == ["oi"]
    messages = ana.api.get(f"/conversations/{queued}/messages").json()["messages"]
    assert [m["visibility"] for m in messages if m["author"] == "agent"] == ["agents", "all"]


def test_a_repeated_send_is_stored_once_and_another_body_is_refused(ana: ConsoleClient, queued: str) -> None:
    ana.act(queued, "claim")
    first = ana.say(queued, "oi", "reply-0001")
    again = ana.say(queued, "oi", "reply-0001")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    refused = ana.say(queued, "outra", "reply-0001")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "key_reused")


def test_release_gives_the_conversation_its_old_place_back(world: World, ana: ConsoleClient, queued: str) -> None:
    later = world.open().id
    world.hand_over(later)
    ana.act(queued, "claim")
    assert ana.act(queued, "release").json()["owner"] == "queue"
    waiting = ana.api.get("/conversations").json()["waiting"]
    assert [entry["conversation_id"] for entry in waiting] == [queued, later]


def test_resolving_keeps_the_solution_and_resolves_the_ticket(world: World, ana: ConsoleClient, queued: str) -> None:
    ticket = open_ticket(world, ana, queued)
    ana.act(queued, "claim")
    assert ana.api.get(f"/tickets/{ticket['protocol']}").json()["state"] == "in_progress"
    assert ana.act(queued, "resolve", solution="  ").status_code == 422
    assert ana.act(queued, "resolve", solution="Reiniciado o concentrador.").json()["owner"] == "bot"
    seen = ana.api.get(f"/conversations/{queued}").json()
    assert seen["handoffs"][0]["solution"] == "Reiniciado o concentrador."
    assert (seen["tickets"][0]["state"], seen["tickets"][0]["solution"]) == ("resolved", "Reiniciado o concentrador.")
    assert ana.api.get("/conversations").json()["mine"] == []


def test_of_two_resolutions_the_second_is_refused(ana: ConsoleClient, queued: str) -> None:
    ana.act(queued, "claim")
    assert ana.act(queued, "resolve", solution="feito").status_code == 200
    assert ana.act(queued, "resolve", solution="feito").status_code == 409


def test_reading_clears_the_unread_count_and_a_made_up_seq_reads_no_future(
    world: World, ana: ConsoleClient, bruno: ConsoleClient, queued: str
) -> None:
    assert ana.act(queued, "read", seq=2**31 - 1).status_code == 204
    assert ana.api.get("/conversations").json()["waiting"][0]["unread"] == 0
    assert bruno.api.get("/conversations").json()["waiting"][0]["unread"] == 1
    world.write(queued, "alguém?")
    assert ana.api.get("/conversations").json()["waiting"][0]["unread"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"client_key": "abc", "text": "x"},
        {"client_key": "key-000001"},
        {"client_key": "key-000001", "text": ""},
        {"client_key": "key-000001", "text": "\u202e\x00"},
        {"client_key": "key-000001", "text": "x" * 4_001},
        {"client_key": "key 000001", "text": "x"},
        {"client_key": "key-000001", "text": "x", "agent_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
        ["x"],
    ],
)
def test_a_message_of_the_wrong_shape_is_refused(world: World, ana: ConsoleClient, queued: str, body: Any) -> None:
    ana.act(queued, "claim")
    before = len(world.messages(queued))
    assert ana.api.post(f"/conversations/{queued}/messages", json=body).status_code == 422
    assert len(world.messages(queued)) == before


def test_a_megabyte_is_refused(ana: ConsoleClient, queued: str) -> None:
    assert ana.say(queued, "x" * 1_000_000, "key-000001").status_code == 413


def test_tickets_are_listed_by_state_and_text_a_page_at_a_time(
    world: World, ana: ConsoleClient, outsider: ConsoleClient
) -> None:
    tickets = [open_ticket(world, ana, world.open().id) for _ in range(3)]
    protocols = [ticket["protocol"] for ticket in reversed(tickets)]
    assert [t["protocol"] for t in ana.api.get("/tickets").json()["tickets"]] == protocols
    assert [t["protocol"] for t in ana.api.get("/tickets", params={"q": "000002"}).json()["tickets"]] == [protocols[1]]
    assert ana.api.get("/tickets", params={"q": "%"}).json()["tickets"] == []
    assert ana.api.get("/tickets", params={"state": "closed"}).json()["tickets"] == []
    assert outsider.api.get("/tickets").json()["tickets"] == []
    assert outsider.api.get(f"/tickets/{protocols[0]}").status_code == 404


def test_a_ticket_moves_by_its_state_machine_and_notices_another_editor(
    world: World, ana: ConsoleClient, bruno: ConsoleClient, queued: str
) -> None:
    protocol = open_ticket(world, ana, queued)["protocol"]
    seen = ana.api.get(f"/tickets/{protocol}").json()
    start = {"action": "start", "version": seen["version"]}
    assert ana.api.post(f"/tickets/{protocol}/state", json=start).json()["state"] == "in_progress"
    late = bruno.api.post(
        f"/tickets/{protocol}/state", json={"action": "cancel", "text": "x", "version": seen["version"]}
    )
    assert (late.status_code, late.json()["error"]["code"]) == (409, "ticket_changed")
    now = ana.api.get(f"/tickets/{protocol}").json()
    wrong = ana.api.post(
        f"/tickets/{protocol}/state", json={"action": "reopen", "text": "x", "version": now["version"]}
    )
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "wrong_state")


def test_the_bots_actions_read_catalogue_queue_and_the_users_tickets(
    world: World, ana: ConsoleClient, queued: str
) -> None:
    get = lambda path, **params: ana.http.get(f"/internal{path}", params=params, headers=INTERNAL)  # noqa: E731
    services = get("/catalogue").json()["services"]
    assert {"id", "name", "aliases", "offers", "group"} == set(services[0])
    assert get("/queue", group="n2-acesso").json()["waiting"] == 1
    assert get("/queue", group="nobody").status_code == 404
    ticket = open_ticket(world, ana, queued, "one-key-for-all")
    assert open_ticket(world, ana, queued, "one-key-for-all") == ticket
    user_id = world.open().user_id
    assert get("/tickets", user_id=user_id).json() == {"tickets": []}
    assert get(f"/tickets/{ticket['protocol']}", user_id=user_id).status_code == 404


def test_everything_the_pages_do_is_in_the_openapi(desk: RunningDesk) -> None:
    paths = desk.app.openapi()["paths"]
    assert {path for path in paths if path.startswith("/api/console")} >= {
        "/api/console/conversations",
        "/api/console/conversations/{conversation_id}/claim",
        "/api/console/conversations/{conversation_id}/messages",
        "/api/console/tickets/{protocol}/state",
    }
