"""Fake desk and search services that keep the contract of docs/architecture.md, and can be told to misbehave."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse

from kb_index.articles.schemas import PublishedArticle
from kb_index.search.scripts import ScriptTurnRequest, ScriptTurnResponse, answer

CATALOGUE = {
    "services": [
        {"id": "vpn", "name": "Acesso remoto (VPN)", "aliases": ["vpn", "acesso remoto"], "offers": [], "group": "n2-acesso"},
        {"id": "correio", "name": "E-mail institucional", "aliases": ["email", "outlook"], "offers": [], "group": "n2-geral"},
        {
            "id": "impressao", "name": "Impressão", "aliases": ["impressora"], "group": "n2-infra",
            "offers": [{"id": "suporte", "name": "Suporte", "classifications": [{"id": "falha", "name": "Falha"}]}],
        },
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
                {
                    "id": "luz", "ask": "O que aparece no visor?", "save": "visor", "hint": "O visor é a telinha da frente.",
                    "options": [
                        {"label": "Está apagado", "go": "ligar", "means": ["desligada", "sem luz"]},
                        {"label": "Um aviso", "go": "papel", "means": ["luz vermelha", "mensagem"]},
                        {"label": "Parece normal", "go": "reiniciar", "means": ["normal", "pronta"]},
                    ],
                },
                {
                    "id": "ligar", "check": "Aperte o botão de ligar. Acendeu?",
                    "options": [
                        {"label": "Acendeu", "go": "resolvido", "means": ["sim", "ligou"]},
                        {"label": "Continua apagada", "go": "pessoa", "means": ["não"]},
                    ],
                },
                {"id": "papel", "say": "Siga o desenho da tampa.", "go": "reiniciar"},
                {
                    "id": "reiniciar", "check": "Reinicie a fila e imprima de novo. Saiu?",
                    "options": [
                        {"label": "Saiu", "go": "resolvido", "means": ["sim"]},
                        {"label": "Não saiu", "go": "nome", "means": ["não", "nada"]},
                        {"label": "Saiu borrado", "go": "nome", "means": ["manchado"]},
                    ],
                },
                {"id": "nome", "ask": "Qual é o nome na etiqueta dela?", "save": "etiqueta", "go": "chamado"},
                {
                    "id": "chamado", "outcome": "ticket", "text": "Vou registrar o que já testamos.",
                    "fields": {
                        "description": "Impressora {etiqueta} não imprime; visor: {visor}", "impact": "individual",
                        "classification": "falha",
                    },
                },
                {"id": "pessoa", "outcome": "handoff", "group": "n2-infra", "text": "Um técnico vai ver isso com você."},
                {"id": "resolvido", "outcome": "solved", "text": "Que bom que voltou a imprimir."},
            ],
        ),
        _article("toner", "Quem troca o toner da impressora?", "impressao", "A equipe de infraestrutura troca o toner."),
        _article(
            "roteiro-scanner", "O scanner não digitaliza", "impressao", "Para quem digitaliza.", kind="script",
            steps=[{"id": "fim", "outcome": "solved", "text": "Limpe o vidro."}],
        ),
    )
}  # fmt: skip


class FakeSearch:
    """Decides by words: "vpn" is answered, "parecido" gives choices, "longo", "toner", "scanner" and "impressora" their articles."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.delay = 0.0
        self.down = False
        self.gone: set[str] = set()
        self.app = FastAPI()
        self.app.post("/search")(self._search)
        self.app.get("/articles/{article_id:path}")(self._one)
        self.app.post("/scripts/turn")(self._script_turn)

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

    def _script_turn(self, body: ScriptTurnRequest, authorization: str = Header("")) -> ScriptTurnResponse:
        self._behave(authorization)
        row = ARTICLES.get(body.article_id)
        if row is None or body.article_id in self.gone:
            raise HTTPException(404)
        return answer(PublishedArticle(id=body.article_id, **row), body, None)

    def _behave(self, authorization: str) -> None:
        if authorization != f"Bearer {SEARCH_TOKEN}":
            raise HTTPException(401)
        time.sleep(self.delay)
        if self.down:
            raise HTTPException(503)


def _decide(text: str) -> tuple[str, list[str]]:
    if "toner" in text:
        return "answer", ["toner", "roteiro"]
    if "scanner" in text:
        return "answer", ["roteiro-scanner", "roteiro"]
    if "só uma" in text:
        return "answer", ["toner", "vpn-lenta"]
    if "vpn" in text:
        return "answer", ["vpn-instalar", "vpn-lenta", "vpn-celular", "vpn-senha"]
    if "parecido" in text:
        return "choices", ["vpn-lenta", "vpn-celular", "vpn-senha"]
    if "longo" in text:
        return "answer", ["longo"]
    if "impressora" in text:
        return "answer", ["roteiro", "vpn-lenta"]
    return "none", ["vpn-lenta"]


VPN_DOWN = {
    "id": "01J0000000000000000OUTAGE1", "service": "vpn", "service_name": "Acesso remoto (VPN)",
    "aliases": ["vpn", "acesso remoto"], "text": "O concentrador falhou.", "since": "2020-01-02T12:00:00Z",
    "expected_back": "2099-01-02T12:00:00Z", "ended_at": None, "end_text": None, "protocol": "2026-000007-1", "followers": 0,
}  # fmt: skip


