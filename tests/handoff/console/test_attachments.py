"""Files in the console: agents see, download and send those of what they may see, and no others."""

from urllib.parse import quote

import httpx

from balcao.ids import new_id
from handoff.accounts.models import Role
from tests.handoff.attachments import files
from tests.handoff.attachments.sending import code_of, fetch, send, upload
from tests.handoff.conftest import World
from tests.handoff.console.client import ConsoleClient, new_agent
from tests.handoff.running import RunningDesk, Visitor


def handed_over(desk: RunningDesk, world: World, agent: ConsoleClient) -> Visitor:
    """A visitor in a conversation of the agent's."""
    visitor = desk.visitor(name="Rita")
    visitor.post("a vpn caiu")
    world.hand_over(visitor.conversation_id)
    world.claim(visitor.conversation_id, agent.agent_id)
    return visitor


def agent_upload(
    agent: ConsoleClient, conversation_id: str, name: str, content: bytes, key: str = ""
) -> httpx.Response:
    return agent.api.post(
        f"/conversations/{conversation_id}/attachments",
        params={"client_key": key or new_id()},
        headers={"x-file-name": quote(name)},
        content=content,
    )


def agent_send(
    agent: ConsoleClient, conversation_id: str, *ids: str, text: str = "", note: bool = False
) -> httpx.Response:
    return agent.act(conversation_id, "messages", client_key=new_id(), text=text, note=note, attachments=list(ids))


def test_an_agent_sees_and_downloads_what_the_user_sent(
    desk: RunningDesk, world: World, ana: ConsoleClient, outsider: ConsoleClient
) -> None:
    visitor = handed_over(desk, world, ana)
    file = upload(visitor, "tela <b>.png").json()
    send(visitor, file["id"])
    listed = ana.api.get(f"/conversations/{visitor.conversation_id}/messages").json()["messages"][-1]
    assert (listed["attachments"], listed["payload"], listed["text"]) == ([file], None, "")
    page = ana.http.get(f"/console/conversations/{visitor.conversation_id}").text
    assert f'<img src="/api/console/attachments/{file["id"]}" alt="tela _b_.png"' in page
    got = ana.api.get(f"/attachments/{file['id']}")
    assert got.content == files.png()
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert code_of(outsider.api.get(f"/attachments/{file['id']}")) == (404, "no_such_attachment")
    assert httpx.get(f"{desk.url}/api/console/attachments/{file['id']}").status_code == 401


def test_an_agents_file_reaches_the_user_and_that_of_a_note_does_not(
    desk: RunningDesk, world: World, ana: ConsoleClient
) -> None:
    visitor = handed_over(desk, world, ana)
    sent = agent_upload(ana, visitor.conversation_id, "guia.pdf", files.PDF).json()
    noted = agent_upload(ana, visitor.conversation_id, "interno.txt", b"so entre nos").json()
    unsent = agent_upload(ana, visitor.conversation_id, "ainda nao.txt", b"depois").json()
    assert agent_send(ana, visitor.conversation_id, sent["id"]).status_code == 201
    assert agent_send(ana, visitor.conversation_id, noted["id"], text="veja", note=True).status_code == 201
    assert visitor.messages()[-1]["attachments"] == [sent]
    assert fetch(visitor, sent["id"]).content == files.PDF
    for hidden in (noted, unsent):
        assert code_of(fetch(visitor, hidden["id"])) == (404, "no_such_attachment")


def test_files_can_be_taken_from_nobody_else(
    desk: RunningDesk, world: World, ana: ConsoleClient, bruno: ConsoleClient
) -> None:
    visitor = handed_over(desk, world, ana)
    users = upload(visitor).json()["id"]
    of_bruno = agent_upload(bruno, visitor.conversation_id, "x.txt", b"words").json()["id"]
    for id_ in (users, of_bruno, new_id()):
        assert code_of(agent_send(ana, visitor.conversation_id, id_)) == (404, "no_such_attachment")
    assert code_of(send(visitor, of_bruno)) == (404, "no_such_attachment")


def test_who_may_not_write_may_not_upload(
    desk: RunningDesk, world: World, ana: ConsoleClient, outsider: ConsoleClient
) -> None:
    visitor = handed_over(desk, world, ana)
    assert code_of(agent_upload(outsider, visitor.conversation_id, "x.txt", b"words"))[0] == 404
    manager = new_agent(desk, "marta", Role.MANAGER)
    assert code_of(agent_upload(manager, visitor.conversation_id, "x.txt", b"words")) == (403, "role_forbidden")
    ana.api.headers.pop("x-csrf-token")
    assert code_of(agent_upload(ana, visitor.conversation_id, "x.txt", b"words")) == (403, "bad_csrf")


def test_the_list_names_the_file_of_a_message_without_words(
    desk: RunningDesk, world: World, ana: ConsoleClient
) -> None:
    visitor = handed_over(desk, world, ana)
    send(visitor, upload(visitor, "tela do erro.png").json()["id"])
    lists = ana.api.get("/conversations").json()
    assert lists["mine"][0]["last_message"]["text"] == "tela do erro.png"
