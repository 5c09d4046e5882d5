"""Questions of real knowledge bases played as conversations with the running bot, and with a plain Rasa FAQ bot.

``python -m benchmarks.conversation FOLDER... [--held-out 5] [--sample 50] [--epochs 100] [--json OUT] [--picture OUT.svg]``. A FOLDER holds
``articles.jsonl`` and ``queries.jsonl``. The product is started on a home of its own into which the articles are imported; the users
(:mod:`benchmarks.played_user`) talk over the bot's channel, so that a turn is what the desk would show. With ``--held-out N``, up to N of
a set's own questions an article become its variants, for both bots, and only the rest are asked. Questions of the kinds ``in…`` have
an article; ``near_oos`` have none though they sound like it; other kinds (small talk) are not played.

The Rasa bot (:mod:`benchmarks.rasa_faq`) is shown twice: as it is, and as it would be if it passed on below the confidence of its
selector that suits these very questions best.
"""

import json
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.answers import BOT_PYTHON
from benchmarks.conversation_picture import draw
from benchmarks.figures import percentile
from benchmarks.played_user import Episode, play
from benchmarks.ranker_sets import with_variants
from kb_index.articles.schemas import PublishedArticle
from kb_index.evaluate import Query, read_articles, read_queries
from kb_index.ranking.texts import askings
from tests.bot.processes import Chat
from tests.e2e.product import ROOT, Product, copy_prepared

OUTCOMES = {
    "solved_at_once": "solved at once",
    "solved_by_choices": "solved by choices",
    "solved_after_wrong": "solved after a wrong answer",
    "passed_on": "passed on needlessly",
    "answered_wrongly": "answered wrongly",
    "talked": "answered with small talk",
    "lost": "lost",
}
OUTSIDE = {
    "passed_on": "passed on rightly",
    "answered_wrongly": "answered wrongly",
    "talked": "small talk",
    "lost": "lost",
}
RIGHT = ("solved_at_once", "solved_by_choices", "solved_after_wrong")
_SEED = 0
_START_SECONDS = 900
_TRAINING_MINUTES = 60

Played = list[tuple[Query, Episode]]


def balcao(folder: Path, articles: Sequence[PublishedArticle], queries: Sequence[Query]) -> Played:
    """The questions played with the product."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        copy_prepared(ROOT / "var" / "test-cache", home)
        (Path(scratch) / "articles.jsonl").write_text(_with_questions(folder, articles), "utf-8")
        product = Product(home, BALCAO_SAMPLE_KB=str(Path(scratch) / "articles.jsonl"))
        try:
            product.start(_START_SECONDS)
            return [
                (query, play(_chat(product, place), query.text, query.right))
                for place, query in enumerate(track(queries, f"{folder.name}: Balcão"))
            ]
        finally:
            product.stop()


def _chat(product: Product, number: int) -> Chat:
    secrets = dict(line.split("=", 1) for line in (product.home / "secrets.env").read_text().split() if "=" in line)
    url = f"http://127.0.0.1:{product.ports['BOT_']}/webhooks/desk"
    return Chat(url, f"played-{number}", token=secrets["BALCAO_BOT_TOKEN"])


def _with_questions(folder: Path, articles: Sequence[PublishedArticle]) -> str:
    """The folder's own rows with the variants of ``articles``."""
    variants = {article.id: list(article.questions) for article in articles}
    rows = [json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines() if line.strip()]
    return "".join(json.dumps({**row, "questions": variants[row["id"]]}, ensure_ascii=False) + "\n" for row in rows)


def rasa_faq(
    articles: Sequence[PublishedArticle], queries: Sequence[Query], epochs: int
) -> tuple[Played, list[dict[str, Any]]]:
    """The questions played with the plain Rasa bot; and what it told."""
    task = {
        "articles": [{"id": article.id, "texts": askings(article)} for article in articles],
        "queries": [query.text for query in queries],
        "epochs": epochs,
    }
    with tempfile.TemporaryDirectory() as scratch:
        given, told = Path(scratch) / "task.json", Path(scratch) / "told.json"
        given.write_text(json.dumps(task), "utf-8")
        command = [str(BOT_PYTHON), "-m", "benchmarks.rasa_faq", str(given), str(told)]
        subprocess.run(command, check=True, timeout=_TRAINING_MINUTES * 60, capture_output=True)
        rows = json.loads(told.read_text("utf-8"))
    return [(query, _of_rasa(query, row)) for query, row in zip(queries, rows, strict=True)], rows


def _of_rasa(query: Query, row: dict[str, Any], threshold: float = 0.0) -> Episode:
    """How the question went; below ``threshold`` the bot passes on."""
    if row["article"] is None or row["confidence"] < threshold:
        passes = row["passes_on"] or row["article"] is not None
        return Episode(turns=1, end="passed_on" if passes else "talked")
    if row["article"] in query.right:
        return Episode(turns=1, end="solved")
    return Episode(turns=2, wrong=[row["article"]], end="passed_on" if row["after_no"] else "lost")


