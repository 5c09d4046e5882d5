"""Every route of the console and of the internal API says who may call it, and refuses everyone else."""

import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from handoff.accounts.guards import COOKIE, READ_ROLES, WORK_ROLES
from handoff.accounts.models import Role
from tests.handoff.conftest import World
from tests.handoff.console.client import PASSWORD, ConsoleClient, new_agent
from tests.handoff.running import SECRETS, RunningDesk

SIGN_IN = "/console/sign-in"
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def routes(app: FastAPI, *prefixes: str) -> list[tuple[str, str]]:
    """Method and path of every HTTP route under the prefixes, with its parameters filled in."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and (context.path or "").startswith(prefixes):
            path = re.sub(r"\{\w+\}", ULID, context.path or "")
            found += [(method, path) for method in sorted(route.methods - {"HEAD"})]
    return found


def roles_of(app: FastAPI, method: str, path: str) -> set[Role] | None:
    """The roles that a route's guard lets through; None for a route without a guard."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        filled = re.sub(r"\{\w+\}", ULID, context.path or "")
        if isinstance(route, APIRoute) and filled == path and method in route.methods:
            guards = [d.call for d in route.dependant.dependencies if hasattr(d.call, "roles")]
            return {*guards[0].roles, Role.ADMIN} if guards else None  # type: ignore[union-attr]
    raise AssertionError(path)


def test_the_walk_sees_the_routes(desk: RunningDesk) -> None:
    assert len(routes(desk.app, "/console", "/api/console")) > 25
    assert len(routes(desk.app, "/internal")) == 17  # ten for the actions, seven for channels


def test_without_a_session_every_console_route_refuses(desk: RunningDesk) -> None:
    stranger = httpx.Client(base_url=desk.url, cookies={COOKIE: "made up"})
    for method, path in routes(desk.app, "/console", "/api/console"):
        if path == SIGN_IN:
            continue
        answer = stranger.request(method, path)
        if path.startswith("/api"):
            assert answer.status_code == 401, (method, path)
        else:
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith(SIGN_IN)


def test_every_console_route_has_a_guard_that_refuses_the_other_roles(desk: RunningDesk) -> None:
    people = {role: new_agent(desk, f"pessoa.{role}", role) for role in Role}
    for method, path in routes(desk.app, "/console", "/api/console"):
        if path == SIGN_IN:
            continue
        allowed = roles_of(desk.app, method, path)
        assert allowed is not None, f"{method} {path} has no guard"
        for role, person in people.items():
            if role not in allowed:
                answer = person.api.request(method, desk.url + path)
                assert answer.status_code == 403, (method, path, role)


def test_managers_read_and_do_not_work(desk: RunningDesk) -> None:
    for method, path in routes(desk.app, "/api/console/conversations", "/api/console/tickets"):
        expected = READ_ROLES if method == "GET" or path.endswith("/read") else WORK_ROLES
        assert roles_of(desk.app, method, path) == {*expected, Role.ADMIN}


def test_without_the_token_every_internal_route_refuses(desk: RunningDesk) -> None:
    for header in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Bearer {SECRETS['bot_token']}"}):
        for method, path in routes(desk.app, "/internal"):
            assert httpx.request(method, desk.url + path, headers=header).status_code == 401, (method, path)


def test_a_signed_in_agent_is_no_internal_caller(desk: RunningDesk, ana: ConsoleClient) -> None:
    assert ana.http.get("/internal/catalogue").status_code == 401


@pytest.mark.parametrize("forge", ["no token", "another's token", "a foreign page"])
def test_a_forged_change_is_refused_everywhere(
    desk: RunningDesk, ana: ConsoleClient, bruno: ConsoleClient, forge: str
) -> None:
    headers = {
        "no token": {},
        "another's token": {"x-csrf-token": bruno.csrf},
        "a foreign page": {"x-csrf-token": ana.csrf, "origin": "https://evil.example"},
    }[forge]
    for method, path in routes(desk.app, "/console", "/api/console"):
        if method == "GET" or path == SIGN_IN:
            continue
        form = None if "x-csrf-token" in headers else {"csrf_token": "forged", "action": "start", "version": "1"}
        assert ana.http.request(method, path, headers=headers, data=form).status_code == 403, (method, path)
    assert ana.api.get("/me").status_code == 200


