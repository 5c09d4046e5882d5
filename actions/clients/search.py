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
class Found:
    """What a search says: the decision to act on, and the articles, best first."""

    decision: Decision
    articles: tuple[Article, ...]
    trace: dict[str, Any]


class SearchClient:
    """Calls the search service; :class:`Unavailable` when it is down."""

    def __init__(self, http: ServiceClient) -> None:
        self._http = http

    async def search(self, text: str) -> Found:
        """The public articles for a question."""
        row = await self._http.post("/search", {"text": text, "k": _RESULTS, "audience": "public"})
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