class FakeDesk:
    """Keeps tickets by idempotency key, and what was done to them; has outages and hours as it is told.

    ``opens_at`` None means that people are there.
    """

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.bodies: list[dict[str, Any]] = []
        self.changes: list[tuple[str, str, str]] = []
        self.keys: set[str] = set()
        self.refuse = False
        self.delay = 0.0
        self.outages: list[dict[str, Any]] = []
        self.opens_at: str | None = None
        self.app = FastAPI()
        self.app.get("/internal/catalogue")(self._catalogue)
        self.app.get("/internal/outages")(self._outages)
        self.app.get("/internal/queue")(self._queue)
        self.app.post("/internal/tickets")(self._open)
        self.app.get("/internal/tickets")(self._list)
        self.app.post("/internal/tickets/similar")(self._similar)
        self.app.post("/internal/tickets/{protocol}/{move}")(self._change)
        self.app.get("/internal/tickets/{protocol}")(self._one)

    def _catalogue(self, authorization: str = Header("")) -> Any:
        _check(authorization)
        return CATALOGUE

    def _outages(self, authorization: str = Header("")) -> Any:
        _check(authorization)
        return {"outages": self.outages}

    def _queue(self, group: str = "n2-geral", authorization: str = Header("")) -> Any:
        _check(authorization)
        return {"open": self.opens_at is None, "waiting": 0, "agents_online": 0, "opens_at": self.opens_at}

    async def _open(self, request: Request, authorization: str = Header(""), idempotency_key: str = Header()) -> Any:
        _check(authorization)
        if self.refuse:
            raise HTTPException(422)
        body = await request.json()
        self.bodies.append(body)
        fresh = idempotency_key not in self.tickets
        if fresh:
            user_id = body["conversation_id"].removeprefix("c-") if "-" in body["conversation_id"] else "u1"
            self.tickets[idempotency_key] = ticket(len(self.tickets) + 123, body, user_id)
        return JSONResponse(self.tickets[idempotency_key], 201 if fresh else 200)

    def _one(self, protocol: str, user_id: str, authorization: str = Header("")) -> Any:
        _check(authorization)
        found = [t for t in self.tickets.values() if t["protocol"] == protocol and t["user_id"] == user_id]
        if not found:
            raise HTTPException(404)
        return found[0]

    def _list(self, user_id: str, can: str = "", since: str = "", authorization: str = Header("")) -> Any:
        _check(authorization)
        mine = [t for t in self.tickets.values() if t["user_id"] == user_id and since <= t["created_at"]]
        return {"tickets": [t for t in reversed(mine) if not can or can in t["can"]][:5]}

    def _similar(self, body: dict[str, Any], authorization: str = Header("")) -> Any:
        """A ticket of the user on the service, where the description says that it happens again."""
        _check(authorization)
        mine = [t for t in self.tickets.values() if t["user_id"] == body["user_id"] and t["service"] == body["service"]]
        return {"ticket": mine[-1] if mine and "de novo" in body["description"] else None, "likeness": 0.9}

    def _change(
        self,
        protocol: str,
        move: str,
        body: dict[str, Any],
        authorization: str = Header(""),
        idempotency_key: str = Header(),
    ) -> Any:
        found = self._one(protocol, body["user_id"], authorization)
        if self.refuse:
            raise HTTPException(409)
        if idempotency_key not in self.keys:
            self.keys.add(idempotency_key)
            self.changes.append((protocol, move, body["text"]))
            self.put(protocol, {"cancel": "cancelled", "reopen": "reopened"}.get(move, found["state"]))
        return self._one(protocol, body["user_id"], authorization)

    def put(self, protocol: str, state: str, **more: Any) -> None:
        """Puts a ticket into a state, as an agent would."""
        ticket = next(t for t in self.tickets.values() if t["protocol"] == protocol)
        ticket.update(state=state, state_label=_LABELS[state], can=_CAN[state], **more)


_LABELS = {
    "new": "Novo", "resolved": "Resolvido", "closed": "Encerrado", "cancelled": "Cancelado", "reopened": "Reaberto",
    "pending_user": "Aguardando sua resposta", "forwarded_production": "Encaminhado ao suporte à produção",
}  # fmt: skip
_CAN: dict[str, list[str]] = {
    "new": ["comment", "cancel"], "reopened": ["comment", "cancel"], "pending_user": ["comment", "cancel"],
    "forwarded_production": ["comment"], "resolved": ["reopen"], "closed": [], "cancelled": [],
}  # fmt: skip


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
        "impact": body.get("impact"), "urgency": "medium", "priority": 3, "group": "n2-geral",
        "created_at": "2026-11-22T13:00:00Z", "updated_at": "2026-11-22T13:42:00Z", "solution": None, "user_id": user_id,
        "can": ["comment", "cancel"], "reopen_until": "2026-11-27T13:42:00Z", "asked": None, "follows": [],
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
