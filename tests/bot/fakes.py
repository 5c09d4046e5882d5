"""Fake desk and search services that keep the contract of docs/architecture.md, and can be told to misbehave."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse

CATALOGUE = {
    "services": [
        {"id": "vpn", "name": "Acesso remoto (VPN)", "aliases": ["vpn", "acesso remoto"], "offers": [], "group": "n2-acesso"},
        {"id": "correio", "name": "E-mail institucional", "aliases": ["email", "outlook"], "offers": [], "group": "n2-geral"},
        {"id": "impressao", "name": "Impressão", "aliases": ["impressora"], "offers": [], "group": "n2-infra"},
    ],
    "impacts": [
        {"id": "individual", "label": "Só eu"},
        {"id": "team", "label": "Minha equipe"},
        {"id": "organization", "label": "O órgão todo"},
    ],
}  # fmt: skip


def _article(id_: str, title: str, service: str | None, answer: str, **more: Any) -> dict[str, Any]:
    return {
        "article_id": id_, "version": 3, "kind": "faq", "title": title, "service": service, "score": 0.9,
        "confidence": 0.9, "answer": answer, "steps": None, **more,
    }  # fmt: skip


ARTICLES = {
    row["article_id"]: row
    for row in (
        _article("vpn-instalar", "Como instalo a VPN?", "vpn", "Baixe o instalador no portal e siga as telas."),
        _article("vpn-lenta", "A VPN está lenta", "vpn", "Prefira a rede cabeada."),
        _article("vpn-celular", "VPN no celular", "vpn", "Instale o aplicativo."),
        _article("vpn-senha", "A VPN recusa minha senha", "vpn", "Troque a senha no Acesso Único."),
        _article("longo", "Manual longo", None, "\n\n".join(f"Parágrafo {n}. " + "palavra " * 60 for n in range(5))),
        _article(
            "roteiro", "A impressora não imprime", "impressao", "Para quem tem impressora de rede.", kind="script",
            steps=[
                {"id": "a", "ask": "Está ligada?", "options": [{"label": "Sim", "go": "b"}, {"label": "Não", "go": "c"}]},
                {"id": "b", "say": "Reinicie a fila.", "go": "c"},
                {"id": "c", "outcome": "solved", "text": "Ligue a impressora."},
            ],
        ),
    )
}  # fmt: skip


class FakeSearch:
    """Decides by words: "vpn" is answered, "parecido" gives choices, "longo" and "impressora" their articles, else none."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.delay = 0.0
        self.down = False
        self.app = FastAPI()
        self.app.post("/search")(self._search)
        self.app.get("/articles/{article_id:path}")(self._one)

    def _search(self, body: dict[str, Any], authorization: str = Header("")) -> Any:
        self._behave(authorization)
        self.asked.append(body["text"])
        decision, ids = _decide(body["text"].lower())
        return {
            "snapshot": "fake", "degraded": False, "decision": decision, "confidence": 0.9,
            "results": [ARTICLES[id_] for id_ in ids], "ms": 1.0,
        }  # fmt: skip

    def _one(self, article_id: str, authorization: str = Header("")) -> Any:
        self._behave(authorization)
        if article_id not in ARTICLES:
            raise HTTPException(404)
        return ARTICLES[article_id]

    def _behave(self, authorization: str) -> None:
        if authorization != f"Bearer {SEARCH_TOKEN}":
            raise HTTPException(401)
        time.sleep(self.delay)
        if self.down:
            raise HTTPException(503)


def _decide(text: str) -> tuple[str, list[str]]:
    if "vpn" in text:
        return "answer", ["vpn-instalar", "vpn-lenta", "vpn-celular", "vpn-senha"]
    if "parecido" in text:
        return "choices", ["vpn-lenta", "vpn-celular", "vpn-senha"]
    if "longo" in text:
        return "answer", ["longo"]
    if "impressora" in text:
        return "answer", ["roteiro", "vpn-lenta"]
    return "none", ["vpn-lenta"]


class FakeDesk:
    """Keeps tickets by idempotency key."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.bodies: list[dict[str, Any]] = []
        self.refuse = False
        self.delay = 0.0
        self.app = FastAPI()
        self.app.get("/internal/catalogue")(self._catalogue)
        self.app.post("/internal/tickets")(self._open)
        self.app.get("/internal/tickets")(self._list)
        self.app.get("/internal/tickets/{protocol}")(self._one)

    def _catalogue(self, authorization: str = Header("")) -> Any:
        _check(authorization)
        return CATALOGUE

    async def _open(self, request: Request, authorization: str = Header(""), idempotency_key: str = Header()) -> Any:
        _check(authorization)
        if self.refuse:
            raise HTTPException(422)
        body = await request.json()
        self.bodies.append(body)
        fresh = idempotency_key not in self.tickets
        if fresh:
            self.tickets[idempotency_key] = ticket(len(self.tickets) + 123, body)
        return JSONResponse(self.tickets[idempotency_key], 201 if fresh else 200)

    def _one(self, protocol: str, user_id: str, authorization: str = Header("")) -> Any:
        _check(authorization)
        found = [t for t in self.tickets.values() if t["protocol"] == protocol and t["user_id"] == user_id]
        if not found:
            raise HTTPException(404)
        return found[0]

    def _list(self, user_id: str, authorization: str = Header("")) -> Any:
        _check(authorization)
        return {"tickets": [t for t in self.tickets.values() if t["user_id"] == user_id][:5]}


def _check(authorization: str) -> None:
    if authorization != f"Bearer {DESK_TOKEN}":
        raise HTTPException(401)


def ticket(number: int, body: dict[str, Any], user_id: str = "u1") -> dict[str, Any]:
    """A ticket as the desk answers it, with a right check digit."""
    product = 10
    for digit in f"2026{number:06d}":
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return {
        "protocol": f"2026-{number:06d}-{(11 - product) % 10}", "type": body["type"], "state": "new", "state_label": "Novo",
        "service": body["service"], "title": body["description"][:60], "description": body["description"],
        "impact": body["impact"], "urgency": "medium", "priority": 3, "group": "n2-geral",
        "created_at": "2026-11-22T13:00:00Z", "updated_at": "2026-11-22T13:42:00Z", "solution": None, "user_id": user_id,
    }  # fmt: skip


DESK_TOKEN = "desk-token-for-tests-0123456789"
SEARCH_TOKEN = "find-token-for-tests-0123456789"


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[None]:
    """Serves an app in a thread until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)
