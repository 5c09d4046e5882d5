"""Agents, passwords, sign-in and sessions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from balcao.database import Database, utc_now
from balcao.errors import BalcaoError, Conflict, InvalidInput, TooMany, Unauthenticated
from handoff.accounts import queries, service
from handoff.accounts.models import Agent, AgentSession, Role
from handoff.accounts.passwords import hash_password, password_matches
from handoff.accounts.throttling import WINDOW, seconds_until_free
from handoff.catalogue.service import load_catalogue
from handoff.desk import Desk
from handoff.live.hub import Hub
from handoff.settings import DeskSettings
from tests.handoff.running import SECRETS

PASSWORD = "uma senha comprida"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.write() as session:
        load_catalogue(session)
        service.create_agent(
            session, login="Ana", name="Ana", password=PASSWORD, role=Role.AGENT_L2, groups=["n2-geral"], now=NOW
        )
    return Desk(DeskSettings(**SECRETS), database, Hub())


def sign_in(
    desk: Desk, password: str = PASSWORD, login: str = "ana", at: datetime = NOW, address: str = "10.0.0.1"
) -> str:
    return service.sign_in(desk, login=login, password=password, address=address, user_agent="test", now=at)


def who(desk: Desk, token: str, at: datetime = NOW) -> service.CurrentAgent | None:
    with desk.read() as session:
        return service.current_agent(session, token=token, now=at)


def test_the_right_password_opens_a_session_and_only_its_hash_is_kept(desk: Desk) -> None:
    token = sign_in(desk, login=" ANA ")
    agent = who(desk, token)
    assert agent is not None
    assert (agent.login, agent.role, agent.groups) == ("ana", Role.AGENT_L2, frozenset({"n2-geral"}))
    with desk.read() as session:
        row = session.scalars(select(AgentSession)).one()
        assert token not in {row.token_hash, row.csrf_token, row.id}


@pytest.mark.parametrize(("login", "password"), [("ana", "errada"), ("ninguem", PASSWORD), ("ana", ""), ("", "")])
def test_a_wrong_login_and_a_wrong_password_are_refused_alike(desk: Desk, login: str, password: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        sign_in(desk, password, login)
    assert refused.value.error_code == "bad_credentials"


def test_after_five_failures_even_the_right_password_waits_and_then_works(desk: Desk) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            sign_in(desk, "errada")
    with pytest.raises(TooMany):
        sign_in(desk)
    with pytest.raises(TooMany):
        sign_in(desk, at=NOW + WINDOW - timedelta(seconds=1))
    assert sign_in(desk, address="10.0.0.2")
    assert sign_in(desk, at=NOW + WINDOW)


def test_a_right_password_forgives_the_failures_before_it(desk: Desk) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Unauthenticated):
                sign_in(desk, "errada")
        assert sign_in(desk)


def test_one_address_cannot_try_many_logins(desk: Desk) -> None:
    refusals = []
    for number in range(60):
        with pytest.raises(BalcaoError) as refused:
            sign_in(desk, "errada", f"pessoa{number}")
        refusals.append(type(refused.value))
    assert refusals.count(Unauthenticated) == 50
    assert refusals[50:] == [TooMany] * 10


def test_guesses_at_the_same_moment_do_not_slip_past_the_limit(desk: Desk) -> None:
    def guess(_: int) -> bool:
        try:
            sign_in(desk, "errada")
        except TooMany:
            return False
        except Unauthenticated:
            return True
        raise AssertionError("signed in")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(guess, range(12))).count(True) == 5


@pytest.mark.parametrize(("failures", "age", "wait"), [(4, 0, 0), (5, 0, 900), (5, 899, 1), (5, 900, 0), (99, 10, 890)])
def test_how_long_one_waits(failures: int, age: int, wait: int) -> None:
    assert seconds_until_free(failures, NOW, 5, NOW + timedelta(seconds=age)) == wait


def test_a_session_ends_by_time_by_revocation_and_by_losing_access(desk: Desk) -> None:
    token = sign_in(desk)
    assert who(desk, token, NOW + timedelta(hours=11, minutes=59))
    assert who(desk, token, NOW + timedelta(hours=12)) is None
    agent = who(desk, token)
    assert agent is not None
    with desk.write() as session:
        service.revoke(session, session_id=agent.session_id, now=NOW)
    assert who(desk, token) is None
    second = sign_in(desk)
    with desk.write() as session:
        row = session.get_one(Agent, agent.id)
        service.change_agent(session, agent=row, role=Role.AGENT_L2, groups=[], active=False, now=NOW)
    assert who(desk, second) is None
    with pytest.raises(Unauthenticated):
        sign_in(desk)


def test_a_new_password_ends_all_sessions(desk: Desk) -> None:
    tokens = [sign_in(desk), sign_in(desk)]
    with desk.write() as session:
        agent = session.scalars(select(Agent)).one()
        service.set_password(session, agent=agent, password="outra senha comprida", now=NOW)
    assert [who(desk, token) for token in tokens] == [None, None]
    with pytest.raises(Unauthenticated):
        sign_in(desk)
    assert sign_in(desk, "outra senha comprida")


def test_a_changed_role_holds_from_the_next_request_on(desk: Desk) -> None:
    token = sign_in(desk)
    with desk.write() as session:
        agent = session.scalars(select(Agent)).one()
        service.change_agent(session, agent=agent, role=Role.MANAGER, groups=["ouvidoria"], active=True, now=NOW)
    now_is = who(desk, token)
    assert now_is is not None
    assert (now_is.role, now_is.groups) == (Role.MANAGER, frozenset({"ouvidoria"}))


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\x00", "' OR 1=1 --"])
def test_a_made_up_token_is_nobody(desk: Desk, token: str) -> None:
    sign_in(desk)
    assert who(desk, token) is None


def test_the_first_admin_is_made_once(desk: Desk) -> None:
    with desk.write() as session:
        made = service.ensure_first_admin(session)
    assert made is not None
    login, password = made
    assert who(desk, sign_in(desk, password, login)).role is Role.ADMIN  # type: ignore[union-attr]
    with desk.write() as session:
        assert service.ensure_first_admin(session) is None
        with pytest.raises(Conflict):
            service.create_first_admin(session, PASSWORD)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"login": "ANA"}, "login_in_use"),
        ({"login": "a b"}, "bad_login"),
        ({"login": "<b>"}, "bad_login"),
        ({"name": "\u202e"}, "bad_name"),
        ({"password": "curta"}, "weak_password"),
        ({"password": "x" * 300}, "weak_password"),
    ],
)
def test_a_bad_account_is_refused(desk: Desk, change: dict[str, str], code: str) -> None:
    fields = {"login": "bia", "name": "Bia", "password": PASSWORD} | change
    with pytest.raises((InvalidInput, Conflict)) as refused, desk.write() as session:
        service.create_agent(session, role=Role.AGENT_L1, now=utc_now(), **fields)
    assert refused.value.error_code == code


def test_an_agent_is_online_while_seen_within_a_minute(desk: Desk) -> None:
    sign_in(desk)
    with desk.read() as session:
        assert queries.count_online(session, "n2-geral", NOW + timedelta(seconds=59)) == 1
        assert queries.count_online(session, "n2-geral", NOW + timedelta(seconds=61)) == 0
        assert queries.count_online(session, "ouvidoria", NOW) == 0


def test_passwords_are_argon2id_and_a_broken_hash_matches_nothing() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert password_matches(hashed, PASSWORD)
    assert not password_matches(hashed, PASSWORD + " ")
    assert not password_matches(None, "a password that opens nothing")
    assert not password_matches("-", PASSWORD)
