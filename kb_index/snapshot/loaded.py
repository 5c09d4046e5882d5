"""A snapshot in memory: what the search service answers from."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import structlog

from kb_index.articles.cleaning import clean_line
from kb_index.articles.models import Audience
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import BadVectors, Embedder
from kb_index.ranking import LIVE, Decision, Ranked, Ranker
from kb_index.ranking.base import BoolArray
from kb_index.snapshot.manifest import BadSnapshot, Manifest, read_manifest

log = structlog.get_logger(__name__)

ARTICLES = "articles.jsonl"


@dataclass(frozen=True, slots=True)
class Found:
    """Results of one query; ``degraded`` if vectors could not be used."""

    results: list[Ranked]
    decision: Decision
    degraded: bool


@dataclass(slots=True)
class LoadedSnapshot:
    """Immutable but for the lazily made filters."""

    manifest: Manifest
    articles: list[PublishedArticle]
    ranker: Ranker
    degraded: bool
    _places: dict[str, int] = field(default_factory=dict)
    _filters: dict[tuple[str, str | None], BoolArray] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, embedder: Embedder | None) -> "LoadedSnapshot":
        """Verifies and loads; :class:`BadSnapshot` if that fails. Another model than the snapshot's is not used."""
        manifest = read_manifest(folder)
        if manifest.ranker != LIVE.version:
            raise BadSnapshot(f"snapshot {folder.name} has ranker {manifest.ranker}, not {LIVE.version}")
        usable = embedder if embedder is not None and embedder.id == manifest.model else None
        articles = read_articles(folder / ARTICLES)
        ranker = LIVE.load(folder / "ranker", articles, usable)
        places = {article.id: place for place, article in enumerate(articles)}
        return cls(manifest, articles, ranker, usable is None, places)

    def rank(self, text: str, *, k: int = 5, audience: str = Audience.INTERNAL, service: str | None = None) -> Found:
        """Ranks among the articles that this audience may see (internal sees all), of ``service`` if one is named."""
        allowed, text = self._filter(audience, service), clean_line(text)
        try:
            results, degraded = self.ranker.rank(text, k=k, allowed=allowed), self.degraded
        except (BadVectors, RuntimeError, ValueError) as error:
            log.warning("search_degraded", error=type(error).__name__, reason=str(error))
            results, degraded = self.ranker.rank(text, k=k, allowed=allowed, lexical_only=True), True
        return Found(results, self.ranker.decide(results), degraded)

    def find(self, article_id: str, *, audience: str = Audience.INTERNAL) -> PublishedArticle | None:
        """The article, if there is one that this audience may see."""
        place = self._places.get(article_id)
        if place is None or not _visible(self.articles[place], audience):
            return None
        return self.articles[place]

    def _filter(self, audience: str, service: str | None) -> BoolArray:
        key = (audience, service)
        if key not in self._filters:
            if len(self._filters) > 500:
                self._filters.clear()
            self._filters[key] = np.array(
                [
                    _visible(article, audience) and (service is None or article.service == service)
                    for article in self.articles
                ],
                bool,
            )
        return self._filters[key]


def read_articles(path: Path) -> list[PublishedArticle]:
    """The articles of a snapshot."""
    with path.open(encoding="utf-8") as file:
        return [PublishedArticle.model_validate_json(line) for line in file]


def write_articles(path: Path, articles: list[PublishedArticle]) -> None:
    """One JSON object a line, in pure ASCII so that no character inside can end a line."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            file.write(json.dumps(article.model_dump(mode="json")) + "\n")


def _visible(article: PublishedArticle, audience: str) -> bool:
    return audience == Audience.INTERNAL or article.audience == Audience.PUBLIC