def test_a_forged_sign_in_form_is_refused(desk: RunningDesk) -> None:
    new_agent(desk, "vitima", Role.AGENT_L2)
    fields = {"login": "vitima", "password": PASSWORD, "csrf_token": "forged"}
    for cookies in ({}, {"balcao_sign_in": "another"}):
        answer = httpx.post(desk.url + SIGN_IN, data=fields, cookies=cookies)
        assert answer.status_code == 403
        assert COOKIE not in answer.cookies


def browser(desk: RunningDesk) -> Callable[..., httpx.Response]:
    """A new browser that gets the sign-in page and sends its form."""
    client = httpx.Client(base_url=desk.url)

    def sign_in(login: str, password: str, target: str = "/console") -> httpx.Response:
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(SIGN_IN).text)
        assert token
        fields = {"login": login, "password": password, "csrf_token": token[1], "next": target}
        return client.post(SIGN_IN, data=fields)

    return sign_in


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(desk: RunningDesk) -> None:
    new_agent(desk, "maria", Role.AGENT_L2)
    answer = browser(desk)("maria", PASSWORD)
    assert answer.status_code == 303
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/api/channel/x", "\n"],
)
def test_signing_in_never_leads_away_from_the_console(desk: RunningDesk, target: str) -> None:
    new_agent(desk, "maria", Role.AGENT_L2)
    sign_in = browser(desk)
    assert sign_in("maria", PASSWORD, target).headers["location"] == "/console"


def test_a_wrong_password_says_so_and_then_throttles(desk: RunningDesk) -> None:
    new_agent(desk, "maria", Role.AGENT_L2)
    sign_in = browser(desk)
    answers = [sign_in("maria", "errada") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert "senha" in answers[0].text or "password" in answers[0].text


def test_signing_out_ends_the_session(ana: ConsoleClient) -> None:
    assert ana.http.post("/console/sign-out", data={"csrf_token": ana.csrf}).status_code == 303
    assert ana.api.get("/me").status_code == 401


def test_another_groups_conversation_and_ticket_do_not_exist(
    world: World, outsider: ConsoleClient, queued: str
) -> None:
    for path in ("", "/messages"):
        assert outsider.api.get(f"/conversations/{queued}{path}").status_code == 404
    for action, body in (("claim", {}), ("release", {}), ("resolve", {"solution": "x"}), ("read", {"seq": 1})):
        assert outsider.act(queued, action, **body).status_code == 404, action
    assert outsider.say(queued, "oi", "key-of-olga").status_code == 404
    for part in ("", "/pane", "/facts", "/older?before=9"):
        assert outsider.http.get(f"/console/conversations/{queued}{part}").status_code == 404, part
    assert world.standing(queued).owner == "queue"


def test_a_conversation_that_only_the_bot_knows_is_not_the_agents_to_see(world: World, ana: ConsoleClient) -> None:
    assert ana.api.get(f"/conversations/{world.open().id}").status_code == 404


def socket_url(desk: RunningDesk) -> str:
    return desk.url.replace("http", "ws", 1) + "/api/console/socket"


def test_a_socket_without_a_session_is_closed(desk: RunningDesk) -> None:
    with connect(socket_url(desk), additional_headers={"cookie": f"{COOKIE}=x"}) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


def test_a_socket_of_a_foreign_page_is_refused(desk: RunningDesk, ana: ConsoleClient) -> None:
    headers = {"cookie": f"{COOKIE}={ana.token}"}
    with (
        pytest.raises(InvalidStatus),
        connect(socket_url(desk), additional_headers=headers, origin="https://evil.example"),
    ):  # type: ignore[arg-type]
        pass
