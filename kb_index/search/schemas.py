"""What the search service takes and gives; docs/architecture.md is the contract."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb_index.articles.schemas import PublishedArticle
from kb_index.ranking import Ranked

MAX_TEXT = 10_000
MAX_RESULTS = 20


class SearchRequest(BaseModel):
    """A question. ``service`` narrows to the articles of one service; ``public`` never sees internal articles."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    k: Annotated[int, Field(ge=1, le=MAX_RESULTS)] = 5
    service: Annotated[str | None, Field(max_length=200)] = None
    audience: Literal["public", "internal"] = "public"


class Result(BaseModel):
    """An article with its whole answer in Markdown, and the steps if it is a guided script."""

    article_id: str
    version: int
    kind: str
    title: str
    service: str | None
    classification: str | None
    audience: str
    score: float
    confidence: float
    answer: str
    steps: list[dict[str, Any]] | None

    @classmethod
    def of(cls, article: PublishedArticle, ranked: Ranked | None = None) -> "Result":
        """Without ``ranked`` the article was asked for by its id, and score and confidence are 1."""
        return cls(
            article_id=article.id,
            version=article.version,
            kind=article.kind,
            title=article.title,
            service=article.service,
            classification=article.classification,
            audience=article.audience,
            score=round(ranked.score, 4) if ranked else 1.0,
            confidence=round(ranked.confidence, 4) if ranked else 1.0,
            answer=article.answer,
            steps=article.steps,
        )


class SearchResponse(BaseModel):
    """``decision`` is the only thing to act on: ``answer`` with the first result, offer ``choices``, or ``none``."""

    snapshot: str
    degraded: bool
    decision: Literal["answer", "choices", "none"]
    confidence: float
    results: list[Result]
    ms: float


class Health(BaseModel):
    """``status``: ``ok``, or ``no_snapshot`` until one is built."""

    status: Literal["ok", "no_snapshot"]
    snapshot: str | None
    articles: int
    degraded: bool
