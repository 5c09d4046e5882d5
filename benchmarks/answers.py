"""Ways to find the answer, side by side: BM25, the plain embedding model, Rasa's DIET and ResponseSelector, and the product.

``python -m benchmarks.answers FOLDER... [--held-out 5] [--picture OUT.svg] [--json OUT.json]``. A FOLDER holds ``articles.jsonl`` and
``queries.jsonl`` as :mod:`kb_index.evaluate` reads them. With ``--held-out N``, up to N of a set's own questions an article become
its variants, for every system alike, and only the rest are asked. Rasa is trained in the bot's environment, and left out with a
word where that is missing.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.ranker_sets import with_variants
from kb_index import measures
from kb_index.articles.schemas import PublishedArticle
from kb_index.embedder import Embedder, load_embedder
from kb_index.evaluate import DEPTH, Query, evaluate, read_articles, read_queries
from kb_index.model.ensure import ensure_plain
from kb_index.ranking.lexical import LexicalIndex
from kb_index.ranking.texts import askings, plain, stems
from kb_index.settings import IndexSettings

Ranking = list[tuple[str, float]]
Measured = dict[str, float]

BOT_PYTHON = Path(".venv-bot/bin/python")
SHOWN = ("recall_at_1", "recall_at_3", "coverage_at_0.90")
_SEED = 0
_MINUTES = 60


def bm25(articles: Sequence[PublishedArticle], texts: Sequence[str]) -> list[Ranking]:
    """Stemmed BM25 over title, variants and answer; its score is its confidence."""
    documents = [stems(" ".join([*askings(article), plain(article.answer)])) for article in articles]
    index = LexicalIndex.build(documents)
    return [_top(articles, index.scores(stems(text))) for text in texts]


def nearest(articles: Sequence[PublishedArticle], texts: Sequence[str], embedder: Embedder) -> list[Ranking]:
    """Nearest neighbour among titles and variants (as queries) and whole texts (as passages); the cosine is its confidence."""
    asked = [askings(article) for article in articles]
    rows = embedder.query_embed([text for found in asked for text in found])
    starts = np.cumsum([0, *(len(found) for found in asked)])[:-1]
    whole = embedder.passage_embed([f"{article.title}. {plain(article.answer)}" for article in articles])
    queries = embedder.query_embed(texts)
    best = np.maximum(np.maximum.reduceat(queries @ rows.T, starts, axis=1), queries @ whole.T)
    return [_top(articles, row) for row in best]


def rasa(articles: Sequence[PublishedArticle], texts: Sequence[str]) -> dict[str, list[Ranking]]:
    """DIET and ResponseSelector, trained on titles and variants, in a process of the bot's environment."""
    task = {"articles": [{"id": one.id, "texts": askings(one)} for one in articles], "queries": list(texts)}
    with tempfile.TemporaryDirectory() as scratch:
        given, told = Path(scratch) / "task.json", Path(scratch) / "told.json"
        given.write_text(json.dumps(task), "utf-8")
        command = [str(BOT_PYTHON), "-m", "benchmarks.rasa_answers", str(given), str(told)]
        subprocess.run(command, check=True, timeout=_MINUTES * 60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return {
            name: [[tuple(one) for one in row] for row in rows] for name, rows in json.loads(told.read_text()).items()
        }


def measure(queries: Sequence[Query], rankings: Sequence[Ranking]) -> Measured:
    """As :mod:`kb_index.evaluate` measures; short queries are left out."""
    pairs = [(query, ranking) for query, ranking in zip(queries, rankings, strict=True) if not query.short]
    ranks = [next((at for at, (name, _) in enumerate(found, 1) if name in query.right), None) for query, found in pairs]
    inside = np.array([query.in_scope for query, _ in pairs], bool)
    confidence = [found[0][1] if found else 0.0 for _, found in pairs]
    main = [rank for rank, answerable in zip(ranks, inside, strict=True) if answerable]
    right = np.array([rank == 1 for rank in ranks], bool)
    return {
        "recall_at_1": measures.recall_at(main, 1),
        "recall_at_3": measures.recall_at(main, 3),
        "coverage_at_0.90": measures.coverage_at_precision(confidence, right, inside, 0.9),
    }


def compare(folder: Path, held_out: int, with_rasa: bool) -> dict[str, Measured]:
    """Every system's measures on one set."""
    articles = read_articles(folder / "articles.jsonl")
    queries = read_queries(folder / "queries.jsonl", {article.id for article in articles})
    if held_out:
        articles, queries = with_variants(articles, queries, _SEED, held_out)
    texts = [query.text for query in queries]
    settings = IndexSettings()
    systems: dict[str, Callable[[], list[Ranking]]] = {
        "BM25": lambda: bm25(articles, texts),
        "e5": lambda: nearest(articles, texts, load_embedder(ensure_plain(settings), threads=2)),
    }
    told = {name: measure(queries, rank()) for name, rank in systems.items()}
    if with_rasa:
        found = rasa(articles, texts)
        told |= {
            label: measure(queries, found[name]) for name, label in (("diet", "DIET"), ("selector", "ResponseSelector"))
        }
    report = evaluate(articles, queries)
    ours = {"coverage_at_0.90": report["coverage_at_precision"]["0.90"]}
    return told | {"Balcão": {name: ours.get(name, report.get(name)) for name in SHOWN}}


def draw(told: dict[str, dict[str, Measured]], target: Path) -> None:
    """Bars of recall@1 and coverage by set and system; the file's ending is its format."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    systems = list(next(iter(told.values())))
    shown = {"recall_at_1": "right article first (recall@1)", "coverage_at_0.90": "answered rightly at 90 % precision"}
    figure, panels = pyplot.subplots(len(shown), 1, figsize=(9, 5.6), sharex=True, layout="constrained")
    width = 0.8 / len(systems)
    for panel, (name, label) in zip(panels, shown.items(), strict=True):
        for place, system in enumerate(systems):
            heights = [told[one][system][name] or 0.0 for one in told]
            at = np.arange(len(told)) + (place - (len(systems) - 1) / 2) * width
            bars = panel.bar(at, heights, width, label=system)
            panel.bar_label(bars, fmt=lambda value: f"{value:.2f}".lstrip("0"), fontsize=7, padding=1)
        panel.set(ylabel=label, ylim=(0, 1.08))
        panel.spines[["top", "right"]].set_visible(False)
    panels[-1].set_xticks(range(len(told)), list(told))
    panels[0].legend(ncols=len(systems), loc="upper center", bbox_to_anchor=(0.5, 1.18), frameon=False)
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)


def main(
    folders: Annotated[list[Path], typer.Argument(help="folders with articles.jsonl and queries.jsonl")],
    held_out: Annotated[int, typer.Option(help="questions an article that become its variants")] = 0,
    picture: Annotated[Path | None, typer.Option(help="where to draw the comparison")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="where to write the figures")] = None,
    with_rasa: Annotated[bool, typer.Option("--rasa/--no-rasa", help="train DIET and ResponseSelector too")] = True,
) -> None:
    """Compares, prints, draws."""
    if with_rasa and not BOT_PYTHON.is_file():
        typer.echo("the bot's environment is missing: DIET and ResponseSelector are left out", err=True)
        with_rasa = False
    told = {folder.name: compare(folder, held_out, with_rasa) for folder in folders}
    _show(told)
    if picture is not None:
        draw(told, picture)
    if json_out is not None:
        json_out.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")


def _top(articles: Sequence[PublishedArticle], scores: Any) -> Ranking:
    return [(articles[row].id, float(scores[row])) for row in np.argsort(-scores, kind="stable")[:DEPTH]]


def _show(told: dict[str, dict[str, Measured]]) -> None:
    table = Table("set", "system", *SHOWN)
    for name, systems in told.items():
        for system, found in systems.items():
            table.add_row(name, system, *("–" if found[one] is None else f"{found[one]:.3f}" for one in SHOWN))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