def best_threshold(queries: Sequence[Query], rows: Sequence[dict[str, Any]]) -> float:
    """The confidence below which passing on handles most of these questions rightly."""

    def handled(threshold: float) -> int:
        return sum(is_right(query, _of_rasa(query, row, threshold)) for query, row in zip(queries, rows, strict=True))

    return max(sorted({0.0, *(row["confidence"] for row in rows)}), key=handled)


def is_right(query: Query, episode: Episode) -> bool:
    """Solved, or passed on where there is nothing to solve it with."""
    return episode.outcome in RIGHT if query.in_scope else episode.outcome == "passed_on"


def figures(played: Played) -> dict[str, Any]:
    """Shares of the outcomes within and out of scope, and the user's messages up to the solution."""
    inside = Counter(episode.outcome for query, episode in played if query.in_scope)
    outside = Counter(episode.outcome for query, episode in played if not query.in_scope)
    turns = [float(episode.turns) for query, episode in played if query.in_scope and episode.outcome in RIGHT]
    return {
        "questions": len(played),
        "in_scope": _shares(inside, OUTCOMES),
        "out_of_scope": _shares(outside, OUTSIDE),
        "handled_rightly": round(sum(is_right(*one) for one in played) / len(played), 3),
        "shown_a_wrong_answer": round(sum(bool(episode.wrong) for _, episode in played) / len(played), 3),
        "turns_to_solution": {
            "mean": round(sum(turns) / len(turns), 2) if turns else None,
            "p90": percentile(turns, 0.9) if turns else None,
        },
    }


def _shares(counts: Counter[str], names: dict[str, str]) -> dict[str, float]:
    total = counts.total()
    return {label: round(counts[name] / total, 3) for name, label in names.items()} if total else {}


def compare(folder: Path, held_out: int, sample: int, epochs: int, with_rasa: bool) -> dict[str, Any]:
    """Both bots on one set."""
    articles = read_articles(folder / "articles.jsonl")
    queries = read_queries(folder / "queries.jsonl", {article.id for article in articles})
    if held_out:
        articles, queries = with_variants(articles, queries, _SEED, held_out)
    queries = [query for query in queries if query.in_scope or query.kind == "near_oos"]
    if sample and sample < len(queries):
        queries = random.Random(_SEED).sample(queries, sample)
    told = {"Balcão": figures(balcao(folder, articles, queries))}
    if with_rasa:
        played, rows = rasa_faq(articles, queries, epochs)
        threshold = best_threshold(queries, rows)
        tuned = [(query, _of_rasa(query, row, threshold)) for query, row in zip(queries, rows, strict=True)]
        told |= {
            "Rasa FAQ": figures(played),
            "Rasa FAQ, best threshold": figures(tuned) | {"threshold": round(threshold, 3)},
        }
    return told


def _show(told: dict[str, dict[str, Any]]) -> None:
    for name, systems in told.items():
        table = Table("", *systems, title=f"{name}: {next(iter(systems.values()))['questions']} questions")
        for scope, title in (("in_scope", "in scope"), ("out_of_scope", "out of scope")):
            for label in next(iter(systems.values()))[scope]:
                table.add_row(f"{title}: {label}", *(f"{found[scope][label]:.3f}" for found in systems.values()))
        for key in ("handled_rightly", "shown_a_wrong_answer"):
            table.add_row(key.replace("_", " "), *(f"{found[key]:.3f}" for found in systems.values()))
        for key in ("mean", "p90"):
            table.add_row(
                f"turns to solution, {key}", *(str(found["turns_to_solution"][key]) for found in systems.values())
            )
        Console().print(table)


def main(
    folders: Annotated[list[Path], typer.Argument(help="folders with articles.jsonl and queries.jsonl")],
    held_out: Annotated[int, typer.Option(help="questions an article that become its variants")] = 0,
    sample: Annotated[int, typer.Option(help="questions of each set to play; 0 for all")] = 0,
    epochs: Annotated[int, typer.Option(help="epochs of the Rasa bot's ResponseSelector")] = 100,
    with_rasa: Annotated[bool, typer.Option("--rasa/--no-rasa", help="play the plain Rasa bot too")] = True,
    json_out: Annotated[Path | None, typer.Option("--json", help="where to write the figures")] = None,
    picture: Annotated[Path | None, typer.Option(help="where to draw the comparison")] = None,
) -> None:
    """Plays, prints, draws."""
    told: dict[str, dict[str, Any]] = {}
    for folder in folders:
        told[folder.name] = compare(folder, held_out, sample, epochs, with_rasa)
        _show({folder.name: told[folder.name]})
        if json_out is not None:
            json_out.write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
    if picture is not None:
        draw(told, picture)


if __name__ == "__main__":
    typer.run(main)
