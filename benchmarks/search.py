"""How long a search takes against the bare embedding of its question, and how long builds take.

``python -m benchmarks.search``: 1,000 articles, all different, and 100,000 passages whose vectors are those of the 1,000, shaken. All
questions are different. Run it alone on the machine.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import typer

from benchmarks.ranker_sets import own_sets
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder, FloatArray
from kb_index.evaluate import read_articles, read_queries
from kb_index.ranking.fused import FusedKind
from kb_index.ranking.texts import MAX_PASSAGES, PASSAGE_WORDS, passages
from kb_index.settings import IndexSettings
from kb_index.snapshot.builder import build_snapshot
from kb_index.snapshot.engine import open_engine
from kb_index.snapshot.loaded import LoadedSnapshot

ARTICLES = 1000
PASSAGES = 100_000
_ASKED = 200
_SHAKEN = 0.05


class ShakenEmbedder:
    """Vectors of a sample of real ones, each moved a little, so that many passages cost no embedding. Queries are embedded."""

    def __init__(self, inner: Embedder, sample: FloatArray) -> None:
        self._inner = inner
        self._sample = sample
        self._draw = np.random.default_rng(7)
        self.id, self.dimension = f"shaken:{inner.id}", inner.dimension

    def query_embed(self, texts: Sequence[str]) -> FloatArray:
        return self._inner.query_embed(texts) if len(texts) == 1 else self._shake(len(texts))

    def passage_embed(self, texts: Sequence[str]) -> FloatArray:
        return self._shake(len(texts))

    def _shake(self, count: int) -> FloatArray:
        rows = self._sample[self._draw.integers(0, len(self._sample), count)]
        moved = rows + self._draw.normal(0, _SHAKEN / self.dimension**0.5, rows.shape)
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def thousand() -> tuple[list[PublishedArticle], list[str]]:
    """Articles of all our own sets, some again with a sentence more until there are 1,000; and questions in scope."""
    articles, asked = [], []
    for folder in own_sets().values():
        found = read_articles(folder / "articles.jsonl")
        articles += found
        asked += [one.text for one in read_queries(folder / "queries.jsonl", {one.id for one in found}) if one.in_scope]
    extra = [
        one.model_copy(
            update={"id": f"{one.id}~", "title": f"{one.title} ({row})", "answer": f"{one.answer}\n\nCaso {row}."}
        )
        for row, one in enumerate(articles)
    ]
    random.Random(7).shuffle(asked)
    return [*articles, *extra][:ARTICLES], asked


def many(articles: Sequence[PublishedArticle]) -> list[PublishedArticle]:
    """Long articles of words drawn from the given ones, with 100,000 passages between them."""
    draw = random.Random(7)
    vocabulary = " ".join(one.answer for one in articles).split()
    made = []
    for row in range(PASSAGES // MAX_PASSAGES):
        pieces = [" ".join(draw.choices(vocabulary, k=PASSAGE_WORDS)) + "." for _ in range(MAX_PASSAGES)]
        base = articles[row % len(articles)]
        made.append(
            base.model_copy(update={"id": f"m{row}", "title": f"{base.title} {row}", "answer": " ".join(pieces)})
        )
    return made


def main() -> None:
    """Measures and prints."""
    articles, asked = thousand()
    one_thread, two_threads = (open_engine(IndexSettings(), threads=threads).embedder for threads in (1, 2))
    with tempfile.TemporaryDirectory() as scratch:
        with _timed("first build of 1,000 articles, s", 1):
            build_snapshot(Path(scratch), articles, two_threads)
        changed = [articles[0].model_copy(update={"title": "Outro título", "answer": f"Também. {articles[0].answer}"})]
        with _timed("one changed article live, s", 1):
            result = build_snapshot(Path(scratch), [*changed, *articles[1:]], two_threads)
            snapshot = LoadedSnapshot.load(result.folder, one_thread)
    _compare("1,000 articles", lambda text: snapshot.rank(text), one_thread, asked[: 2 * _ASKED])
    said = [text for one in articles[:200] for text in passages(one)]
    large = many(articles)
    ranker = FusedKind().fit(large, ShakenEmbedder(one_thread, two_threads.passage_embed(said)))
    _compare(f"{PASSAGES:,} passages", lambda text: ranker.rank(text), one_thread, asked[2 * _ASKED : 4 * _ASKED])


def _compare(label: str, search: Callable[[str], object], embedder: Embedder, texts: Sequence[str]) -> None:
    """Bare embedding and search by turns, so that a busy moment strikes both; each question is asked once."""
    bare, whole = [], []
    for place, text in enumerate(texts):
        started = time.perf_counter()
        search(text) if place % 2 else embedder.query_embed([text])
        (whole if place % 2 else bare).append(1000 * (time.perf_counter() - started))
    for name, times in (("bare embedding", bare), ("whole search", whole)):
        p50, p95 = np.percentile(times, [50, 95])
        typer.echo(f"{label}, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    typer.echo(f"{label}: ratio of p50 {np.median(whole) / np.median(bare):.2f}")


@contextmanager
def _timed(label: str, digits: int) -> Iterator[None]:
    started = time.perf_counter()
    yield
    typer.echo(f"{label}: {time.perf_counter() - started:.{digits}f}")


if __name__ == "__main__":
    typer.run(main)
