"""Agents signed in to a running desk's console."""

from collections.abc import Iterable

import httpx

from balcao.database import Database, utc_now
from handoff.accounts.guards import COOKIE
from handoff.accounts.models import Role
from handoff.accounts.service import create_agent, current_agent, open_session
from tests.handoff.running import RunningDesk

PASSWORD = "uma senha comprida"


class ConsoleClient:
    """A browser of an agent's: it has their cookie, and sends the CSRF token with what it posts as JSON."""

    def __init__(self, desk: RunningDesk, token: str, csrf: str, agent_id: str) -> None:
        self.agent_id, self.token, self.csrf = agent_id, token, csrf
        self.http = httpx.Client(base_url=desk.url, timeout=15, cookies={COOKIE: token})
        self.api = httpx.Client(
            base_url=f"{desk.url}/api/console", timeout=15, cookies={COOKIE: token}, headers={"x-csrf-token": csrf}
        )

    def act(self, conversation_id: str, action: str, **body: object) -> httpx.Response:
        return self.api.post(f"/conversations/{conversation_id}/{action}", json=body)

    def say(self, conversation_id: str, text: str, key: str, *, note: bool = False) -> httpx.Response:
        return self.act(conversation_id, "messages", client_key=key, text=text, note=note)


def sign_in_as(desk: RunningDesk, agent_id: str) -> ConsoleClient:
    """A session of an agent, without the sign-in page."""
    database: Database = desk.desk.database
    with database.write() as session:
        token = open_session(session, agent_id=agent_id, user_agent="test", now=utc_now())
    with database.read() as session:
        agent = current_agent(session, token=token, now=utc_now())
    assert agent is not None
    return ConsoleClient(desk, token, agent.csrf_token, agent_id)


def new_agent(desk: RunningDesk, login: str, role: Role, groups: Iterable[str] = ()) -> ConsoleClient:
    """A new agent's session."""
    with desk.desk.database.write() as session:
        agent = create_agent(
            session, login=login, name=login.title(), password=PASSWORD, role=role, groups=groups, now=utc_now()
        )
    return sign_in_as(desk, agent.id)
