"""The channel API as strangers use it: wrong shapes, foreign pages, stolen and forged tokens, floods."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from balcao.ids import new_id
from handoff.users.tokens import MAX_AGE_SECONDS, Identity, Tokens
from tests.handoff.conftest import World
from tests.handoff.fake_bot import FakeBot
from tests.handoff.running import SECRETS, RunningDesk, Visitor, until

JSON = {"content-type": "application/json"}


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_a_message_is_accepted_with_its_place_and_its_key(desk: RunningDesk) -> None:
    response = desk.visitor().post("  não consigo entrar na VPN  ", "k1")
    assert response.status_code == 201
    message = response.json()
    keys = {"id", "seq", "author", "author_name", "text", "payload", "attachments", "client_key", "created_at"}
    assert set(message) == keys
    assert (message["seq"], message["author"], message["client_key"]) == (1, "user", "k1")
    assert message["text"] == "não consigo entrar na VPN"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", message["created_at"])


def test_the_same_post_again_is_answered_with_the_same_message_and_another_body_with_409(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    first, again, other = visitor.post("oi", "k1"), visitor.post("oi", "k1"), visitor.post("tchau", "k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert code_of(other) == (409, "key_reused")


def test_a_session_asked_for_twice_is_one(desk: RunningDesk) -> None:
    body = {"channel": "web", "client_key": new_id()}
    answers = [httpx.post(f"{desk.url}/api/channel/sessions", json=body) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 200]
    assert answers[0].json()["conversation_id"] == answers[1].json()["conversation_id"]
    other = httpx.post(f"{desk.url}/api/channel/sessions", json=body | {"name": "Outra"})
    assert code_of(other) == (409, "key_reused")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"channel": "web"},
        {"channel": "fax", "client_key": "k" * 20},
        {"channel": "web", "client_key": "short"},
        {"channel": "web", "client_key": "with space in the key"},
        {"channel": "web", "client_key": "k" * 20, "email": "não é"},
        {"channel": "web", "client_key": "k" * 20, "role": "admin"},
        {"channel": "web", "client_key": ["k" * 20]},
        [],
        "text",
        None,
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_session_of_the_wrong_shape_is_refused(desk: RunningDesk, body: Any) -> None:
    assert httpx.post(f"{desk.url}/api/channel/sessions", json=body).status_code == 422


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "text_empty"),
        ({"text": "\u0000\u202e\u200b"}, "text_empty"),
        ({"text": "a" * 4001}, "text_too_long"),
        ({}, "invalid_input"),
        ({"text": 5}, "invalid_input"),
        ({"text": None, "choice": {"message_id": "x"}}, "invalid_input"),
        ({"text": "oi", "payload": "/restart"}, "invalid_input"),
        ({"text": "oi", "key": ""}, "invalid_input"),
        ({"text": "oi", "key": "k" * 65}, "invalid_input"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_message_of_the_wrong_shape_is_refused_by_its_code(
    desk: RunningDesk, body: dict[str, Any], code: str
) -> None:
    visitor = desk.visitor()
    sent = {"client_key": body.pop("key", "k1"), **body}
    response = visitor.http.post("/api/channel/messages", json=sent, headers=visitor.headers)
    assert code_of(response) == (422, code)
    assert visitor.messages() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lone_surrogates_and_broken_json_are_no_server_error(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    headers = visitor.headers | JSON
    sent = [rb'{"client_key":"k1","text":"\ud800"}', rb'{"client_key":"k2","text":"a\ud800b"}', b"{", b"\xff\xfe", b""]
    answers = [visitor.http.post("/api/channel/messages", content=body, headers=headers) for body in sent]
    assert all(a.status_code in {201, 422} for a in answers), [a.status_code for a in answers]
    assert all(a.headers["content-type"] == "application/json" for a in answers)


@pytest.mark.parametrize(
    "text",
    ["/restart", '/intent{"role":"admin"}', "<script>alert(1)</script>", "![x](http://a/b.png)", "😀😀😀", "=1+1"],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hostile_texts_are_only_texts(desk: RunningDesk, bot: FakeBot, text: str) -> None:
    visitor = desk.visitor()
    assert visitor.post(text).json()["text"] == text
    until(lambda: visitor.said_by("bot"))
    assert (bot.requests[-1]["text"], bot.requests[-1]["payload"]) == (text, None)


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_megabyte_is_refused_whether_or_not_it_is_announced(desk: RunningDesk, announced: bool) -> None:
    visitor = desk.visitor()
    body = b'{"client_key":"k1","text":"' + b"a" * 1_000_000 + b'"}'
    content = body if announced else (body[n : n + 8192] for n in range(0, len(body), 8192))
    response = visitor.http.post("/api/channel/messages", content=content, headers=visitor.headers | JSON)
    assert code_of(response) == (413, "too_large")


def test_thirty_messages_in_a_second_are_accepted_in_order_and_a_flood_is_not(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    statuses = [visitor.post(f"m{n}", f"k{n}").status_code for n in range(30)]
    assert statuses == [201] * 30
    assert [m["text"] for m in visitor.messages() if m["author"] == "user"] == [f"m{n}" for n in range(30)]
    more = [visitor.post(f"m{n}", f"k{n}").status_code for n in range(30, 75)]
    assert 429 in more
    assert sum(status == 201 for status in statuses + more) == 60


def test_two_tabs_see_the_same_and_add_up(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: visitor.post(f"m{n % 4}", f"k{n % 4}"), range(16)))
    until(lambda: len(visitor.messages()) == 8)
    assert [m["seq"] for m in visitor.messages()] == list(range(1, 9))


def expired(tokens: Tokens, identity: Identity) -> str:
    class LongAgo(URLSafeTimedSerializer):
        class default_signer(URLSafeTimedSerializer.default_signer):  # type: ignore[misc,valid-type]
            def get_timestamp(self) -> int:
                return int(super().get_timestamp()) - MAX_AGE_SECONDS - 60

    return str(LongAgo(SECRETS["secret_key"], salt="balcao.channel.user").dumps(list(identity)))


def test_only_a_token_of_ours_that_has_not_expired_opens_a_conversation(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    identity = Identity(visitor.opened["user_id"], visitor.conversation_id)
    forged = URLSafeTimedSerializer("another secret of somebody else", salt="balcao.channel.user").dumps(list(identity))
    other_salt = URLSafeTimedSerializer(SECRETS["secret_key"], salt="other").dumps(list(identity))
    cases = {
        "": "token_missing",
        "Basic abc": "token_missing",
        "Bearer": "token_invalid",
        f"Bearer {visitor.conversation_id}": "token_invalid",
        f"Bearer {forged}": "token_invalid",
        f"Bearer {other_salt}": "token_invalid",
        f"Bearer {visitor.token[:-2]}": "token_invalid",
        f"Bearer {'a' * 5000}": "token_invalid",
        f"Bearer {expired(desk.desk.tokens, identity)}": "token_expired",
    }
    for header, code in cases.items():
        response = httpx.get(f"{desk.url}/api/channel/messages", headers={"authorization": header})
        assert code_of(response) == (401, code), header


def test_one_users_token_shows_nothing_of_another(desk: RunningDesk, world: World) -> None:
    mine, other = desk.visitor(), desk.visitor()
    other.post("meu CPF é segredo")
    assert mine.messages() == []
    secret = world.messages(other.conversation_id)[0]
    response = mine.post(choice={"message_id": secret.id, "id": "c1"})
    assert code_of(response) == (404, "not_found")


def test_a_token_of_an_erased_conversation_opens_nothing(desk: RunningDesk) -> None:
    token = desk.desk.tokens.issue(Identity("01J0000000000000000000NADA", "01J0000000000000000000NADA"))
    response = httpx.get(f"{desk.url}/api/channel/messages", headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_foreign_page_may_not_write_and_reads_nothing(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    for origin in ("https://evil.example", "null", f"{desk.url}.evil.example", "file://"):
        for path in ("sessions", "messages"):
            response = httpx.post(f"{desk.url}/api/channel/{path}", json={}, headers={"origin": origin})
            assert code_of(response) == (403, "foreign_origin")
        preflight = httpx.options(f"{desk.url}/api/channel/messages", headers={"origin": origin})
        assert preflight.status_code == 403
        read = visitor.http.get("/api/channel/messages", headers=visitor.headers | {"origin": origin})
        assert "access-control-allow-origin" not in read.headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_our_own_page_and_none_at_all_may_write(desk: RunningDesk) -> None:
    visitor = desk.visitor()
    body = {"client_key": "k1", "text": "oi"}
    own = visitor.http.post("/api/channel/messages", json=body, headers=visitor.headers | {"origin": desk.url})
    assert own.status_code == 201


def test_errors_and_logs_tell_nothing_of_what_was_written(desk: RunningDesk, capfd: pytest.CaptureFixture[str]) -> None:
    visitor: Visitor = desk.visitor(name="Fulana de Tal", email="fulana@ipe.gov.br")
    visitor.post("minha senha é abacaxi")
    visitor.post("outra coisa", "k" * 70)
    until(lambda: visitor.said_by("bot"))
    output = "".join(capfd.readouterr())
    assert not re.search("abacaxi|Fulana|fulana", output)
