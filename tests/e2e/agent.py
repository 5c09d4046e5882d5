"""An agent of the 2nd level, signed in to the console, speaking its JSON API."""

import re
import uuid
from typing import Any

import httpx

_CSRF = re.compile(r'name="csrf_token"\s+value="([^"]+)"')


class Agent:
    """Signed in once; every change carries the session's CSRF token."""

    def __init__(self, base: str, login: str, password: str) -> None:
        self.http = httpx.Client(base_url=base, timeout=15, follow_redirects=True, headers={"Origin": base})
        form = _CSRF.search(self.http.get("/console/sign-in").text)
        assert form, "the sign-in page has no form"
        fields = {"login": login, "password": password, "csrf_token": form[1]}
        self.http.post("/console/sign-in", data=fields).raise_for_status()
        me = self.http.get("/api/console/me").raise_for_status().json()
        self.http.headers["X-CSRF-Token"] = me["csrf_token"]

    def conversation(self, conversation_id: str) -> dict[str, Any]:
        return dict(self.http.get(f"/api/console/conversations/{conversation_id}").raise_for_status().json())

    def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"/api/console/conversations/{conversation_id}/messages").raise_for_status().json()
        return list(answer["messages"])

    def claim(self, conversation_id: str) -> httpx.Response:
        return self.http.post(f"/api/console/conversations/{conversation_id}/claim")

    def reply(self, conversation_id: str, text: str, *, note: bool = False) -> dict[str, Any]:
        body = {"client_key": uuid.uuid4().hex, "text": text, "note": note}
        answer = self.http.post(f"/api/console/conversations/{conversation_id}/messages", json=body)
        return dict(answer.raise_for_status().json())

    def resolve(self, conversation_id: str, solution: str) -> None:
        path = f"/api/console/conversations/{conversation_id}/resolve"
        self.http.post(path, json={"solution": solution}).raise_for_status()

    def colleague(self) -> "Agent":
        """Another agent, given access by this one, who is an admin."""
        fields = {"login": f"ana.{uuid.uuid4().hex[:8]}", "name": "Ana Prado", "password": uuid.uuid4().hex}
        form = {**fields, "role": "admin", "csrf_token": self.http.headers["X-CSRF-Token"]}
        self.http.post("/console/team", data=form).raise_for_status()
        return Agent(str(self.http.base_url).rstrip("/"), fields["login"], fields["password"])
