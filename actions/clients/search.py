"""The search service: articles for a question."""

from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import quote

from actions.clients.http import ServiceClient

Decision = Literal["answer", "choices", "none"]
_RESULTS = 5


@dataclass(frozen=True)
class Article:
    """One article of a result. ``steps`` is there for scripts; ``answer`` is Markdown."""

    id: str
    version: int
    kind: str
    title: str
    service: str | None
    answer: str
    steps: list[dict[str, Any]] | None
    confidence: float

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Article":
        """Read from the JSON of a result."""
        return cls(
            id=row["article_id"],
            version=int(row.get("version") or 1),
            kind=row.get("kind") or "faq",
            title=row.get("title") or "",
            service=row.get("service"),
            answer=row.get("answer") or "",
            steps=row.get("steps"),
            confidence=float(row.get("confidence") or 0.0),
        )

    def brief(self) -> dict[str, Any]:
        """What is kept of it in a slot."""
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "kind": self.kind,
            "service": self.service,
        }


@dataclass(frozen=True)
class ScriptTurn:
    """Where a guided script stands after a move: what to say, and what is asked or how it ended.

    ``question`` is ``{step, text, options, hint, is_check}``, ``outcome`` ``{kind, text, fields, group}``; ``run`` is to be
    kept as it is until the next move; ``tried`` lists ``{step, answer, is_check, note}``.
    """

    remark: str | None
    understood: str | None
    says: list[str]
    question: dict[str, Any] | None
    outcome: dict[str, Any] | None
    run: dict[str, Any]
    tried: list[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """What a search says: the decision to act on, and the articles, best first."""

    decision: Decision
    articles: tuple[Article, ...]
    trace: dict[str, Any]


class SearchClient:
    """Calls the search service; :class:`Unavailable` when it is down."""

    def __init__(self, http: ServiceClient) -> None:
        self._http = http

    async def search(self, text: str, service: str | None = None) -> Found:
        """The public articles for a question, of one service if it is named."""
        body = {"text": text, "k": _RESULTS, "audience": "public", "service": service}
        row = await self._http.post("/search", body)
        articles = tuple(Article.of(result) for result in row.get("results") or [])
        decision = row.get("decision") if articles else "none"
        trace = {
            "decision": decision,
            "snapshot": row.get("snapshot"),
            "confidence": row.get("confidence"),
            "articles": [article.id for article in articles],
        }
        return Found(cast(Decision, decision), articles, trace)

    async def article(self, article_id: str) -> Article:
        """One article with its whole answer; :class:`NotFound` when it is no longer published."""
        return Article.of(await self._http.get(f"/articles/{quote(article_id, safe='')}"))

    async def script_turn(self, article_id: str, run: dict[str, Any] | None, said: dict[str, Any]) -> ScriptTurn:
        """One move in a guided script; :class:`NotFound` when it is no longer published."""
        body = {"article_id": article_id, "audience": "public", "run": run, "said": said}
        row = await self._http.post("/scripts/turn", body)
        return ScriptTurn(**{name: row[name] for name in ScriptTurn.__dataclass_fields__})
